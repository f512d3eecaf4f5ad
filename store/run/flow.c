#include "store/run/flow.h"

#include "store/db/stmt.h"

enum error flow_add(struct store *store, struct flow *flow)
{
    struct stmt s = stmt_take_key(store, STMT_FLOW_ADD, flow->workspace, flow->slug);

    if (!*flow->uid)
        uid_derive(uid_seed(uid_seed(0, "flow"), flow->slug), 0, flow->uid);
    stmt_bind_text(&s, flow->uid);
    stmt_bind_text(&s, flow->name);
    stmt_bind_text(&s, flow->steps);
    stmt_bind_text(&s, flow->plan);
    stmt_bind_text(&s, flow->required);
    return stmt_run_new(&s);
}

enum error flow_get_uid(struct store *store, int64_t workspace, const char *slug,
                        char out[UID_SIZE])
{
    struct stmt s = stmt_take_key(store, STMT_FLOW_UID, workspace, slug);
    bool found = stmt_next(&s);

    if (found && out)
        stmt_uid(&s, out);
    enum error e = stmt_done(&s);
    return e || found ? e : ERROR_FLOW_NOT_FOUND;
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

enum error flow_plan_item(const struct ctx *ctx, const char *slug, const char *steps,
                          int64_t position, struct plan_item *out)
{
    struct stmt s = stmt_take_key(ctx->store, STMT_FLOW_PLAN_ITEM, ctx->workspace->id, slug);

    *out = (struct plan_item){.position = -1};
    stmt_bind_int(&s, position);
    stmt_bind_text(&s, steps);
    if (stmt_next(&s))
        plan_item_read(&s, ctx->arena, out);
    return stmt_done(&s);
}

enum error flow_plan(const struct ctx *ctx, const char *slug, struct plan *out)
{
    struct stmt s = stmt_take_key(ctx->store, STMT_FLOW_PLAN_LIST, ctx->workspace->id, slug);
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

enum error flow_check_inputs(const struct ctx *ctx, const char *slug, const char *run_uid,
                             const char **out)
{
    struct stmt s = stmt_take_key(ctx->store, STMT_FLOW_MISSING_INPUT, ctx->workspace->id, slug);

    *out = NULL;
    stmt_bind_text(&s, run_uid);
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
