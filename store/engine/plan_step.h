/* The inside of the engine: one firing, and what happens to a run in it. For engine.c only. */
#ifndef STORE_ENGINE_PLAN_STEP_H
#define STORE_ENGINE_PLAN_STEP_H

#include "store/engine/engine.h"

struct known_plan;

/* One firing: what is wanted for it, and the run that something happens to. */
struct firing {
    struct store *store;
    struct arena *whole; /* of the firing of many, with its plans; NULL: of one */
    struct known_plan *plans;
    struct arena schedule_arena;
    struct arena *arena; /* of one step, but for what the log keeps */
    struct workspace *workspace;
    struct fired_log *log;
    struct run run;
    int64_t at;
};

/* Adds to the log, if there is one with room, something that happens now to the run. */
struct fired *firing_note(struct firing *f);

/* A copy of a word for what was noted; NULL where it was noted nowhere. */
const char *firing_word(struct firing *f, const struct fired *noted, const char *word);

/* Gives the run its next time: that of the first item of its plan at or behind `position` that
 * concerns it. */
enum error firing_arm(struct firing *f, int64_t position);

/* What is due happens to the run, and it is armed for what comes next; nothing is written. */
enum error firing_move(struct firing *f);

/* Whether a run waits for somebody, or for nothing any more. */
bool firing_has_halted(const struct run *run);

/* Writes a new run, with its inputs and the time of its first move. */
enum error firing_start(struct firing *f, const struct run_order *order);

#endif
