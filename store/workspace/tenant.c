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
#include "store/workspace/content_copy.h"
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
    workspace->first_used_at = 0;
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

/* Takes the content that was built for a template. */
static enum error tenant_use(struct store *store, struct workspace *workspace,
                             const struct template *template, const struct content *content)
{
    enum error e = transaction_begin(store, workspace);

    if (e)
        return e;
    e = content_use(store, workspace, content, &template->clock);
    if (!e)
        e = assumption_overrides_clear(store, workspace);
    workspace->cache.touched = false;
    return transaction_end(store, e ? e : tenant_write(store, workspace->id, template));
}

static enum error tenant_fill(struct store *store, struct workspace *workspace,
                              const struct template *template)
{
    const struct content_source from = {template->id, clock_now(&template->clock), template->uid,
                                        template->user_uid};
    struct content content;
    enum error e = content_begin(store, workspace, &content);

    if (!e)
        e = content_copy(store, content.id, &from);
    if (!e)
        e = content_count(store, &content);
    return e ? e : tenant_use(store, workspace, template, &content);
}

/* Makes a workspace, which may be new, what a template says. On an error nothing has changed. */
static enum error tenant_assign(struct store *store, struct workspace *workspace,
                                const struct template *template)
{
    bool busy = workspace->busy;
    enum error e = transaction_begin_part(store);

    if (e)
        return e;
    workspace->busy = true;
    e = transaction_end(store, tenant_fill(store, workspace, template));
    workspace->busy = busy;
    if (e)
        return e;
    workspace->template = template->id;
    memcpy(workspace->uid, template->uid, UID_SIZE);
    memcpy(workspace->user_uid, template->user_uid, UID_SIZE);
    workspace->ref_seq = 0;
    workspace->assumptions = &store->config.assumptions;
    return ERROR_NONE;
}

/* Makes what is in memory that of no rows, until it is filled. */
static void tenant_forget(struct store *store, struct workspace *workspace)
{
    *workspace->uid = '\0';
    workspace->cache = (struct workspace_cache){0};
    workspace->assumptions = &store->config.assumptions;
    workspace_reset_times(workspace);
    outbox_invalidate_in_flight(store, workspace);
}

/* One that could not be filled stays empty, and is filled when its key is used again. */
static enum error tenant_create(struct store *store, uint64_t key_hash, struct workspace **out)
{
    *out = tenant_add(store, key_hash, workspace_count(store) + 1);
    return tenant_reset(store, *out, NULL);
}

/* One that is used all the time is not lost to a flood of new keys: a minute must have passed. */
static bool workspace_is_evictable(const struct store *store, const struct workspace *workspace,
                                   int64_t now)
{
    bool idle = workspace->used_at == 0 || now - workspace->used_at >= LIMIT_EVICTION_AGE;

    return idle && !workspace->busy && !workspace->waiters &&
           !template_exists(store, workspace->key_hash);
}

static struct workspace *find_least_recently_used(const struct store *store)
{
    struct workspace *oldest = NULL;
    int64_t now = clock_monotonic_us();

    for (int64_t place = 1; place <= workspace_count(store); place++) {
        struct workspace *each = workspace_at(store, place);
        if (each && (!oldest || each->used_at < oldest->used_at) &&
            workspace_is_evictable(store, each, now))
            oldest = each;
    }
    return oldest;
}

/* Deletes the rows of a workspace. */
static enum error tenant_remove(struct store *store, const struct workspace *workspace)
{
    struct stmt s = stmt_take_in(store, STMT_WORKSPACE_REMOVE, workspace->id);
    enum error e = stmt_run(&s);

    if (!e)
        e = content_discard(store, workspace->id);
    if (!e)
        e = assumption_overrides_clear(store, workspace);
    return e ? e : snapshot_drop_all(store, workspace);
}

/* The key has its workspace from now on, which is empty until it is filled. */
static enum error tenant_evict(struct store *store, uint64_t key_hash, struct workspace **out)
{
    struct workspace *workspace = find_least_recently_used(store);

    if (!workspace)
        return ERROR_TOO_MANY_WORKSPACES;
    enum error e = transaction_begin(store, workspace);
    if (!e)
        e = transaction_end(store, tenant_remove(store, workspace));
    if (e)
        return e;
    life_clear(store, workspace);
    workspace_note_all(store, workspace);
    tenant_forget(store, workspace);
    tenant_set_key(store, workspace, key_hash);
    *out = workspace;
    return tenant_reset(store, workspace, NULL);
}

bool tenant_takes_long(struct store *store, const char *key)
{
    enum { ROWS = 100, BYTES = 1000000 }; /* what takes less than a millisecond */

    if (!workspace_find(store, key) && workspace_count(store) >= store->config.max_workspaces)
        return true;
    struct stmt s =
        stmt_take_in(store, STMT_TEMPLATE_IS_LARGE, template_of(store, workspace_key_hash(key)).id);
    stmt_bind_int(&s, ROWS);
    stmt_bind_int(&s, BYTES);
    bool large = !stmt_next(&s) || stmt_int(&s);
    return stmt_done(&s) != ERROR_NONE || large;
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
    workspace_note_use(workspace);
    *out = workspace;
    return ERROR_NONE;
}

enum error tenant_reset(struct store *store, struct workspace *workspace,
                        const struct template *start)
{
    struct template own = template_of(store, workspace->key_hash);

    return tenant_assign(store, workspace, start ? start : &own);
}

static enum error tenant_refill(struct store *store, struct workspace *workspace,
                                const struct clock *clock)
{
    const struct content_source from = {workspace->template, clock_now(clock), workspace->uid,
                                        workspace->user_uid};
    struct content content;
    enum error e = content_begin(store, workspace, &content);

    if (!e)
        e = content_copy(store, content.id, &from);
    if (!e)
        e = content_copy_flows(store, content.id, workspace->id);
    if (!e)
        e = content_count(store, &content);
    if (!e)
        e = transaction_begin(store, workspace);
    return e ? e : transaction_end(store, content_use(store, workspace, &content, clock));
}

enum error tenant_restart(struct store *store, struct workspace *workspace,
                          const struct clock *clock)
{
    enum error e = transaction_begin_part(store);

    return e ? e : transaction_end(store, tenant_refill(store, workspace, clock));
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
    if (id < 1 || id > (int64_t)LIMIT_WORKSPACES * CONTENTS_IN_FILES) {
        s->failed = true; /* the file is damaged */
        return;
    }
    uint64_t key_hash = (uint64_t)stmt_int(s);
    struct workspace *workspace = workspace_at(store, workspace_set_place(id));
    if (!workspace)
        workspace = tenant_add(store, key_hash, id);
    else if (workspace->key_hash != key_hash)
        tenant_take_back_key(store, workspace, key_hash);
    workspace->id = id;

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
    struct stmt s = stmt_take(store, STMT_WORKSPACE_LIST);

    while (stmt_next(&s))
        tenant_load(store, &s);
    enum error e = stmt_done(&s);

    store->has_discarded = true; /* by an earlier process, perhaps */
    for (int64_t place = 1; !e && place <= workspace_count(store); place++) {
        struct workspace *each = workspace_at(store, place);
        if (each)
            e = content_rescan(store, each);
        if (!e && each)
            e = assumption_overrides_load(store, each);
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
    for (int64_t place = 1; place <= workspace_count(store); place++) {
        if (workspace_at(store, place))
            tenant_forget(store, workspace_at(store, place));
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
