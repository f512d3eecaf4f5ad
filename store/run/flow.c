#include "store/run/flow.h"

#include "store/db/stmt.h"
#include "store/db/transaction.h"

#include <string.h>

enum error flow_add(struct store *store, struct flow *flow)
{
    struct stmt s = stmt_take_key(store, STMT_FLOW_ADD, flow->workspace, flow->slug);

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

/* Finds a version of a flow, -1: the newest. uid may be NULL. */
static enum error flow_find(struct store *store, int64_t workspace, const char *slug, char *uid,
                            int64_t *version)
{
    struct stmt s = stmt_take_key(store, STMT_FLOW_FIND, workspace, slug);
    char ignored[UID_SIZE];

    stmt_bind_int(&s, *version);
    bool found = stmt_next(&s);
    if (found) {
        stmt_uid(&s, uid ? uid : ignored);
        *version = stmt_int(&s);
    }
    enum error e = stmt_done(&s);
    return e || found ? e : ERROR_FLOW_NOT_FOUND;
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

enum error flow_plan_item(const struct ctx *ctx, struct flow_key flow, const char *steps,
                          int64_t position, struct plan_item *out)
{
    struct stmt s = flow_stmt(ctx, STMT_FLOW_PLAN_ITEM, flow);

    *out = (struct plan_item){.position = -1};
    stmt_bind_int(&s, position);
    stmt_bind_text(&s, steps);
    if (stmt_next(&s))
        plan_item_read(&s, ctx->arena, out);
    return stmt_done(&s);
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

enum error flow_check_inputs(const struct ctx *ctx, struct flow_key flow, const char *run_uid,
                             const char **out)
{
    struct stmt s = flow_stmt(ctx, STMT_FLOW_MISSING_INPUT, flow);

    *out = NULL;
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
