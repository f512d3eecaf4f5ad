#include "server/request/hints.h"

#include "store/base/limits.h"
#include "store/base/suggest.h"
#include "store/base/uid.h"
#include "store/run/flow.h"
#include "store/run/run_machine.h"
#include "store/schedule/schedule.h"

#include <stdlib.h>
#include <string.h>

/* Words for what an action does, which no slip of the keys leads to it. */
static const struct {
    const char *word, *means;
} synonyms[] = {
    {"stop", "cancel"},      {"abort", "cancel"},   {"kill", "cancel"},
    {"terminate", "cancel"}, {"restart", "resume"}, {"continue", "resume"},
};

static const char *meaning(const char *word)
{
    for (size_t i = 0; i < sizeof synonyms / sizeof *synonyms; i++) {
        if (strcasecmp(synonyms[i].word, word) == 0)
            return synonyms[i].means;
    }
    return word;
}

/* A path in which every uid is a star, and the action by its name, to be compared with others. */
static const char *outline(struct arena *arena, const char *path)
{
    char *rest = arena_strdup(arena, path), *segment, uid[UID_SIZE];
    const char *out = "", *word;

    while ((segment = strsep(&rest, "/"))) {
        bool is_parameter = uid_parse(segment, uid) || *segment == '{';
        word = rest ? segment : meaning(segment); /* the action comes last */
        out = arena_format(arena, "%s%s%s", out, is_parameter ? "*" : word, rest ? "/" : "");
    }
    return out;
}

/* The outline of an operation's path, what stands for other parameters taken from the given one. */
static const char *outline_of(struct arena *arena, const struct operation *op,
                              const struct url *given)
{
    const char *out = "";
    int params = 0;

    for (int i = 0; i < op->segment_count; i++) {
        const char *segment = op->segment[i];
        if (!segment && op->param[params++].schema->format != FORMAT_UUID &&
            i < given->segment_count && i < URL_SEGMENTS_MAX)
            segment = given->segment[i];
        out = arena_format(arena, "%s/%s", out, segment ? segment : "*");
    }
    return out;
}

/* How many letters may differ: few of a slip of the keys, more where a whole segment is missing or
 * too many. */
static size_t edit_distance_allowed(const char *word, const struct operation *op,
                                    const struct url *given)
{
    size_t slip = strlen(word) / 4;

    return op->segment_count != given->segment_count || slip > 6 ? 6 : slip;
}

const struct operation *hint_nearest(struct arena *arena, const char *path, const char *method)
{
    const struct operation *best = NULL;
    const char *word = outline(arena, path);
    bool control = url_is_control(path);
    size_t least = SIZE_MAX;
    struct url given = {0};

    url_split(arena, path, &given);
    if (strlen(path) > LIMIT_PATH || !url_decode_path(arena, &given))
        return NULL;
    for (int i = 0; i < contract_operation_count; i++) {
        const struct operation *op = &contract_operations[i];
        size_t letters = suggest_distance(word, outline_of(arena, op, &given));
        size_t far = 2 * letters + (strcmp(op->method, method) != 0);
        if (op->control == control && letters <= edit_distance_allowed(word, op, &given) &&
            far < least) {
            best = op;
            least = far;
        }
    }
    return best;
}

static const char *of_route(struct request *rq)
{
    const struct operation *near = hint_nearest(&rq->arena, rq->url.path, rq->method);

    return near ? arena_format(&rq->arena, "did you mean %s %s", near->method, near->path)
                : "GET /_emulator/openapi.json lists every route";
}

static const char *of_method(struct request *rq)
{
    return arena_format(&rq->arena, "did you mean %s %s", rq->same_path_op->method,
                        rq->same_path_op->path);
}

static const char *of_key(struct request *rq)
{
    const char *key = rq->headers.field[HEADER_API_KEY];

    if (!key)
        return "send any word as the header X-API-Key; Authorization is not looked at";
    if (!*key)
        return "the X-API-Key header is empty";
    if (strchr(key, ' ') || strchr(key, '"') || strchr(key, '\''))
        return "the key holds a space or a quote: was it pasted with something around it?";
    if (rq->service->settings->keys_are_closed)
        return "only the keys given by --api-key and in fixtures are known here";
    return arena_format(&rq->arena, "a key is visible ASCII, at most %d characters", LIMIT_API_KEY);
}

/* 32 hexadecimal digits without hyphens, or a uid with something around it. */
static const char *of_uid(struct request *rq)
{
    for (int i = 0; i < rq->url.segment_count && i < URL_SEGMENTS_MAX; i++) {
        const char *s = rq->url.segment[i];
        if (strlen(s) == 32 && s[strspn(s, "0123456789abcdefABCDEF")] == '\0')
            return arena_format(&rq->arena, "did you mean %.8s-%.4s-%.4s-%.4s-%.12s", s, s + 8,
                                s + 12, s + 16, s + 20);
    }
    return "a UUID is 36 characters, such as 3c90c3cc-0d44-4b50-8888-8dd25736052a";
}

static const char *of_near(struct request *rq)
{
    return suggest_in_words(&rq->arena, rq->refusal.suggestion, rq->refusal.allowed_values);
}

static const char *told_apart(struct request *rq, enum run_status status)
{
    const char *shown = run_statuses[status].shown;

    return run_statuses[status].cancelled ? arena_format(&rq->arena, "%s (cancelled)", shown)
                                          : shown;
}

