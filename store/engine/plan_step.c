#include "store/engine/plan_step.h"

#include "store/base/instant.h"
#include "store/base/json_member.h"
#include "store/base/limits.h"
#include "store/db/stmt.h"
#include "store/run/flow.h"
#include "store/run/life.h"
#include "store/run/output.h"

#include <inttypes.h>
#include <string.h>

/* A plan that was read once for all the runs that follow it. */
struct cached_plan {
    struct cached_plan *next;
    struct flow_key flow;
    struct plan plan;
};

void plan_step_log(struct plan_step *step, struct fired fired)
{
    struct fired_log *log = step->log;

    step->ctx.store->fired++;
    if (!log || log->total++ >= log->max || !log->add)
        return;
    fired.at = step->ctx.now;
    fired.status = step->run.status;
    fired.run_uid = step->run.uid;
    log->add(log->context, &fired);
}

static struct flow_key followed_flow(const struct run *run)
{
    return (struct flow_key){run->flow_slug, run->flow_version};
}

static enum error cached_plan(struct plan_step *step, struct flow_key flow, const struct plan **out)
{
    struct cached_plan *known = step->plans;

    while (known &&
           (known->flow.version != flow.version || strcmp(known->flow.slug, flow.slug) != 0))
        known = known->next;
    if (!known) {
        known = arena_zalloc(step->plans_arena, sizeof *known);
        known->flow = flow;
        known->flow.slug = arena_strdup(step->plans_arena, flow.slug);
        struct ctx ctx = step->ctx;
        ctx.arena = step->plans_arena;
        enum error e = flow_plan(&ctx, flow, &known->plan);
        if (e)
            return e;
        known->next = step->plans;
        step->plans = known;
    }
    *out = &known->plan;
    return ERROR_NONE;
}

enum error plan_step_find(struct plan_step *step, int64_t position, struct plan_item *out)
{
    const struct plan *plan;

    *out = (struct plan_item){.position = -1};
    if (!step->run.flow_slug) /* made by hand: it has no plan */
        return ERROR_NONE;
    if (!step->plans_arena || step->run.steps)
        return flow_plan_item(&step->ctx, followed_flow(&step->run), step->run.steps, position,
                              out);
    enum error e = cached_plan(step, followed_flow(&step->run), &plan);
    if (!e)
        *out = position < plan->count ? plan->item[position] : (struct plan_item){.position = -1};
    return e;
}

static bool item_finishes(const struct plan_item *item)
{
    return item->is_event && run_event_finishes(item->event);
}

enum error plan_step_schedule_next(struct plan_step *step, int64_t position)
{
    struct plan_item item = {.position = -1};
    enum error e = plan_step_find(step, position, &item);

    step->run.due_at = INSTANT_NONE;
    if (!item_finishes(&item) || !assumption_is(&step->ctx, ASSUME_CALLBACK_LAST_BATCH, "with-end"))
        step->run.held_outputs = 0;
    if (e || item.position < 0)
        return e;
    step->run.plan_next = item.position;
    step->run.due_at = step->ctx.now + item.after;
    step->run.due_seq = ++step->ctx.workspace->cache.last_seq;
    workspace_note_due(step->ctx.store, step->ctx.workspace, step->run.due_at);
    return ERROR_NONE;
}

/* An event of the plan. One that the status of the run refuses is passed over: the plan has it too
 * late, or somebody applied another by hand. */
static void apply_event(struct plan_step *step, enum run_event event, const struct run_cause *cause)
{
    enum run_status before = step->run.status;

    if (run_step(&step->ctx, &step->run, event, cause) || step->run.status == before)
        return;
    plan_step_log(step, (struct fired){.event = event});
}

enum error plan_step_count_inputs(struct plan_step *step, int64_t *out)
{
    struct stmt s = stmt_take_uid(step->ctx.store, STMT_RUN_INPUT_COUNT, step->ctx.workspace->id,
                                  step->run.uid);

    *out = stmt_next(&s) ? stmt_int(&s) : 0;
    return stmt_done(&s);
}

/* A way to make too much, which ends the run: the numbers are those of output.h. */
struct output_limit {
    const char *of;
    int64_t most;
    const char *unit;
};

static const struct output_limit limit_count = {"", LIMIT_RUN_OUTPUTS, "outputs"};
static const struct output_limit limit_output_bytes = {"an output of ", LIMIT_OUTPUT_BYTES,
                                                       "bytes"};
