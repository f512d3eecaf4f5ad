#include "server/control/suggested_requests.h"

#include "server/request/hints.h"
#include "server/session/session.h"
#include "store/base/suggest.h"
#include "store/run/flow.h"
#include "store/schedule/schedule.h"
#include "store/workspace/snapshot.h"

#include <string.h>

#define SCHEDULES "/v1/flows/schedules"

/* A recipe on its way: for whom, about what, and what it holds so far. */
struct recipe {
    struct request *rq;
    const struct journal_entry *entry;
    struct url url; /* of the exchange, divided and decoded where that can be done */
    cJSON *steps;
};

static void add_step(struct recipe *r, const char *method, const char *path, const char *body)
{
    cJSON *step = cJSON_CreateObject();

    json_add_text(step, "method", method);
    json_add_text(step, "path", path);
    json_add(step, "body", body ? cJSON_CreateRaw(body) : cJSON_CreateNull());
    cJSON_AddItemToArray(r->steps, step);
}

/* What an operation needs to work: a body, a query, a run in some status, something done before. */
static const struct {
    const char *operation;
    const char *body, *query, *run_status;
    const char *before_method, *before_path, *before_body;
} needs[] = {
    {"cancelFlowRun", NULL, NULL, "RUNNING", NULL, NULL, NULL},
    {"resumeFlowRun", NULL, NULL, "BLOCKED", NULL, NULL, NULL},
    {"runFlow", "{\"inputs\":[{}]}", NULL, NULL, NULL, NULL, NULL},
    {"scheduleFlow",
     "{\"inputs\":[{}],\"callback\":{\"url\":\"http://127.0.0.1:9/\"},\"cron\":\"0 9 * * *\"}",
     NULL, NULL, NULL, NULL, NULL},
    {"createRun", "{\"status\":\"RUNNING\"}", NULL, NULL, NULL, NULL, NULL},
    {"applyRunEvent", "{\"event\":\"FINISH\"}", NULL, "RUNNING", NULL, NULL, NULL},
    {"setClock", "{\"mode\":\"frozen\"}", NULL, NULL, NULL, NULL, NULL},
    {"advanceClock", "{\"by\":1}", NULL, NULL, "PUT", "/_emulator/clock", "{\"mode\":\"frozen\"}"},
    {"addFault", "{\"effect\":{\"delay_ms\":1},\"times\":1}", NULL, NULL, NULL, NULL, NULL},
    {"setRateLimit", "{\"per_minute\":1000}", NULL, NULL, NULL, NULL, NULL},
    {"removeFault", NULL, NULL, NULL, "POST", "/_emulator/faults",
     "{\"effect\":{\"delay_ms\":1},\"times\":1}"},
    {"putState", "{\"version\":1}", NULL, NULL, NULL, NULL, NULL},
    {"setAssumptions", "{}", NULL, NULL, NULL, NULL, NULL},
    {"wait", NULL, "status=RUNNING", "RUNNING", NULL, NULL, NULL},
};

static size_t need_of(const struct operation *op)
{
    size_t i = 0;

    while (i < sizeof needs / sizeof *needs && strcmp(needs[i].operation, op->id) != 0)
        i++;
    return i;
}

/* A run of this status is made first: the one that was asked for, where it is missing. */
static const char *make_run(struct recipe *r, const char *status)
{
    char *uid = arena_alloc(&r->rq->arena, UID_SIZE);

    if (r->entry->error == ERROR_RUN_NOT_FOUND && *r->entry->run)
        memcpy(uid, r->entry->run, UID_SIZE);
    else
        uid_derive(uid_seed(r->rq->workspace->seed, "recipe"), request_next_ref(r->rq), uid);
    add_step(r, "POST", "/_emulator/runs",
             arena_format(&r->rq->arena, "{\"uid\":\"%s\",\"status\":\"%s\"}", uid,
                          status ? status : "RUNNING"));
    return uid;
}

