#include "store/callback/outbox_queue.h"

#include "store/base/instant.h"
#include "store/db/stmt.h"

void outbox_enter(struct store *store, struct workspace *workspace)
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

struct workspace *outbox_next_workspace(struct store *store)
{
    return store->outbox;
}

void outbox_leave(struct store *store, struct workspace *workspace)
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

void outbox_step_back(struct store *store, struct workspace *workspace)
{
    if (!workspace->outbox_queued || !workspace->outbox_next)
        return;
    outbox_leave(store, workspace);
    outbox_enter(store, workspace);
}

void outbox_overtake(struct store *store, struct workspace *workspace)
{
    workspace->outbox_overtaken = true;
    outbox_enter(store, workspace);
}

void outbox_expect(struct store *store, struct workspace *workspace, int64_t at)
{
    if (at == INSTANT_NONE)
        return;
    if (workspace->marks.outbox_due == INSTANT_NONE || at < workspace->marks.outbox_due)
        workspace->marks.outbox_due = at;
    outbox_look(store, workspace);
}

void outbox_look(struct store *store, struct workspace *workspace)
{
    if (workspace->marks.outbox_due == INSTANT_NONE)
        return;
    if (workspace->marks.outbox_due <= workspace_now(workspace))
        outbox_enter(store, workspace);
    else
        workspace_wake_at(store, workspace, workspace->marks.outbox_due);
}
