/* The handlers of faults and of the rate limit (CONTROL.md "Control API"). */
#include "server/session/faults.h"
#include "server/operation_handlers.h"
#include "server/request/operation_name.h"
#include "server/request/reply.h"
#include "server/session/session.h"
#include "store/base/limits.h"
#include "store/base/uid.h"

#include <stdlib.h>
#include <string.h>

static cJSON *fault_rule_json(const struct fault_rule *rule)
{
    const struct fault_filter *when = &rule->when;
    cJSON *object = cJSON_CreateObject();

    json_add_integer(object, "id", rule->id);
    json_add_text(object, "operation", when->operation);
    json_add_text(object, "run", *when->run ? when->run : NULL);
    if (when->nth)
        json_add_integer(object, "nth", when->nth);
    if (when->every)
        json_add_integer(object, "every", when->every);
    if (when->times)
        json_add_integer(object, "times", when->times);
    cJSON_AddNumberToObject(object, "probability", when->probability);
    json_add(object, "effect", effect_json(&rule->effect));
    json_add_integer(object, "calls", rule->calls);
    json_add_integer(object, "fired", rule->fired);
    return object;
}

static cJSON *rate_limit_json(const struct rate_limit *limit)
{
    cJSON *object = cJSON_CreateObject();

    if (!limit->per_minute)
        return cJSON_CreateNull();
    json_add_integer(object, "per_minute", limit->per_minute);
    json_add_integer(object, "used", limit->used);
    return object;
}

static enum outcome reply_faults(struct request *rq, struct reply *out)
{
    const struct faults *faults = &session_get(rq->service->sessions, rq->ctx.workspace)->faults;
    cJSON *body = cJSON_CreateObject(), *rules = cJSON_CreateArray();

    for (const struct fault_rule *rule = faults->first; rule; rule = rule->next)
        cJSON_AddItemToArray(rules, fault_rule_json(rule));
    json_add(body, "rules", rules);
    json_add(body, "rate_limit", rate_limit_json(&faults->limit));
    return reply_ok(out, body);
}

enum outcome op_list_faults(struct request *rq, struct reply *out)
{
    return reply_faults(rq, out);
}

enum outcome op_clear_faults(struct request *rq, struct reply *out)
{
    struct faults *faults = &session_get(rq->service->sessions, rq->ctx.workspace)->faults;

    faults_clear_rules(faults);
    faults->limit = (struct rate_limit){0};
    return reply_faults(rq, out);
}

enum outcome op_add_fault(struct request *rq, struct reply *out)
{
    struct faults *faults = &session_get(rq->service->sessions, rq->ctx.workspace)->faults;
    const char *operation = json_text(rq->body, "operation"), *run = json_text(rq->body, "run");
    const cJSON *probability = json_find(rq->body, "probability");
    struct fault_filter when = {
        .nth = json_integer(rq->body, "nth", 0),
        .every = json_integer(rq->body, "every", 0),
        .times = json_integer(rq->body, "times", 0),
        .probability = probability ? probability->valuedouble : 1,
    };
    struct effect effect;

    if (!operation_name_check(rq, ERROR_BAD_BODY, "body", operation, &when.operation))
        return REFUSED;
    if (run)
        uid_parse(run, when.run);
    const char *wrong = effect_from_json(&rq->arena, json_find(rq->body, "effect"), &effect);
    if (wrong)
        return request_refuse(rq, ERROR_BAD_BODY, "body/effect %s", wrong);
    if (faults->count >= LIMIT_FAULTS)
        return request_refuse(rq, ERROR_BAD_BODY, "there are %d fault rules already", LIMIT_FAULTS);

    return reply_created(out, fault_rule_json(faults_add(faults, &when, &effect)));
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
