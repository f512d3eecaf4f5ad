/* The handlers that show runs to a person: all of them, and the life of one (CONTROL.md "Control
 * API").
 */
#include "server/control/callbacks.h"
#include "server/json/write.h"
#include "server/operation_handlers.h"
#include "server/request/hints.h"
#include "server/request/reply.h"
#include "server/session/session.h"
#include "store/base/instant.h"
#include "store/engine/preview.h"
#include "store/run/life.h"

#include <string.h>

enum { PLANNED_MAX = 1000, REQUESTS_MAX = 200 };

/* An event by its name and the status that it leads to; or outputs. */
static void write_planned(struct strbuf *out, const char *name, const struct planned *planned)
{
    json_write_open(out, name, '{');
    json_write_time(out, "at", planned->at);
    json_write_integer(out, "position", planned->position);
    if (planned->step_uid) {
        json_write_text(out, "step_uid", planned->step_uid);
        json_write_integer(out, "outputs", planned->outputs);
    } else {
        json_write_text(out, "event", run_events[planned->event].name);
        json_write_text(out, "to", run_statuses[planned->to].name);
    }
    json_write_close(out, '}');
}

static void write_row(struct strbuf *out, const struct run *run, const struct preview *next)
{
    json_write_open(out, NULL, '{');
    json_write_text(out, "uid", run->uid);
    json_write_integer(out, "id", run->id);
    json_write_text(out, "status", run_statuses[run->status].shown);
    json_write_text(out, "state", run_statuses[run->status].name);
    json_write_text(out, "flow_slug", run->flow_slug);
    json_write_integer(out, "output_count", run->output_count);
    if (json_write_nullable(out, "last_error", run->error_label)) {
        json_write_open(out, "last_error", '{');
        json_write_text(out, "label", run->error_label);
        json_write_text(out, "message", run->error_message);
        json_write_close(out, '}');
    }
    json_write_text(out, "scheduled_flow_run_uid", *run->schedule_uid ? run->schedule_uid : NULL);
    json_write_text(out, "callback_url", run->callback_url);
    json_write_time(out, "created_at", run->created_at);
    json_write_time(out, "started_at", run->started_at);
    json_write_time(out, "finished_at", run->finished_at);
    json_write_time(out, "updated_at", run->updated_at);
    if (json_write_nullable(out, "next", next->count))
        write_planned(out, "next", next->list);
    json_write_close(out, '}');
}

/* How many runs have one of these statuses; none: any. */
static int64_t count_runs(const struct workspace *workspace, const struct text_list *statuses)
{
    int64_t count = statuses->count ? 0 : workspace->cache.runs;

    for (int i = 0; i < statuses->count; i++) {
        int seen = 0;
        while (strcmp(statuses->text[seen], statuses->text[i]) != 0)
            seen++;
        if (seen == i) /* not named twice */
            count += run_count_shown(workspace, statuses->text[i]);
    }
    return count;
}

static enum error read_before(struct request *rq, struct list_query *query)
{
    const char *before = json_text(rq->query, "before");
    char uid[UID_SIZE];
    struct run run;

    if (!before || !uid_parse(before, uid))
        return ERROR_NONE;
    enum error e = run_get(&rq->ctx, uid, &run);
    query->before_uid = arena_strdup(&rq->arena, uid);
    query->before_at = run.created_at;
    return e;
}

enum outcome op_list_runs(struct request *rq, struct reply *out)
{
    static const char *const newest_first[] = {"-created_at"};
    struct list_query query = {
        .statuses = request_texts(rq, "status"),
        .sorts = {newest_first, 1},
        .limit = json_integer(rq->query, "limit", 0),
    };
    struct list_page page = {0};
    struct plan_step *reader = preview_reader(&rq->ctx);
    struct strbuf body = json_write_begin(&rq->arena, '[');
    enum error e = read_before(rq, &query);
    if (!e)
        e = run_list(&rq->ctx, &query, &page);

