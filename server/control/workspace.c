/* The handlers of the caller's own workspace (CONTROL.md "Control API"). */
#include "server/json/json.h"
#include "server/operation_handlers.h"
#include "server/request/reply.h"
#include "server/session/session.h"
#include "store/base/instant.h"
#include "store/workspace/tenant.h"

enum outcome op_reset_workspace(struct request *rq, struct reply *out)
{
    enum error e = tenant_reset(rq->ctx.store, rq->ctx.workspace);
    if (e)
        return request_fail(rq, e);

    session_clear(rq->service->sessions, rq->ctx.workspace);
    char *now = arena_alloc(&rq->arena, INSTANT_SIZE);
    instant_format(workspace_now(rq->ctx.workspace), now);
    cJSON *body = cJSON_CreateObject();
    json_add_text(body, "workspace_uid", rq->ctx.workspace->uid);
    json_add_text(body, "user_uid", rq->ctx.workspace->user_uid);
    json_add_text(body, "now", now);
    json_add_integer(body, "runs", rq->ctx.workspace->cache.runs);
    return reply_ok(out, body);
}
