#include "store/run/flow.h"

#include "store/base/memory.h"
#include "store/db/stmt.h"
#include "store/db/transaction.h"
#include "store/db/workspace.h"

#include <stdlib.h>
#include <string.h>

enum error flow_add(struct store *store, struct flow *flow)
{
    struct stmt s = stmt_take_key(store, STMT_FLOW_ADD, flow->workspace, flow->slug);

    store->flows_changed++;
    if (!*flow->uid)
        uid_derive(uid_seed(uid_seed(0, "flow"), flow->slug), 0, flow->uid);
    stmt_bind_int(&s, flow->version);
    stmt_bind_uid(&s, flow->uid);
    stmt_bind_text(&s, flow->name);
    stmt_bind_text(&s, flow->steps);
    stmt_bind_text(&s, flow->plan);
    stmt_bind_text(&s, flow->required);
    return stmt_run_new(&s);
}

enum { FLOWS_CACHED = 16, SLUG_CACHED = 128 /* bytes: a longer one is not cached */ };

/* What was read of the newest version of a flow. It is as the rows are while flows_changed of the
 * store is the same. */
struct cached_flow {
    int64_t workspace, flows_changed, version;
    char slug[SLUG_CACHED + 1];
    char uid[UID_SIZE];
    bool has_required; /* its inputs must have some members */
    bool has_plan;
    struct plan plan; /* in the arena */
    struct arena arena;
};

struct flow_cache {
    struct cached_flow flow[FLOWS_CACHED];
};

void flow_cache_free(struct store *store)
{
    for (int i = 0; store->flows && i < FLOWS_CACHED; i++)
        arena_release(&store->flows->flow[i].arena);
    free(store->flows);
    store->flows = NULL;
}

/* The place of a flow in the cache. */
static struct cached_flow *flow_cache_place(struct store *store, int64_t workspace,
                                            const char *slug)
{
    if (!store->flows)
        store->flows = memory_take(sizeof *store->flows);
    return &store->flows->flow[uid_seed((uint64_t)workspace, slug) % FLOWS_CACHED];
}

/* The cached newest version of a flow; NULL: it is not in the cache. */
static struct cached_flow *flow_cached(struct store *store, int64_t workspace, const char *slug)
{
    struct cached_flow *flow = flow_cache_place(store, workspace, slug);
    bool known = *flow->uid && flow->workspace == workspace &&
                 flow->flows_changed == store->flows_changed && strcmp(flow->slug, slug) == 0;

    return known ? flow : NULL;
}

static void flow_cache_add(struct store *store, int64_t workspace, const char *slug,
                           const char *uid, int64_t version, bool has_required)
{
    struct cached_flow *flow = flow_cache_place(store, workspace, slug);

    if (strlen(slug) >= sizeof flow->slug)
        return;
    arena_reset(&flow->arena);
    flow->workspace = workspace;
    flow->flows_changed = store->flows_changed;
    flow->version = version;
    flow->has_required = has_required;
    flow->has_plan = false;
    stpcpy(flow->slug, slug);
    memcpy(flow->uid, uid, UID_SIZE);
}

/* Finds a version of a flow, -1: the newest. uid may be NULL. */
static enum error flow_find(struct store *store, int64_t workspace, const char *slug, char *uid,
                            int64_t *version)
{
    const struct cached_flow *cached = flow_cached(store, workspace, slug);
    if (cached && *version >= 0 && *version != cached->version)
        cached = NULL;
    bool newest = *version < 0, found = cached, has_required = false;
    char found_uid[UID_SIZE];
    enum error e = ERROR_NONE;

    if (cached) {
        memcpy(found_uid, cached->uid, UID_SIZE);
        *version = cached->version;
    } else {
        struct stmt s = stmt_take_key(store, STMT_FLOW_FIND, workspace, slug);
        stmt_bind_int(&s, *version);
        found = stmt_next(&s);
        if (found) {
            stmt_uid(&s, found_uid);
            *version = stmt_int(&s);
            has_required = stmt_int(&s);
        }
        e = stmt_done(&s);
    }
    if (e || !found)
        return e ? e : ERROR_FLOW_NOT_FOUND;
    if (newest && !cached)
        flow_cache_add(store, workspace, slug, found_uid, *version, has_required);
    if (uid)
        memcpy(uid, found_uid, UID_SIZE);
    return ERROR_NONE;
}

enum error flow_get_uid(struct store *store, int64_t workspace, const char *slug,
                        char out[UID_SIZE])
{
    int64_t version = -1;

    return flow_find(store, workspace, slug, out, &version);
}

enum error flow_get_version(struct store *store, int64_t workspace, const char *slug,
                            int64_t *version)
{
    return flow_find(store, workspace, slug, NULL, version);
}

static enum error flow_replace(struct store *store, struct flow *flow)
{
    struct stmt s = stmt_take_key(store, STMT_FLOW_REMOVE_UNUSED, flow->workspace, flow->slug);

    stmt_bind_int(&s, flow->version++);
    enum error e = stmt_run(&s);
    return e ? e : flow_add(store, flow);
}

