#include "store/db/workspace.h"

#include "store/base/instant.h"
#include "store/db/stmt.h"

#include <string.h>

uint64_t workspace_key_hash(const char *key)
{
    return uid_seed(uid_seed(0, "key"), key);
}

struct workspace *workspace_find(struct store *store, const char *key)
{
    return *workspace_slot(&store->workspaces, workspace_key_hash(key));
}

struct workspace *workspace_by_id(const struct store *store, int64_t id)
{
    struct workspace *workspace = id > 0 ? store->workspaces.at[workspace_set_place(id)] : NULL;

    return workspace && workspace->id == id ? workspace : NULL;
}

void workspace_note_use(struct workspace *workspace)
{
    workspace->used_at = clock_monotonic_us();
    if (!workspace->first_used_at)
        workspace->first_used_at = clock_system();
}

struct workspace *workspace_at(const struct store *store, int64_t place)
{
    return store->workspaces.at[place];
}

int64_t workspace_place(const struct workspace *workspace)
{
    return workspace_set_place(workspace->id);
}

struct workspace *workspace_find_uid(const struct store *store, const char *uid)
{
    for (int64_t place = 1; place <= workspace_count(store); place++) {
        struct workspace *workspace = workspace_at(store, place);
        if (workspace && strcasecmp(workspace->uid, uid) == 0)
            return workspace;
    }
    return NULL;
}

int64_t workspace_count(const struct store *store)
{
    return store->workspaces.last;
}

int64_t workspace_now(struct workspace *workspace)
{
    const struct clock *clock = &workspace->cache.clock;

    return clock_show(&workspace->cache.shown, clock, clock_now(clock),
                      clock_monotonic_us() / 1000);
}

void workspace_note_due(struct store *store, struct workspace *workspace, int64_t due_at)
{
    if (due_at == INSTANT_NONE)
        return;
    if (workspace->cache.next_due == INSTANT_NONE || due_at < workspace->cache.next_due)
        workspace->cache.next_due = due_at;
    workspace_arm_timer(store, workspace, workspace->cache.next_due);
}

void workspace_arm_timer(struct store *store, struct workspace *workspace, int64_t at)
{
    if (workspace->cache.clock.frozen)
        return;
    int64_t now = workspace_now(workspace);
    int64_t wake = workspace->cache.shown.at + (at - now);
    if (store->next_wake == INSTANT_NONE || wake < store->next_wake)
        store->next_wake = wake;
}

void workspace_note_area(struct store *store, int64_t id, enum workspace_area area)
{
    struct workspace *workspace = workspace_by_id(store, id);

    if (!workspace)
        return;
    workspace->area_version[area]++;
    store->list_version++;
}

void workspace_note_all(struct store *store, struct workspace *workspace)
{
    for (enum workspace_area i = 0; i < AREA_COUNT; i++)
        workspace->area_version[i]++;
    store->list_version++;
}

int64_t store_list_version(const struct store *store)
{
    return store->list_version;
}

enum error workspace_set_clock(struct store *store, struct workspace *workspace,
                               const struct clock *clock)
{
    struct stmt s = stmt_take(store, STMT_WORKSPACE_SET_CLOCK);

    workspace->cache.clock = *clock;
    workspace->cache.shown.at = clock_monotonic_us() / 1000; /* it runs on from here */
    workspace_note_area(store, workspace->id, AREA_CLOCK);
    stmt_bind_int(&s, clock->frozen);
    stmt_bind_int(&s, clock->at);
    stmt_bind_int(&s, workspace->id);
    return stmt_run(&s);
}

enum error workspace_touch(struct store *store, int64_t id)
{
    struct workspace *workspace = workspace_by_id(store, id);

    if (!workspace || workspace->cache.touched)
        return ERROR_NONE;
    workspace->cache.touched = true;
    struct stmt s = stmt_take_in(store, STMT_WORKSPACE_TOUCH, id);
    return stmt_run(&s);
}

void workspace_reset_times(struct workspace *workspace)
{
    workspace->cache.shown = (struct clock_shown){.now = INSTANT_NONE};
    workspace->cache.next_due = INSTANT_NONE;
    workspace->cache.outbox_due = INSTANT_NONE;
}

void workspace_changed(struct workspace *workspace)
{
    workspace->version++;
    for (struct link *each = workspace->waiters; each; each = each->next) {
        struct waiter *waiter = LINK_OWNER(each, struct waiter, link);
        waiter->wake(waiter);
    }
}

void workspace_add_waiter(struct workspace *workspace, struct waiter *waiter)
{
    if (!waiter->link.previous)
        link_add(&workspace->waiters, &waiter->link);
}
