#include "server/request/hints.h"

#include "server/request/route_hint.h"
#include "store/base/limits.h"
#include "store/base/suggest.h"
#include "store/base/uid.h"
#include "store/run/flow.h"
#include "store/run/run_machine.h"
#include "store/schedule/schedule.h"

#include <string.h>

static const char *hint_key(struct request *rq)
{
    const char *key = rq->headers.field[HEADER_API_KEY];

    if (!key)
        return "send any word as the header X-API-Key; Authorization is not read";
    if (!*key)
        return "the X-API-Key header is empty";
    if (strchr(key, ' ') || strchr(key, '"') || strchr(key, '\''))
        return "the key holds a space or a quote: was it pasted with something around it?";
    if (rq->service->settings->known_keys_only)
        return "only the keys given by --api-key and in fixtures are known here";
    return arena_format(&rq->arena, "a key is visible ASCII, at most %d characters", LIMIT_API_KEY);
}

/* Knows a UUID without hyphens, and an empty one. */
static const char *hint_uid(struct request *rq)
{
    for (int i = 0; i < rq->url.segment_count && i < URL_SEGMENTS_MAX; i++) {
        const char *s = rq->url.segment[i];
        if (!*s)
            return "the uid in the path is empty: is a variable not set?";
        if (strlen(s) == 32 && s[strspn(s, "0123456789abcdefABCDEF")] == '\0')
            return arena_format(&rq->arena, "did you mean %.8s-%.4s-%.4s-%.4s-%.12s", s, s + 8,
                                s + 12, s + 16, s + 20);
    }
    return "a UUID is 36 characters, such as 3c90c3cc-0d44-4b50-8888-8dd25736052a";
}

/* The name of a query parameter that holds several values at once, as in "status[]=A" or
 * "status=A,B"; NULL: none does. */
static const char *query_list_name(struct request *rq)
{
    const cJSON *member, *value;

    cJSON_ArrayForEach (member, rq->query) {
        size_t size = strcspn(member->string, "[");
        if (member->string[size])
            return arena_copy(&rq->arena, member->string, size);
        cJSON_ArrayForEach (value, member) {
            if (cJSON_IsString(value) && strchr(value->valuestring, ',') &&
                strcmp(member->string, "sort") != 0) /* which takes commas */
                return member->string;
        }
    }
    return NULL;
}

static const char *hint_url(struct request *rq)
{
    return strstr(rq->url.path, "%00") ? NULL : "a percent sign is written %25";
}

static const char *hint_query(struct request *rq)
{
    const char *name = query_list_name(rq);

    return name ? arena_format(&rq->arena, "repeat the parameter: %s=A&%s=B", name, name)
                : refusal_way_out(&rq->arena, &rq->refusal);
}

static const char *hint_suggestion(struct request *rq)
{
    return refusal_way_out(&rq->arena, &rq->refusal);
}

/* Knows a body that is compressed, by its header or as gzip begins. */
static const char *hint_body(struct request *rq)
{
    bool compressed = rq->raw.size > 2 && memcmp(rq->raw.bytes, "\x1f\x8b", 2) == 0;

    for (int i = 0; i < rq->headers.count; i++)
        compressed |= strcasecmp(rq->headers.line[i].name, "Content-Encoding") == 0;
    return compressed && !rq->body ? "the body is compressed: send it without Content-Encoding"
                                   : hint_suggestion(rq);
}

/* A status as the API shows it; a cancelled run is told from one that the platform stopped. */
static const char *run_status_shown(struct request *rq, enum run_status status)
{
    const char *shown = run_statuses[status].shown;

    return run_statuses[status].cancelled ? arena_format(&rq->arena, "%s (cancelled)", shown)
                                          : shown;
}

const char *hint_run_refused(struct request *rq, enum error error, enum run_status status)
{
    bool cancel = error == ERROR_NOT_CANCELLABLE;
    struct ctx ctx = ctx_unrecorded(&rq->ctx);
    const char *list = "";

    for (enum run_status s = 0; s < RUN_STATUS_COUNT; s++) {
        if (run_machine_step(&ctx, s, cancel ? RUN_ON_CANCEL : RUN_ON_RESUME).refusal)
            continue;
        list = arena_append(&rq->arena, list, ", ", run_status_shown(rq, s));
    }
    return arena_format(&rq->arena, "run is %s; %s: %s", run_status_shown(rq, status),
                        cancel ? "cancellable" : "resumable", list);
}

