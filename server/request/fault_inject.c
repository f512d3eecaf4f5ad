#include "server/request/stages.h"

#include <string.h>

/* Applies the rule that fires. A header replaces it, and then it has not fired; that of races
 * replaces a race. */
static void rules_apply(struct request *rq, struct faults *faults)
{
    char run[UID_SIZE];

    request_run(rq, run);
    session_get(rq->service->sessions, rq->ctx.workspace)->faults_version++;
    struct fault_rule *rule = faults_count_call(faults, rq->ctx.workspace->seed, rq->op->id, run);
    if (!rule || rq->headers.field[HEADER_FAULT] ||
        (rule->effect.kind == EFFECT_RACE && rq->headers.field[HEADER_RACE]))
        return;
    rule->fired++;
    rq->effect = rule->effect;
    rq->effect.rule = rule->id;
    if (rule->effect.body) /* the rule may be removed before the reply is sent */
        rq->effect.body = arena_strdup(&rq->arena, rule->effect.body);
}

static bool rate_limit_check(struct request *rq, struct rate_limit *limit)
{
    if (limit->per_minute)
        rq->refusal.retry_after = rate_limit_count_call(limit, workspace_now(rq->ctx.workspace));
    if (!rq->refusal.retry_after)
        return true;
    return request_reject(rq, ERROR_RATE_LIMITED, "more than %lld requests in a minute",
                          (long long)limit->per_minute);
}

static bool fault_header_apply(struct request *rq)
{
    const char *words = rq->headers.field[HEADER_FAULT];

    if (!words)
        return true;
    if (rq->op->control)
        return request_reject(rq, ERROR_BAD_FAULT, "Emulator-Fault is for calls of the API");
    const char *wrong = effect_from_words(&rq->arena, words, &rq->effect);
    return !wrong || request_reject(rq, ERROR_BAD_FAULT, "Emulator-Fault %s", wrong);
}

/* By its header, or by the fault that it has already. */
static bool race_apply(struct request *rq)
{
    const char *word = rq->headers.field[HEADER_RACE];
    bool by_fault = rq->effect.kind == EFFECT_RACE;

    if (!word && !by_fault)
        return true;
    if (strcmp(rq->op->id, "cancelFlowRun") != 0)
        return request_reject(rq, ERROR_BAD_FAULT, "%s is for cancelFlowRun",
                              word ? "Emulator-Race" : "Emulator-Fault race");
    rq->forced_race = word ? forced_race_find(word) : (enum forced_race)rq->effect.amount;
    if (!rq->forced_race)
        return request_reject(rq, ERROR_BAD_FAULT,
                              "Emulator-Race must be finish-wins or cancel-wins");
    return true;
}

bool fault_inject(struct request *rq)
{
    /* What a person does on the page is no call of the client under test. */
    bool counts = rq->ctx.workspace && !rq->op->control && !rq->headers.field[HEADER_WORKSPACE];
    struct session *session = counts ? session_get(rq->service->sessions, rq->ctx.workspace) : NULL;

    if (session && !rate_limit_check(rq, &session->faults.limit))
        return false;
    if (session && session->faults.count)
        rules_apply(rq, &session->faults);
    if (!fault_header_apply(rq) || !race_apply(rq))
        return false;
    if (effect_row(rq->effect.kind)->handled)
        return true;
    rq->refusal.retry_after = rq->effect.retry_after;
    const char *word = effect_row(rq->effect.kind)->word;
    if (!rq->effect.rule)
        return request_reject(rq, ERROR_FAULT, "the header Emulator-Fault asked for this %s", word);
    return request_reject(rq, ERROR_FAULT, "fault rule %lld asked for this %s",
                          (long long)rq->effect.rule, word);
}
