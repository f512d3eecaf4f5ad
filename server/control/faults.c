/* The handlers of faults and of the rate limit (CONTROL.md "Control API"). */
#include "server/session/faults.h"
#include "server/json/write.h"
#include "server/operation_handlers.h"
#include "server/request/reply.h"
#include "server/session/session.h"
#include "store/base/limits.h"
#include "store/base/uid.h"

#include <stdlib.h>
#include <string.h>

static void write_rule(struct strbuf *out, const struct fault_rule *rule)
{
    json_write_open(out, NULL, '{');
    json_write_integer(out, "id", rule->id);
    json_write_text(out, "operation", rule->operation);
    json_write_text(out, "run", *rule->run ? rule->run : NULL);
    if (rule->nth)
        json_write_integer(out, "nth", rule->nth);
    if (rule->every)
        json_write_integer(out, "every", rule->every);
    if (rule->times)
        json_write_integer(out, "times", rule->times);
    json_write_number(out, "probability", rule->probability);
    effect_write(out, &rule->effect);
    json_write_integer(out, "calls", rule->calls);
    json_write_integer(out, "fired", rule->fired);
    json_write_close(out, '}');
}

static void write_rate_limit(struct strbuf *out, const struct rate_limit *limit)
{
    if (!limit->per_minute) {
        json_write_text(out, "rate_limit", NULL);
        return;
    }
    json_write_open(out, "rate_limit", '{');
    json_write_integer(out, "per_minute", limit->per_minute);
    json_write_integer(out, "used", limit->used);
    json_write_close(out, '}');
}

static enum outcome reply_faults(struct request *rq, struct reply *out)
{
    const struct faults *faults = &session_get(rq->service->sessions, rq->ctx.workspace)->faults;
    struct strbuf body = {.arena = &rq->arena};

    json_write_open(&body, NULL, '{');
    json_write_open(&body, "rules", '[');
    for (int64_t i = 0; i < faults->count; i++)
        write_rule(&body, &faults->rules[i]);
    json_write_close(&body, ']');
    write_rate_limit(&body, &faults->limit);
    json_write_close(&body, '}');
    return reply_ok(out, body);
}

enum outcome op_list_faults(struct request *rq, struct reply *out)
{
    return reply_faults(rq, out);
}

enum outcome op_clear_faults(struct request *rq, struct reply *out)
{
    struct faults *faults = &session_get(rq->service->sessions, rq->ctx.workspace)->faults;

    faults_clear(faults);
    return reply_faults(rq, out);
}

enum outcome op_add_fault(struct request *rq, struct reply *out)
{
    struct faults *faults = &session_get(rq->service->sessions, rq->ctx.workspace)->faults;
    const char *operation = json_text(rq->body, "operation"), *run = json_text(rq->body, "run");
    const cJSON *probability = json_find(rq->body, "probability");
    struct fault_rule rule = {
        .nth = json_integer(rq->body, "nth", 0),
        .every = json_integer(rq->body, "every", 0),
        .times = json_integer(rq->body, "times", 0),
        .probability = probability ? probability->valuedouble : 1,
    };
    struct strbuf body = {.arena = &rq->arena};

    if (!request_check_operation_name(rq, ERROR_BAD_BODY, "body", operation, &rule.operation))
        return REFUSED;
    if (run)
        uid_parse(run, rule.run);
    const char *wrong = effect_from_json(&rq->arena, json_find(rq->body, "effect"), &rule.effect);
    if (wrong)
        return request_refuse(rq, ERROR_BAD_BODY, "body/effect %s", wrong);
    if (faults->count >= LIMIT_FAULTS)
        return request_refuse(rq, ERROR_BAD_BODY, "there are %d fault rules already", LIMIT_FAULTS);

    write_rule(&body, faults_add(faults, &rule));
    return reply_created(out, body);
}

enum outcome op_remove_fault(struct request *rq, struct reply *out)
{
    struct faults *faults = &session_get(rq->service->sessions, rq->ctx.workspace)->faults;

    if (!faults_remove(faults, strtoll(rq->param[0], NULL, 10)))
        return request_fail(rq, ERROR_FAULT_NOT_FOUND);
    return reply_faults(rq, out);
}

enum outcome op_set_rate_limit(struct request *rq, struct reply *out)
{
    struct faults *faults = &session_get(rq->service->sessions, rq->ctx.workspace)->faults;

    faults->limit = (struct rate_limit){.per_minute = json_integer(rq->body, "per_minute", 0)};
    return reply_faults(rq, out);
}