    const struct run *runs = page.rows;
    struct preview next;
    for (int i = 0; !e && i < page.count; i++) {
        e = preview_read(reader, &runs[i], 1, &next);
        if (!e)
            write_row(&body, &runs[i], &next);
    }
    if (e)
        return request_fail(rq, e);
    out->total_count = count_runs(rq->ctx.workspace, &query.statuses);
    return reply_ok(out, json_write_end(&body, ']'));
}

static void write_cause(struct strbuf *out, const struct life_entry *entry)
{
    static const struct {
        const char *kind, *id; /* how its id is called */
    } causes[] = {
        [TRIGGER_UNKNOWN] = {NULL, NULL},
        [TRIGGER_REQUEST] = {"request", "request_id"},
        [TRIGGER_HAND] = {"hand", "request_id"},
        [TRIGGER_PLAN] = {"plan", NULL},
        [TRIGGER_SCHEDULE] = {"schedule", "schedule_uid"},
    };

    if (!json_write_nullable(out, "cause", causes[entry->trigger].kind))
        return;
    json_write_open(out, "cause", '{');
    json_write_text(out, "kind", causes[entry->trigger].kind);
    if (entry->trigger == TRIGGER_PLAN)
        json_write_integer(out, "position", entry->position);
    else if (entry->kind != LIFE_OUTPUTS)
        json_write_text(out, causes[entry->trigger].id, json_safe(out->arena, entry->id));
    json_write_close(out, '}');
}

static void write_past(struct strbuf *out, const struct life_entry *entry)
{
    bool changed = entry->kind == LIFE_STATUS;

    json_write_open(out, NULL, '{');
    json_write_time(out, "at", entry->at);
    if (entry->kind == LIFE_OUTPUTS) {
        json_write_text(out, "step_uid", entry->id);
        json_write_integer(out, "outputs", entry->outputs);
    } else {
        json_write_text(out, "event", changed ? run_events[entry->event].name : NULL);
        json_write_text(out, "from", changed ? run_statuses[entry->from].name : NULL);
        json_write_text(out, "to", run_statuses[entry->to].name);
    }
    write_cause(out, entry);
    json_write_close(out, '}');
}

/* A status of which the row of a run alone tells, if it does. Returns how many it told. */
static int write_past_status(struct strbuf *out, int64_t at, const char *to)
{
    if (at == INSTANT_NONE)
        return 0;
    json_write_open(out, NULL, '{');
    json_write_time(out, "at", at);
    json_write_text(out, "event", NULL);
    json_write_text(out, "from", NULL);
    json_write_text(out, "to", to);
    json_write_text(out, "cause", NULL);
    json_write_close(out, '}');
    return 1;
}

/* What the row of a run tells of its life before the first entry that is known; NULL: of all.
 * Returns how many items that is. */
static int write_past_from_row(struct strbuf *out, const struct run *run,
                               const struct life_entry *first)
{
    enum run_status last = run->status;
    int64_t since = run_statuses[last].finished ? run->finished_at : run->updated_at;

    if (first) {
        last = first->kind == LIFE_STATUS ? first->from : RUN_RUNNING;
        since = first->kind == LIFE_STATUS ? first->since : INSTANT_NONE;
    }
    bool started = !first || run->started_at < first->at ||
                   (run->started_at == first->at && run_statuses[last].started);
    int count = write_past_status(out, run->created_at, NULL);
    if (started)
        count += write_past_status(out, run->started_at, run_statuses[RUN_RUNNING].name);
    if (last != RUN_CREATED && last != RUN_RUNNING)
        count += write_past_status(out, since, run_statuses[last].name);
    return count;
}

/* Returns how many items there are before the entries. */
static int write_pasts(struct request *rq, struct strbuf *out, const struct run *run)
{
    int64_t number = 0;
    int count = 0;
    const struct life_entry *entry = life_next(rq->ctx.workspace, run->uid, &number);

    json_write_open(out, "past", '[');
    if (!entry || entry->kind != LIFE_CREATED)
        count = write_past_from_row(out, run, entry);
    for (; entry; entry = life_next(rq->ctx.workspace, run->uid, &number))
        write_past(out, entry);
    json_write_close(out, ']');
    return count;
}

