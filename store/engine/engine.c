#include "store/engine/engine.h"

#include "store/base/instant.h"
#include "store/db/stmt.h"
#include "store/db/transaction.h"
#include "store/engine/due_queue.h"
#include "store/engine/plan_step.h"
#include "store/run/flow.h"
#include "store/schedule/schedule.h"

static enum error fire_run(struct firing *f, struct agenda *agenda, const struct entry *entry)
{
    f->run = entry->run;
    f->at = entry->run.due_at;
    enum error e = firing_move(f);
    return e ? e : agenda_moved(agenda, &f->run);
}

/* A schedule starts a run of its flow. Where no run can be any more it fires in vain: a firing that
 * failed would be tried again for ever, and nothing else would happen. */
static enum error fire_schedule(struct firing *f, struct agenda *agenda, struct schedule *schedule)
{
    struct run_order order = {
        .flow_slug = schedule->flow_slug,
        .request = schedule->request,
        .callback_url = schedule->callback_url,
        .callback_headers = schedule->callback_headers,
        .callback_on = schedule->callback_on,
        .schedule_uid = schedule->uid,
    };

    f->at = schedule->next_execution_at;
    enum error e = firing_start(f, &order);
    if (e == ERROR_NO_ID_LEFT)
        return schedule_fired(f->store, f->workspace, schedule);
    if (e)
        return e;
    struct fired *fired = firing_note(f);
    fired->schedule_uid = firing_word(f, fired, schedule->uid);
    agenda_add(agenda, &f->run);
    return schedule_fired(f->store, f->workspace, schedule);
}

static bool comes_first(const struct schedule *schedule, const struct entry *entry)
{
    if (!*schedule->uid || !entry)
        return *schedule->uid != '\0';
    return schedule->next_execution_at < entry->run.due_at ||
           (schedule->next_execution_at == entry->run.due_at &&
            schedule->due_seq < entry->run.due_seq);
}

/* Finds the schedule that fires next, which changes only when one has fired. */
static enum error find_schedule(struct firing *f, int64_t until, struct schedule *out)
{
    arena_reset(&f->schedule_arena);
    return schedule_next(f->store, &f->schedule_arena, f->workspace->id, until, out);
}

/* What is due first happens; *done when nothing is. */
static enum error fire_next(struct firing *f, struct agenda *agenda, struct schedule *schedule,
                            bool *done)
{
    struct entry *entry;
    enum error e = agenda_first(agenda, &entry);

    *done = !e && !entry && !*schedule->uid;
    if (e || *done)
        return e;
    if (!comes_first(schedule, entry))
        return fire_run(f, agenda, entry);
    e = fire_schedule(f, agenda, schedule);
    return e ? e : find_schedule(f, agenda->until, schedule);
}

static bool leaves_off(const struct firing *f)
{
    if (f->log && f->log->total >= f->log->limit)
        return true;
    return f->store->others_wait && f->store->others_wait(f->store->others);
}

static enum error fire_until(struct firing *f, int64_t until)
{
    struct agenda agenda = {.store = f->store, .workspace = f->workspace, .until = until};
    struct schedule schedule;
    enum error e = find_schedule(f, until, &schedule);
    bool done = false;

    while (!e && !done) {
        e = fire_next(f, &agenda, &schedule, &done);
        arena_reset(f->arena);
        if (leaves_off(f))
            break;
    }
    return agenda_close(&agenda, e);
}

enum error engine_next_due(struct store *store, struct workspace *workspace, int64_t *out)
{
    struct stmt s = stmt_take(store, STMT_ENGINE_NEXT_DUE);

    stmt_bind_int(&s, workspace->id);
    workspace->marks.next_due = INSTANT_NONE;
    while (stmt_next(&s))
        workspace_expect(store, workspace, stmt_instant(&s));
    *out = workspace->marks.next_due;
    return stmt_done(&s);
}

bool engine_is_behind(const struct workspace *workspace, int64_t until)
{
    return workspace->marks.next_due != INSTANT_NONE && workspace->marks.next_due <= until;
}

enum error engine_fire(struct store *store, struct workspace *workspace, int64_t until,
                       struct fired_log *log)
{
    struct arena arena = {0}, whole = {0};
    struct firing f = {
        .store = store, .arena = &arena, .whole = &whole, .workspace = workspace, .log = log};

    if (!engine_is_behind(workspace, until))
        return ERROR_NONE;
    enum error e = transaction_begin(store, workspace);
    if (e)
        return e;
    int64_t next;
    e = fire_until(&f, until);
    e = transaction_end(store, e ? e : engine_next_due(store, workspace, &next));
    workspace->changes++;
    arena_release(&arena);
    arena_release(&whole);
    arena_release(&f.schedule_arena);
    return e;
}

enum error engine_start(struct store *store, struct arena *arena, struct workspace *workspace,
                        const struct run_order *order, int64_t now, struct run *out)
{
    struct firing f = {.store = store, .arena = arena, .workspace = workspace, .at = now};
    enum error e = flow_check(store, workspace->id, order->flow_slug);
    if (e)
        return e;

    e = transaction_begin(store, workspace);
    if (e)
        return e;
    e = transaction_end(store, firing_start(&f, order));
    if (!e)
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

    enum error e = run_step(workspace->assumptions, &f.run, RUN_ON_RESUME, NULL, now);
    if (!e && f.run.flow_slug) {
        e = find_place(&f, run->status, &place);
        if (!e)
            e = firing_arm(&f, place);
    }
    if (!e)
        e = run_save(store, run, &f.run);
    if (!e)
        *run = f.run;
    return e;
}
