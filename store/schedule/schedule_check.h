/* Whether a schedule can be kept: its cron expression and its time zone. */
#ifndef STORE_SCHEDULE_SCHEDULE_CHECK_H
#define STORE_SCHEDULE_SCHEDULE_CHECK_H

#include "store/base/errors.h"
#include "store/schedule/schedule.h"

/* Whether it can: else the member at fault, and in the arena why. A cron that never fires after
 * `now` is at fault too. */
bool schedule_check(struct arena *arena, const struct schedule *schedule, int64_t now,
                    struct refusal *out);

#endif
