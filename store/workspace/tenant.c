#include "store/workspace/tenant.h"

#include "store/base/instant.h"
#include "store/callback/outbox.h"
#include "store/db/stmt.h"
#include "store/db/transaction.h"
#include "store/db/workspace_set.h"
#include "store/engine/engine.h"
#include "store/run/life.h"
#include "store/workspace/assumption_overrides.h"
#include "store/workspace/content.h"
#include "store/workspace/snapshot.h"
#include "store/workspace/template.h"

#include <string.h>

static struct workspace *tenant_add(struct store *store, uint64_t key_hash, int64_t id)
{
    struct workspace *workspace = workspace_set_add(&store->workspaces, key_hash, id);

    workspace->assumptions = &store->config.assumptions;
    workspace->seed = uid_seed(store->config.seed ^ key_hash, "workspace");
    workspace_reset_times(workspace);
    return workspace;
}

/* Gives it to another key. */
static void tenant_set_key(struct store *store, struct workspace *workspace, uint64_t key_hash)
{
    workspace_set_unslot(&store->workspaces, workspace);
    workspace->key_hash = key_hash;
    workspace->seed = uid_seed(store->config.seed ^ key_hash, "workspace");
    workspace->generation++;
    *workspace_slot(&store->workspaces, key_hash) = workspace;
}

static enum error tenant_write(struct store *store, int64_t id, const struct template *template)
{
    struct stmt s = stmt_take(store, STMT_WORKSPACE_ASSIGN);

    stmt_bind_int(&s, id);
    stmt_bind_int(&s, (int64_t) template->key_hash);
    stmt_bind_int(&s, template->id);
    stmt_bind_uid(&s, template->uid);
    stmt_bind_uid(&s, template->user_uid);
    stmt_bind_int(&s, template->clock.frozen);
    stmt_bind_int(&s, template->clock.at);
    return stmt_run(&s);
}

static enum error tenant_clear(struct store *store, struct workspace *workspace, bool evict)
{
    enum error e = content_clear(store, workspace->id, workspace->id);

    if (!e)
        e = assumption_overrides_clear(store, workspace);
    if (!e && evict)
        e = snapshot_drop_all(store, workspace);
    outbox_invalidate_in_flight(store, workspace);
    return e;
}

/* Writes the row and the content of a workspace. One that has no uid yet is new, and empty. */
static enum error tenant_fill(struct store *store, struct workspace *workspace,
                              const struct template *template)
{
    struct content_source from = {template->id, clock_now(&template->clock)};
    bool evict = workspace->key_hash != template->key_hash;
    enum error e = *workspace->uid ? tenant_clear(store, workspace, evict) : ERROR_NONE;

    if (!e)
        e = tenant_write(store, workspace->id, template);
    life_clear(store, workspace);
    workspace_note_all(store, workspace);
    workspace_reset_times(workspace);
    workspace->cache.clock = template->clock;
    workspace->cache.touched = false;
    return e ? e : content_fill(store, workspace, &from);
}

/* Makes a workspace that of a key, as a template says. On an error nothing has changed. */
static enum error tenant_assign(struct store *store, struct workspace *workspace,
                                const struct template *template)
{
    enum error e = transaction_begin(store, workspace);

    if (e)
        return e;
    e = transaction_end(store, tenant_fill(store, workspace, template));
    if (e)
        return e;
    workspace->template = template->id;
    memcpy(workspace->uid, template->uid, UID_SIZE);
    memcpy(workspace->user_uid, template->user_uid, UID_SIZE);
    workspace->ref_seq = 0;
    workspace->assumptions = &store->config.assumptions;
    return ERROR_NONE;
}

static enum error tenant_create(struct store *store, uint64_t key_hash, struct workspace **out)
{
    struct workspace *workspace = tenant_add(store, key_hash, workspace_count(store) + 1);
    struct template template = template_of(store, key_hash);
    enum error e = tenant_assign(store, workspace, &template);

    if (e)
        workspace_set_drop_last(&store->workspaces);
    else
        *out = workspace;
    return e;
}

/* One that is used all the time is not lost to a flood of new keys: a minute must have passed. */
static bool workspace_is_evictable(const struct store *store, const struct workspace *workspace,
                                   int64_t now)
{
    bool idle = workspace->used_at == 0 || now - workspace->used_at >= LIMIT_EVICTION_AGE;

    return idle && !workspace->waiters && !template_exists(store, workspace->key_hash);
}

static struct workspace *find_least_recently_used(const struct store *store)
{
    const struct workspace_set *set = &store->workspaces;
    struct workspace *oldest = NULL;
    int64_t now = clock_monotonic_us();

