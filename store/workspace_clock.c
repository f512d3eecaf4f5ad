/* What a workspace's clock shows, and when the next thing is due by it. */
#include "store/base/instant.h"
#include "store/stmt.h"
#include "store/workspace.h"

int64_t workspace_now(struct workspace *workspace)
{
    int64_t now = clock_now(&workspace->marks.clock);

    if (now > workspace->marks.latest)
        workspace->marks.latest = now;
    return workspace->marks.latest;
}

void workspace_expect(struct store *store, struct workspace *workspace, int64_t due_at)
{
    if (due_at == INSTANT_NONE)
        return;
    if (workspace->marks.next_due == INSTANT_NONE || due_at < workspace->marks.next_due)
        workspace->marks.next_due = due_at;
    workspace_wake_at(store, workspace, workspace->marks.next_due);
}

void workspace_wake_at(struct store *store, struct workspace *workspace, int64_t at)
{
    int64_t wake = at - workspace->marks.clock.at;

    if (workspace->marks.clock.frozen)
        return;
    if (store->next_wake == INSTANT_NONE || wake < store->next_wake)
        store->next_wake = wake;
}
