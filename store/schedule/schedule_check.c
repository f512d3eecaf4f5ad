#include "store/schedule/schedule_check.h"

#include "store/base/instant.h"
#include "store/base/zone.h"

const char *schedule_check(struct arena *arena, const struct schedule *schedule, int64_t now,
                           const char **why)
{
    char *reason = arena_alloc(arena, CRON_WHY_SIZE);
    struct cron cron;

    *why = reason;
    if (schedule->cron && !cron_parse(schedule->cron, &cron, reason))
        return "cron";
    if (!zone_exists(schedule->timezone)) {
        *why = "must be a time zone of the IANA database, such as Europe/Paris";
        return "timezone";
    }
    if (schedule->cron && cron_next(&cron, schedule->timezone, now) == INSTANT_NONE) {
        *why = "must be a cron expression that fires some day";
        return "cron";
    }
    return NULL;
}
