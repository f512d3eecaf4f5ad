#include "store/workspace/evict.h"

#include "store/db/stmt.h"
#include "store/db/workspace_set.h"
#include "store/workspace/content.h"
#include "store/workspace/template.h"

/* The one that was used longest ago of those that may go. */
static struct workspace *find_least_recently_used(const struct workspace_set *set)
{
    struct workspace *oldest = NULL;

    for (int64_t id = 1; id <= set->last_id; id++) {
        struct workspace *each = set->by_id[id];
        if (each && each->template == TEMPLATE_COMMON && !each->waiters &&
            (!oldest || each->last_used < oldest->last_used))
            oldest = each;
    }
    return oldest;
}

static enum error evict_drop_snapshots(struct store *store, const struct workspace *workspace)
{
    struct stmt s = stmt_take(store, STMT_SNAPSHOT_RANGE);
    enum error e = ERROR_NONE;

    stmt_bind_int(&s, workspace->id);
    while (!e && stmt_next(&s)) {
        int64_t id = stmt_int(&s);
        e = workspace_empty(store, id, id);
    }
    enum error done = stmt_done(&s);
    if (e || done)
        return e ? e : done;
    s = stmt_take(store, STMT_SNAPSHOT_REMOVE_ALL);
    stmt_bind_int(&s, workspace->id);
    return stmt_run(&s);
}

static enum error evict_fill(struct store *store, struct workspace *workspace, void *context)
{
    enum error e = evict_drop_snapshots(store, workspace);

    return e ? e : template_refill(store, workspace, context);
}

enum error tenant_evict(struct store *store, uint64_t print, struct workspace **out)
{
    struct workspace_set *set = store->workspaces;
    struct workspace *workspace = find_least_recently_used(set);

    if (!workspace)
        return ERROR_TOO_MANY_WORKSPACES;
    struct workspace before = *workspace;
    workspace_set_unslot(set, workspace);
    workspace->key_hash = print;
    workspace->seed = uid_seed(store->config.seed ^ print, "workspace");
    enum error e = template_reset(store, workspace, evict_fill);
    if (e) {
        workspace->key_hash = before.key_hash;
        workspace->seed = before.seed;
    } else {
        workspace->generation++;
        workspace->last_used = ++set->uses;
        *out = workspace;
    }
    *workspace_slot(set, workspace->key_hash) = workspace;
    return e;
}
