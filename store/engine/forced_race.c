#include "store/engine/forced_race.h"

#include "store/base/instant.h"
#include "store/db/stmt.h"
#include "store/db/transaction.h"
#include "store/engine/plan_step.h"

/* One step nearer to the end: the next item of the plan, or success. */
static enum error move_on(struct firing *f)
{
    if (f->run.due_at != INSTANT_NONE)
        return firing_move(f);
    if (f->run.status != RUN_RUNNING)
        return run_step(f->workspace->assumptions, &f->run, RUN_ON_START, NULL, f->at);
    return run_step(f->workspace->assumptions, &f->run, RUN_ON_FINISH, NULL, f->at);
}

static enum error finish(struct firing *f)
{
    enum error e = ERROR_NONE;

    while (!e && !firing_has_halted(&f->run)) {
        struct run before = f->run;
        e = move_on(f);
        if (!e)
            e = run_save(f->store, &before, &f->run);
    }
    return e;
}

enum error race_finish(struct store *store, struct arena *arena, struct workspace *workspace,
                       struct run *run, int64_t now)
{
    struct firing f = {
        .store = store, .arena = arena, .workspace = workspace, .run = *run, .at = now};
    enum error e = transaction_begin(store, workspace);

    if (e)
        return e;
    e = transaction_end(store, finish(&f));
    if (!e)
        *run = f.run;
    return e;
}

enum error race_cancel(struct store *store, struct run *run, int64_t now)
{
    bool ended = run->status == RUN_SUCCEEDED || run->status == RUN_FAILED ||
                 run->status == RUN_PARTIAL_SUCCEEDED;
    struct run next = *run;

    if (!ended || now - run->finished_at > RACE_WINDOW)
        return run_apply(store, run, RUN_ON_CANCEL, NULL, now);
    next.status = RUN_RUNNING;
    next.error_label = next.error_message = NULL;
    enum error e = run_step(workspace_by_id(store, run->workspace)->assumptions, &next,
                            RUN_ON_CANCEL, NULL, now);
    if (!e)
        e = run_save(store, run, &next);
    if (!e)
        *run = next;
    return e;
}
