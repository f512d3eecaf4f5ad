/* Whether a schedule can be kept: its cron expression and its time zone. */
#ifndef STORE_SCHEDULE_SCHEDULE_CHECK_H
#define STORE_SCHEDULE_SCHEDULE_CHECK_H

#include "store/schedule/schedule.h"

/* The member at fault, "cron" or "timezone", and in the arena why, as the end of a sentence that
 * begins with it; NULL when both are well. A cron that never fires after `now` is at fault too. */
const char *schedule_check(struct arena *arena, const struct schedule *schedule, int64_t now,
                           const char **why);

#endif
