#include "server/control/suggested_requests.h"

#include "server/json/write.h"
#include "server/operations.h"
#include "server/request/route_hint.h"
#include "server/session/session.h"
#include "store/base/instant.h"
#include "store/base/suggest.h"
#include "store/run/flow.h"
#include "store/run/run.h"
#include "store/schedule/schedule.h"
#include "store/workspace/snapshot.h"

#include <stdlib.h>
#include <string.h>

#define SCHEDULES "/v1/flows/schedules"

/* A suggestion for one entry of the journal, and its requests so far. */
struct suggestion {
    struct request *rq;  /* that asks for it */
    struct arena *arena; /* of rq */
    const struct journal_entry *entry;
    struct url url;         /* of the entry, divided and decoded where that can be done */
    struct strbuf requests; /* an array */
};

static void add_request(struct suggestion *s, const char *method, const char *path,
                        const char *body)
{
    struct strbuf *out = &s->requests;

    json_write_open(out, NULL, '{');
    json_write_text(out, "method", method);
    json_write_text(out, "path", path);
    json_write_json(out, "body", body ? body : "null");
    json_write_close(out, '}');
}

static const char *segment_at(const struct suggestion *s, int i)
{
    return i < s->url.segment_count && i < URL_SEGMENTS_MAX ? s->url.segment[i] : "";
}

static void add_example(struct suggestion *s, const struct operation *op);

/* The first run with this status and uid, where those are given. A run that is to have a status
 * must keep it until somebody acts. NULL: there is none. */
static const char *run_first(struct suggestion *s, const char *status, const char *uid)
{
    struct list_query query = {.statuses = {&status, status != NULL},
                               .filter[LIST_BY_UID] = {&uid, uid != NULL},
                               .limit = 1};
    struct list_page page;

    if (run_list(&s->rq->ctx, &query, &page) || !page.count)
        return NULL;
    const struct run *run = page.rows;
    bool stays = s->rq->ctx.workspace->cache.clock.frozen || run->due_at == INSTANT_NONE;
    return !status || stays ? run->uid : NULL;
}

/* The run that the entry is about, or the first, with this status; else one that is made first. */
static const char *run_choose(struct suggestion *s, const char *status)
{
    const char *asked = *s->entry->run ? s->entry->run : NULL;
    const char *uid = asked ? run_first(s, status, asked) : NULL;
    char *made = arena_alloc(s->arena, UID_SIZE);

    if (uid || (uid = run_first(s, status, NULL)))
        return uid;
    if (asked && !run_first(s, NULL, asked))
        memcpy(made, asked, UID_SIZE);
    else
        uid_derive(uid_seed(s->rq->ctx.workspace->seed, "suggestion"), request_next_ref(s->rq),
                   made);
    add_request(s, "POST", "/_emulator/runs",
                arena_format(s->arena, "{\"uid\":\"%s\",\"status\":\"%s\"}", made,
                             status ? status : "RUNNING"));
    return made;
}

/* The flow that was asked for, or the first; NULL: there is none. */
static const char *flow_choose(struct suggestion *s, const char *asked)
{
    struct text_list flows;

    if (flow_get_uid(s->rq->ctx.store, s->rq->ctx.workspace->id, asked, NULL) == ERROR_NONE)
        return asked;
    return flow_slugs(&s->rq->ctx, &flows) || !flows.count ? NULL : flows.text[0];
}

/* The fault rule that was asked for, or the first, or one that is made first. */
static const char *fault_choose(struct suggestion *s, const struct operation *op, const char *asked)
{
    const struct faults *faults =
        &session_get(s->rq->service->sessions, s->rq->ctx.workspace)->faults;
    int64_t id = faults->count ? faults->rules[0].id : faults->last_id + 1;

    for (int64_t i = 0; i < faults->count; i++) {
        if (faults->rules[i].id == strtoll(asked, NULL, 10))
            id = faults->rules[i].id;
    }
    if (!faults->count)
        add_example(s, op->example.needs);
    return arena_format(s->arena, "%lld", (long long)id);
}

/* The same for snapshots. */
static const char *snapshot_choose(struct suggestion *s, const struct operation *op,
                                   const char *asked)
{
    struct snapshot_page page = {0};
    int i = 0;

    snapshot_list(&s->rq->ctx, &page);
    if (!page.count) {
        add_example(s, op->example.needs);
        return op->example.parameters->value;
    }
    while (i < page.count && strcmp(page.list[i].name, asked) != 0)
        i++;
    return page.list[i % page.count].name;
}

/* The schedule that was asked for; NULL: there is none. */
static const struct schedule *schedule_asked(struct suggestion *s, const char *asked)
{
    struct schedule *out = arena_alloc(s->arena, sizeof *out);
    char uid[UID_SIZE];

    if (!uid_parse(asked, uid) || schedule_get(&s->rq->ctx, uid, out))
        return NULL;
    return out;
}

