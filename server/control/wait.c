/* The handler that replies once a condition holds (CONTROL.md "Control API"). */
#include "server/api/run_json.h"
#include "server/json/write.h"
#include "server/operation_handlers.h"
#include "server/request/reply.h"
#include "server/session/session.h"
#include "store/base/instant.h"
#include "store/base/limits.h"
#include "store/callback/outbox.h"
#include "store/schedule/schedule.h"

#include <string.h>

/* A condition, as far as it holds now. */
struct wait_condition {
    struct run run;   /* that it is about; its uid is "" when it is about none */
    int64_t count;    /* of what is counted; -1: nothing is */
    const char *text; /* the present state, for the message of an error */
    bool true_now;
    bool by_itself; /* it may come true without a further request of this workspace */
    bool of_callbacks;
    const char *to_replay; /* the uid of a callback that is attempted no more; or NULL */
    const char *to_do;     /* what helps, in place of advancing the clock; or NULL */
};

static enum outcome condition_count(struct request *rq, int64_t count, int64_t wanted,
                                    struct wait_condition *out)
{
    out->count = count;
    out->true_now = count >= wanted;
    out->text = arena_format(&rq->arena, "so far there are %lld", (long long)count);
    return REPLIED;
}

/* Deliveries under way change something by themselves, also while the clock is frozen. */
static enum error note_deliveries(struct request *rq, struct wait_condition *out)
{
    bool active = false;
    enum error e = outbox_is_active(&rq->ctx, &active);

    out->by_itself |= active;
    return e;
}

static void condition_show_run(struct request *rq, struct wait_condition *out)
{
    out->text = arena_format(&rq->arena, "the run is %s", run_statuses[out->run.status].shown);
}

static enum outcome check_status(struct request *rq, struct wait_condition *out)
{
    struct text_list statuses = request_texts(rq, "status");

    for (int i = 0; i < statuses.count; i++)
        out->true_now |= strcmp(statuses.text[i], run_statuses[out->run.status].shown) == 0;
    condition_show_run(rq, out);
    return REPLIED;
}

static enum outcome check_finished(struct request *rq, struct wait_condition *out)
{
    out->true_now = run_statuses[out->run.status].finished;
    condition_show_run(rq, out);
    return REPLIED;
}

static enum outcome check_attempts(struct request *rq, struct wait_condition *out)
{
    int64_t attempts = 0;
    out->of_callbacks = true;
    enum error e = outbox_most_attempts(&rq->ctx, out->run.uid, &attempts);

    if (!e)
        e = note_deliveries(rq, out);
    return e ? request_fail(rq, e)
             : condition_count(rq, attempts, json_integer(rq->query, "attempts", 1), out);
}

static enum outcome check_callback(struct request *rq, struct wait_condition *out)
{
    const char *status = json_text(rq->query, "callback");
    int64_t wanted = json_integer(rq->query, "count", 1);
    struct outbox_progress progress = {0};
    out->of_callbacks = true;
    enum error e = *out->run.uid ? outbox_progress(&rq->ctx, out->run.uid, status, &progress)
                                 : outbox_count(&rq->ctx, status, wanted, &progress.count);

    if (!e && !*out->run.uid)
        e = note_deliveries(rq, out);
    out->by_itself |= progress.active;
    return e ? request_fail(rq, e) : condition_count(rq, progress.count, wanted, out);
}

static enum outcome check_schedule(struct request *rq, struct wait_condition *out)
{
    char uid[UID_SIZE] = "";
    struct schedule schedule;

    uid_parse(json_text(rq->query, "schedule"), uid);
    enum error e = schedule_get(&rq->ctx, uid, &schedule);
    if (e)
        return request_fail(rq, e);
    out->text = "the schedule has started no run";
    if (schedule.last_executed_at == INSTANT_NONE)
        return REPLIED;
    e = run_get_started_by(&rq->ctx, uid, schedule.last_executed_at, &out->run);
    out->true_now = !e;
    return e && e != ERROR_RUN_NOT_FOUND ? request_fail(rq, e) : REPLIED;
}

/* What was due has fired before the handler runs. */
static enum outcome check_idle(struct request *rq, struct wait_condition *out)
{
    bool before = out->by_itself;

    out->by_itself = false;
    enum error e = note_deliveries(rq, out);
    out->true_now = !out->by_itself && !engine_is_behind(rq->ctx.workspace, rq->ctx.now);
    out->by_itself |= before;
    out->text = "a callback is due or being sent";
    return e ? request_fail(rq, e) : REPLIED;
}

/* Another request may always come: by_itself is true. */
static enum outcome check_journal(struct request *rq, struct wait_condition *out)
{
    const struct journal_filter filter = {
        .operation = json_text(rq->query, "operation"),
        .run = json_text(rq->query, "run"),
        .status = -1,
    };
    const struct session *session = session_get(rq->service->sessions, rq->ctx.workspace);
    int64_t wanted = json_integer(rq->query, "journal", 0);
    bool exactly = cJSON_IsTrue(json_find(rq->query, "exactly"));
    int64_t max = session->journal.max_entries - exactly, count;