/* A flow that is there: the one that was named, or the first. */
static const char *find_flow(struct recipe *r, const char *named)
{
    struct store *store = r->rq->server->store;
    struct flow_slugs flows;

    if (named && flow_check(store, r->rq->workspace->id, named) == ERROR_NONE)
        return named;
    if (flow_slugs(store, &r->rq->arena, r->rq->workspace->id, &flows) != ERROR_NONE)
        return NULL;
    return flows.count ? flows.slug[0] : NULL;
}

static const char *find_fault(struct recipe *r)
{
    const struct faults *faults = &session_get(r->rq->server, r->rq->workspace)->faults;

    return arena_format(&r->rq->arena, "%lld", (long long)faults->last_id + 1);
}

static const char *find_snapshot(struct recipe *r, const char *named)
{
    if (!named || strlen(named) > 64 || strchr(named, '/') || strchr(named, '%'))
        named = "example";
    add_step(r, "POST", arena_format(&r->rq->arena, "/_emulator/snapshots/%s", named), NULL);
    return named;
}

/* What stands for a parameter; NULL where there is nothing. `named` is what stood there. */
static const char *fill_in(struct recipe *r, const char *name, const char *named,
                           const char *run_status)
{
    if (strcmp(name, "flow_run_uid") == 0)
        return make_run(r, run_status);
    if (strcmp(name, "flow_slug") == 0)
        return find_flow(r, named);
    if (strcmp(name, "fault_id") == 0)
        return find_fault(r);
    if (strcmp(name, "snapshot_name") == 0)
        return find_snapshot(r, named);
    return NULL;
}

static const char *segment_at(const struct recipe *r, int i)
{
    return i < r->url.segment_count && i < URL_SEGMENTS_MAX ? r->url.segment[i] : "";
}

/* The action that was named, or meant; SCHEDULE_ACTION_COUNT: none. */
static enum schedule_action action_of(const char *word)
{
    const char *names[SCHEDULE_ACTION_COUNT];

    for (enum schedule_action a = 0; a < SCHEDULE_ACTION_COUNT; a++)
        names[a] = schedule_action_name(a);
    const char *near = suggest(word, names, SCHEDULE_ACTION_COUNT);
    return near ? schedule_action_parse(near) : SCHEDULE_ACTION_COUNT;
}

/* The statuses in which an action is possible. */
static struct text_list schedule_statuses_for(enum schedule_action action,
                                              const char *names[SCHEDULE_STATUS_COUNT])
{
    int count = 0;

    for (enum schedule_status s = 0; s < SCHEDULE_STATUS_COUNT; s++) {
        if (schedule_after(s, action) != SCHEDULE_NONE)
            names[count++] = schedule_status_name(s);
    }
    return (struct text_list){names, count};
}

static bool schedule_named(struct recipe *r, const char *named, struct schedule *out)
{
    char uid[UID_SIZE];

    return uid_parse(named, uid) && schedule_get(r->rq->server->store, &r->rq->arena,
                                                 r->rq->workspace->id, uid, out) == ERROR_NONE;
}

/* An action on the schedule that was named; else on another, when it can be taken back; else a list
 * of those on which it is possible. */
static void add_action(struct recipe *r, const struct schedule *named, enum schedule_action action)
{
    struct arena *arena = &r->rq->arena;
    const char *names[SCHEDULE_STATUS_COUNT], *path = SCHEDULES;
    struct schedule_query query = {.statuses = schedule_statuses_for(action, names), .limit = 1};
    struct schedule_page page = {0};

    if (named && schedule_after(named->status, action) == SCHEDULE_NONE &&
        action != SCHEDULE_CANCEL &&
        schedule_list(r->rq->server->store, arena, r->rq->workspace->id, &query, &page) ==
            ERROR_NONE)
        named = page.count ? page.schedules : NULL;
    if (named && schedule_after(named->status, action) != SCHEDULE_NONE) {
        add_step(r, "POST",
                 arena_format(arena, "%s/%s/%s", path, named->uid, schedule_action_name(action)),
                 NULL);
        return;
    }
    for (int i = 0; i < query.statuses.count; i++)
        path = arena_format(arena, "%s%sstatus=%s", path, i ? "&" : "?", names[i]);
    add_step(r, "GET", path, NULL);
}