static const struct output_limit limit_total_bytes = {"outputs of ", LIMIT_OUTPUTS_BYTES,
                                                      "bytes in all"};

/* The outputs of a step in the making. */
struct production {
    const struct plan_item *item;
    struct run_source source;
    const struct output_limit *exceeded;
};

enum { SOURCE_KEPT = 1024 /* bytes of inputs: more is read for each step */ };

static enum error read_inputs(struct plan_step *step, struct run_source *source)
{
    struct stmt s =
        stmt_take_uid(step->ctx.store, STMT_RUN_INPUT_GET, step->ctx.workspace->id, step->run.uid);
    const char *array = stmt_next(&s) ? stmt_peek(&s) : "[]";
    size_t size = strlen(array) + 1;
    bool kept = step->source_arena && size <= SOURCE_KEPT;
    char *inputs = arena_alloc(kept ? step->source_arena : step->ctx.arena, size);

    source->input_count = (int64_t)json_items_copy(array, inputs);
    source->inputs = inputs;
    if (kept)
        step->source = *source;
    return stmt_done(&s);
}

static enum error find_source(struct plan_step *step, struct run_source *out)
{
    enum error e = ERROR_NONE;

    *out = step->source;
    if (!out->knows_bytes && step->run.output_count)
        e = output_bytes(step->ctx.store, step->ctx.workspace->id, step->run.uid, &out->bytes);
    out->knows_bytes = true;
    return e || out->inputs ? e : read_inputs(step, out);
}

static const char *make_output(struct plan_step *step, const struct plan_item *item,
                               const char *input)
{
    const struct store_config *config = &step->ctx.store->config;

    return config->make_output
               ? config->make_output(step->ctx.arena, item->template, input, step->run.output_count)
               : input;
}

static enum error produce_output(struct plan_step *step, struct production *production,
                                 const char *input)
{
    struct output output = {
        .workspace = step->ctx.workspace->id,
        .run_uid = step->run.uid,
        .position = step->run.output_count,
        .step_uid = production->item->step_uid,
        .data = make_output(step, production->item, input),
    };

    int64_t bytes = production->source.bytes + (output.data ? (int64_t)strlen(output.data) : 0);
    output.bytes_so_far = bytes;
    if (!output.data)
        production->exceeded = &limit_output_bytes;
    else if (bytes > LIMIT_OUTPUTS_BYTES)
        production->exceeded = &limit_total_bytes;
    if (production->exceeded)
        return ERROR_NONE;
    production->source.bytes = bytes;
    step->run.output_count++;
    step->run.credits += step->run.credits < RUN_NUMBER_MAX;
    return output_add(step->ctx.store, &output);
}

/* As many as the item says, until they are too large. The arena would hold all of them. */
static enum error produce_for_input(struct plan_step *step, struct production *production,
                                    const char *input)
{
    enum error e = ERROR_NONE;

    for (int64_t i = 0; !e && !production->exceeded && i < production->item->count; i++) {
        struct arena_mark mark = arena_mark(step->ctx.arena);
        e = produce_output(step, production, input);
        arena_rewind(step->ctx.arena, mark);
    }
    return e;
}

static enum error produce_for_inputs(struct plan_step *step, struct production *production)
{
    struct run_source *source = &production->source;
    enum error e = find_source(step, source);
    int64_t made = source->input_count * production->item->count;
    const char *input = source->inputs;

    if (!e && step->run.output_count + made > LIMIT_RUN_OUTPUTS)
        production->exceeded = &limit_count;
    for (int64_t i = 0; !e && !production->exceeded && i < source->input_count; i++) {
        e = produce_for_input(step, production, input);
        input += strlen(input) + 1;
    }
    step->source.knows_bytes = true;
    step->source.bytes = source->bytes;
    return e;
}

/* There are new ones, from the output number `first` on. Their callback is held until the next item
 * of the plan is known. */
static void note_outputs(struct plan_step *step, const struct plan_item *item, int64_t first)
{
    int64_t count = step->run.output_count - first;

    if (!count)
        return;
    step->run.updated_at = step->ctx.now;
    if (run_wants_all(&step->run))
        step->run.held_outputs += count;
    life_note_outputs(&step->ctx, &step->run, item->step_uid, count);
    plan_step_log(step, (struct fired){.step_uid = item->step_uid, .outputs = count});
}

