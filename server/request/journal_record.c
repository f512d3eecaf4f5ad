#include "server/request/journal_record.h"

#include "server/config/metrics.h"
#include "server/json/utf8.h"
#include "server/session/session.h"
#include "store/run/run.h"

#include <string.h>

/* The header lines as they came, each with its end. */
static const char *header_lines(struct request *rq)
{
    const struct headers *head = &rq->headers;
    char *lines = arena_alloc(&rq->arena, head->size + sizeof REDACTED * (size_t)head->count + 1);
    char *end = lines;

    for (int i = 0; i < head->count && i < LIMIT_HEADER_COUNT; i++) {
        const struct header_line *line = &head->line[i];
        end = stpcpy(stpcpy(end, line->name), ": ");
        end = stpcpy(stpcpy(end, journal_header_is_secret(line->name) ? REDACTED : line->value),
                     "\n");
    }
    *end = '\0';
    return lines;
}

/* A run of which a fault or the rate limit kept the handler: its status is the same before and
 * after. */
static void entry_add_status(struct request *rq, struct workspace *workspace,
                             struct journal_entry *entry)
{
    struct ctx ctx = ctx_unrecorded(&rq->ctx);
    struct run run;

    if ((entry->error != ERROR_FAULT && entry->error != ERROR_RATE_LIMITED) || !workspace)
        return;
    ctx.workspace = workspace;
    if (*entry->run && !run_get(&ctx, entry->run, &run))
        entry->before = entry->after = run_statuses[run.status].shown;
}

/* Everything in it lives as long as the request. */
static struct journal_entry entry_make(struct request *rq, struct workspace *workspace,
                                       const struct reply *reply, int64_t duration_us)
{
    const struct clock system = {0};
    bool sent = effect_row(rq->effect.kind)->sends;

    struct journal_entry entry = {
        .at = workspace ? workspace_now(workspace) : clock_now(&system),
        .duration_us = duration_us,
        .op = rq->op,
        .same_path_op = rq->same_path_op,
        .error = rq->refusal.error,
        .by_uid = rq->headers.field[HEADER_WORKSPACE],
        .fault = rq->effect.kind,
        .delay_ms = effect_delay(&rq->effect, reply->size),
        .fault_rule = rq->effect.rule,
        .status = sent ? reply->status : 0,
        .request_size = rq->raw_received,
        .response_size = sent ? (int64_t)reply->size : 0,
        .before = rq->transition.before,
        .after = rq->transition.after,
        .life_end = rq->transition.life_end,
        .id = rq->id,
        .method = rq->method,
        .path = rq->url.path,
        .query = rq->url.query,
        .message = rq->refusal.reason,
        .hint = rq->hint,
        .fidelity = rq->fidelity,
        .headers = header_lines(rq),
        .request_body = journal_excerpt(&rq->arena, rq->raw.bytes, rq->raw.size),
        .response_body = sent ? journal_excerpt(&rq->arena, reply->body, reply->size) : "",
    };
    memcpy(entry.run, rq->transition.run, UID_SIZE);
    if (!*entry.run)
        request_run(rq, entry.run);
    entry_add_status(rq, workspace, &entry);
    return entry;
}

void journal_record(struct request *rq, const struct reply *reply)
{
    int operation = rq->op ? (int)(rq->op - contract_operations) : METRIC_OPERATIONS_MAX;
    struct workspace *workspace = request_find_workspace(rq);
    struct session *session = session_get(rq->service->sessions, workspace);
    bool control = request_is_control(rq);
    struct journal *journal = control ? &session->control : &session->journal;
    bool sent = effect_row(rq->effect.kind)->sends;

    int64_t duration_us = clock_monotonic_us() - rq->started;
    metrics_count(&rq->service->metrics, operation, sent ? reply->status : 0, duration_us);
    rq->service->requests++;
    session->journal_version += !control;
    if (journal->max_entries) {
        struct journal_entry entry = entry_make(rq, workspace, reply, duration_us);
        journal_add(journal, &entry);
    } else {
        journal->total++;
    }
    if (workspace && (!control || strcmp(rq->method, "GET") != 0))
        workspace_changed(workspace);
}
