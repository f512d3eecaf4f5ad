/* Races decided by choice: whether the end of a run or its cancel came first. */
#ifndef STORE_ENGINE_FORCED_RACE_H
#define STORE_ENGINE_FORCED_RACE_H

#include "store/engine/engine.h"

enum {
    FORCED_RACE_WINDOW = 1000 /* ms on the workspace's clock in which an end can still lose */
};

/* The end comes first: what the plan of a run that was just read still holds happens now, and a run
 * whose plan knows no end succeeds. A run that no longer moves stays as it is. */
enum error forced_race_finish(const struct ctx *ctx, struct run *run);

/* The cancel comes first: one that was just read is cancelled even if it ended within the window
 * before now; what its client was not told yet of that end, it never hears. Errors: as of
 * run_apply(). */
enum error forced_race_cancel(const struct ctx *ctx, struct run *run);

#endif