/* No schedule is made for this, as a run is: those that are there are the client's own. */
static void add_schedule_sample(struct recipe *r, const struct operation *op)
{
    bool acts = op->segment_count > 4;
    enum schedule_action action = acts ? action_of(segment_at(r, 4)) : SCHEDULE_ACTION_COUNT;
    struct schedule named;
    bool known = schedule_named(r, segment_at(r, 3), &named);

    if (action != SCHEDULE_ACTION_COUNT)
        add_action(r, known ? &named : NULL, action);
    else
        add_step(r, "GET",
                 known ? arena_format(&r->rq->arena, SCHEDULES "/%s", named.uid) : SCHEDULES, NULL);
}

/* The steps of a call of this operation that works, or none. */
static void add_sample(struct recipe *r, const struct operation *op)
{
    struct arena *arena = &r->rq->arena;
    size_t need = need_of(op);
    bool needed = need < sizeof needs / sizeof *needs;
    const char *path = "", *run_status = needed ? needs[need].run_status : NULL;
    int params = 0;

    if (strncmp(op->path, SCHEDULES "/", strlen(SCHEDULES "/")) == 0) {
        add_schedule_sample(r, op);
        return;
    }
    if (needed && needs[need].before_method)
        add_step(r, needs[need].before_method, needs[need].before_path, needs[need].before_body);
    for (int i = 0; i < op->segment_count; i++) {
        const char *segment = op->segment[i];
        const char *named =
            i < r->url.segment_count && i < URL_SEGMENTS_MAX ? r->url.segment[i] : NULL;
        if (!segment)
            segment = fill_in(r, op->param[params++].name, named, run_status);
        if (!segment)
            return;
        path = arena_format(arena, "%s/%s", path, segment);
    }
    if (needed && needs[need].query)
        path =
            arena_format(arena, "%s?run=%s&%s", path, make_run(r, run_status), needs[need].query);
    add_step(r, op->method, path, needed ? needs[need].body : NULL);
}

/* The exchange again, as it was. */
static void add_again(struct recipe *r)
{
    const struct journal_entry *entry = r->entry;
    struct json_fault fault;
    bool whole = (int64_t)strlen(entry->request_body) == entry->request_size;
    bool body = entry->request_size && whole &&
                json_parse(&r->rq->arena, entry->request_body, strlen(entry->request_body),
                           &json_unbounded, &fault);
    const char *path = json_safe(&r->rq->arena, entry->path);

    if (*entry->query)
        path = arena_format(&r->rq->arena, "%s?%s", path, json_safe(&r->rq->arena, entry->query));
    add_step(r, json_safe(&r->rq->arena, entry->method), path,
             body ? arena_strdup(&r->rq->arena, entry->request_body) : NULL);
}

static void sample(struct recipe *r)
{
    if (r->entry->op)
        add_sample(r, r->entry->op);
}

static void sample_other(struct recipe *r)
{
    add_sample(r, r->entry->same_path_op);
}

static void sample_near(struct recipe *r)
{
    const struct operation *near = hint_nearest(&r->rq->arena, r->entry->path, r->entry->method);

    if (near)
        add_sample(r, near);
    else
        add_step(r, "GET", "/v1/flows/runs", NULL);
}

static bool has_rules(struct recipe *r)
{
    return session_get(r->rq->server, r->rq->workspace)->faults.first;
}

/* Without its header, which no step has, or without the rules. */
static void without_fault(struct recipe *r)
{
    if (has_rules(r) || !strcasestr(r->entry->headers, "Emulator-Fault: "))
        add_step(r, "DELETE", "/_emulator/faults", NULL);
    add_again(r);
}

/* Where there are rules, it would meet them next. */
static void without_limit(struct recipe *r)
{
    if (has_rules(r))
        add_step(r, "DELETE", "/_emulator/faults", NULL);
    else
        add_step(r, "PUT", "/_emulator/faults/rate-limit", "{\"per_minute\":null}");
    add_again(r);
}

