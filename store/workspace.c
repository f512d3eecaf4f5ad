#include "store/workspace.h"

#include "store/base/instant.h"
#include "store/outbox.h"
#include "store/outbox_queue.h"
#include "store/stmt.h"
#include "store/transaction.h"
#include "store/workspace_content.h"
#include "store/workspace_set.h"

#include <stdlib.h>
#include <string.h>

uint64_t workspace_print(const char *key)
{
    return uid_seed(uid_seed(0, "key"), key);
}

struct workspace **workspace_slot(const struct store *store, uint64_t print)
{
    struct workspace_set *set = store->tenants;
    size_t i = print % SLOTS;

    while (set->slot[i] && set->slot[i]->print != print)
        i = (i + 1) % SLOTS;
    return &set->slot[i];
}

struct workspace *workspace_find(struct store *store, const char *key)
{
    return *workspace_slot(store, workspace_print(key));
}

static void bind_clock(struct stmt *s, const struct clock *clock)
{
    stmt_bind_int(s, clock->frozen);
    stmt_bind_int(s, clock->at);
}

/* Its clock showed nothing yet, and nothing is known to be due. */
static void forget_times(struct workspace *workspace)
{
    workspace->marks.latest = INSTANT_NONE;
    workspace->marks.next_due = INSTANT_NONE;
    workspace->marks.outbox_due = INSTANT_NONE;
}

static struct workspace *remember(struct store *store, uint64_t print, int64_t id)
{
    struct workspace *workspace = calloc(1, sizeof *workspace);

    if (!workspace)
        abort();
    workspace->id = id;
    workspace->assumptions = &store->config.assumptions;
    workspace->print = print;
    forget_times(workspace);
    workspace->seed = uid_seed(store->config.seed ^ print, "workspace");
    *workspace_slot(store, print) = workspace;
    store->tenants->by_id[id] = workspace;
    store->tenants->count++;
    return workspace;
}

static void release(struct workspace *workspace)
{
    if (workspace)
        free(workspace->own_assumptions);
    free(workspace);
}

static void forget(struct store *store, struct workspace *workspace)
{
    /* Only ever the newest one, so that no chain of the table is broken. */
    *workspace_slot(store, workspace->print) = NULL;
    store->tenants->by_id[workspace->id] = NULL;
    store->tenants->count--;
    release(workspace);
}

static enum error add_row(struct store *store, const struct workspace *workspace)
{
    struct stmt s = stmt_take(store, STMT_WORKSPACE_ADD);

    stmt_bind_int(&s, workspace->id);
    stmt_bind_int(&s, (int64_t)workspace->print);
    stmt_bind_int(&s, workspace->template);
    stmt_bind_text(&s, workspace->uid);
    stmt_bind_text(&s, workspace->user_uid);
    bind_clock(&s, &workspace->marks.clock);
    return stmt_run(&s);
}

static enum error fill_from_template(struct store *store, struct workspace *workspace)
{
    struct workspace_source from = {workspace->template, clock_now(&workspace->marks.clock)};

    return workspace_fill(store, workspace, &from);
}

enum error workspace_get(struct store *store, const char *key, struct workspace **out)
{
    struct workspace *workspace = workspace_find(store, key);

    if (workspace) {
        workspace->used = ++store->tenants->uses;
        *out = workspace;
        return ERROR_NONE;
    }
    if (store->tenants->count >= store->config.most_workspaces)
        return workspace_evict(store, workspace_print(key), out);

    workspace = remember(store, workspace_print(key), store->tenants->last_id + 1);
    workspace_take_template(store, workspace);

    enum error e = transaction_begin(store, workspace);
    if (!e) {
        e = add_row(store, workspace);
        e = transaction_end(store, e ? e : fill_from_template(store, workspace));
    }
    if (e) {
        forget(store, workspace);
        return e;
    }
    store->tenants->last_id++;
    workspace->used = ++store->tenants->uses;
    *out = workspace;
    return ERROR_NONE;
}