/* The value for a parameter of the example; NULL: nothing in the workspace is sure to work. */
static const char *parameter_choose(struct suggestion *s, const struct operation *op,
                                    const struct example_parameter *parameter, const char *asked)
{
    const char *name = parameter->name;

    if (strcmp(name, "flow_run_uid") == 0 || strcmp(name, "run") == 0)
        return run_choose(s, parameter->run_status);
    if (strcmp(name, "flow_slug") == 0)
        return op == &contract_operations[OP_PUT_FLOW] ? parameter->value : flow_choose(s, asked);
    if (strcmp(name, "fault_id") == 0)
        return fault_choose(s, op, asked);
    if (strcmp(name, "snapshot_name") == 0 && op->example.needs)
        return snapshot_choose(s, op, asked);
    if (strcmp(name, "request_id") == 0)
        return s->entry->id;
    if (strcmp(name, "scheduled_flow_run_uid") == 0)
        return schedule_asked(s, asked) ? asked : NULL;
    if (strcmp(name, "callback_uid") == 0)
        return NULL; /* a callback of a cancelled run is never sent again */
    return parameter->value;
}

/* The action that was asked for, on that schedule; else on another, when it can be taken back; else
 * the list of those on which it is possible. No schedule is made for this: it would start runs. */
static void add_schedule_action(struct suggestion *s, enum schedule_action action)
{
    const char *statuses[SCHEDULE_STATUS_COUNT], *path = SCHEDULES;
    struct list_query query = {.statuses = {statuses, 0}, .limit = 1};
    struct list_page page = {0};
    const struct schedule *schedule = schedule_asked(s, segment_at(s, 3));

    for (enum schedule_status i = 0; i < SCHEDULE_STATUS_COUNT; i++) {
        const char *status = schedule_statuses[i].name;
        if (schedule_statuses[i].after[action] == SCHEDULE_NONE)
            continue;
        path =
            arena_format(s->arena, "%s%sstatus=%s", path, query.statuses.count ? "&" : "?", status);
        statuses[query.statuses.count++] = status;
    }
    if (schedule && schedule_statuses[schedule->status].after[action] == SCHEDULE_NONE) {
        if (action != SCHEDULE_CANCEL)
            schedule_list(&s->rq->ctx, &query, &page);
        schedule = page.count ? page.rows : NULL;
    }
    if (schedule)
        path = arena_format(s->arena, SCHEDULES "/%s/%s", schedule->uid, schedule_actions[action]);
    add_request(s, schedule ? "POST" : "GET", path, NULL);
}

/* A schedule that is made by hand names a flow in its body. Without one nothing is suggested. */
static void add_schedule(struct suggestion *s)
{
    const char *flow = flow_choose(s, "");
    struct strbuf body = json_write_begin(s->arena, '{');

    json_write_text(&body, "status", "PAUSED");
    json_write_text(&body, "flow_slug", flow);
    json_write_text(&body, "cron", "0 9 * * *");
    if (flow)
        add_request(s, "POST", "/_emulator/schedules", json_write_end(&body, '}').bytes);
}

/* The example of an operation (NULL: none), after that of the operation it needs. Where a parameter
 * has no value the list to choose from is suggested instead; flows have no such list. */
static void add_example(struct suggestion *s, const struct operation *op)
{
    const char *path = "";
    int place = 0;

    if (!op)
        return;
    if (op == &contract_operations[OP_CREATE_SCHEDULE]) {
        add_schedule(s);
        return;
    }
    const struct example *example = &op->example;
    if (!example->parameter_count)
        add_example(s, example->needs);
    for (int i = 0; i < op->segment_count; i++) {
        const char *segment = op->segment[i];
        if (!segment)
            segment = parameter_choose(s, op, &example->parameters[place++], segment_at(s, i));
        if (!segment && strcmp(path, "/v1/flows") != 0)
            add_request(s, "GET", path, NULL);
        if (!segment)
            return;
        path = arena_format(s->arena, "%s/%s", path, url_encode(s->arena, segment));
    }
    for (int i = place; i < example->parameter_count; i++)
        path = arena_format(s->arena, "%s%s%s=%s", path, i > place ? "&" : "?",
                            example->parameters[i].name,
                            parameter_choose(s, op, &example->parameters[i], ""));
    add_request(s, op->method, path, example->body);
}

/* The operation that was asked for, or meant. */
static void add_operation(struct suggestion *s)
{
    const struct journal_entry *entry = s->entry;
    const struct operation *op = entry->op ? entry->op : entry->same_path_op;

    if (!op)
        op = route_nearest(s->arena, entry->path, entry->method);
    if (!op)
        op = &contract_operations[OP_LIST_FLOW_RUNS];
    if (op == &contract_operations[OP_MANAGE_FLOW_SCHEDULE]) {
        const char *action =
            suggest(segment_at(s, 4), op->param[1].schema->enum_values, SCHEDULE_ACTION_COUNT);
        if (action) {
            add_schedule_action(s, schedule_action_parse(action));
            return;
        }
        op = &contract_operations[OP_GET_FLOW_SCHEDULE];
    }
    add_example(s, op);
}

