/* The handlers of the caller's own workspace (CONTROL.md "Control API"). */
#include "server/json/write.h"
#include "server/operation_handlers.h"
#include "server/request/reply.h"
#include "server/session/session.h"
#include "store/workspace/tenant.h"

enum outcome op_reset_workspace(struct request *rq, struct reply *out)
{
    enum error e = tenant_reset(rq->ctx.store, rq->ctx.workspace);
    if (e)
        return request_fail(rq, e);

    session_clear(rq->service->sessions, rq->ctx.workspace);
    struct strbuf body = {.arena = &rq->arena};
    json_write_open(&body, NULL, '{');
    json_write_text(&body, "workspace_uid", rq->ctx.workspace->uid);
    json_write_text(&body, "user_uid", rq->ctx.workspace->user_uid);
    json_write_time(&body, "now", workspace_now(rq->ctx.workspace));
    json_write_integer(&body, "runs", rq->ctx.workspace->cache.runs);
    json_write_close(&body, '}');
    return reply_ok(out, body);
}
