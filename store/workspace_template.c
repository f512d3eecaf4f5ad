/* Templates: what new and reset workspaces are copied from. */
#include "store/stmt.h"
#include "store/workspace_content.h"
#include "store/workspace_set.h"

#include <stdlib.h>
#include <string.h>

static const struct own_template *template_of(const struct store *store, uint64_t print)
{
    const struct own_template *t = store->tenants->templates;

    while (t && t->print != print)
        t = t->next;
    return t;
}

bool workspace_print_in_fixture(const struct store *store, uint64_t print)
{
    return template_of(store, print) != NULL;
}

bool workspace_in_fixture(const struct store *store, const char *key)
{
    return workspace_print_in_fixture(store, workspace_print(key));
}

/* The member and the workspace are the same after every restart: they follow from the key alone. */
static void derive_uids(uint64_t print, char uid[UID_SIZE], char user_uid[UID_SIZE])
{
    uid_derive(uid_seed(print, "workspace"), 0, uid);
    uid_derive(uid_seed(print, "user"), 0, user_uid);
}

struct clock workspace_start_clock(const struct store *store, uint64_t print)
{
    const struct own_template *own = template_of(store, print);

    return own ? own->clock : store->config.clock;
}

void workspace_take_template(const struct store *store, struct workspace *workspace)
{
    const struct own_template *own = template_of(store, workspace->print);

    derive_uids(workspace->print, workspace->uid, workspace->user_uid);
    workspace->marks.clock = workspace_start_clock(store, workspace->print);
    workspace->template = TEMPLATE_COMMON;
    if (own) {
        workspace->template = own->id;
        memcpy(workspace->uid, own->uid, UID_SIZE);
        memcpy(workspace->user_uid, own->user_uid, UID_SIZE);
    }
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

void workspace_free_templates(struct workspace_set *set)
{
    while (set->templates) {
        struct own_template *next = set->templates->next;
        free(set->templates);
        set->templates = next;
    }
}

enum error workspace_clear_templates(struct store *store)
{
    struct workspace_set *set = store->tenants;
    enum error e = workspace_empty(store, TEMPLATE_LAST, TEMPLATE_COMMON);

    for (size_t i = 0; !e && i < SLOTS; i++) {
        if (set->slot[i])
            e = set_template(store, set->slot[i], TEMPLATE_COMMON);
    }
    workspace_free_templates(set);
    return e;
}

enum error workspace_add_template(struct store *store, const struct workspace_template *made)
{
    struct own_template *own = calloc(1, sizeof *own);
    uint64_t print = made->key ? workspace_print(made->key) : made->print;
    struct workspace *workspace = *workspace_slot(store, print);

    if (!own)
        abort();
    own->id = made->template;
    own->clock = made->clock ? *made->clock : store->config.clock;
    own->print = print;
    derive_uids(own->print, own->uid, own->user_uid);
    if (made->uid)
        memcpy(own->uid, made->uid, UID_SIZE);
    if (made->user_uid)
        memcpy(own->user_uid, made->user_uid, UID_SIZE);
    own->next = store->tenants->templates;
    store->tenants->templates = own;
    return workspace ? set_template(store, workspace, own->id) : ERROR_NONE;
}
