/* One event of a run. For the files of this folder only. */
#ifndef STORE_ENGINE_PLAN_STEP_H
#define STORE_ENGINE_PLAN_STEP_H

#include "store/engine/engine.h"
#include "store/run/flow.h"

struct cached_plan;

/* What the steps of a run make outputs from: what one has read, the next ones need not read. */
struct run_source {
    const char *inputs;  /* JSON texts, one behind the other, each with a zero; NULL: not read */
    int64_t input_count; /* of them */
    bool knows_bytes;
    int64_t bytes; /* of all outputs so far */
};

/* What an event of a run at the instant ctx.now works with. */
struct plan_step {
    struct ctx ctx; /* unrecorded: no reply rests on what fires; its arena lasts for one step */
    struct run run;
    struct run_source source;
    struct arena *source_arena; /* of a source that is used again; NULL: it is not */
    struct trigger trigger;     /* of ctx, when the engine fires */
    struct fired_log *log;      /* NULL: nothing is logged */
    struct arena *plans_arena;  /* of plans that many runs follow; NULL: plans are not cached */
    struct cached_plan *plans;
    struct arena schedule_arena;
};

/* Finds the first item of the run's plan at or behind a position that it does not leave out; its
 * position is -1 where there is none. */
enum error plan_step_find(struct plan_step *step, int64_t position, struct plan_item *out);

/* Whether a run in this status starts before the item: outputs are made by a run that is at work,
 * and so is an event that only such a run allows. */
bool plan_item_needs_start(const struct plan_item *item, enum run_status status);

/* How many inputs the run has. */
enum error plan_step_count_inputs(struct plan_step *step, int64_t *out);

/* Logs an event of the run: adds the time, the run's uid and its status. */
void plan_step_log(struct plan_step *step, struct fired fired);

/* Sets when the run is due next, by the first item of its plan at or behind `position` that it does
 * not leave out. */
enum error plan_step_schedule_next(struct plan_step *step, int64_t position);

/* Executes the item of the plan that is due, and sets when the run is due next. The run itself is
 * not written. */
enum error plan_step_execute(struct plan_step *step);

/* Writes the run, which is new, with its inputs, and sets when it is due. request as for
 * engine_start(). */
enum error plan_step_start(struct plan_step *step, const char *request);

#endif