/* What was made before stays. */
static void fail_over_limit(struct plan_step *step, const struct output_limit *exceeded)
{
    struct run_cause cause = {
        "LIMIT_REACHED", arena_format(step->ctx.arena, "the plan makes %smore than %" PRId64 " %s",
                                      exceeded->of, exceeded->most, exceeded->unit)};

    apply_event(step, RUN_ON_FAIL, &cause);
}

/* The outputs that a step gives for all inputs. */
static enum error produce_outputs(struct plan_step *step, const struct plan_item *item)
{
    struct production production = {.item = item};
    int64_t first = step->run.output_count;
    enum error e = produce_for_inputs(step, &production);

    if (e)
        return e;
    note_outputs(step, item, first);
    if (production.exceeded)
        fail_over_limit(step, production.exceeded);
    return ERROR_NONE;
}

/* Inputs are looked at when a run first moves. */
static enum error check_inputs(struct plan_step *step)
{
    struct run_cause cause = {"BAD_INPUT", NULL};
    enum error e =
        flow_check_inputs(&step->ctx, followed_flow(&step->run), step->run.uid, &cause.message);

    if (!e && cause.message)
        apply_event(step, RUN_ON_INVALIDATE, &cause);
    return e;
}

static enum error execute_item(struct plan_step *step, const struct plan_item *item)
{
    struct run_cause cause = {item->error_label, item->error_message};

    if (!item->is_event)
        return item->step_uid ? produce_outputs(step, item) : ERROR_NONE;
    apply_event(step, item->event, &cause);
    return ERROR_NONE;
}

bool plan_item_needs_start(const struct plan_item *item, enum run_status status)
{
    if (!item->is_event)
        return status != RUN_RUNNING && item->step_uid;
    return run_statuses[status].step[item->event].refusal &&
           !run_statuses[RUN_RUNNING].step[item->event].refusal;
}

enum error plan_step_execute(struct plan_step *step)
{
    struct plan_item item = {.position = -1};
    enum error e = plan_step_find(step, step->run.plan_next, &item);

    if (!e && step->run.plan_next == 0)
        e = check_inputs(step);
    if (e)
        return e;
    if (!run_statuses[step->run.status].halted && plan_item_needs_start(&item, step->run.status)) {
        apply_event(step, RUN_ON_START, NULL);
        return ERROR_NONE; /* the item is due still, so that each change is written by itself */
    }
    if (!run_statuses[step->run.status].halted && item.position >= 0)
        e = execute_item(step, &item);
    step->run.plan_next = item.position + 1;
    step->run.due_at = INSTANT_NONE;
    if (e || run_statuses[step->run.status].halted || item.position < 0)
        return e;
    return plan_step_schedule_next(step, step->run.plan_next);
}

static enum error read_steps(struct plan_step *step, const char *request)
{
    size_t size;

    if (!strstr(request, "\"steps\"") || !json_member_find(request, "steps", &size))
        return ERROR_NONE; /* as most: that is seen without a look at each member */
    struct stmt s = stmt_take(step->ctx.store, STMT_RUN_REQUEST_STEPS);

    stmt_bind_text(&s, request);
    if (stmt_next(&s))
        step->run.steps = stmt_text(&s, step->ctx.arena);
    return stmt_done(&s);
}

enum error plan_step_start(struct plan_step *step, const char *request)
{
    size_t size;
    const char *inputs = json_member_find(request, "inputs", &size);

    run_fill_times(&step->run, step->ctx.now, 0);
    step->run.plan_next = 0;
    step->run.flow_version = -1;
    enum error e = flow_get_version(step->ctx.store, step->ctx.workspace->id, step->run.flow_slug,
                                    &step->run.flow_version);
    if (!e)
        e = read_steps(step, request);
    if (!e)
        e = plan_step_schedule_next(step, 0);
    if (!e)
        e = run_fill(step->ctx.store, step->ctx.workspace, &step->run);
    if (!e && inputs)
        e = run_add_inputs(step->ctx.store, &step->run, inputs, size);
    if (!e)
        e = run_create(step->ctx.store, step->ctx.workspace, &step->run);
    if (!e)
        life_note_created(&step->ctx, &step->run);
    if (e || !step->run.callback_url)
        return e;
    return run_notify_status(step->ctx.store, step->ctx.workspace, &step->run);
}
