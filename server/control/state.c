/* The handlers that show what a workspace holds (CONTROL.md "Control API"). */
#include "server/fixture/content.h"
#include "server/fixture/fixture.h"
#include "server/operation_handlers.h"
#include "server/request/reply.h"
#include "store/db/transaction.h"
#include "store/workspace/content.h"
#include "store/workspace/export_json.h"
#include "store/workspace/template.h"

#include <string.h>

enum outcome op_get_state(struct request *rq, struct reply *out)
{
    struct strbuf text = {.arena = &rq->arena};
    enum error e = export_json_workspace(rq->ctx.store, rq->ctx.workspace->id, &text);

    return e ? request_fail(rq, e) : reply_ok(out, text);
}

/* What of a fixture is for this workspace: all of it, or its own entry of many, as they are in a
 * file of --export-on-exit; NULL when it has none. */
static const cJSON *state_own_part(struct request *rq)
{
    const cJSON *workspaces = json_find(rq->body, "workspaces");

    if (!workspaces)
        return rq->body;
    const cJSON *item;
    cJSON_ArrayForEach (item, workspaces) {
        if (fixture_key_hash(item) == rq->ctx.workspace->key_hash)
            return item;
    }
    return NULL;
}

/* The fixture goes to a scratch template first, which gives a workspace its own uids and times. */
static enum error state_replace(struct request *rq)
{
    struct content_source scratch = {TEMPLATE_LAST, rq->ctx.now};
    const cJSON *part = state_own_part(rq);
    struct fixture_import import = {
        .store = rq->ctx.store,
        .arena = &rq->arena,
        .root = rq->body,
        .template = scratch.id,
        .expected = cJSON_GetArraySize(json_find(part, "runs")),
    };

    if (!part) {
        request_reject(rq, ERROR_BAD_BODY,
                       "body/workspaces must have one with the api_key or the key_hash of this "
                       "workspace");
        return ERROR_BAD_BODY;
    }
    if (!fixture_import_content(&import, part)) {
        request_reject_for(rq, ERROR_BAD_BODY, "body", &import.refusal);
        return ERROR_BAD_BODY;
    }
    enum error e = content_replace(rq->ctx.store, rq->ctx.workspace,
                                   &rq->ctx.workspace->cache.clock, &scratch);
    return e ? e : content_clear(rq->ctx.store, scratch.id, scratch.id);
}

enum outcome op_put_state(struct request *rq, struct reply *out)
{
    enum error e = transaction_begin(rq->ctx.store, rq->ctx.workspace);
    if (!e)
        e = transaction_end(rq->ctx.store, state_replace(rq));
    if (e)
        return request_fail(rq, e);

    return op_get_state(rq, out);
}

enum outcome op_get_run_state(struct request *rq, struct reply *out)
{
    const char *text;
    enum error e = export_json_run(&rq->ctx, rq->param[0], &text);
    if (e)
        return request_fail(rq, e);

    return reply_json(out, text, strlen(text));
}
