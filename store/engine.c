#include "store/engine.h"

#include "store/base/instant.h"
#include "store/flow.h"
#include "store/output.h"
#include "store/stmt.h"
#include "store/transaction.h"

#include <string.h>

enum {
    OUTPUTS_MAX = 100000 /* of one run; a plan that makes more fails it */
};

/* A plan that was read once for all the runs that follow it. */
struct known_plan {
    struct known_plan *next;
    const char *slug;
    struct plan plan;
};

/* One firing: what is wanted for it, and the run that something happens to. */
struct firing {
    struct store *store;
    struct arena *whole; /* of the firing of many, with its plans; NULL: of one */
    struct known_plan *plans;
    struct arena *arena; /* of one step, but for what the log keeps */
    struct workspace *workspace;
    struct fired_log *log;
    struct run run;
    int64_t at;
};

static struct fired *note(struct firing *f)
{
    static struct fired nobody;
    struct fired_log *log = f->log;

    if (!log)
        return &nobody;
    if (log->count == log->capacity) {
        size_t capacity = log->capacity ? 2 * log->capacity : 64;
        struct fired *list = arena_alloc(log->arena, capacity * sizeof *list);
        if (log->count)
            memcpy(list, log->list, log->count * sizeof *list);
        log->list = list;
        log->capacity = capacity;
    }
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

    if (!f->whole || f->run.steps)
        return flow_plan_item(f->store, f->arena, f->workspace->id, f->run.flow_slug, f->run.steps,
                              position, out);
    enum error e = known_plan(f, f->run.flow_slug, &plan);
    if (!e)
        *out = position < plan->count ? plan->item[position] : (struct plan_item){.position = -1};
    return e;
}

/* Gives a run its next time: that of the first item at or behind `position` that concerns it. */
static enum error arm(struct firing *f, int64_t position)
{
    struct plan_item item = {.position = -1};
    enum error e = find_item(f, position, &item);

    f->run.due_at = INSTANT_NONE;
    if (e || item.position < 0)
        return e;
    f->run.plan_next = item.position;
    f->run.due_at = f->at + item.after;
    f->run.due_seq = ++f->workspace->last_seq;
    workspace_expect(f->store, f->workspace, f->run.due_at);
    return ERROR_NONE;
}

/* An event of the plan. One that the status of the run refuses is passed over: somebody applied
 * another by hand. */
