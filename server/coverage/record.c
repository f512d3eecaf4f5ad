#include "server/coverage/record.h"

#include "server/coverage/cells.h"

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
    bool further = json_integer(rq->query, "offset", 0) > 0 && rq->told.rows;
    const bool is[COVERAGE_PAGING_COUNT] = {
        [COVERAGE_PAGING_FULL] = rq->told.more,
        [COVERAGE_PAGING_NEXT] = further,
        [COVERAGE_PAGING_LAST] = further && !rq->told.more,
        [COVERAGE_PAGING_EMPTY] = !rq->told.rows,
    };

    for (int i = 0; i < COVERAGE_PAGING_COUNT; i++) {
        if (is[i])
            coverage_count(c, COVER_PAGING, i, op);
    }
}

/* A cancel or a resume whose handler ran. */
static void record_action(struct coverage *c, const struct request *rq, int op)
{
    int was = (int)coverage_run_status(rq->told.was);

    if (op == OP_RESUME_FLOW_RUN)
        coverage_count(c, COVER_RESUME, 0, was);
    if (op != OP_CANCEL_FLOW_RUN)
        return;
    coverage_count(c, COVER_CANCEL, 0, was);
    if (rq->forced_race)
        coverage_count(c, COVER_RACES, 0, (int)rq->forced_race - 1);
}

static void record_ends(struct coverage *c, const struct told *told)
{
    for (const struct told_run *run = told->runs; run; run = run->next)
        coverage_count(c, COVER_ENDS, 0, (int)coverage_run_status(run->status));
}

static void record_success(struct coverage *c, const struct request *rq, int op)
{
    record_ends(c, &rq->told);
    if (*rq->url.query)
        record_query(c, rq, op);
    if (cell_is_list(rq->op))
        record_page(c, rq, op);
}

static void record_fault(struct coverage *c, const struct request *rq)
{
    if (rq->effect.kind)
        coverage_count(c, COVER_FAULTS, 0, (int)rq->effect.kind);
    if (rq->effect.delay_ms)
        coverage_count(c, COVER_FAULTS, 0, COVERAGE_FAULT_DELAY);
    if (rq->refusal.error == ERROR_RATE_LIMITED)
        coverage_count(c, COVER_FAULTS, 0, COVERAGE_FAULT_RATE_LIMIT);
}

static void record_assumptions(struct coverage *c, struct assumption_set used)
{
    for (; used.bits; used.bits &= used.bits - 1)
        coverage_count(c, COVER_ASSUMPTIONS, 0, __builtin_ctzll(used.bits));
}

void coverage_record(struct request *rq, const struct reply *reply)
{
    struct coverage *c = rq->service->coverage;
    bool sent = effect_row(rq->effect.kind)->sends;

    if (request_is_control(rq) || rq->headers.field[HEADER_WORKSPACE])
        return;
    c->version++;
    c->requests++;
    if (sent)
        record_assumptions(c, rq->used);
    if (!rq->op)
        return;
    int op = (int)(rq->op - contract_operations);
    coverage_count(c, COVER_OPERATIONS, 0, op);
    record_fault(c, rq);
    if (rq->transition.before)
        record_action(c, rq, op);
    if (sent)
        record_status(c, op, reply->status);
    if (sent && reply->status < 300)
        record_success(c, rq, op);
}
