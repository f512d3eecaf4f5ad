#include "store/workspace/template.h"

#include "store/db/stmt.h"
#include "store/db/workspace_set.h"
#include "store/workspace/assumption_overrides.h"

#include <stdlib.h>
#include <string.h>

/* What memory knows of one that belongs to a key; its rows have the rest. */
struct template
{
    struct template *next;
    int64_t id;
    uint64_t key_hash;
    char uid[UID_SIZE];
    char user_uid[UID_SIZE];
    struct clock clock;
};

static const struct template *template_of(const struct store *store, uint64_t print)
{
    const struct template *t = store->workspaces->templates;

    while (t && t->key_hash != print)
        t = t->next;
    return t;
}

bool template_names_key_hash(const struct store *store, uint64_t print)
{
    return template_of(store, print) != NULL;
}

bool template_names_key(const struct store *store, const char *key)
{
    return template_names_key_hash(store, workspace_key_hash(key));
}

/* The member and the workspace are the same after every restart: they follow from the key alone. */
static void derive_uids(uint64_t print, char uid[UID_SIZE], char user_uid[UID_SIZE])
{
    uid_derive(uid_seed(print, "workspace"), 0, uid);
    uid_derive(uid_seed(print, "user"), 0, user_uid);
}

static struct clock start_clock(const struct store *store, uint64_t print)
{
    const struct template *own = template_of(store, print);

    return own ? own->clock : store->config.clock;
}

void template_assign(const struct store *store, struct workspace *workspace)
{
    const struct template *own = template_of(store, workspace->key_hash);

    derive_uids(workspace->key_hash, workspace->uid, workspace->user_uid);
    workspace->cache.clock = start_clock(store, workspace->key_hash);
    workspace->template = TEMPLATE_COMMON;
    if (own) {
        workspace->template = own->id;
        memcpy(workspace->uid, own->uid, UID_SIZE);
        memcpy(workspace->user_uid, own->user_uid, UID_SIZE);
    }
}

enum error template_fill(struct store *store, struct workspace *workspace)
{
    struct workspace_source from = {workspace->template, clock_now(&workspace->cache.clock)};

    return workspace_fill(store, workspace, &from);
}

static enum error workspace_write_key(struct store *store, const struct workspace *workspace)
{
    struct stmt s = stmt_take(store, STMT_WORKSPACE_REKEY);

    stmt_bind_int(&s, (int64_t)workspace->key_hash);
    stmt_bind_int(&s, workspace->template);
    stmt_bind_text(&s, workspace->uid);
    stmt_bind_text(&s, workspace->user_uid);
    stmt_bind_int(&s, workspace->id);
    return stmt_run_one(&s);
}

enum error template_refill(struct store *store, struct workspace *workspace, void *context)
{
    enum error e = assumption_overrides_clear(store, workspace);

    (void)context;
    if (!e)
        e = workspace_write_key(store, workspace);
    return e ? e : template_fill(store, workspace);
}

enum error template_reset(struct store *store, struct workspace *workspace, workspace_fill_fn *fill)
{
    struct workspace before = *workspace;

    template_assign(store, workspace);
    struct clock start = workspace->cache.clock;
    workspace->cache.clock = before.cache.clock; /* until the transaction says otherwise */
    enum error e = workspace_replace(store, workspace, &start, fill, NULL);
    if (e) {
        memcpy(workspace->uid, before.uid, UID_SIZE);
        memcpy(workspace->user_uid, before.user_uid, UID_SIZE);
        workspace->template = before.template;
        return e;
    }
    workspace->ref_seq = 0;
    workspace->assumptions = &store->config.assumptions;
    return ERROR_NONE;
}

static enum error set_template(struct store *store, struct workspace *workspace, int64_t template)
{
    struct stmt s = stmt_take(store, STMT_WORKSPACE_SET_TEMPLATE);

    stmt_bind_int(&s, template);
    stmt_bind_int(&s, workspace->id);
    enum error e = stmt_run(&s);
    if (!e)
        workspace->template = template;
    return e;
}

void template_forget_all(struct store *store)
{
    struct workspace_set *set = store->workspaces;

    while (set->templates) {
        struct template *next = set->templates->next;
        free(set->templates);
        set->templates = next;
    }
}

enum error template_clear(struct store *store)
{
    struct workspace_set *set = store->workspaces;
    enum error e = workspace_empty(store, TEMPLATE_LAST, TEMPLATE_COMMON);

    for (size_t i = 0; !e && i < SLOTS; i++) {
        if (set->slot[i])
            e = set_template(store, set->slot[i], TEMPLATE_COMMON);
    }
    template_forget_all(store);
    return e;
}

enum error template_add(struct store *store, const struct template_spec *order)
{
    struct template *own = calloc(1, sizeof *own);
    struct workspace *workspace = *workspace_slot(store->workspaces, order->key_hash);

    if (!own)
        abort();
    own->id = order->template;
    own->clock = order->clock ? *order->clock : store->config.clock;
    own->key_hash = order->key_hash;
    derive_uids(own->key_hash, own->uid, own->user_uid);
    if (order->uid)
        memcpy(own->uid, order->uid, UID_SIZE);
    if (order->user_uid)
        memcpy(own->user_uid, order->user_uid, UID_SIZE);
    own->next = store->workspaces->templates;
    store->workspaces->templates = own;
    return workspace ? set_template(store, workspace, own->id) : ERROR_NONE;
}
