#include "store/engine/plan_step.h"

#include "store/base/instant.h"
#include "store/base/limits.h"
#include "store/callback/outbox.h"
#include "store/db/stmt.h"
#include "store/run/flow.h"
#include "store/run/output.h"

#include <inttypes.h>
#include <string.h>

/* A plan that was read once for all the runs that follow it. */
struct known_plan {
    struct known_plan *next;
    const char *slug;
    struct plan plan;
};

static struct fired nowhere;

const char *firing_word(struct firing *f, const struct fired *noted, const char *word)
{
    return noted == &nowhere ? NULL : arena_strdup(f->log->arena, word);
}

struct fired *firing_note(struct firing *f)
{
    struct fired_log *log = f->log;

    f->store->fired++;
    if (log)
        log->total++;
    if (!log || log->count == log->most)
        return &nowhere;
    if (log->count == log->capacity)
        log->list = arena_grow(log->arena, log->list, sizeof *log->list, &log->capacity);
    struct fired *fired = &log->list[log->count++];
    *fired = (struct fired){.at = f->at, .status = f->run.status};
    memcpy(fired->run_uid, f->run.uid, UID_SIZE);
    return fired;
}

static enum error known_plan(struct firing *f, const char *slug, const struct plan **out)
{
    struct known_plan *known = f->plans;

    while (known && strcmp(known->slug, slug) != 0)
        known = known->next;
    if (!known) {
        known = arena_zalloc(f->whole, sizeof *known);
        known->slug = arena_strdup(f->whole, slug);
        enum error e = flow_plan(f->store, f->whole, f->workspace->id, slug, &known->plan);
        if (e)
            return e;
        known->next = f->plans;
        f->plans = known;
    }
    *out = &known->plan;
    return ERROR_NONE;
}

/* The first item of the run's plan at or behind a position that it does not leave out. */
static enum error find_item(struct firing *f, int64_t position, struct plan_item *out)
{
    const struct plan *plan;

    *out = (struct plan_item){.position = -1};
    if (!f->run.flow_slug) /* made by hand: it has no plan */
        return ERROR_NONE;
    if (!f->whole || f->run.steps)
        return flow_plan_item(f->store, f->arena, f->workspace->id, f->run.flow_slug, f->run.steps,
                              position, out);
    enum error e = known_plan(f, f->run.flow_slug, &plan);
    if (!e)
        *out = position < plan->count ? plan->item[position] : (struct plan_item){.position = -1};
    return e;
}

enum error firing_arm(struct firing *f, int64_t position)
{
    struct plan_item item = {.position = -1};
    enum error e = find_item(f, position, &item);

    f->run.due_at = INSTANT_NONE;
    if (e || item.position < 0)
        return e;
    f->run.plan_next = item.position;
    f->run.due_at = f->at + item.after;
    f->run.due_seq = ++f->workspace->marks.last_seq;
    workspace_expect(f->store, f->workspace, f->run.due_at);
    return ERROR_NONE;
}

/* An event of the plan. One that the status of the run refuses is passed over: somebody applied
 * another by hand. */
static void happen(struct firing *f, enum run_event event, const struct run_cause *cause)
{
    enum run_status before = f->run.status;

    if (run_step(f->workspace->assumptions, &f->run, event, cause, f->at) ||
        f->run.status == before)
        return;
    firing_note(f)->event = event;
}

/* Work is done by a run that runs. */
static void ensure_running(struct firing *f)
{
    if (f->run.status != RUN_RUNNING)
        happen(f, RUN_ON_START, NULL);
}

static enum error count_inputs(struct firing *f, int64_t *out)
{
    struct stmt s = stmt_take(f->store, STMT_RUN_INPUT_COUNT);

    stmt_bind_int(&s, f->workspace->id);
    stmt_bind_text(&s, f->run.uid);
    *out = stmt_next(&s) ? stmt_int(&s) : 0;
    return stmt_done(&s);
}

/* A way to make too much, which ends the run: the numbers are those of output.h. */
struct excess {
    const char *of;
    int64_t most;
    const char *unit;
};

static const struct excess too_many = {"", LIMIT_RUN_OUTPUTS, "outputs"};
static const struct excess too_long = {"an output of ", LIMIT_OUTPUT_BYTES, "bytes"};
static const struct excess too_much = {"outputs of ", LIMIT_OUTPUTS_BYTES, "bytes in all"};

/* The outputs of a step in the making. */
struct work {
    const struct plan_item *item;
    int64_t bytes; /* of all outputs of the run so far */
    const struct excess *excess;
};

static const char *make_output(struct firing *f, const struct plan_item *item, const char *input)
{
    const struct store_config *config = &f->store->config;

    return config->make_output
               ? config->make_output(f->arena, item->template, input, f->run.output_count)
               : input;
}

static enum error add_output(struct firing *f, struct work *work, const char *input)
{
    struct output output = {
        .workspace = f->workspace->id,
        .run_uid = f->run.uid,
        .position = f->run.output_count,
        .step_uid = work->item->step_uid,
        .data = make_output(f, work->item, input),
    };

    work->bytes += output.data ? (int64_t)strlen(output.data) : 0;
    if (!output.data)
        work->excess = &too_long;
    else if (work->bytes > LIMIT_OUTPUTS_BYTES)
        work->excess = &too_much;
    if (work->excess)
        return ERROR_NONE;
    f->run.output_count++;
    f->run.credits += f->run.credits < RUN_NUMBER_MAX;
    return output_add(f->store, &output);
}

