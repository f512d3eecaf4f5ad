/* The handler that replies once a condition holds (CONTROL.md "Control API"). */
#include "server/api/run_json.h"
#include "server/json/write.h"
#include "server/operation_handlers.h"
#include "server/request/reply.h"
#include "server/session/session.h"
#include "store/base/instant.h"
#include "store/base/limits.h"
#include "store/callback/outbox.h"

#include <string.h>

/* A condition, as far as it holds now. */
struct wait_condition {
    struct run run; /* its uid is "" when the condition is not about a run */
    int64_t count;  /* of what is counted */
    bool true_now;
    bool by_itself; /* it may come true without a further request of this workspace */
};

static enum outcome condition_check_callbacks(struct request *rq, const char *status,
                                              struct wait_condition *out)
{
    struct outbox_progress progress = {0};
    enum error e = outbox_progress(&rq->ctx, out->run.uid, status, &progress);

    out->count = progress.count;
    out->true_now = progress.count >= json_integer(rq->query, "count", 1);
    out->by_itself |= progress.active;
    return e ? request_fail(rq, e) : REPLIED;
}

/* Another request may always come: by_itself is true. */
static enum outcome condition_check_journal(struct request *rq, struct wait_condition *out)
{
    const struct journal_filter filter = {
        .operation = json_text(rq->query, "operation"),
        .run = json_text(rq->query, "run"),
        .status = -1,
    };
    const struct session *session = session_get(rq->service->sessions, rq->ctx.workspace);
    int64_t wanted = json_integer(rq->query, "journal", 0);

    if (wanted > session->journal.most)
        return request_refuse(rq, ERROR_BAD_QUERY,
                              "querystring/journal must be <= %lld, as many as --journal keeps",
                              (long long)session->journal.most);
    out->count = journal_count(&session->journal, &filter);
    out->true_now = out->count >= wanted;
    out->by_itself = true;
    return REPLIED;
}

static enum outcome condition_check(struct request *rq, struct wait_condition *out)
{
    const char *uid = json_text(rq->query, "run"), *callback = json_text(rq->query, "callback");
    bool status = json_find(rq->query, "status"), journal = json_find(rq->query, "journal");

    *out = (struct wait_condition){.by_itself = !rq->ctx.workspace->cache.clock.frozen};
    if (status + !!callback + journal != 1 || (!journal && !uid))
        return request_refuse(rq, ERROR_BAD_QUERY,
                              "querystring must name what to wait for: run and status, run and "
                              "callback, or journal");
    if (journal)
        return condition_check_journal(rq, out);
    struct text_list statuses = request_texts(rq, "status");
    char lower[UID_SIZE] = "";
    uid_parse(uid, lower);
    enum error e = run_get(&rq->ctx, lower, &out->run);
    if (e)
        return request_fail(rq, e);
    if (callback)
        return condition_check_callbacks(rq, callback, out);
    for (int i = 0; i < statuses.count; i++)
        out->true_now |= strcmp(statuses.text[i], run_statuses[out->run.status].shown) == 0;
    return REPLIED;
}

static enum outcome wait_reply(struct request *rq, const struct wait_condition *condition,
                               struct reply *out)
{
    struct strbuf body = json_write_begin(&rq->arena, '{');

    json_write_integer(&body, "waited_ms", (clock_monotonic_us() - rq->started) / 1000);
    if (json_write_nullable(&body, "run", *condition->run.uid))
        json_write_run(rq, &body, "run", &condition->run);
    if (json_write_nullable(&body, "count", !json_find(rq->query, "status")))
        json_write_integer(&body, "count", condition->count);
    return reply_ok(out, json_write_end(&body, '}'));
}

/* The present state, for the message of an error. */
static const char *condition_text(struct request *rq, const struct wait_condition *condition)
{
    if (json_find(rq->query, "status"))
        return arena_format(&rq->arena, "the run is %s", run_statuses[condition->run.status].shown);
    return arena_format(&rq->arena, "so far there are %lld", (long long)condition->count);
}

enum outcome op_wait(struct request *rq, struct reply *out)
{
    const char *timeout = json_text(rq->query, "timeout");
    int64_t most;
    struct wait_condition condition;

    if (!timeout_parse(timeout, LIMIT_WAIT, &most))
        return request_refuse(rq, ERROR_BAD_QUERY,
                              "querystring/timeout must be a time such as 5s, 250ms or PT5S, at "
                              "most ten minutes");
    if (condition_check(rq, &condition) == REFUSED)
        return REFUSED;

    if (condition.true_now)
        return wait_reply(rq, &condition, out);
    if (!condition.by_itself && !cJSON_IsTrue(json_find(rq->query, "patient")))
        return request_refuse(rq, ERROR_WAIT_CANNOT_END,
                              "%s, and the clock is frozen, so nothing happens by itself: advance "
                              "it, or wait for somebody who acts with patient=true",
                              condition_text(rq, &condition));
    if (clock_monotonic_us() - rq->started >= most * 1000)
        return request_refuse(rq, ERROR_TIMEOUT, "waited %lld ms, but %s", (long long)most,
                              condition_text(rq, &condition));
    out->retry_at = rq->started + most * 1000;
    return PENDING;
}
