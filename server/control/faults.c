/* The handlers of faults and of the rate limit (CONTROL.md "Control API"). */
#include "server/json/write.h"
#include "server/operation_handlers.h"
#include "server/operations.h"
#include "server/request/reply.h"
#include "server/session/session.h"
#include "store/base/limits.h"

#include <stdlib.h>
#include <string.h>

static void write_rule(struct strbuf *out, const struct fault_rule *rule)
{
    json_write_open(out, NULL, '{');
    json_write_integer(out, "id", rule->id);
    json_write_bool(out, "callback", rule->callback);
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
    json_write_bool(out, "used_up", fault_rule_is_used_up(rule));
    json_write_close(out, '}');
}

static struct faults *faults_get(struct request *rq)
{
    return &session_get(rq->service->sessions, rq->ctx.workspace)->faults;
}

/* The same, to be changed. */
static struct faults *faults_change(struct request *rq)
{
    session_get(rq->service->sessions, rq->ctx.workspace)->faults_version++;
    return faults_get(rq);
}

enum outcome op_list_faults(struct request *rq, struct reply *out)
{
    const struct faults *faults = faults_get(rq);
    struct strbuf body = json_write_begin(&rq->arena, '{');

    json_write_open(&body, "rules", '[');
    for (int64_t i = 0; i < faults->count; i++)
        write_rule(&body, &faults->rules[i]);
    json_write_close(&body, ']');
    if (json_write_nullable(&body, "rate_limit", faults->limit.per_minute)) {
        json_write_open(&body, "rate_limit", '{');
        json_write_integer(&body, "per_minute", faults->limit.per_minute);
        json_write_integer(&body, "used", faults->limit.used);
        json_write_close(&body, '}');
    }
    return reply_ok(out, json_write_end(&body, '}'));
}

enum outcome op_clear_faults(struct request *rq, struct reply *out)
{
    faults_clear(faults_change(rq));
    return op_list_faults(rq, out);
}

/* The contract's own text of an operation's name, which lives as long as the program; NULL when
 * there is no such operation, or name is NULL. */
static const char *operation_id_find(const char *name)
{
    for (int i = 0; name && i < contract_operation_count; i++) {
        if (strcmp(contract_operations[i].id, name) == 0)
            return contract_operations[i].id;
    }
    return NULL;
}

enum outcome op_add_fault(struct request *rq, struct reply *out)
{
    struct faults *faults = faults_get(rq);
    const char *run = json_text(rq->body, "run");
    const cJSON *probability = json_find(rq->body, "probability");
    struct fault_rule rule = {
        .callback = cJSON_IsTrue(json_find(rq->body, "callback")),
        .operation = operation_id_find(json_text(rq->body, "operation")),
        .nth = json_integer(rq->body, "nth", 0),
        .every = json_integer(rq->body, "every", 0),
        .times = json_integer(rq->body, "times", 0),
        .probability = probability ? probability->valuedouble : 1,
    };
    struct strbuf body = {.arena = &rq->arena};

    if (run)
        uid_parse(run, rule.run);
    if (rule.callback && rule.operation)
        return request_refuse(rq, ERROR_BAD_BODY,
                              "body/operation is for calls of the API, and callback for callbacks");
    const char *wrong =
        effect_from_json(&rq->arena, json_find(rq->body, "effect"), rule.callback, &rule.effect);
    if (!wrong && rule.effect.kind == EFFECT_RACE &&
        rule.operation != contract_operations[OP_CANCEL_FLOW_RUN].id)
        wrong = "race is for a cancel: such a rule has \"operation\": \"cancelFlowRun\"";
    if (wrong)
        return request_refuse(rq, ERROR_BAD_BODY, "body/effect %s", wrong);
    if (faults->count >= LIMIT_FAULTS)
        return request_refuse(rq, ERROR_BAD_BODY, "there are %d fault rules already", LIMIT_FAULTS);
    if (!faults_have_room(faults, &rule))
        return request_refuse(rq, ERROR_BAD_BODY,
                              "the bodies of all fault rules would be more than 1 MiB");

    write_rule(&body, faults_add(faults_change(rq), &rule));
    return reply_created(out, body);
}

enum outcome op_remove_fault(struct request *rq, struct reply *out)
{
    if (!faults_remove(faults_change(rq), strtoll(rq->param[0], NULL, 10)))
        return request_fail(rq, ERROR_FAULT_NOT_FOUND);
    return op_list_faults(rq, out);
}

enum outcome op_set_rate_limit(struct request *rq, struct reply *out)
{
    int64_t per_minute = json_integer(rq->body, "per_minute", 0);

    faults_change(rq)->limit = (struct rate_limit){.per_minute = per_minute};
    return op_list_faults(rq, out);
}
