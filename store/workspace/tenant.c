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

static struct workspace *remember(struct store *store, uint64_t print, int64_t id)
{
    struct workspace *workspace = workspace_set_add(store->workspaces, print, id);

    workspace->assumptions = &store->config.assumptions;
    workspace->seed = uid_seed(store->config.seed ^ print, "workspace");
    workspace_forget_times(workspace);
    return workspace;
}

static enum error add_row(struct store *store, const struct workspace *workspace)
{
    struct stmt s = stmt_take(store, STMT_WORKSPACE_ADD);

    stmt_bind_int(&s, workspace->id);
    stmt_bind_int(&s, (int64_t)workspace->print);
    stmt_bind_int(&s, workspace->template);
    stmt_bind_text(&s, workspace->uid);
    stmt_bind_text(&s, workspace->user_uid);
    stmt_bind_int(&s, workspace->marks.clock.frozen);
    stmt_bind_int(&s, workspace->marks.clock.at);
    return stmt_run(&s);
}

enum error tenant_get(struct store *store, const char *key, struct workspace **out)
{
    struct workspace *workspace = workspace_find(store, key);

    if (workspace) {
        workspace->used = ++store->workspaces->uses;
        *out = workspace;
        return ERROR_NONE;
    }
    if (store->workspaces->count >= store->config.most_workspaces)
        return tenant_evict(store, workspace_print(key), out);

    workspace = remember(store, workspace_print(key), store->workspaces->last_id + 1);
    template_give(store, workspace);

    enum error e = transaction_begin(store, workspace);
    if (!e) {
        e = add_row(store, workspace);
        e = transaction_end(store, e ? e : template_fill(store, workspace));
    }
    if (e) {
        workspace_set_drop(store->workspaces, workspace);
        return e;
    }
    store->workspaces->last_id++;
    workspace->used = ++store->workspaces->uses;
    *out = workspace;
    return ERROR_NONE;
}

enum error tenant_reset(struct store *store, struct workspace *workspace)
{
    return template_restart(store, workspace, template_renew);
}

static void load_row(struct store *store, struct stmt *s)
{
    int64_t id = stmt_int(s);
    if (id < 1 || id > LIMIT_WORKSPACES) {
        s->failed = true; /* the file is damaged */
        return;
    }
    struct workspace *workspace = remember(store, (uint64_t)stmt_int(s), id);

    workspace->template = stmt_int(s);
    stmt_uid(s, workspace->uid);
    stmt_uid(s, workspace->user_uid);
    workspace->marks.clock.frozen = stmt_int(s);
    workspace->marks.clock.at = stmt_int(s);
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
        load_row(store, &s);
    e = stmt_done(&s);

    for (size_t i = 0; !e && i < SLOTS; i++) {
        if (set->slot[i])
            e = workspace_survey(store, set->slot[i]);
        if (!e && set->slot[i])
            e = workspace_assume_again(store, set->slot[i]);
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