    for (int64_t id = 1; id <= set->last_id; id++) {
        struct workspace *each = set->by_id[id];
        if (each && (!oldest || each->used_at < oldest->used_at) &&
            workspace_is_evictable(store, each, now))
            oldest = each;
    }
    return oldest;
}

static enum error tenant_evict(struct store *store, uint64_t key_hash, struct workspace **out)
{
    struct workspace *workspace = find_least_recently_used(store);

    if (!workspace)
        return ERROR_TOO_MANY_WORKSPACES;
    struct template template = template_of(store, key_hash);
    enum error e = tenant_assign(store, workspace, &template);
    if (e)
        return e;
    tenant_set_key(store, workspace, key_hash);
    *out = workspace;
    return ERROR_NONE;
}

enum error tenant_get(struct store *store, const char *key, struct workspace **out)
{
    struct workspace *workspace = workspace_find(store, key);
    enum error e = ERROR_NONE;

    if (!workspace && workspace_count(store) < store->config.max_workspaces)
        e = tenant_create(store, workspace_key_hash(key), &workspace);
    else if (!workspace)
        e = tenant_evict(store, workspace_key_hash(key), &workspace);
    else if (!*workspace->uid)
        e = tenant_reset(store, workspace, NULL);
    if (e)
        return e;
    workspace->used_at = clock_monotonic_us();
    *out = workspace;
    return ERROR_NONE;
}

enum error tenant_reset(struct store *store, struct workspace *workspace,
                        const struct template *start)
{
    struct template own = template_of(store, workspace->key_hash);

    return tenant_assign(store, workspace, start ? start : &own);
}

enum error tenant_restart(struct store *store, struct workspace *workspace,
                          const struct clock *clock)
{
    struct content_source from = {workspace->template, clock_now(clock)};
    enum error e = transaction_begin(store, workspace);

    if (e)
        return e;
    e = content_move_flows(store, TEMPLATE_LAST, workspace->id);
    if (!e)
        e = content_replace(store, workspace, clock, &from);
    if (!e)
        e = content_move_flows(store, workspace->id, TEMPLATE_LAST);
    return transaction_end(store, e);
}

/* The key that it had before an eviction that was lost. Another one may have got that key since. */
static void tenant_take_back_key(struct store *store, struct workspace *workspace,
                                 uint64_t key_hash)
{
    struct workspace *other = *workspace_slot(&store->workspaces, key_hash);

    if (other)
        tenant_set_key(store, other, uid_seed(key_hash, "taken back"));
    tenant_set_key(store, workspace, key_hash);
}

static void tenant_load(struct store *store, struct stmt *s)
{
    int64_t id = stmt_int(s);
    if (id < 1 || id > LIMIT_WORKSPACES) {
        s->failed = true; /* the file is damaged */
        return;
    }
    uint64_t key_hash = (uint64_t)stmt_int(s);
    struct workspace *workspace = workspace_by_id(store, id);
    if (!workspace)
        workspace = tenant_add(store, key_hash, id);
    else if (workspace->key_hash != key_hash)
        tenant_take_back_key(store, workspace, key_hash);

    workspace->template = stmt_int(s);
    stmt_uid(s, workspace->uid);
    stmt_uid(s, workspace->user_uid);
    workspace->cache.clock.frozen = stmt_int(s);
    workspace->cache.clock.at = stmt_int(s);
    workspace->cache.touched = stmt_int(s);
}

/* Reads those that are there over those in memory. */
static enum error tenant_read_all(struct store *store)
{
    struct workspace_set *set = &store->workspaces;
    struct stmt s = stmt_take(store, STMT_WORKSPACE_LIST);

    while (stmt_next(&s))
        tenant_load(store, &s);
    enum error e = stmt_done(&s);

    for (int64_t id = 1; !e && id <= set->last_id; id++) {
        if (set->by_id[id])
            e = content_rescan(store, set->by_id[id]);
        if (!e && set->by_id[id])
            e = assumption_overrides_load(store, set->by_id[id]);
    }
    return e;
}

enum error tenant_load_all(struct store *store)
{
    enum error e = outbox_recover(store);

    return e ? e : tenant_read_all(store);
}

enum error tenant_reload_all(struct store *store)
{
    for (int64_t id = 1; id <= workspace_count(store); id++) {
        struct workspace *each = workspace_by_id(store, id);
        if (!each)
            continue;
        *each->uid = '\0';
        each->cache = (struct workspace_cache){0};
        each->assumptions = &store->config.assumptions;
        workspace_reset_times(each);
        outbox_invalidate_in_flight(store, each);
    }
    store->next_wake = INSTANT_NONE;
    enum error e = tenant_read_all(store);
    engine_delay_wake(store);
    return e;
}

void tenant_unload_all(struct store *store)
{
    template_free_all(store);
    while (workspace_count(store))
        workspace_set_drop_last(&store->workspaces);
}
