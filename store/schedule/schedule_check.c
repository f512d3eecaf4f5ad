#include "store/schedule/schedule_check.h"

#include "store/base/instant.h"
#include "store/base/zone.h"

bool schedule_check(struct arena *arena, const struct schedule *schedule, int64_t now,
                    struct refusal *out)
{
    char *reason = arena_alloc(arena, CRON_WHY_SIZE);
    struct cron cron;

    if (schedule->cron && !cron_parse(schedule->cron, &cron, reason))
        return refuse_at(out, "/cron", reason);
    if (!zone_exists(schedule->timezone))
        return refuse_at(out, "/timezone",
                         "must be a time zone of the IANA database, such as Europe/Paris");
    if (schedule->cron && cron_next(&cron, schedule->timezone, now) == INSTANT_NONE)
        return refuse_at(out, "/cron", "must be a cron expression that fires some day");
    return true;
}
