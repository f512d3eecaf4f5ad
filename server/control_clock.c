/* The handlers of a workspace's clock (CONTROL.md "Control API"). */
#include "server/json.h"
#include "server/limits.h"
#include "server/operations.h"
#include "server/reply.h"
#include "store/base/duration.h"
#include "store/base/instant.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *text_of(struct request *rq, int64_t instant)
{
    char *text = arena_alloc(&rq->arena, INSTANT_SIZE);

    if (instant == INSTANT_NONE)
        return NULL;
    instant_format(instant, text);
    return text;
}

enum error op_get_clock(struct request *rq, struct reply *out)
{
    int64_t next;
    enum error e = engine_next_due(rq->server->store, rq->workspace, &next);
    if (e)
        return e;

    cJSON *body = cJSON_CreateObject();
    json_add_text(body, "mode", rq->workspace->marks.clock.frozen ? "frozen" : "real");
    json_add_text(body, "now", text_of(rq, workspace_now(rq->workspace)));
    json_add_text(body, "next_due_at", text_of(rq, next));
    return reply_ok(out, body);
}

static enum error set(struct request *rq, const struct clock *clock)
{
    rq->fired.most = rq->fired.count + LIMIT_EVENTS;
    enum error e = engine_set_clock(rq->server->store, rq->workspace, clock, &rq->fired);

    if (e == ERROR_TOO_MUCH_DUE)
        return request_refuse(rq, e, "more than %d things are due until then: go there in steps",
                              LIMIT_EVENTS);
    if (e == ERROR_CLOCK_REFUSED)
        return request_refuse(rq, e, "the clock cannot go backwards: it shows %s",
                              text_of(rq, workspace_now(rq->workspace)));
    return e;
}

/* Without a mode the clock keeps its own; without a time a frozen clock stands where it was, and a
 * real one shows the system's. */
enum error op_set_clock(struct request *rq, struct reply *out)
{
    const char *mode = json_text(rq->body, "mode");
    const char *now = json_text(rq->body, "now");
    bool frozen = mode ? strcmp(mode, "frozen") == 0 : rq->workspace->marks.clock.frozen;
    struct clock clock = {.frozen = frozen, .at = frozen ? rq->now : 0};
    int64_t at;

    if (!mode && !now)
        return request_refuse(rq, ERROR_BAD_BODY, "body must have property 'mode' or 'now'");
    if (now && instant_parse(now, &at))
        clock = frozen ? (struct clock){.frozen = true, .at = at} : clock_from(at);
    enum error e = set(rq, &clock);
    if (e)
        return e;

    return op_get_clock(rq, out);
}

static bool read_by(struct request *rq, int64_t *out)
{
    const cJSON *by = json_find(rq->body, "by");

    if (cJSON_IsString(by))
        return duration_parse(by->valuestring, out);
    *out = json_integer(rq->body, "by", 0);
    return true;
}

/* Written as text, because a long advance may fire a hundred thousand things. */
static void print_fired(FILE *stream, const struct fired *fired)
{
    char at[INSTANT_SIZE];

    instant_format(fired->at, at);
    fprintf(stream, "{\"at\":\"%s\",", at);
    if (fired->schedule_uid) {
        fprintf(stream, "\"schedule\":\"%s\",\"run\":\"%s\"}", fired->schedule_uid, fired->run_uid);
        return;
    }
    fprintf(stream, "\"run\":\"%s\",", fired->run_uid);
    if (fired->step_uid)
        fprintf(stream, "\"step_uid\":%s,\"outputs\":%lld}",
                json_print(cJSON_CreateStringReference(fired->step_uid)),
                (long long)fired->outputs);
    else
        fprintf(stream, "\"event\":\"%s\",\"status\":\"%s\"}", run_event_name(fired->event),
                run_status_shown(fired->status));
}

static enum error reply_fired(struct request *rq, struct reply *out)
{
    char *text = NULL;
    size_t size = 0;
    FILE *stream = open_memstream(&text, &size);

    if (!stream)
        abort();
    fprintf(stream, "{\"now\":\"%s\",\"fired\":[", text_of(rq, workspace_now(rq->workspace)));
    for (size_t i = 0; i < rq->fired.count; i++) {
        if (i)
            fputc(',', stream);
        print_fired(stream, &rq->fired.list[i]);
    }
    fputs("]}", stream);
    fclose(stream);
    const char *copy = arena_copy(&rq->arena, text, size);
    free(text);
    return reply_text(out, "application/json; charset=utf-8", copy, size);
}

enum error op_advance_clock(struct request *rq, struct reply *out)
{
    struct clock clock = rq->workspace->marks.clock;
    int64_t by;

    if (!clock.frozen)
        return request_refuse(rq, ERROR_CLOCK_REFUSED,
                              "the clock is real and goes by itself: freeze it first with PUT "
                              "/_emulator/clock {\"mode\":\"frozen\"}");
    if (!read_by(rq, &by))
        return request_refuse(rq, ERROR_BAD_BODY,
                              "body/by must be an ISO 8601 duration of weeks, days, hours, minutes "
                              "and seconds, such as PT1H, or milliseconds");
    if (by > INSTANT_MAX - clock.at)
        return request_refuse(rq, ERROR_CLOCK_REFUSED, "the clock cannot go beyond the year 9999");
    clock.at += by;
    enum error e = set(rq, &clock);
    if (e)
        return e;

    return reply_fired(rq, out);
}
