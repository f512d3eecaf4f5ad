/* Long calls, and how requests wait for them. */
#include "server/request/stages.h"
#include "store/db/transaction.h"
#include "store/db/workspace.h"

/* A body of so many bytes takes a while to be read. */
enum { LARGE_BODY = 64 * 1024 };

bool call_begin(struct request *rq)
{
    struct workspace *workspace = rq->ctx.workspace;

    if (workspace && workspace->busy && !rq->has_workspace)
        return request_postpone(rq, POSTPONED_BY_CALL);
    if (!rq->is_long_call && (rq->op->takes_long || rq->raw.size > LARGE_BODY))
        return request_postpone(rq, POSTPONED_AS_LONG);
    if (rq->is_long_call && workspace)
        workspace->busy = rq->has_workspace = true;
    return true;
}

void call_end(struct request *rq)
{
    if (rq->has_workspace)
        engine_release(rq->ctx.store, rq->ctx.workspace);
    if (rq->has_fixtures)
        rq->service->loading = false;
    rq->has_workspace = rq->has_fixtures = rq->is_long_call = false;
    rq->ctx.pause = NULL;
}

static bool call_pause(struct store *store)
{
    return transaction_pause(store) == ERROR_NONE;
}

void call_prepare(struct request *rq)
{
    rq->postponed = NOT_POSTPONED;
    rq->ctx.pause = rq->is_long_call ? call_pause : NULL;
}
