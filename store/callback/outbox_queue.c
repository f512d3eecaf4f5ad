#include "store/callback/outbox_queue.h"

#include "store/base/instant.h"
#include "store/db/stmt.h"

void outbox_enqueue(struct store *store, struct workspace *workspace)
{
    if (workspace->outbox_queued)
        return;
    if (store->outbox_last)
        store->outbox_last->outbox_next = workspace;
    else
        store->outbox = workspace;
    store->outbox_last = workspace;
    workspace->outbox_next = NULL;
    workspace->outbox_queued = true;
}

struct workspace *outbox_first(struct store *store)
{
    return store->outbox;
}

void outbox_dequeue(struct store *store, struct workspace *workspace)
{
    struct workspace *before = NULL;

    if (!workspace->outbox_queued)
        return;
    if (store->outbox == workspace) {
        store->outbox = workspace->outbox_next;
    } else {
        before = store->outbox;
        while (before->outbox_next != workspace)
            before = before->outbox_next;
        before->outbox_next = workspace->outbox_next;
    }
    if (store->outbox_last == workspace)
        store->outbox_last = before;
    workspace->outbox_queued = false;
}

void outbox_rotate(struct store *store, struct workspace *workspace)
{
    if (!workspace->outbox_queued || !workspace->outbox_next)
        return;
    outbox_dequeue(store, workspace);
    outbox_enqueue(store, workspace);
}

void outbox_invalidate_in_flight(struct store *store, struct workspace *workspace)
{
    workspace->outbox_invalidated = true;
    outbox_enqueue(store, workspace);
}

void outbox_note_due(struct store *store, struct workspace *workspace, int64_t at)
{
    if (at == INSTANT_NONE)
        return;
    if (workspace->cache.outbox_due == INSTANT_NONE || at < workspace->cache.outbox_due)
        workspace->cache.outbox_due = at;
    outbox_recheck(store, workspace);
}

void outbox_recheck(struct store *store, struct workspace *workspace)
{
    if (workspace->cache.outbox_due == INSTANT_NONE)
        return;
    if (workspace->cache.outbox_due <= workspace_now(workspace))
        outbox_enqueue(store, workspace);
    else
        workspace_arm_timer(store, workspace, workspace->cache.outbox_due);
}
