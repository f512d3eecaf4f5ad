#include "server/coverage/record.h"

#include "server/coverage/cells.h"
#include "store/base/clock.h"

#include <string.h>

static void record_status(struct coverage *c, int op, int status)
{
    static const int by_fault[] = {
#define FAULT_STATUS(status) status,
#include "server/coverage/coverage.def"
    };
    enum coverage_status row = coverage_status_find(status);

    if (row < COVERAGE_STATUS_COUNT)
        coverage_count(c, COVER_STATUSES, (int)row, op);
    for (int i = 0; row == COVERAGE_STATUS_COUNT && i < COVERAGE_FAULT_STATUS_COUNT; i++) {
        if (by_fault[i] == status)
            coverage_count(c, COVER_FAULT_STATUSES, 0, i);
    }
}

/* Whether a query names this parameter. Of the decoded one, defaults cannot be told apart. */
static bool query_has(const char *query, const char *name)
{
    size_t size = strlen(name);

    while (query && (strncmp(query, name, size) != 0 || query[size] != '=')) {
        query = strchr(query, '&');
        query += query != NULL;
    }
    return query;
}

static void record_query(struct coverage *c, const struct request *rq, int op)
{
    for (int i = 0; i < rq->op->query->property_count; i++) {
        if (query_has(rq->url.query, rq->op->query->properties[i].name))
            coverage_count(c, COVER_QUERIES, i, op);
    }
}

/* A page of a list. */
static void record_page(struct coverage *c, const struct request *rq, int op)
{
    bool further = rq->shown.offset > 0 && rq->shown.rows;
    const bool is[COVERAGE_PAGING_COUNT] = {
        [COVERAGE_PAGING_FULL] = rq->shown.more,
        [COVERAGE_PAGING_NEXT] = further,
        [COVERAGE_PAGING_LAST] = further && !rq->shown.more,
        [COVERAGE_PAGING_EMPTY] = !rq->shown.rows,
    };

    for (int i = 0; i < COVERAGE_PAGING_COUNT; i++) {
        if (is[i])
            coverage_count(c, COVER_PAGING, i, op);
    }
}

/* A cancel or a resume whose handler ran. */
static void record_action(struct coverage *c, const struct request *rq, int op)
{
    int status_before = (int)coverage_run_status(rq->shown.status_before);

    if (op == OP_RESUME_FLOW_RUN)
        coverage_count(c, COVER_RESUME, 0, status_before);
    if (op != OP_CANCEL_FLOW_RUN)
        return;
    coverage_count(c, COVER_CANCEL, 0, status_before);
    if (rq->forced_race)
        coverage_count(c, COVER_RACES, 0, (int)rq->forced_race - 1);
}

static void record_ends(struct coverage *c, const struct shown *shown)
{
    for (const struct shown_run *run = shown->runs; run; run = run->next)
        coverage_count(c, COVER_ENDS, 0, (int)coverage_run_status(run->status));
}

static void record_success(struct coverage *c, const struct request *rq, int op)
{
    if (rq->effect.kind != EFFECT_TRUNCATE && rq->effect.kind != EFFECT_WRONG_LENGTH)
        record_ends(c, &rq->shown);
    if (*rq->url.query)
        record_query(c, rq, op);
    if (rq->shown.is_list)
        record_page(c, rq, op);
}

/* The fault that it met; -1: none. One with a delay counts for both; a race is none, and a success
 * with a body of its own. */
static int record_fault(struct coverage *c, const struct request *rq)
{
    bool is_none = rq->effect.kind == EFFECT_RACE ||
                   (rq->effect.kind == EFFECT_STATUS && rq->effect.amount < 400);
    enum effect_kind kind = is_none ? EFFECT_NONE : rq->effect.kind;
    int fault = rq->refusal.error == ERROR_RATE_LIMITED ? COVERAGE_FAULT_RATE_LIMIT
                : kind                                  ? (int)kind
                : rq->effect.delay_ms                   ? COVERAGE_FAULT_DELAY
                                                        : -1;

    if (fault >= 0)
        coverage_count(c, COVER_FAULTS, 0, fault);
    if (kind && rq->effect.delay_ms)
        coverage_count(c, COVER_FAULTS, 0, COVERAGE_FAULT_DELAY);
    return fault;
}

static void record_reaction(struct coverage *c, const struct request *rq, int status, int fault)
{
    enum effect_kind kind = rq->effect.kind;
    const struct lint_call call = {
        .rq = rq,
        .status = status,
        .whole = status && kind != EFFECT_TRUNCATE && kind != EFFECT_WRONG_LENGTH,
        .fault = fault,
    };
    struct lint_reaction reaction = lint_check_call(&c->lint, &call);

    if (reaction.fault >= 0)
        c->reactions[reaction.fault][reaction.same_call ? COVERAGE_REACTION_TRIED_AGAIN
                                                        : COVERAGE_REACTION_WENT_ON]++;
}

static void record_assumptions(struct coverage *c, struct assumption_set used)
{
    for (; used.bits; used.bits &= used.bits - 1)
        coverage_count(c, COVER_ASSUMPTIONS, 0, __builtin_ctzll(used.bits));
}

/* The documented status of the reply, where an assumption gave it another. */
static int documented_status(const struct request *rq, int status)
{
    enum error error = rq->refusal.error;

    if (status < 300)
        return 200;
    return error && error != ERROR_FAULT ? error_row(error)->status : status;
}

void coverage_record(struct request *rq, const struct reply *reply)
{
    struct coverage *c = rq->service->coverage;
    int status = effect_row(rq->effect.kind)->sends ? reply->status : 0;
    int op = rq->op ? (int)(rq->op - contract_operations) : -1;

    if (op < 0 && status < 300 && status)
        return; /* a preflight request: it is the browser's own */
    if (request_is_control(rq) || rq->headers.field[HEADER_WORKSPACE]) {
        if (rq->ctx.workspace && status < 300 && strcmp(rq->method, "GET") != 0)
            lint_note_control(&c->lint, rq);
        return;
    }
    c->version++;
    c->requests++;
    record_reaction(c, rq, status, record_fault(c, rq));
    if (status)
        record_assumptions(c, rq->used);
    if (op < 0)
        return;
    coverage_count(c, COVER_OPERATIONS, 0, op);
    if (rq->transition.before)
        record_action(c, rq, op);
    bool is_made_up = status < 400 && rq->refusal.error == ERROR_FAULT;
    if (status && !is_made_up)
        record_status(c, op, documented_status(rq, status));
    if (status && status < 300 && !is_made_up)
        record_success(c, rq, op);
}

void coverage_record_wait(const struct request *rq)
{
    bool held = rq->effect.delay_ms || rq->effect.kind == EFFECT_SLOW;

    if (held && !rq->headers.field[HEADER_WORKSPACE])
        lint_check_wait(&rq->service->coverage->lint, rq->id,
                        session_get(rq->service->sessions, rq->ctx.workspace)->label,
                        clock_monotonic_us() - rq->started);
}
