#include "store/workspace/template.h"

#include "store/base/memory.h"
#include "store/db/stmt.h"
#include "store/db/workspace_set.h"
#include "store/workspace/content.h"

#include <stdlib.h>

static const struct template *template_find(const struct store *store, uint64_t key_hash)
{
    const struct template *each = store->workspaces.templates;

    while (each && each->key_hash != key_hash)
        each = each->next;
    return each;
}

bool template_exists(const struct store *store, uint64_t key_hash)
{
    return template_find(store, key_hash) != NULL;
}

struct template template_of(const struct store *store, uint64_t key_hash)
{
    const struct template *own = template_find(store, key_hash);
    struct template common = {
        .id = TEMPLATE_COMMON, .key_hash = key_hash, .clock = store->config.clock};

    if (own)
        return *own;
    uid_derive(uid_seed(key_hash, "workspace"), 0, common.uid);
    uid_derive(uid_seed(key_hash, "user"), 0, common.user_uid);
    return common;
}

struct clock *template_clock(struct store *store)
{
    return &store->config.clock;
}

static enum error workspace_set_template(struct store *store, struct workspace *workspace,
                                         int64_t template)
{
    struct stmt s = stmt_take(store, STMT_WORKSPACE_SET_TEMPLATE);

    stmt_bind_int(&s, template);
    stmt_bind_int(&s, workspace->id);
    workspace->template = template;
    return stmt_run(&s);
}

void template_free_all(struct store *store)
{
    struct workspace_set *set = &store->workspaces;

    while (set->templates) {
        struct template *next = set->templates->next;
        free(set->templates);
        set->templates = next;
    }
}

enum error template_clear(struct store *store)
{
    struct workspace_set *set = &store->workspaces;
    bool is_new = store->in_memory && !sqlite3_total_changes64(store->db);
    enum error e = is_new ? ERROR_NONE : content_clear(store, TEMPLATE_LAST, TEMPLATE_COMMON);

    for (int64_t place = 1; !e && place <= set->last; place++) {
        if (set->at[place])
            e = workspace_set_template(store, set->at[place], TEMPLATE_COMMON);
    }
    template_free_all(store);
    return e;
}

enum error template_add(struct store *store, const struct template *template)
{
    struct template *own = memory_take(sizeof *own);
    struct workspace *workspace = *workspace_slot(&store->workspaces, template->key_hash);

    *own = *template;
    own->next = store->workspaces.templates;
    store->workspaces.templates = own;
    return workspace ? workspace_set_template(store, workspace, own->id) : ERROR_NONE;
}