    if (wanted > max)
        return request_refuse(
            rq, ERROR_BAD_QUERY, "querystring/journal must be <= %lld, %s", (long long)max,
            exactly ? "one less than --journal keeps" : "as many as --journal keeps");
    count = journal_count(&session->journal, &filter);
    if (exactly && count > wanted)
        return request_refuse(rq, ERROR_WAIT_EXCEEDED, "there are %lld, more than %lld",
                              (long long)count, (long long)wanted);
    out->by_itself = true;
    return condition_count(rq, count, wanted, out);
}

enum run_use { RUN_UNUSED, RUN_OPTIONAL, RUN_NEEDED };

/* What can be waited for, by its parameter. That of journal only filters: the run need not exist.
 */
static const struct {
    const char *parameter;
    enum run_use run;
    bool read_run;
    enum outcome (*check)(struct request *rq, struct wait_condition *out);
} conditions[] = {
    {"status", RUN_NEEDED, true, check_status},
    {"finished", RUN_NEEDED, true, check_finished},
    {"attempts", RUN_NEEDED, true, check_attempts},
    {"callback", RUN_OPTIONAL, true, check_callback},
    {"schedule", RUN_UNUSED, false, check_schedule},
    {"idle", RUN_UNUSED, false, check_idle},
    {"journal", RUN_OPTIONAL, false, check_journal},
};

enum { CONDITIONS = sizeof conditions / sizeof *conditions };

/* The number of the one condition that the query names; CONDITIONS for none or several. */
static int condition_find(const struct request *rq)
{
    int found = CONDITIONS, count = 0;

    for (int i = 0; i < CONDITIONS; i++) {
        const cJSON *value = json_find(rq->query, conditions[i].parameter);
        if (!value || cJSON_IsFalse(value))
            continue;
        found = i;
        count++;
    }
    bool run = json_find(rq->query, "run");
    if (count != 1 || (run && conditions[found].run == RUN_UNUSED) ||
        (!run && conditions[found].run == RUN_NEEDED))
        return CONDITIONS;
    return found;
}

static enum outcome condition_check(struct request *rq, struct wait_condition *out)
{
    int which = condition_find(rq);
    const char *run = json_text(rq->query, "run");
    char uid[UID_SIZE] = "";

    if (which == CONDITIONS)
        return request_refuse(rq, ERROR_BAD_QUERY,
                              "querystring must name what to wait for: run with status, finished, "
                              "attempts or callback; or callback, schedule, idle or journal");
    memset(out, 0, sizeof *out);
    out->by_itself = !rq->ctx.workspace->cache.clock.frozen;
    out->count = -1;
    if (run && conditions[which].read_run) {
        uid_parse(run, uid);
        enum error e = run_get(&rq->ctx, uid, &out->run);
        if (e)
            return request_fail(rq, e);
    }
    return conditions[which].check(rq, out);
}

/* A callback that failed: why, and what comes next. */
static void condition_show_failure(struct request *rq, const struct callback *callback,
                                   struct wait_condition *out)
{
    bool pending = strcmp(callback->status, "PENDING") == 0;
    char next[INSTANT_SIZE];
    struct run run;

    if (pending)
        instant_format(callback->next_attempt_at, next);
    else if (run_get(&rq->ctx, callback->run_uid, &run) == ERROR_NONE &&
             !run_statuses[run.status].cancelled)
        out->to_replay = callback->uid;
    out->text = arena_format(&rq->arena,
                             pending ? "%s: the last attempt of callback %s failed (%s), the next "
                                       "is due at %s"
                                     : "%s: callback %s has FAILED (%s)",
                             out->text, callback->uid, callback->error, next);
}

/* Of a run to which nothing will happen, as one that was made by hand, is blocked or has ended:
 * what to do. */
static void condition_show_idle_run(struct request *rq, struct wait_condition *out)
{
    const struct run *run = &out->run;

    if (!*run->uid || run->due_at != INSTANT_NONE)
        return;
    if (run_statuses[run->status].finished) {
        out->text = arena_format(&rq->arena, "%s, and has ended", out->text);
        out->to_do = "wait for finished=true";
        rq->refusal.hint = arena_format(
            &rq->arena, "GET /_emulator/runs/%s/life tells what happened to the run", run->uid);
        return;
    }
    out->text = arena_format(&rq->arena, "%s, and nothing is due for it", out->text);
    out->to_do = "apply an event to it";
    rq->refusal.hint =
        run->status == RUN_BLOCKED
            ? arena_format(&rq->arena, "POST /v1/flows/runs/%s/resume goes on with it", run->uid)
            : arena_format(&rq->arena,
                           "POST /_emulator/runs/%s/events: possible are %s; a run that a flow is "
                           "started with follows the plan of that flow",
                           run->uid, run_events_possible(&rq->ctx, &rq->arena, run->status, true));
}

