/* The handlers of a workspace's clock (CONTROL.md "Control API"). */
#include "server/json/write.h"
#include "server/operation_handlers.h"
#include "server/request/reply.h"
#include "store/base/instant.h"
#include "store/base/limits.h"
#include "store/workspace/tenant.h"

#include <string.h>

static const char *now_text(struct request *rq)
{
    char *text = arena_alloc(&rq->arena, INSTANT_SIZE);

    instant_format(workspace_now(rq->ctx.workspace), text);
    return text;
}

enum outcome op_get_clock(struct request *rq, struct reply *out)
{
    enum error e = engine_find_next_due(rq->ctx.store, rq->ctx.workspace);
    if (e)
        return request_fail(rq, e);

    struct strbuf body = json_write_begin(&rq->arena, '{');
    json_write_text(&body, "mode", rq->ctx.workspace->cache.clock.frozen ? "frozen" : "real");
    json_write_time(&body, "now", workspace_now(rq->ctx.workspace));
    json_write_time(&body, "next_due_at", rq->ctx.workspace->cache.next_due);
    return reply_ok(out, json_write_end(&body, '}'));
}

/* Moves the clock a part of the way (PENDING), or all of it (REPLIED). Between two parts another
 * request may move it further than this one. */
static enum outcome clock_change_continue(struct request *rq, struct reply *out)
{
    struct clock_change *change = &rq->clock_change;
    bool first = !change->in_progress, there = false;

    change->in_progress = true;
    if (first)
        change->fired =
            (struct fired_log){.arena = &rq->retained, .max = LIMIT_FIRED, .limit = LIMIT_EVENTS};
    enum error e =
        engine_set_clock(rq->ctx.store, rq->ctx.workspace, &change->to, &change->fired, &there);

    if (there || (e == ERROR_CLOCK_REFUSED && !first))
        return REPLIED;
    if (e == ERROR_CLOCK_REFUSED)
        return request_refuse(rq, e, "the clock cannot go backwards: it shows %s", now_text(rq));
    if (e)
        return request_fail(rq, e);
    if (change->fired.total >= LIMIT_EVENTS)
        return request_refuse(rq, ERROR_TOO_MUCH_DUE,
                              "%d things happened until %s, where the clock stands now, and more "
                              "is due: go on in steps",
                              LIMIT_EVENTS, now_text(rq));
    out->retry_at = clock_monotonic_us();
    return PENDING;
}

/* The clock that a change without a time sets. A frozen one keeps its time. A real one shows the
 * system's, or runs on from its own time when that is later: no clock goes backwards. */
static struct clock clock_from_here(struct request *rq, bool frozen)
{
    const struct workspace_cache *cache = &rq->ctx.workspace->cache;

    if (frozen)
        return (struct clock){.frozen = true, .at = rq->ctx.now};
    int64_t ahead =
        cache->clock.frozen ? clock_from(rq->ctx.now).at : cache->clock.at + cache->shown.ahead;
    return (struct clock){.at = ahead > 0 ? ahead : 0};
}

/* Without a mode the clock keeps its own. */
static enum outcome clock_change_from_body(struct request *rq, struct reply *out)
{
    const char *mode = json_text(rq->body, "mode");
    const char *now = json_text(rq->body, "now");
    bool frozen = mode ? strcmp(mode, "frozen") == 0 : rq->ctx.workspace->cache.clock.frozen;
    struct clock clock = clock_from_here(rq, frozen);
    int64_t at;

    if (!mode && !now)
        return request_refuse(rq, ERROR_BAD_BODY, "body must have property 'mode' or 'now'");
    if (now && instant_parse(now, &at))
        clock = frozen ? (struct clock){.frozen = true, .at = at} : clock_from(at);
    if (now && !rq->ctx.workspace->cache.touched) {
        enum error e = tenant_restart(rq->ctx.store, rq->ctx.workspace, &clock);
        return e ? request_fail(rq, e) : REPLIED;
    }
    rq->clock_change.to = clock;
    return clock_change_continue(rq, out);
}

enum outcome op_set_clock(struct request *rq, struct reply *out)
{
    enum outcome outcome = rq->clock_change.in_progress ? clock_change_continue(rq, out)
                                                        : clock_change_from_body(rq, out);

    return outcome == REPLIED ? op_get_clock(rq, out) : outcome;
}

static void write_fired(struct strbuf *out, const struct fired *fired)
{
    json_write_open(out, NULL, '{');
    json_write_time(out, "at", fired->at);
    if (fired->schedule_uid)
        json_write_text(out, "schedule", fired->schedule_uid);
    json_write_text(out, "run", fired->run_uid);
    if (fired->step_uid) {
        json_write_text(out, "step_uid", fired->step_uid);
        json_write_integer(out, "outputs", fired->outputs);
    } else if (!fired->schedule_uid) {
        json_write_text(out, "event", run_events[fired->event].name);
        json_write_text(out, "status", run_statuses[fired->status].shown);
    }
    json_write_close(out, '}');
}

static enum outcome reply_fired(struct request *rq, struct reply *out)
{
    const struct fired_log *log = &rq->clock_change.fired;
    struct strbuf text = json_write_begin(&rq->arena, '{');

    out->total_count = log->total;
    json_write_time(&text, "now", workspace_now(rq->ctx.workspace));
    json_write_open(&text, "fired", '[');
    for (size_t i = 0; i < log->count; i++)
        write_fired(&text, &log->list[i]);
    json_write_close(&text, ']');
    return reply_ok(out, json_write_end(&text, '}'));
}

static enum outcome clock_advance(struct request *rq, struct reply *out)
{
    struct clock clock = rq->ctx.workspace->cache.clock;
    const char *duration = json_text(rq->body, "by");
    int64_t by = json_integer(rq->body, "by", 0);

    if (duration && !duration_parse(duration, &by))
        return request_refuse(rq, ERROR_BAD_BODY,
                              "body/by must be an ISO 8601 duration of weeks, days, hours, minutes "
                              "and seconds, such as PT1H, or milliseconds");
    if (!clock.frozen)
        return request_refuse(rq, ERROR_CLOCK_REFUSED,
                              "the clock is real and goes by itself: freeze it first with PUT "
                              "/_emulator/clock {\"mode\":\"frozen\"}");
    if (by > INSTANT_MAX - clock.at)
        return request_refuse(rq, ERROR_CLOCK_REFUSED, "the clock cannot go beyond the year 9999");
    clock.at += by;
    rq->clock_change.to = clock;
    return clock_change_continue(rq, out);
}

enum outcome op_advance_clock(struct request *rq, struct reply *out)
{
    enum outcome outcome =
        rq->clock_change.in_progress ? clock_change_continue(rq, out) : clock_advance(rq, out);

    return outcome == REPLIED ? reply_fired(rq, out) : outcome;
}
