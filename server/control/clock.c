/* The handlers of a workspace's clock (CONTROL.md "Control API"). */
#include "server/json/write.h"
#include "server/operation_handlers.h"
#include "server/request/reply.h"
#include "store/base/instant.h"
#include "store/base/limits.h"
#include "store/callback/outbox.h"
#include "store/workspace/tenant.h"

#include <string.h>

#define DAY INT64_C(86400000) /* milliseconds */

static const char *now_text(struct request *rq)
{
    char *text = arena_alloc(&rq->arena, INSTANT_SIZE);

    instant_format(workspace_now(rq->ctx.workspace), text);
    return text;
}

/* The next instant at which a run, a schedule or a callback is due; INSTANT_NONE: never. */
static enum error find_next_due(struct request *rq, int64_t *out)
{
    struct workspace *workspace = rq->ctx.workspace;
    const struct workspace_cache *cache = &workspace->cache;
    enum error e = engine_find_next_due(rq->ctx.store, workspace);

    if (!e)
        e = outbox_rescan(rq->ctx.store, workspace, workspace_now(workspace));
    *out = cache->next_due;
    if (cache->outbox_due != INSTANT_NONE && (*out == INSTANT_NONE || cache->outbox_due < *out))
        *out = cache->outbox_due;
    return e;
}

enum outcome op_get_clock(struct request *rq, struct reply *out)
{
    int64_t next;
    enum error e = find_next_due(rq, &next);
    if (e)
        return request_fail(rq, e);

    struct strbuf body = json_write_begin(&rq->arena, '{');
    const struct workspace_cache *cache = &rq->ctx.workspace->cache;
    json_write_text(&body, "mode", cache->clock.frozen ? "frozen" : "real");
    json_write_time(&body, "now", workspace_now(rq->ctx.workspace));
    if (json_write_nullable(&body, "ahead_ms", !cache->clock.frozen))
        json_write_integer(&body, "ahead_ms", cache->clock.at + cache->shown.ahead);
    json_write_time(&body, "next_due_at", next);
    return reply_ok(out, json_write_end(&body, '}'));
}

/* Moves the clock a part of the way (PENDING), or all of it (REPLIED). Between two parts another
 * request may move it further than this one. */
static enum outcome clock_change_continue(struct request *rq, struct reply *out)
{
    struct clock_change *change = &rq->clock_change;
    bool first = !change->in_progress, there = false;

    change->in_progress = true;
    change->fired.limit = LIMIT_EVENTS;
    change->reply = out;
    enum error e =
        engine_set_clock(rq->ctx.store, rq->ctx.workspace, &change->to, &change->fired, &there);
    rq->has_changed |= !e;