/* Of a condition that is not true: why it is not. Of one about callbacks, the newest one that
 * failed, if any did. */
static void condition_explain(struct request *rq, struct wait_condition *out)
{
    static const char *const statuses[] = {"PENDING", "FAILED"}, *const newest_first[] = {"-"};
    const char *run = out->run.uid;
    const struct list_query query = {.statuses = {statuses, 2},
                                     .sorts = {newest_first, 1},
                                     .filter[LIST_BY_RUN] = {&run, *run != '\0'},
                                     .limit = 10};
    struct list_page page = {0};

    if (!out->of_callbacks) {
        condition_show_idle_run(rq, out);
        return;
    }
    if (outbox_list(&rq->ctx, &query, &page))
        return;
    for (struct callback *each = page.rows; each < (struct callback *)page.rows + page.count;
         each++) {
        if (each->error) {
            condition_show_failure(rq, each, out);
            return;
        }
    }
}

static enum outcome wait_reply(struct request *rq, const struct wait_condition *condition,
                               struct reply *out)
{
    struct strbuf body = json_write_begin(&rq->arena, '{');

    json_write_integer(&body, "waited_ms", (clock_monotonic_us() - rq->started) / 1000);
    if (json_write_nullable(&body, "run", *condition->run.uid))
        json_write_run(rq, &body, "run", &condition->run);
    if (json_write_nullable(&body, "count", condition->count >= 0))
        json_write_integer(&body, "count", condition->count);
    return reply_ok(out, json_write_end(&body, '}'));
}

/* Reads how long to wait, and how long the condition has to stay true (0: not at all). */
static bool times_read(struct request *rq, int64_t *timeout, int64_t *settle)
{
    const char *text = json_text(rq->query, "settle");
    bool exactly = cJSON_IsTrue(json_find(rq->query, "exactly"));

    *settle = 0;
    if (!duration_parse(json_text(rq->query, "timeout"), LIMIT_WAIT, timeout))
        return request_reject(rq, ERROR_BAD_QUERY,
                              "querystring/timeout must be a time such as 5s, 250ms or PT5S, at "
                              "most ten minutes");
    if (exactly && !json_find(rq->query, "journal"))
        return request_reject(rq, ERROR_BAD_QUERY, "querystring/exactly goes with journal");
    if (text && !exactly)
        return request_reject(rq, ERROR_BAD_QUERY, "querystring/settle goes with exactly=true");
    return !text || duration_parse(text, LIMIT_WAIT, settle) ||
           request_reject(rq, ERROR_BAD_QUERY,
                          "querystring/settle must be a time such as 200ms, at most ten minutes");
}

/* The condition is true: replies, once it has been for `settle` milliseconds. */
static enum outcome wait_settle(struct request *rq, const struct wait_condition *condition,
                                int64_t settle, struct reply *out)
{
    int64_t now = clock_monotonic_us();

    if (!rq->wait_reached)
        rq->wait_reached = now;
    if (now >= rq->wait_reached + settle * 1000)
        return wait_reply(rq, condition, out);
    out->retry_at = rq->wait_reached + settle * 1000;
    return PENDING;
}

enum outcome op_wait(struct request *rq, struct reply *out)
{
    int64_t timeout, settle;
    struct wait_condition condition;

    if (!times_read(rq, &timeout, &settle) || condition_check(rq, &condition) == REFUSED)
        return REFUSED;
    if (condition.true_now)
        return wait_settle(rq, &condition, settle, out);
    rq->wait_reached = 0;
    bool hopeless = !condition.by_itself && !cJSON_IsTrue(json_find(rq->query, "patient"));
    if (!hopeless && clock_monotonic_us() - rq->started < timeout * 1000) {
        out->retry_at = rq->started + timeout * 1000;
        return PENDING;
    }
    condition_explain(rq, &condition);
    if (!hopeless)
        return request_refuse(rq, ERROR_TIMEOUT, "waited %lld ms, but %s", (long long)timeout,
                              condition.text);
    if (condition.to_replay)
        rq->refusal.hint = arena_format(
            &rq->arena, "POST /_emulator/callbacks/%s/replay sends it again", condition.to_replay);
    if (condition.to_do)
        return request_refuse(rq, ERROR_WAIT_CANNOT_END,
                              "%s: %s, or wait for somebody who acts with patient=true",
                              condition.text, condition.to_do);
    return request_refuse(rq, ERROR_WAIT_CANNOT_END,
                          "%s, and the clock is frozen, so nothing happens by itself: %s, or wait "
                          "for somebody who acts with patient=true",
                          condition.text, condition.to_replay ? "send it again" : "advance it");
}
