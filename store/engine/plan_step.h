/* The inside of the engine: one firing, and what happens to a run in it. For engine.c only. */
#ifndef STORE_ENGINE_PLAN_STEP_H
#define STORE_ENGINE_PLAN_STEP_H

#include "store/engine/engine.h"

struct cached_plan;

/* What happens to a run at one instant, ctx.now. Memory of ctx.arena lasts for one step; what the
 * log keeps is in the log's own. */
struct plan_step {
    struct ctx ctx; /* unrecorded: no reply rests on what fires */
    struct run run;
    struct fired_log *log;     /* NULL: nothing is logged */
    struct arena *plans_arena; /* of plans that many runs follow; NULL: plans are not cached */
    struct cached_plan *plans;
    struct arena schedule_arena;
};

/* Adds to the log, if there is one with room, something that happens now to the run. */
struct fired *plan_step_log_append(struct plan_step *step);

/* A copy of a word for what was noted; NULL where it was noted nowhere. */
const char *plan_step_log_strdup(struct plan_step *step, const struct fired *noted,
                                 const char *word);

/* Gives the run its next time: that of the first item of its plan at or behind `position` that
 * concerns it. */
enum error plan_step_schedule_next(struct plan_step *step, int64_t position);

/* What is due happens to the run, and it is armed for what comes next; nothing is written. */
enum error plan_step_execute(struct plan_step *step);

/* Writes a new run, with its inputs and the time of its first move. */
enum error plan_step_start_run(struct plan_step *step, const struct run_start *start);

#endif