static void happen(struct firing *f, enum run_event event, const struct run_cause *cause)
{
    enum run_status before = f->run.status;

    if (run_step(&f->store->config.assumptions, &f->run, event, cause, f->at) ||
        f->run.status == before)
        return;
    note(f)->event = event;
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

static enum error add_output(struct firing *f, const struct plan_item *item, const char *input)
{
    struct output output = {
        .workspace = f->workspace->id,
        .run_uid = f->run.uid,
        .position = f->run.output_count,
        .step_uid = item->step_uid,
        .data = input,
    };

    if (f->store->config.make_output)
        output.data =
            f->store->config.make_output(f->arena, item->template, input, output.position);
    f->run.output_count++;
    f->run.credits++;
    return output_add(f->store, &output);
}

static enum error add_outputs(struct firing *f, const struct plan_item *item)
{
    struct stmt s = stmt_take(f->store, STMT_RUN_INPUT_LIST);
    enum error e = ERROR_NONE;

    stmt_bind_int(&s, f->workspace->id);
    stmt_bind_text(&s, f->run.uid);
    while (!e && stmt_next(&s)) {
        const char *input = stmt_peek(&s);
        for (int64_t i = 0; !e && i < item->count; i++)
            e = add_output(f, item, input);
    }
    enum error done = stmt_done(&s);
    return e ? e : done;
}

/* The outputs that a step gives for all inputs. */
static enum error work(struct firing *f, const struct plan_item *item)
{
    static const struct run_cause too_many = {"LIMIT_REACHED",
                                              "the plan makes more than 100000 outputs"};
    int64_t inputs;

    ensure_running(f);
    if (f->run.status != RUN_RUNNING)
        return ERROR_NONE;
    enum error e = count_inputs(f, &inputs);
    if (e)
        return e;
    if (f->run.output_count + inputs * item->count > OUTPUTS_MAX) {
        happen(f, RUN_ON_FAIL, &too_many);
        return ERROR_NONE;
    }
    e = add_outputs(f, item);
    if (e || inputs * item->count == 0)
        return e;
    f->run.updated_at = f->at;
    struct fired *fired = note(f);
    fired->outputs = inputs * item->count;
    fired->step_uid = f->log ? arena_strdup(f->log->arena, item->step_uid) : NULL;
    return ERROR_NONE;
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

/* Whether a run waits for somebody, or for nothing any more. */
static bool has_halted(const struct run *run)
{
    return run_status_finished(run->status) || run->status == RUN_BLOCKED;
}

/* The item that is due, and the time of the next. */
static enum error go_on(struct firing *f)
{
    struct plan_item item = {.position = -1};
    enum error e = find_item(f, f->run.plan_next, &item);

    if (!e && f->run.plan_next == 0)
        e = check_inputs(f);
    if (!e && !has_halted(&f->run) && item.position >= 0)
        e = happen_item(f, &item);
    f->run.plan_next = item.position + 1;
    f->run.due_at = INSTANT_NONE;
    if (e || has_halted(&f->run) || item.position < 0)
        return e;
    return arm(f, f->run.plan_next);
}

static enum error fire_run(struct firing *f, const char *uid)
{
    struct run before;
    enum error e = run_get(f->store, f->arena, f->workspace, uid, &before);
    if (e)
        return e;

    f->run = before;
    f->at = before.due_at;
    e = go_on(f);
    return e ? e : run_save(f->store, &before, &f->run);
}

static enum error find_next(struct firing *f, int64_t until, char uid[UID_SIZE])
{
    struct stmt s = stmt_take(f->store, STMT_ENGINE_NEXT);

    *uid = '\0';
    stmt_bind_int(&s, f->workspace->id);
    stmt_bind_int(&s, until);
    if (stmt_next(&s))
        stmt_uid(&s, uid);
    return stmt_done(&s);
}

static enum error fire_all(struct firing *f, int64_t until)
{
    char uid[UID_SIZE];

    for (;;) {
        enum error e = find_next(f, until, uid);
        if (e || !*uid)
            return e;
        e = fire_run(f, uid);
        if (e)
            return e;
        arena_reset(f->arena);
    }
}

enum error engine_fire(struct store *store, struct workspace *workspace, int64_t until,
                       struct fired_log *log)
{
    struct arena arena = {0}, whole = {0};
    struct firing f = {
        .store = store, .arena = &arena, .whole = &whole, .workspace = workspace, .log = log};

    if (workspace->next_due == INSTANT_NONE || workspace->next_due > until)
        return ERROR_NONE;
    enum error e = transaction_begin(store);
    if (e)
        return e;
    e = transaction_end(store, fire_all(&f, until));
    arena_release(&arena);
    arena_release(&whole);
    int64_t next;
    enum error ahead = engine_next_due(store, workspace, &next);
    return e ? e : ahead;
}

static enum error read_steps(struct firing *f, const struct run_order *order)
{
    struct stmt s = stmt_take(f->store, STMT_RUN_REQUEST_STEPS);

    stmt_bind_text(&s, order->request);
    if (stmt_next(&s))
        f->run.steps = stmt_text(&s, f->arena);
    return stmt_done(&s);
}

/* A new run, its inputs and the time of its first move. */
static enum error add_run(struct firing *f, const struct run_order *order)
{
    enum error e = read_steps(f, order);
    if (!e)
        e = run_create(f->store, f->workspace, &f->run);
    if (e)
        return e;

    struct stmt s = stmt_take(f->store, STMT_RUN_INPUT_ADD);
    stmt_bind_int(&s, f->workspace->id);
    stmt_bind_text(&s, f->run.uid);
    stmt_bind_text(&s, order->request);
    e = stmt_run(&s);
    if (e)
        return e;

    struct run before = f->run;
    f->run.plan_next = 0;
    e = arm(f, 0);
    return e ? e : run_save(f->store, &before, &f->run);
}

enum error engine_start(struct store *store, struct arena *arena, struct workspace *workspace,
                        const struct run_order *order, int64_t now, struct run *out)
{
    struct firing f = {.store = store, .arena = arena, .workspace = workspace, .at = now};
    struct workspace before = *workspace;
    enum error e = flow_check(store, workspace->id, order->flow_slug);
    if (e)
        return e;

    run_init(&f.run);
    f.run.flow_slug = order->flow_slug;
    f.run.callback_url = order->callback_url;
    f.run.callback_headers = order->callback_headers;
    f.run.callback_on = order->callback_on;
    if (order->schedule_uid)
        memcpy(f.run.schedule_uid, order->schedule_uid, UID_SIZE);
    run_fill_times(&f.run, now, 0);

    e = transaction_begin(store);
    if (e)
        return e;
    e = transaction_end(store, add_run(&f, order));
    if (e)
        *workspace = before;
    else
        *out = f.run;
    return e;
}

/* Where the plan of a run goes on. A run that a fixture left says nothing of it. */
static enum error find_place(struct firing *f, enum run_status stopped, int64_t *out)
{
    *out = f->run.plan_next;
    if (*out >= 0)
        return ERROR_NONE;
    *out = 0;
    if (stopped != RUN_BLOCKED)
        return ERROR_NONE;
    return flow_plan_after_block(f->store, f->workspace->id, f->run.flow_slug, out);
}

enum error engine_resume(struct store *store, struct arena *arena, struct workspace *workspace,
                         struct run *run, int64_t now)
{
    struct firing f = {
        .store = store, .arena = arena, .workspace = workspace, .run = *run, .at = now};
    int64_t place;

    enum error e = run_step(&store->config.assumptions, &f.run, RUN_ON_RESUME, NULL, now);
    if (!e && f.run.flow_slug) {
        e = find_place(&f, run->status, &place);
        if (!e)
            e = arm(&f, place);
    }
    if (!e)
        e = run_save(store, run, &f.run);
    if (!e)
        *run = f.run;
    return e;
}