static const char *hint_run_status(struct request *rq)
{
    return hint_run_refused(rq, rq->refusal.error, rq->transition.run_status);
}

static const char *hint_possible(struct request *rq, const char *noun, const char *status,
                                 const char *list)
{
    return arena_format(&rq->arena, "%s is %s; possible: %s", noun, status,
                        *list ? list : "nothing");
}

static const char *hint_run_event(struct request *rq)
{
    enum run_status status = rq->transition.run_status;

    return hint_possible(rq, "run", run_status_shown(rq, status),
                         run_events_possible(&rq->ctx, &rq->arena, status, false));
}

static const char *hint_schedule(struct request *rq)
{
    enum schedule_status status = schedule_status_parse(rq->transition.after);
    const char *list = "";

    for (enum schedule_action a = 0; a < SCHEDULE_ACTION_COUNT; a++) {
        if (schedule_statuses[status].after[a] != SCHEDULE_NONE)
            list = arena_append(&rq->arena, list, ", ", schedule_actions[a]);
    }
    return hint_possible(rq, "schedule", rq->transition.after, list);
}

static const char *hint_flow(struct request *rq)
{
    struct text_list flows;

    if (flow_slugs(&rq->ctx, &flows) != ERROR_NONE)
        return NULL;
    const char *near = suggest(rq->param[0], flows.text, (size_t)flows.count);
    if (near)
        return arena_format(&rq->arena, "did you mean %s", near);
    return flows.count ? arena_format(&rq->arena, "a flow of this workspace is %s", flows.text[0])
                       : "this workspace has no flows: give them in a fixture";
}

static const char *hint_body_size(struct request *rq)
{
    return arena_format(&rq->arena, "at most %lld bytes",
                        (long long)(rq->op ? rq->op->body_max : LIMIT_BODY));
}

static const char *hint_rate_limit(struct request *rq)
{
    return arena_format(&rq->arena, "try again in %lld s of the workspace's clock",
                        (long long)rq->refusal.retry_after);
}

static const char *hint_clock(struct request *rq)
{
    const char *now = strcmp(rq->op->id, "setClock") == 0 ? json_text(rq->body, "now") : NULL;

    if (rq->refusal.suggestion)
        return arena_format(&rq->arena, "POST /_emulator/clock/advance {\"to\":\"%s\"} goes there",
                            rq->refusal.suggestion);
    return now ? arena_format(&rq->arena,
                              "POST /_emulator/reset {\"clock\":\"%s\"} starts again at that time",
                              now)
               : NULL;
}

static const char *hint_guess(struct request *rq)
{
    return arena_format(&rq->arena, "keep what is assumed now:%s", rq->refusal.suggestion);
}