/* As many as the item says, until they are too large. The arena would hold all of them. */
static enum error add_for_input(struct firing *f, struct work *work, const char *input)
{
    enum error e = ERROR_NONE;

    for (int64_t i = 0; !e && !work->excess && i < work->item->count; i++) {
        struct arena_mark mark = arena_mark(f->arena);
        e = add_output(f, work, input);
        arena_rewind(f->arena, mark);
    }
    return e;
}

static enum error add_outputs(struct firing *f, struct work *work)
{
    enum error e = output_bytes(f->store, f->workspace->id, f->run.uid, &work->bytes);
    struct stmt s = stmt_take(f->store, STMT_RUN_INPUT_LIST);

    stmt_bind_int(&s, f->workspace->id);
    stmt_bind_text(&s, f->run.uid);
    while (!e && !work->excess && stmt_next(&s))
        e = add_for_input(f, work, stmt_peek(&s));
    enum error done = stmt_done(&s);
    return e ? e : done;
}

/* There are new ones, from the output number `first` on. */
static enum error tell_outputs(struct firing *f, const struct plan_item *item, int64_t first)
{
    int64_t count = f->run.output_count - first;
    enum error e = ERROR_NONE;

    if (!count)
        return e;
    f->run.updated_at = f->at;
    if (f->run.callback_url)
        e = outbox_add_batch(f->store, &f->run, item->step_uid, first, count, f->at);
    if (e)
        return e;
    struct fired *fired = firing_note(f);
    fired->outputs = count;
    fired->step_uid = firing_word(f, fired, item->step_uid);
    return ERROR_NONE;
}

/* What was made before stays. */
static void fail_beyond(struct firing *f, const struct excess *excess)
{
    struct run_cause cause = {"LIMIT_REACHED",
                              arena_format(f->arena, "the plan makes %smore than %" PRId64 " %s",
                                           excess->of, excess->most, excess->unit)};

    happen(f, RUN_ON_FAIL, &cause);
}

/* The outputs that a step gives for all inputs. */
static enum error work(struct firing *f, const struct plan_item *item)
{
    struct work work = {.item = item};
    int64_t inputs, first = f->run.output_count;

    ensure_running(f);
    if (f->run.status != RUN_RUNNING)
        return ERROR_NONE;
    enum error e = count_inputs(f, &inputs);
    if (e)
        return e;
    if (first + inputs * item->count > LIMIT_RUN_OUTPUTS)
        work.excess = &too_many;
    else
        e = add_outputs(f, &work);
    if (!e)
        e = tell_outputs(f, item, first);
    if (!e && work.excess)
        fail_beyond(f, work.excess);
    return e;
}

/* Inputs are looked at when a run first moves. */
static enum error check_inputs(struct firing *f)
{
    struct run_cause cause = {"BAD_INPUT", NULL};
    enum error e = flow_check_inputs(f->store, f->arena, f->workspace->id, f->run.flow_slug,
                                     f->run.uid, &cause.message);

    if (!e && cause.message)
        happen(f, RUN_ON_INVALIDATE, &cause);
    return e;
}

static enum error happen_item(struct firing *f, const struct plan_item *item)
{
    struct run_cause cause = {item->error_label, item->error_message};

    if (!item->is_event)
        return item->step_uid ? work(f, item) : ERROR_NONE;
    if (item->event == RUN_ON_FINISH || item->event == RUN_ON_FINISH_PARTIALLY)
        ensure_running(f);
    happen(f, item->event, &cause);
    return ERROR_NONE;
}

bool firing_has_halted(const struct run *run)
{
    return run_status_finished(run->status) || run->status == RUN_BLOCKED;
}

enum error firing_move(struct firing *f)
{
    struct plan_item item = {.position = -1};
    enum error e = find_item(f, f->run.plan_next, &item);

    if (!e && f->run.plan_next == 0)
        e = check_inputs(f);
    if (!e && !firing_has_halted(&f->run) && item.position >= 0)
        e = happen_item(f, &item);
    f->run.plan_next = item.position + 1;
    f->run.due_at = INSTANT_NONE;
    if (e || firing_has_halted(&f->run) || item.position < 0)
        return e;
    return firing_arm(f, f->run.plan_next);
}

static enum error read_steps(struct firing *f, const struct run_order *order)
{
    struct stmt s = stmt_take(f->store, STMT_RUN_REQUEST_STEPS);

    stmt_bind_text(&s, order->request);
    if (stmt_next(&s))
        f->run.steps = stmt_text(&s, f->arena);
    return stmt_done(&s);
}

enum error firing_start(struct firing *f, const struct run_order *order)
{
    run_init(&f->run);
    f->run.flow_slug = order->flow_slug;
    f->run.callback_url = order->callback_url;
    f->run.callback_headers = order->callback_headers;
    f->run.callback_on = order->callback_on;
    if (order->schedule_uid)
        memcpy(f->run.schedule_uid, order->schedule_uid, UID_SIZE);
    run_fill_times(&f->run, f->at, 0);
    enum error e = read_steps(f, order);
    if (!e)
        e = run_create(f->store, f->workspace, &f->run);
    if (e)
        return e;

    e = run_add_inputs(f->store, &f->run, order->request);
    if (e)
        return e;

    struct run before = f->run;
    f->run.plan_next = 0;
    e = firing_arm(f, 0);
    return e ? e : run_save(f->store, &before, &f->run);
}
