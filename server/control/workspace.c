/* The handlers of the caller's own workspace (CONTROL.md "Control API"). */
#include "server/json/json.h"
#include "server/operations.h"
#include "server/request/reply.h"
#include "server/session/session.h"
#include "store/base/instant.h"
#include "store/workspace/tenant.h"

enum error op_reset_workspace(struct request *rq, struct reply *out)
{
    enum error e = tenant_reset(rq->server->store, rq->workspace);
    if (e)
        return e;

    session_clear(rq->server, rq->workspace);
    char *now = arena_alloc(&rq->arena, INSTANT_SIZE);
    instant_format(workspace_now(rq->workspace), now);
    cJSON *body = cJSON_CreateObject();
    json_add_text(body, "workspace_uid", rq->workspace->uid);
    json_add_text(body, "user_uid", rq->workspace->user_uid);
    json_add_text(body, "now", now);
    json_add_integer(body, "runs", rq->workspace->cache.runs);
    return reply_ok(out, body);
}