/* The statuses in which an event is possible, as shown, told apart where two show the same. */
static const char *run_statuses_for(struct request *rq, enum run_event event)
{
    struct ctx ctx = ctx_unrecorded(&rq->ctx);
    const char *list = "";

    for (enum run_status s = 0; s < RUN_STATUS_COUNT; s++) {
        if (!run_machine_step(&ctx, s, event).refusal)
            list = arena_append(&rq->arena, list, ", ", told_apart(rq, s));
    }
    return list;
}

static const char *of_cancel(struct request *rq)
{
    return arena_format(&rq->arena, "run is %s; cancellable: %s", rq->transition.after,
                        run_statuses_for(rq, RUN_ON_CANCEL));
}

static const char *of_resume(struct request *rq)
{
    return arena_format(&rq->arena, "run is %s; resumable: %s", rq->transition.after,
                        run_statuses_for(rq, RUN_ON_RESUME));
}

static const char *of_event(struct request *rq)
{
    struct ctx ctx = ctx_unrecorded(&rq->ctx);
    const char *list = "";

    for (enum run_status s = 0; s < RUN_STATUS_COUNT; s++) {
        for (enum run_event e = 0;
             strcmp(run_statuses[s].name, rq->transition.after) == 0 && e < RUN_EVENT_COUNT; e++) {
            if (!run_machine_step(&ctx, s, e).refusal)
                list = arena_append(&rq->arena, list, ", ", run_events[e].name);
        }
    }
    return arena_format(&rq->arena, "run is %s; possible: %s", rq->transition.after,
                        *list ? list : "nothing any more");
}

static const char *of_schedule(struct request *rq)
{
    const char *list = "";

    for (enum schedule_status s = 0; s < SCHEDULE_STATUS_COUNT; s++) {
        for (enum schedule_action a = 0;
             strcmp(schedule_statuses[s].name, rq->transition.after) == 0 &&
             a < SCHEDULE_ACTION_COUNT;
             a++) {
            if (schedule_statuses[s].after[a] != SCHEDULE_NONE)
                list = arena_append(&rq->arena, list, ", ", schedule_actions[a]);
        }
    }
    return arena_format(&rq->arena, "schedule is %s; possible: %s", rq->transition.after,
                        *list ? list : "nothing any more");
}

static const char *of_flow(struct request *rq)
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

static const char *of_body_size(struct request *rq)
{
    return arena_format(&rq->arena, "at most %lld bytes",
                        (long long)(rq->op ? rq->op->body_max : LIMIT_BODY));
}

static const char *of_rate(struct request *rq)
{
    return arena_format(&rq->arena, "try again in %lld s of the workspace's clock",
                        (long long)rq->refusal.retry_after);
}

/* What is said of an error: a sentence, or the function that finds one. */
static const struct {
    const char *text;
    const char *(*find)(struct request *rq);
} hints[ERROR_COUNT] = {
    [ERROR_UNAUTHORIZED] = {NULL, of_key},
    [ERROR_FORBIDDEN] = {"call it by localhost or an address, or start with --allowed-host", NULL},
    [ERROR_INVALID_UID] = {NULL, of_uid},
    [ERROR_BAD_PARAMETER] = {NULL, of_near},
    [ERROR_BAD_QUERY] = {NULL, of_near},
    [ERROR_BAD_BODY] = {NULL, of_near},
    [ERROR_BAD_URL] = {"a percent sign is written %25", NULL},
    [ERROR_BODY_TOO_LARGE] = {NULL, of_body_size},
    [ERROR_BAD_MEDIA_TYPE] = {"send Content-Type: application/json, with an empty body too", NULL},
    [ERROR_RUN_NOT_FOUND] = {"GET /v1/flows/runs lists the runs of this key's workspace", NULL},
    [ERROR_FLOW_NOT_FOUND] = {NULL, of_flow},
    [ERROR_SCHEDULE_NOT_FOUND] = {"GET /v1/flows/schedules lists those of this key's workspace",
                                  NULL},
    [ERROR_CALLBACK_NOT_FOUND] = {"GET /_emulator/callbacks lists them", NULL},
    [ERROR_SNAPSHOT_NOT_FOUND] = {"GET /_emulator/snapshots lists them", NULL},
    [ERROR_EXCHANGE_NOT_FOUND] = {"GET /_emulator/journal lists what is kept; --journal keeps more",
                                  NULL},
    [ERROR_FAULT_NOT_FOUND] = {"GET /_emulator/faults lists them", NULL},
    [ERROR_NO_ROUTE] = {NULL, of_route},
    [ERROR_WRONG_METHOD] = {NULL, of_method},
    [ERROR_NOT_CANCELLABLE] = {NULL, of_cancel},
    [ERROR_NOT_RESUMABLE] = {NULL, of_resume},
    [ERROR_EVENT_REFUSED] = {NULL, of_event},
    [ERROR_SCHEDULE_REFUSED] = {NULL, of_schedule},
    [ERROR_RATE_LIMITED] = {NULL, of_rate},
    [ERROR_TOO_MUCH_DUE] = {"move the clock in smaller steps", NULL},
    [ERROR_TOO_MANY_SNAPSHOTS] = {"DELETE /_emulator/snapshots/{name} forgets one", NULL},
    [ERROR_NO_ID_LEFT] = {"POST /_emulator/reset, and leave ids to the emulator", NULL},
    [ERROR_WAIT_IN_VAIN] = {"POST /_emulator/clock/advance, or add patient=true", NULL},
};

static bool is_printable(const char *text)
{
    while (*text >= ' ' && *text < 0x7f)
        text++;
    return *text == '\0';
}

const char *hint_for(struct request *rq)
{
    const char *hint = hints[rq->refusal.error].text;

    if (hints[rq->refusal.error].find)
        hint = hints[rq->refusal.error].find(rq);
    return hint && is_printable(hint) ? hint : NULL;
}
