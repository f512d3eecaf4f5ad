#include "store/db/workspace.h"

#include "store/base/instant.h"
#include "store/db/stmt.h"
#include "store/db/workspace_set.h"

uint64_t workspace_print(const char *key)
{
    return uid_seed(uid_seed(0, "key"), key);
}

struct workspace *workspace_find(struct store *store, const char *key)
{
    return *workspace_slot(store->workspaces, workspace_print(key));
}

struct workspace *workspace_by_id(const struct store *store, int64_t id)
{
    return store->workspaces->by_id[id];
}

void workspace_each(struct store *store, void (*visit)(void *context, struct workspace *workspace),
                    void *context)
{
    for (size_t i = 0; i < SLOTS; i++) {
        if (store->workspaces->slot[i])
            visit(context, store->workspaces->slot[i]);
    }
}

int64_t workspace_count(const struct store *store)
{
    return store->workspaces->count;
}

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

enum error workspace_set_clock(struct store *store, struct workspace *workspace,
                               const struct clock *clock)
{
    struct stmt s = stmt_take(store, STMT_WORKSPACE_SET_CLOCK);

    workspace->marks.clock = *clock;
    stmt_bind_int(&s, clock->frozen);
    stmt_bind_int(&s, clock->at);
    stmt_bind_int(&s, workspace->id);
    return stmt_run(&s);
}

void workspace_forget_times(struct workspace *workspace)
{
    workspace->marks.latest = INSTANT_NONE;
    workspace->marks.next_due = INSTANT_NONE;
    workspace->marks.outbox_due = INSTANT_NONE;
}

uint64_t workspace_draw(struct workspace *workspace)
{
    return ++workspace->drawn;
}