/* Every guess becomes a decision. */
static void decided(struct recipe *r)
{
    cJSON *body = cJSON_CreateObject();

    for (enum assumption i = ASSUME_NONE + 1; i < ASSUMPTION_COUNT; i++)
        json_add_text(body, assumption_row(i)->id,
                      assumption_value(r->rq->workspace->assumptions, i));
    add_step(r, "PUT", "/_emulator/assumptions", json_print(body));
    add_again(r);
}

static void list_callbacks(struct recipe *r)
{
    add_step(r, "GET", "/_emulator/callbacks", NULL);
}

static void list_journal(struct recipe *r)
{
    add_step(r, "GET", "/_emulator/journal", NULL);
}

static void drop_one(struct recipe *r)
{
    struct snapshot_page page;

    if (snapshot_list(r->rq->server->store, &r->rq->arena, r->rq->workspace, &page) ||
        page.count == 0)
        return;
    add_step(r, "DELETE", arena_format(&r->rq->arena, "/_emulator/snapshots/%s", page.list[0].name),
             NULL);
    add_again(r);
}

static void reset_before(struct recipe *r)
{
    add_step(r, "POST", "/_emulator/reset", NULL);
    add_again(r);
}

/* By the error; NULL: nothing that the client could do. */
static void (*const makers[ERROR_COUNT])(struct recipe *r) = {
    [ERROR_UNAUTHORIZED] = add_again,
    [ERROR_FORBIDDEN] = add_again,
    [ERROR_BAD_MEDIA_TYPE] = add_again,
    [ERROR_BAD_HEAD] = add_again,
    [ERROR_HEAD_TOO_LARGE] = add_again,
    [ERROR_UNKNOWN_CODING] = add_again,
    [ERROR_UNKNOWN_VERSION] = add_again,
    [ERROR_BAD_FAULT] = add_again,
    [ERROR_FAULT] = without_fault,
    [ERROR_RATE_LIMITED] = without_limit,
    [ERROR_GUESSED] = decided,
    [ERROR_BAD_PARAMETER] = sample,
    [ERROR_INVALID_UID] = sample,
    [ERROR_BAD_QUERY] = sample,
    [ERROR_BAD_BODY] = sample,
    [ERROR_BODY_TOO_LARGE] = sample,
    [ERROR_RUN_NOT_FOUND] = sample,
    [ERROR_FLOW_NOT_FOUND] = sample,
    [ERROR_SCHEDULE_NOT_FOUND] = sample,
    [ERROR_FAULT_NOT_FOUND] = sample,
    [ERROR_SNAPSHOT_NOT_FOUND] = sample,
    [ERROR_NOT_CANCELLABLE] = sample,
    [ERROR_NOT_RESUMABLE] = sample,
    [ERROR_EVENT_REFUSED] = sample,
    [ERROR_SCHEDULE_REFUSED] = sample,
    [ERROR_TOO_MUCH_DUE] = sample,
    [ERROR_CLOCK_REFUSED] = sample,
    [ERROR_ALREADY_EXISTS] = sample,
    [ERROR_WAIT_IN_VAIN] = sample,
    [ERROR_TIMEOUT] = sample,
    [ERROR_BAD_URL] = sample_near,
    [ERROR_URL_TOO_LONG] = sample_near,
    [ERROR_NO_ROUTE] = sample_near,
    [ERROR_WRONG_METHOD] = sample_other,
    [ERROR_CALLBACK_NOT_FOUND] = list_callbacks,
    [ERROR_CALLBACK_REFUSED] = list_callbacks,
    [ERROR_EXCHANGE_NOT_FOUND] = list_journal,
    [ERROR_TOO_MANY_SNAPSHOTS] = drop_one,
    [ERROR_NO_ID_LEFT] = reset_before,
};

cJSON *suggested_requests(struct request *rq, const struct journal_entry *entry)
{
    struct recipe r = {.rq = rq, .entry = entry, .steps = cJSON_CreateArray()};

    url_split(&rq->arena, arena_strdup(&rq->arena, entry->path), &r.url);
    if (!url_decode_path(&rq->arena, &r.url))
        r.url.segment_count = 0;
    if (makers[entry->error])
        makers[entry->error](&r);
    return r.steps;
}