static enum error write_next(struct request *rq, struct strbuf *out, const struct run *run)
{
    struct preview next;
    enum error e = preview_read(preview_reader(&rq->ctx), run, PLANNED_MAX, &next);
    if (e)
        return e;

    json_write_open(out, "next", '[');
    for (size_t i = 0; i < next.count; i++)
        write_planned(out, NULL, &next.list[i]);
    json_write_close(out, ']');
    return ERROR_NONE;
}

static enum error write_callbacks(struct request *rq, struct strbuf *out, const struct run *run)
{
    const char *uid = run->uid;
    struct list_query query = {.filter[LIST_BY_RUN] = {&uid, 1}, .limit = PLANNED_MAX};

    json_write_open(out, "callbacks", '[');
    enum error e = callbacks_write(rq, out, &query);
    json_write_close(out, ']');
    return e;
}

static void write_request(struct strbuf *out, const struct journal_entry *entry, int past_count)
{
    json_write_open(out, NULL, '{');
    json_write_integer(out, "number", entry->number);
    json_write_text(out, "request_id", json_safe(out->arena, entry->id));
    json_write_time(out, "at", entry->at);
    json_write_text(out, "operation", entry->op ? entry->op->id : NULL);
    json_write_text(out, "method", json_safe(out->arena, entry->method));
    json_write_text(out, "path", json_safe(out->arena, entry->path));
    if (json_write_nullable(out, "status", entry->status))
        json_write_integer(out, "status", entry->status);
    json_write_text(out, "before", entry->before);
    json_write_text(out, "after", entry->after);
    json_write_integer(out, "past_count", past_count);
    json_write_bool(out, "workspace_header", entry->by_uid);
    json_write_close(out, '}');
}

static void write_requests(struct request *rq, struct strbuf *out, const struct run *run,
                           int past_count)
{
    const struct workspace *workspace = rq->ctx.workspace;
    const struct journal *journal = &session_get(rq->service->sessions, workspace)->journal;
    struct journal_filter filter = {.run = run->uid, .status = -1};
    int64_t found = journal_count(journal, &filter), number = 0;
    const struct life_entry *next = life_next(workspace, run->uid, &number);

    json_write_open(out, "requests", '[');
    for (const struct journal_entry *entry = journal->first; entry; entry = entry->next) {
        if (!journal_fits(&filter, entry))
            continue;
        for (; next && number <= entry->life_end; past_count++)
            next = life_next(workspace, run->uid, &number);
        if (found-- <= REQUESTS_MAX)
            write_request(out, entry, past_count);
    }
    json_write_close(out, ']');
}

static const char *refusal_text(struct request *rq, enum error error, enum run_status status)
{
    if (error == ERROR_NOT_CANCELLABLE || error == ERROR_NOT_RESUMABLE)
        return hint_run_refused(rq, error, status);
    return error ? error_row(error)->message : NULL;
}

/* What each event would do now. */
static void write_events(struct request *rq, struct strbuf *out, const struct run *run)
{
    struct ctx ctx = ctx_unrecorded(&rq->ctx);

    json_write_open(out, "events", '[');
    for (enum run_event i = 0; i < RUN_EVENT_COUNT; i++) {
        struct run_step step = run_machine_step(&ctx, run->status, i);
        json_write_open(out, NULL, '{');
        json_write_text(out, "event", run_events[i].name);
        json_write_text(out, "to", step.refusal ? NULL : run_statuses[step.to].name);
        json_write_text(out, "refusal", refusal_text(rq, step.refusal, run->status));
        json_write_close(out, '}');
    }
    json_write_close(out, ']');
}

enum outcome op_get_run_life(struct request *rq, struct reply *out)
{
    struct strbuf body = json_write_begin(&rq->arena, '{');
    struct run run;
    enum error e = run_get(&rq->ctx, rq->param[0], &run);
    if (e)
        return request_fail(rq, e);

    int past_count = write_pasts(rq, &body, &run);
    e = write_next(rq, &body, &run);
    if (!e)
        e = write_callbacks(rq, &body, &run);
    write_requests(rq, &body, &run, past_count);
    write_events(rq, &body, &run);
    return e ? request_fail(rq, e) : reply_ok(out, json_write_end(&body, '}'));
}