/* The refused request again, as it was. */
static void add_repeat(struct suggestion *s)
{
    const struct journal_entry *entry = s->entry;
    size_t size = strlen(entry->request_body);
    struct json_fault fault;
    bool has_body = size && (int64_t)size == entry->request_size &&
                    json_parse(s->arena, entry->request_body, size, &json_unbounded, &fault);
    const char *path = json_safe(s->arena, entry->path);

    if (*entry->query)
        path = arena_format(s->arena, "%s?%s", path, json_safe(s->arena, entry->query));
    add_request(s, json_safe(s->arena, entry->method), path,
                has_body ? arena_strdup(s->arena, entry->request_body) : NULL);
}

/* Every guess becomes a decision. */
static void add_decisions(struct suggestion *s)
{
    struct strbuf body = json_write_begin(s->arena, '{');

    for (enum assumption i = ASSUME_NONE + 1; i < ASSUMPTION_COUNT; i++)
        json_write_text(&body, assumption_row(i)->id,
                        assumption_value(s->rq->ctx.workspace->assumptions, i));
    add_request(s, "PUT", "/_emulator/assumptions", json_write_end(&body, '}').bytes);
}

/* Takes away what the request met, and would meet again: each rule that fits it, or the limit. A
 * fault of its own header goes with the header, which no suggested request has. */
static void add_fewer_faults(struct suggestion *s)
{
    const struct faults *faults =
        &session_get(s->rq->service->sessions, s->rq->ctx.workspace)->faults;

    for (int64_t i = 0; i < faults->count; i++) {
        const struct fault_rule *rule = &faults->rules[i];
        if (fault_rule_fits(rule, s->entry->op->id, s->entry->run) && !fault_rule_is_used_up(rule))
            add_request(s, "DELETE",
                        arena_format(s->arena, "/_emulator/faults/%lld", (long long)rule->id),
                        NULL);
    }
    if (s->entry->error == ERROR_RATE_LIMITED)
        add_request(s, "PUT", "/_emulator/faults/rate-limit", "{\"per_minute\":null}");
}

/* The errors after which the request itself works, and what has to be sent first: the example of an
 * operation, or what a function adds. After other errors the example of its own operation works. */
static const struct {
    bool repeats;
    const struct operation *first;
    void (*add_first)(struct suggestion *s);
} remedies[ERROR_COUNT] = {
    [ERROR_UNAUTHORIZED] = {true, NULL, NULL},
    [ERROR_FORBIDDEN_HOST] = {true, NULL, NULL},
    [ERROR_FORBIDDEN_ORIGIN] = {true, NULL, NULL},
    [ERROR_FORBIDDEN_CALLBACK] = {true, NULL, NULL},
    [ERROR_BAD_MEDIA_TYPE] = {true, NULL, NULL},
    [ERROR_BAD_HEAD] = {true, NULL, NULL},
    [ERROR_HEAD_TOO_LARGE] = {true, NULL, NULL},
    [ERROR_UNKNOWN_CODING] = {true, NULL, NULL},
    [ERROR_UNKNOWN_VERSION] = {true, NULL, NULL},
    [ERROR_BAD_FAULT] = {true, NULL, NULL},
    [ERROR_FAULT] = {true, NULL, add_fewer_faults},
    [ERROR_RATE_LIMITED] = {true, NULL, add_fewer_faults},
    [ERROR_GUESSED] = {true, NULL, add_decisions},
    [ERROR_TOO_MANY_SNAPSHOTS] = {true, &contract_operations[OP_DROP_SNAPSHOT], NULL},
    [ERROR_SNAPSHOTS_TOO_LARGE] = {true, &contract_operations[OP_DROP_SNAPSHOT], NULL},
    [ERROR_NO_ID_LEFT] = {true, &contract_operations[OP_RESET_WORKSPACE], NULL},
};

/* Whether nothing that this workspace sends would help. */
static bool error_is_hopeless(const struct suggestion *s)
{
    enum error error = s->entry->error;
    struct snapshot_page page = {0};

    if (error == ERROR_SNAPSHOTS_TOO_LARGE) /* those of other workspaces may take all the room */
        return snapshot_list(&s->rq->ctx, &page) != ERROR_NONE || !page.count;
    return error == ERROR_INTERNAL || error == ERROR_OUT_OF_MEMORY ||
           error == ERROR_TOO_MANY_WORKSPACES;
}

struct strbuf suggested_requests(struct request *rq, const struct journal_entry *entry)
{
    struct arena *arena = rq->ctx.arena;
    struct suggestion s = {.rq = rq, .arena = arena, .entry = entry};

    s.requests = json_write_begin(arena, '[');
    url_split(arena, arena_strdup(arena, entry->path), &s.url);
    if (!url_decode_path(arena, &s.url))
        s.url.segment_count = 0;
    if (error_is_hopeless(&s))
        return json_write_end(&s.requests, ']');
    if (remedies[entry->error].add_first)
        remedies[entry->error].add_first(&s);
    if (remedies[entry->error].first)
        add_example(&s, remedies[entry->error].first);
    if (remedies[entry->error].repeats)
        add_repeat(&s);
    else
        add_operation(&s);
    return json_write_end(&s.requests, ']');
}
