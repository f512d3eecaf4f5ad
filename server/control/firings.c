/* The handler that lists when a schedule fires next (CONTROL.md "Control API"). */
#include "server/json/write.h"
#include "server/operation_handlers.h"
#include "server/request/reply.h"
#include "store/base/cron.h"
#include "store/base/instant.h"
#include "store/base/zone.h"
#include "store/schedule/schedule.h"

#include <inttypes.h>
#include <stdlib.h>

enum { HOUR = 3600000, HOURS_3 = 3 * HOUR, MINUTE = 60000, CRON_HOUR = 1 };

/* A firing in the zone of its schedule. */
struct firing {
    const struct schedule *schedule;
    int64_t at;
    int64_t offset, offset_before; /* milliseconds from UTC, then and at the firing before */
};

/* Local time as "03:30". */
static const char *time_of_day(struct arena *arena, int64_t local)
{
    char text[INSTANT_SIZE];

    instant_format(local, text);
    return arena_format(arena, "%.5s", text + 11);
}

static const char *local_text(struct arena *arena, const struct firing *firing)
{
    char text[INSTANT_SIZE];
    int64_t minutes = llabs(firing->offset) / MINUTE;

    instant_format(firing->at + firing->offset, text);
    return arena_format(arena, "%.19s%c%02" PRId64 ":%02" PRId64, text, "+-"[firing->offset < 0],
                        minutes / 60, minutes % 60);
}

/* Whether its local time comes again, because clocks go back. */
static bool comes_twice(const struct firing *firing)
{
    const char *zone = firing->schedule->timezone;
    int64_t back = firing->offset - zone_offset(zone, firing->at + HOURS_3);

    return back > 0 && zone_offset(zone, firing->at + back) == firing->offset - back;
}

/* How far clocks went forward just before it, if its cron names an hour that they skipped; else 0.
 * The first firing may be at any hour (schedule_at). */
static int64_t skipped_before(const struct firing *firing)
{
    char why[CRON_WHY_SIZE];
    struct cron cron;
    int64_t hour = (firing->at + firing->offset) / HOUR % 24;
    int64_t gap = firing->offset - zone_offset(firing->schedule->timezone, firing->at - HOURS_3);

    return gap > 0 && firing->schedule->cron && cron_parse(firing->schedule->cron, &cron, why) &&
                   !(cron.values[CRON_HOUR] >> hour & 1)
               ? gap
               : 0;
}

/* What is odd about it, where the zone's clock changes; or NULL. */
static const char *firing_remark(struct arena *arena, const struct firing *firing)
{
    int64_t local = firing->at + firing->offset;
    int64_t forward = firing->offset - firing->offset_before;
    int64_t gap = skipped_before(firing);
    const char *here = time_of_day(arena, local);

    if (gap)
        return arena_format(arena,
                            "%s does not exist that day: clocks go forward, so it fires at %s",
                            time_of_day(arena, local - gap), here);
    if (comes_twice(firing))
        return arena_format(arena, "%s comes twice that day: clocks go back", here);
    if (forward)
        return arena_format(arena, "clocks went %s by %s h since the firing before",
                            forward > 0 ? "forward" : "back", time_of_day(arena, llabs(forward)));
    return NULL;
}

enum outcome op_list_firings(struct request *rq, struct reply *out)
{
    int64_t count = json_integer(rq->query, "count", 0);
    struct strbuf body = json_write_begin(&rq->arena, '[');
    struct schedule schedule;
    enum error e = schedule_get(&rq->ctx, rq->param[0], &schedule);
    if (e)
        return request_fail(rq, e);

    struct firing firing = {.schedule = &schedule, .at = schedule.next_execution_at};
    firing.offset_before = zone_offset(schedule.timezone, rq->ctx.now);
    for (; count > 0 && firing.at != INSTANT_NONE; count--) {
        firing.offset = zone_offset(schedule.timezone, firing.at);
        json_write_open(&body, NULL, '{');
        json_write_time(&body, "at", firing.at);
        json_write_text(&body, "local", local_text(&rq->arena, &firing));
        json_write_text(&body, "note", firing_remark(&rq->arena, &firing));
        json_write_close(&body, '}');
        firing.offset_before = firing.offset;
        firing.at = schedule_next_by_cron(&schedule, firing.at);
    }
    return reply_ok(out, json_write_end(&body, ']'));
}