/* The hint for an error, or the function that makes it. */
static const struct {
    const char *text;
    const char *(*make)(struct request *rq);
} hints[ERROR_COUNT] = {
    [ERROR_UNAUTHORIZED] = {NULL, hint_key},
    [ERROR_FORBIDDEN_HOST] = {"call it by localhost or an address, or start with --allowed-host",
                              NULL},
    [ERROR_FORBIDDEN_ORIGIN] = {"start with --allowed-origin, if this page may call the emulator",
                                NULL},
    [ERROR_FORBIDDEN_CALLBACK] = {"give the callback the URL of a receiver of your own", NULL},
    [ERROR_INVALID_UID] = {NULL, hint_uid},
    [ERROR_BAD_PARAMETER] = {NULL, hint_suggestion},
    [ERROR_BAD_QUERY] = {NULL, hint_query},
    [ERROR_BAD_BODY] = {NULL, hint_body},
    [ERROR_BAD_URL] = {NULL, hint_url},
    [ERROR_BODY_TOO_LARGE] = {NULL, hint_body_size},
    [ERROR_BAD_MEDIA_TYPE] = {"send Content-Type: application/json", NULL},
    [ERROR_RUN_NOT_FOUND] = {"GET /v1/flows/runs lists the runs of this key's workspace", NULL},
    [ERROR_FLOW_NOT_FOUND] = {NULL, hint_flow},
    [ERROR_SCHEDULE_NOT_FOUND] = {"GET /v1/flows/schedules lists those of this key's workspace",
                                  NULL},
    [ERROR_CALLBACK_NOT_FOUND] = {"GET /_emulator/callbacks lists them", NULL},
    [ERROR_SNAPSHOT_NOT_FOUND] = {"GET /_emulator/snapshots lists them", NULL},
    [ERROR_EXCHANGE_NOT_FOUND] = {"GET /_emulator/journal lists what is kept; --journal keeps more",
                                  NULL},
    [ERROR_FAULT_NOT_FOUND] = {"GET /_emulator/faults lists them", NULL},
    [ERROR_NO_ROUTE] = {NULL, route_hint},
    [ERROR_WRONG_METHOD] = {NULL, route_hint},
    [ERROR_NOT_CANCELLABLE] = {NULL, hint_run_status},
    [ERROR_NOT_RESUMABLE] = {NULL, hint_run_status},
    [ERROR_EVENT_REFUSED] = {NULL, hint_run_event},
    [ERROR_SCHEDULE_REFUSED] = {NULL, hint_schedule},
    [ERROR_RATE_LIMITED] = {NULL, hint_rate_limit},
    [ERROR_CLOCK_REFUSED] = {NULL, hint_clock},
    [ERROR_TOO_MUCH_DUE] = {"move the clock in smaller steps", NULL},
    [ERROR_TOO_MANY_WORKSPACES] =
        {"start with a larger --max-workspaces: those used within the last minute stay", NULL},
    [ERROR_TOO_MANY_SNAPSHOTS] = {"DELETE /_emulator/snapshots/{name} forgets one", NULL},
    [ERROR_SNAPSHOTS_TOO_LARGE] = {"DELETE /_emulator/snapshots/{name} forgets one", NULL},
    [ERROR_NO_ID_LEFT] = {"POST /_emulator/reset, and leave ids to the emulator", NULL},
    [ERROR_OUT_OF_MEMORY] = {"ask for less at once, or give the emulator more memory", NULL},
    [ERROR_GUESSED] = {NULL, hint_guess},
    [ERROR_WAIT_EXCEEDED] = {"GET /_emulator/journal lists them", NULL},
    [ERROR_WAIT_CANNOT_END] = {"POST /_emulator/clock/advance, or add patient=true", NULL},
};

static bool text_is_printable(const char *text)
{
    while (*text >= ' ' && *text < 0x7f)
        text++;
    return *text == '\0';
}

const char *hint_for(struct request *rq)
{
    enum error error = rq->refusal.error;
    const char *hint = rq->refusal.hint    ? rq->refusal.hint
                       : hints[error].make ? hints[error].make(rq)
                                           : hints[error].text;

    return hint && text_is_printable(hint) ? hint : NULL;
}

/* An address that is safe between angle brackets; a request without Host gets a relative one. */
static const char *link_host(const struct request *rq)
{
    const char *host = rq->headers.field[HEADER_HOST];

    for (const char *c = host ? host : ">"; *c; c++) {
        if (*c <= ' ' || *c == '<' || *c == '>' || *c == '"')
            return NULL;
    }
    return host;
}

const char *hint_link(struct request *rq)
{
    const struct settings *settings = rq->service->settings;
    const char *host = link_host(rq);

    if (request_is_control(rq) || settings_number(settings, OPTION_PAGE) == PAGE_OFF ||
        !settings_number(settings, OPTION_JOURNAL))
        return NULL;
    const char *page = arena_append(&rq->arena, host ? "<http://" : "<", host ? host : "",
                                    "/_emulator/#/requests/");
    return arena_append(&rq->arena, page, url_encode(&rq->arena, rq->id), ">; rel=\"help\"");
}