enum error flow_put(const struct ctx *ctx, struct flow *flow, bool *made)
{
    char uid[UID_SIZE];
    int64_t version = -1;
    enum error e = flow_find(ctx->store, flow->workspace, flow->slug, uid, &version);
    bool found = !e;

    if (e && e != ERROR_FLOW_NOT_FOUND)
        return e;
    if (found && !*flow->uid)
        memcpy(flow->uid, uid, UID_SIZE);
    e = transaction_begin(ctx->store, ctx->workspace);
    if (e)
        return e;
    flow->version = found ? version : 0;
    e = transaction_end(ctx->store,
                        found ? flow_replace(ctx->store, flow) : flow_add(ctx->store, flow));
    if (!e)
        *made = !found;
    return e;
}

enum error flow_check_steps(struct store *store, int64_t workspace, const char *slug,
                            const char *request, int64_t *position)
{
    struct stmt s = stmt_take(store, STMT_FLOW_UNKNOWN_STEP);

    stmt_bind_text(&s, request);
    stmt_bind_int(&s, workspace);
    stmt_bind_text(&s, slug);
    *position = stmt_next(&s) ? stmt_int(&s) : -1;
    return stmt_done(&s);
}

static void plan_item_read(struct stmt *s, struct arena *arena, struct plan_item *out)
{
    out->position = stmt_int(s);
    out->after = stmt_int(s);
    const char *event = stmt_peek(s);
    out->is_event = event && run_event_parse(event, &out->event);
    out->step_uid = stmt_text(s, arena);
    out->count = stmt_int(s);
    out->template = stmt_text(s, arena);
    out->error_label = stmt_text(s, arena);
    out->error_message = stmt_text(s, arena);
}

/* Takes a statement about a version of a flow. */
static struct stmt flow_stmt(const struct ctx *ctx, enum stmt_id id, struct flow_key flow)
{
    struct stmt s = stmt_take_key(ctx->store, id, ctx->workspace->id, flow.slug);

    stmt_bind_int(&s, flow.version);
    return s;
}

enum error flow_plan(const struct ctx *ctx, struct flow_key flow, struct plan *out)
{
    struct stmt s = flow_stmt(ctx, STMT_FLOW_PLAN_LIST, flow);
    struct plan plan = {0};
    size_t room = 0;

    while (stmt_next(&s)) {
        if ((size_t)plan.count == room)
            plan.item = arena_grow(ctx->arena, plan.item, sizeof *plan.item, &room);
        plan_item_read(&s, ctx->arena, &plan.item[plan.count++]);
    }
    enum error e = stmt_done(&s);
    if (!e)
        *out = plan;
    return e;
}

/* The cached plan of the newest version of a flow; NULL where that is not cached. */
static enum error flow_cached_plan(const struct ctx *ctx, struct flow_key key,
                                   const struct plan **out)
{
    struct cached_flow *flow = flow_cached(ctx->store, ctx->workspace->id, key.slug);
    struct ctx own = *ctx;
    enum error e = ERROR_NONE;

    *out = NULL;
    if (!flow || flow->version != key.version)
        return ERROR_NONE;
    own.arena = &flow->arena;
    if (!flow->has_plan)
        e = flow_plan(&own, key, &flow->plan);
    flow->has_plan = !e;
    if (!e)
        *out = &flow->plan;
    return e;
}

enum error flow_plan_item(const struct ctx *ctx, struct flow_key flow, const char *steps,
                          int64_t position, struct plan_item *out)
{
    const struct plan *plan = NULL;
    enum error e = steps ? ERROR_NONE : flow_cached_plan(ctx, flow, &plan);

    *out = (struct plan_item){.position = -1};
    if (e || plan) {
        if (plan && plan->item && position < plan->count)
            *out = plan->item[position];
        return e;
    }
    struct stmt s = flow_stmt(ctx, STMT_FLOW_PLAN_ITEM, flow);
    stmt_bind_int(&s, position);
    stmt_bind_text(&s, steps);
    if (stmt_next(&s))
        plan_item_read(&s, ctx->arena, out);
    return stmt_done(&s);
}

enum error flow_check_inputs(const struct ctx *ctx, struct flow_key flow, const char *run_uid,
                             const char **out)
{
    int64_t newest = -1;
    enum error e = flow_get_version(ctx->store, ctx->workspace->id, flow.slug, &newest);
    const struct cached_flow *cached = flow_cached(ctx->store, ctx->workspace->id, flow.slug);

    *out = NULL;
    if (!e && cached && newest == flow.version && !cached->has_required)
        return ERROR_NONE; /* as most flows: the statement takes much longer */
    struct stmt s = flow_stmt(ctx, STMT_FLOW_MISSING_INPUT, flow);
    stmt_bind_uid(&s, run_uid);
    if (stmt_next(&s)) {
        int64_t input = stmt_int(&s);
        *out = arena_format(ctx->arena, "inputs/%lld must have required property '%s'",
                            (long long)input, stmt_peek(&s));
    }
    return stmt_done(&s);
}

enum error flow_slugs(const struct ctx *ctx, struct text_list *out)
{
    struct stmt s = stmt_take_in(ctx->store, STMT_FLOW_SLUGS, ctx->workspace->id);

    return list_read_texts(&s, ctx->arena, out);
}
