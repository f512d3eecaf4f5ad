#include "store/workspace/tenant.h"

#include "store/base/limits.h"
#include "store/callback/outbox.h"
#include "store/db/stmt.h"
#include "store/db/transaction.h"
#include "store/db/workspace_set.h"
#include "store/workspace/assumption_overrides.h"
#include "store/workspace/content.h"
#include "store/workspace/evict.h"
#include "store/workspace/template.h"

static struct workspace *tenant_add_to_set(struct store *store, uint64_t print, int64_t id)
{
    struct workspace *workspace = workspace_set_add(store->workspaces, print, id);

    workspace->assumptions = &store->config.assumptions;
    workspace->seed = uid_seed(store->config.seed ^ print, "workspace");
    workspace_reset_times(workspace);
    return workspace;
}

static enum error tenant_add_row(struct store *store, const struct workspace *workspace)
{
    struct stmt s = stmt_take(store, STMT_WORKSPACE_ADD);

    stmt_bind_int(&s, workspace->id);
    stmt_bind_int(&s, (int64_t)workspace->key_hash);
    stmt_bind_int(&s, workspace->template);
    stmt_bind_text(&s, workspace->uid);
    stmt_bind_text(&s, workspace->user_uid);
    stmt_bind_int(&s, workspace->cache.clock.frozen);
    stmt_bind_int(&s, workspace->cache.clock.at);
    return stmt_run(&s);
}

enum error tenant_get(struct store *store, const char *key, struct workspace **out)
{
    struct workspace *workspace = workspace_find(store, key);

    if (workspace) {
        workspace->last_used = ++store->workspaces->uses;
        *out = workspace;
        return ERROR_NONE;
    }
    if (store->workspaces->count >= store->config.max_workspaces)
        return tenant_evict(store, workspace_key_hash(key), out);

    workspace = tenant_add_to_set(store, workspace_key_hash(key), store->workspaces->last_id + 1);
    template_assign(store, workspace);

    enum error e = transaction_begin(store, workspace);
    if (!e) {
        e = tenant_add_row(store, workspace);
        e = transaction_end(store, e ? e : template_fill(store, workspace));
    }
    if (e) {
        workspace_set_drop(store->workspaces, workspace);
        return e;
    }
    store->workspaces->last_id++;
    workspace->last_used = ++store->workspaces->uses;
    *out = workspace;
    return ERROR_NONE;
}

enum error tenant_reset(struct store *store, struct workspace *workspace)
{
    return template_reset(store, workspace, template_refill);
}

static void tenant_load_row(struct store *store, struct stmt *s)
{
    int64_t id = stmt_int(s);
    if (id < 1 || id > LIMIT_WORKSPACES) {
        s->failed = true; /* the file is damaged */
        return;
    }
    struct workspace *workspace = tenant_add_to_set(store, (uint64_t)stmt_int(s), id);

    workspace->template = stmt_int(s);
    stmt_uid(s, workspace->uid);
    stmt_uid(s, workspace->user_uid);
    workspace->cache.clock.frozen = stmt_int(s);
    workspace->cache.clock.at = stmt_int(s);
    if (id > store->workspaces->last_id)
        store->workspaces->last_id = id;
}

enum error tenant_load_all(struct store *store)
{
    struct workspace_set *set = workspace_set_open();

    store->workspaces = set;
    enum error e = outbox_recover(store);
    if (e)
        return e;
    struct stmt s = stmt_take(store, STMT_WORKSPACE_LIST);
    while (stmt_next(&s))
        tenant_load_row(store, &s);
    e = stmt_done(&s);

    for (size_t i = 0; !e && i < SLOTS; i++) {
        if (set->slot[i])
            e = workspace_rescan(store, set->slot[i]);
        if (!e && set->slot[i])
            e = assumption_overrides_load(store, set->slot[i]);
    }
    return e;
}

void tenant_unload_all(struct store *store)
{
    if (!store->workspaces)
        return;
    template_forget_all(store);
    workspace_set_close(store->workspaces);
}