    if (change->without_memory)
        return request_fail(rq, ERROR_OUT_OF_MEMORY);
    if (there || (e == ERROR_CLOCK_REFUSED && !first))
        return REPLIED;
    if (e == ERROR_CLOCK_REFUSED)
        return request_refuse(rq, e, "the clock cannot go backwards: it shows %s", now_text(rq));
    if (e)
        return request_fail(rq, e);
    if (change->fired.total >= LIMIT_EVENTS)
        return request_refuse(rq, ERROR_TOO_MUCH_DUE,
                              "%d events fired until %s, where the clock stands now, and more "
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

/* Without a mode the clock keeps its own. The time that it shows already is no new beginning. */
static enum outcome clock_change_from_body(struct request *rq, struct reply *out)
{
    const char *mode = json_text(rq->body, "mode");
    const char *now = json_text(rq->body, "now");
    bool frozen = mode ? strcmp(mode, "frozen") == 0 : rq->ctx.workspace->cache.clock.frozen;
    struct clock clock = clock_from_here(rq, frozen);
    int64_t at = rq->ctx.now;

    if (!mode && !now)
        return request_refuse(rq, ERROR_BAD_BODY, "body must have property 'mode' or 'now'");
    if (now && instant_parse(now, &at))
        clock = frozen ? (struct clock){.frozen = true, .at = at} : clock_from(at);
    if (at != rq->ctx.now && !rq->ctx.workspace->cache.touched) {
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

static bool read_duration(struct request *rq, const char *name, int64_t fallback, int64_t *out)
{
    const char *duration = json_text(rq->body, name);

    *out = json_integer(rq->body, name, fallback);
    return !duration || duration_parse(duration, DURATION_MAX, out) ||
           request_reject(rq, ERROR_BAD_BODY,
                          "body/%s must be a duration such as 90s, 15m, 1h, 7d or PT1H30M, or "
                          "milliseconds",
                          name);
}

/* To the next instant at which anything is due, unless it is too far. */
static bool advance_to_next(struct request *rq, int64_t *at)
{
    int64_t within, next;
    char text[INSTANT_SIZE];

    if (!read_duration(rq, "within", LIMIT_ADVANCE_TO_NEXT * DAY, &within))
        return false;
    enum error e = find_next_due(rq, &next);
    if (e)
        return request_reject(rq, e, NULL);
    if (next == INSTANT_NONE)
        return request_reject(rq, ERROR_CLOCK_REFUSED,
                              "nothing is due, however far the clock goes");
    instant_format(next, text);
    if (next - *at > within) {
        rq->refusal.suggestion = arena_strdup(&rq->arena, text);
        return request_reject(rq, ERROR_CLOCK_REFUSED,
                              "nothing is due within that time: the next instant is %s", text);
    }
    *at = next;
    return true;
}

/* Moves the instant, that of the clock, to where the body says. */
static bool advance_read(struct request *rq, int64_t *at)
{
    const char *to = json_text(rq->body, "to");
    bool by = json_find(rq->body, "by"), next = to && strcmp(to, "next") == 0;
    int64_t more = 0;

    if (by == (to != NULL))
        return request_reject(rq, ERROR_BAD_BODY, "body must have property 'by' or 'to'%s",
                              by ? ", and not both" : "");
    if (json_find(rq->body, "within") && !next)
        return request_reject(rq, ERROR_BAD_BODY, "body/within is only for \"to\":\"next\"");
    if (next)
        return advance_to_next(rq, at);
    if (to)
        return instant_parse(to, at) ||
               request_reject(rq, ERROR_BAD_BODY,
                              "body/to must be next, or an instant like 2026-01-01T00:00:00Z");
    if (!read_duration(rq, "by", 0, &more))
        return false;
    if (more > INSTANT_MAX - *at)
        return request_reject(rq, ERROR_CLOCK_REFUSED, "the clock cannot go beyond the year 9999");
    *at += more;
    return true;
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

/* For a struct fired_log: a long list is given to the reply as it grows. */
static void list_fired(void *context, const struct fired *fired)
{
    struct request *rq = context;
    struct clock_change *change = &rq->clock_change;

    if (change->without_memory)
        return;
    write_fired(&change->text, fired);
    change->without_memory = change->text.size >= SHARED_BODY_LEAST &&
                             !reply_share(rq, change->reply, &change->text, false);
}

static void list_begin(struct request *rq)
{
    struct clock_change *change = &rq->clock_change;

    change->fired = (struct fired_log){.add = list_fired, .context = rq, .max = LIMIT_FIRED};
    change->text = json_write_begin(&rq->retained, '{');
    json_write_time(&change->text, "now", change->to.at);
    json_write_open(&change->text, "fired", '[');
}

static enum outcome list_end(struct request *rq, struct reply *out)
{
    struct strbuf *text = &rq->clock_change.text;

    out->total_count = rq->clock_change.fired.total;
    json_write_close(text, ']');
    json_write_close(text, '}');
    return reply_ok_shared(rq, out, text);
}

static enum outcome clock_advance(struct request *rq, struct reply *out)
{
    struct clock clock = rq->ctx.workspace->cache.clock;
    bool frozen = clock.frozen;

    if (!advance_read(rq, &clock.at) && (frozen || rq->refusal.error == ERROR_BAD_BODY))
        return REFUSED;
    if (!frozen)
        return request_refuse(rq, ERROR_CLOCK_REFUSED,
                              "the clock is real and goes by itself: freeze it first with PUT "
                              "/_emulator/clock {\"mode\":\"frozen\"}");
    rq->clock_change.to = clock;
    list_begin(rq);
    return clock_change_continue(rq, out);
}

enum outcome op_advance_clock(struct request *rq, struct reply *out)
{
    enum outcome outcome =
        rq->clock_change.in_progress ? clock_change_continue(rq, out) : clock_advance(rq, out);

    return outcome == REPLIED ? list_end(rq, out) : outcome;
}
