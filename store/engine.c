#include "store/engine.h"

#include "store/base/instant.h"
#include "store/firing.h"
#include "store/flow.h"
#include "store/schedule.h"
#include "store/stmt.h"
#include "store/transaction.h"

/* Something that is due: a run that has a uid. */
struct due {
    int64_t at, seq;
    char uid[UID_SIZE];
};

static enum error fire_run(struct firing *f, const char *uid)
{
    struct run before;
    enum error e = run_get(f->store, f->arena, f->workspace, uid, &before);
    if (e)
        return e;

    f->run = before;
    f->at = before.due_at;
    e = firing_move(f);
    return e ? e : run_save(f->store, &before, &f->run);
}

/* A schedule starts a run of its flow. */
static enum error fire_schedule(struct firing *f, struct schedule *schedule)
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
    if (e)
        return e;
    struct fired *fired = firing_note(f);
    fired->schedule_uid = f->log ? arena_strdup(f->log->arena, schedule->uid) : NULL;
    return schedule_fired(f->store, f->workspace, schedule);
}

static enum error find_run(struct firing *f, int64_t until, struct due *out)
{
    struct stmt s = stmt_take(f->store, STMT_ENGINE_NEXT);

    *out->uid = '\0';
    stmt_bind_int(&s, f->workspace->id);
    stmt_bind_int(&s, until);
    if (stmt_next(&s)) {
        stmt_uid(&s, out->uid);
        out->at = stmt_int(&s);
        out->seq = stmt_int(&s);
    }
    return stmt_done(&s);
}

static bool comes_first(const struct schedule *schedule, const struct due *run)
{
    if (!*schedule->uid || !*run->uid)
        return *schedule->uid != '\0';
    return schedule->next_execution_at < run->at ||
           (schedule->next_execution_at == run->at && schedule->due_seq < run->seq);
}

/* What is due first; *done when nothing is. */
static enum error fire_next(struct firing *f, int64_t until, bool *done)
{
    struct schedule schedule;
    struct due run;
    enum error e = find_run(f, until, &run);
    if (!e)
        e = schedule_next(f->store, f->arena, f->workspace->id, until, &schedule);
    if (e)
        return e;

    *done = !*schedule.uid && !*run.uid;
    if (*done)
        return ERROR_NONE;
    return comes_first(&schedule, &run) ? fire_schedule(f, &schedule) : fire_run(f, run.uid);
}

static enum error fire_all(struct firing *f, int64_t until)
{
    bool done = false;

    for (;;) {
        enum error e = fire_next(f, until, &done);
        if (e || done)
            return e;
        if (f->log && f->log->most && f->log->count > f->log->most)
            return ERROR_TOO_MUCH_DUE;
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

enum error engine_start(struct store *store, struct arena *arena, struct workspace *workspace,
                        const struct run_order *order, int64_t now, struct run *out)
{
    struct firing f = {.store = store, .arena = arena, .workspace = workspace, .at = now};
    struct workspace before = *workspace;
    enum error e = flow_check(store, workspace->id, order->flow_slug);
    if (e)
        return e;

    e = transaction_begin(store);
    if (e)
        return e;
    e = transaction_end(store, firing_start(&f, order));
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
            e = firing_arm(&f, place);
    }
    if (!e)
        e = run_save(store, run, &f.run);
    if (!e)
        *run = f.run;
    return e;
}
