#include "store/engine/forced_race.h"

#include "store/base/instant.h"
#include "store/db/stmt.h"
#include "store/db/transaction.h"
#include "store/engine/plan_step.h"

/* One step nearer to the end: the next item of the plan, or success. */
static enum error step_towards_end(struct plan_step *step)
{
    if (step->run.due_at != INSTANT_NONE)
        return plan_step_execute(step);
    if (step->run.status != RUN_RUNNING)
        return run_step(step->workspace->assumptions, &step->run, RUN_ON_START, NULL, step->at);
    return run_step(step->workspace->assumptions, &step->run, RUN_ON_FINISH, NULL, step->at);
}

static enum error run_to_end(struct plan_step *step)
{
    enum error e = ERROR_NONE;

    while (!e && !run_status_halted(step->run.status)) {
        struct run before = step->run;
        e = step_towards_end(step);
        if (!e)
            e = run_save(step->store, &before, &step->run);
    }
    return e;
}

enum error forced_race_finish(struct store *store, struct arena *arena, struct workspace *workspace,
                              struct run *run, int64_t now)
{
    struct plan_step step = {
        .store = store, .arena = arena, .workspace = workspace, .run = *run, .at = now};
    enum error e = transaction_begin(store, workspace);

    if (e)
        return e;
    e = transaction_end(store, run_to_end(&step));
    if (!e)
        *run = step.run;
    return e;
}

enum error forced_race_cancel(struct store *store, struct run *run, int64_t now)
{
    struct run next = *run;

    if (!run_status_tells_end(run->status) || now - run->finished_at > FORCED_RACE_WINDOW)
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
