#include "store/engine/preview.h"

#include "store/base/instant.h"
#include "store/engine/plan_step.h"

struct plan_step *preview_reader(const struct ctx *ctx)
{
    struct plan_step *reader = arena_zalloc(ctx->arena, sizeof *reader);

    reader->ctx = ctx_unrecorded(ctx);
    reader->plans_arena = ctx->arena;
    return reader;
}

static void preview_add(struct preview *preview, struct arena *arena, size_t *room,
                        struct planned planned)
{
    if (preview->count == *room)
        preview->list = arena_grow(arena, preview->list, sizeof *preview->list, room);
    preview->list[preview->count++] = planned;
}

/* Changes the status as an event will; false when it is refused. */
static bool status_step(const struct ctx *ctx, enum run_event event, enum run_status *status)
{
    struct run_step step = run_machine_step(ctx, *status, event);

    if (step.refusal || step.to == *status)
        return false;
    *status = step.to;
    return true;
}

/* A run whose inputs are wrong ends when it first moves. */
static enum error item_read(struct plan_step *reader, int64_t position, struct plan_item *out)
{
    const char *wrong = NULL;
    enum error e = plan_step_find(reader, position, out);

    if (!e && position == 0)
        e = flow_check_inputs(&reader->ctx,
                              (struct flow_key){reader->run.flow_slug, reader->run.flow_version},
                              reader->run.uid, &wrong);
    if (wrong) {
        out->is_event = true;
        out->event = RUN_ON_INVALIDATE;
    }
    return e;
}

/* What an item brings to a run in this status. */
static void item_preview(struct plan_step *reader, const struct plan_item *item,
                         struct planned planned, struct preview *out, size_t *room)
{
    struct arena *arena = reader->plans_arena;

    planned.position = item->position;
    planned.event = RUN_ON_START;
    if (plan_item_needs_start(item, planned.to) &&
        status_step(&reader->ctx, RUN_ON_START, &planned.to))
        preview_add(out, arena, room, planned);
    planned.event = item->event;
    planned.outputs *= item->is_event ? 0 : item->count;
    if (item->is_event && status_step(&reader->ctx, item->event, &planned.to))
        preview_add(out, arena, room, planned);
    planned.step_uid = item->step_uid;
    if (!item->is_event && planned.outputs && planned.to == RUN_RUNNING)
        preview_add(out, arena, room, planned);
}

enum error preview_read(struct plan_step *reader, const struct run *run, size_t max,
                        struct preview *out)
{
    struct plan_item item = {.position = -1};
    struct planned next = {.at = run->due_at, .to = run->status};
    size_t room = 0;

    *out = (struct preview){0};
    reader->run = *run;
    if (run->due_at == INSTANT_NONE || run_statuses[run->status].halted)
        return ERROR_NONE;
    enum error e = plan_step_count_inputs(reader, &next.outputs);
    if (!e)
        e = item_read(reader, run->plan_next, &item);
    while (!e && item.position >= 0 && out->count < max && !run_statuses[next.to].halted) {
        item_preview(reader, &item, next, out, &room);
        if (out->count)
            next.to = out->list[out->count - 1].to;
        e = plan_step_find(reader, item.position + 1, &item);
        next.at += item.after;
    }
    return e;
}