static enum error write_clock(struct store *store, const struct workspace *workspace)
{
    struct stmt s = stmt_take(store, STMT_WORKSPACE_SET_CLOCK);

    bind_clock(&s, &workspace->marks.clock);
    stmt_bind_int(&s, workspace->id);
    return stmt_run(&s);
}

enum error workspace_set_clock(struct store *store, struct workspace *workspace,
                               const struct clock *clock)
{
    workspace->marks.clock = *clock;
    return write_clock(store, workspace);
}

struct workspace *workspace_by_id(const struct store *store, int64_t id)
{
    return store->tenants->by_id[id];
}

void workspace_each(struct store *store, void (*visit)(void *context, struct workspace *workspace),
                    void *context)
{
    for (size_t i = 0; i < SLOTS; i++) {
        if (store->tenants->slot[i])
            visit(context, store->tenants->slot[i]);
    }
}

enum error workspace_replace(struct store *store, struct workspace *workspace,
                             const struct clock *clock, workspace_filler *fill, void *context)
{
    enum error e = transaction_begin(store, workspace);

    if (e)
        return e;
    workspace->marks.clock = *clock;
    forget_times(workspace);
    workspace->changes++;
    e = workspace_empty(store, workspace->id, workspace->id);
    if (!e)
        e = write_clock(store, workspace);
    if (!e)
        e = fill(store, workspace, context);
    e = transaction_end(store, e);
    if (!e)
        outbox_overtake(store, workspace);
    return e;
}

static enum error fill_again(struct store *store, struct workspace *workspace, void *context)
{
    enum error e = workspace_assume_nothing(store, workspace);

    (void)context;
    return e ? e : fill_from_template(store, workspace);
}

enum error workspace_reset(struct store *store, struct workspace *workspace)
{
    struct clock start = workspace_start_clock(store, workspace->print);
    enum error e = workspace_replace(store, workspace, &start, fill_again, NULL);

    if (e)
        return e;
    workspace->drawn = 0;
    workspace->assumptions = &store->config.assumptions;
    return ERROR_NONE;
}

uint64_t workspace_draw(struct workspace *workspace)
{
    return ++workspace->drawn;
}

int64_t workspace_count(const struct store *store)
{
    return store->tenants->count;
}

static void load_row(struct store *store, struct stmt *s)
{
    int64_t id = stmt_int(s);
    if (id < 1 || id > WORKSPACES_MAX) {
        s->failed = true; /* the file is damaged */
        return;
    }
    struct workspace *workspace = remember(store, (uint64_t)stmt_int(s), id);

    workspace->template = stmt_int(s);
    stmt_uid(s, workspace->uid);
    stmt_uid(s, workspace->user_uid);
    workspace->marks.clock.frozen = stmt_int(s);
    workspace->marks.clock.at = stmt_int(s);
    if (id > store->tenants->last_id)
        store->tenants->last_id = id;
}

enum error workspace_load(struct store *store)
{
    store->tenants = calloc(1, sizeof *store->tenants);
    if (!store->tenants)
        abort();

    enum error e = outbox_recover(store);
    if (e)
        return e;
    struct stmt s = stmt_take(store, STMT_WORKSPACE_LIST);
    while (stmt_next(&s))
        load_row(store, &s);
    e = stmt_done(&s);

    for (size_t i = 0; !e && i < SLOTS; i++) {
        if (store->tenants->slot[i])
            e = workspace_survey(store, store->tenants->slot[i]);
        if (!e && store->tenants->slot[i])
            e = workspace_assume_again(store, store->tenants->slot[i]);
    }
    return e;
}

void workspace_unload(struct store *store)
{
    struct workspace_set *set = store->tenants;

    if (!set)
        return;
    for (size_t i = 0; i < SLOTS; i++)
        release(set->slot[i]);
    workspace_free_templates(set);
    free(set);
}
