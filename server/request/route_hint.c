#include "server/request/route_hint.h"

#include "store/base/limits.h"
#include "store/base/suggest.h"
#include "store/base/uid.h"

#include <string.h>

/* Words for an action that are not misspellings of it. */
static const struct {
    const char *word, *action;
} synonyms[] = {
    {"stop", "cancel"},      {"abort", "cancel"},   {"kill", "cancel"},
    {"terminate", "cancel"}, {"restart", "resume"}, {"continue", "resume"},
};

static const char *synonym_action(const char *word)
{
    for (size_t i = 0; i < sizeof synonyms / sizeof *synonyms; i++) {
        if (strcasecmp(synonyms[i].word, word) == 0)
            return synonyms[i].action;
    }
    return word;
}

/* A path with a star for every uid, and the action by its name, to be compared with others. */
static const char *path_outline(struct arena *arena, const char *path)
{
    char *rest = arena_strdup(arena, path), *segment, uid[UID_SIZE];
    const char *out = "", *word;

    while ((segment = strsep(&rest, "/"))) {
        bool is_parameter = uid_parse(segment, uid) || *segment == '{';
        word = rest ? segment : synonym_action(segment); /* the action comes last */
        out = arena_format(arena, "%s%s%s", out, is_parameter ? "*" : word, rest ? "/" : "");
    }
    return out;
}

/* The outline of an operation's path, other parameters than uids taken from the given path. */
static const char *operation_outline(struct arena *arena, const struct operation *op,
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

static bool ends_alike(const struct operation *op, const struct url *given)
{
    const char *last = op->segment[op->segment_count - 1];

    return last && given->segment_count > 0 && given->segment_count <= URL_SEGMENTS_MAX &&
           strcmp(last, given->segment[given->segment_count - 1]) == 0;
}

const struct operation *route_nearest(struct arena *arena, const char *path, const char *method)
{
    const struct operation *best = NULL;
    const char *outline = path_outline(arena, path);
    bool control = url_is_control(path);
    size_t size = strlen(outline) - (control ? strlen("/_emulator") : 0), min = SIZE_MAX;
    struct url given = {0};

    url_split(arena, path, &given);
    if (strlen(path) > LIMIT_PATH || !url_decode_path(arena, &given))
        return NULL;
    for (int i = 0; i < contract_operation_count; i++) {
        const struct operation *op = &contract_operations[i];
        size_t letters = suggest_distance(outline, operation_outline(arena, op, &given));
        size_t distance = 2 * letters + (strcmp(op->method, method) != 0);
        /* Few letters of a misspelling, more where a whole segment is missing or too many. */
        size_t most = !control || ends_alike(op, &given) ? 6 : size / 3;
        bool is_near =
            letters <= 6 &&
            (letters <= size / 4 || (letters <= most && op->segment_count != given.segment_count));
        if (is_near && op->control == control && distance < min) {
            best = op;
            min = distance;
        }
    }
    return best;
}

/* What people mean by paths of the control API that are not near enough to a real one. */
static const struct {
    const char *method; /* NULL: any */
    const char *path, *meant;
} guesses[] = {
    {"POST", "/_emulator/flows", "PUT /_emulator/flows/{flow_slug}"},
    {NULL, "/_emulator/rate-limit", "PUT /_emulator/faults/rate-limit"},
    {NULL, "/_emulator/freeze", "PUT /_emulator/clock with {\"mode\": \"frozen\"}"},
    {NULL, "/_emulator/clock/freeze", "PUT /_emulator/clock with {\"mode\": \"frozen\"}"},
    {NULL, "/_emulator/unfreeze", "PUT /_emulator/clock with {\"mode\": \"real\"}"},
    {NULL, "/_emulator/clock/unfreeze", "PUT /_emulator/clock with {\"mode\": \"real\"}"},
    {NULL, "/_emulator/requests", "GET /_emulator/journal"},
    {NULL, "/_emulator/logs", "GET /_emulator/journal"},
    {NULL, "/_emulator/webhooks", "GET /_emulator/callbacks"},
};

static const char *guess_meant(const struct request *rq)
{
    for (size_t i = 0; i < sizeof guesses / sizeof *guesses; i++) {
        const char *method = guesses[i].method;
        if (strcmp(guesses[i].path, rq->url.path) == 0 &&
            (!method || strcmp(method, rq->method) == 0))
            return guesses[i].meant;
    }
    return NULL;
}

/* Whether the path is where other emulators have their page. */
static bool is_page_meant(const struct url *url)
{
    static const char *const words[] = {"", "ui", "page", "dashboard", "admin", "console"};

    if (!url_is_control(url->path) || url->segment_count < 2)
        return url_is_control(url->path);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (strcasecmp(url->segment[1], words[i]) == 0)
            return true;
    }
    return false;
}

/* The operation that a client means whose base URL lacks the /v1, or has it twice; or NULL. */
static const struct operation *hint_other_base(struct request *rq)
{
    const char *path = rq->url.path;

    if (strncmp(path, "/v1/v1/", 7) == 0)
        path += 3;
    else if (!url_is_control(path) && strncmp(path, "/v1/", 4) != 0)
        path = arena_format(&rq->arena, "/v1%s", path);
    else
        return NULL;
    return route_nearest(&rq->arena, path, rq->method);
}

const char *route_hint(struct request *rq)
{
    const struct operation *op = rq->same_path_op;
    const char *guess = guess_meant(rq);

    if (guess)
        return arena_format(&rq->arena, "did you mean %s", guess);
    if (!op && is_page_meant(&rq->url))
        return settings_number(rq->service->settings, OPTION_PAGE) == PAGE_OFF
                   ? "the page is off: start without --page off"
                   : "the page is at /_emulator/; GET /_emulator/openapi.json lists every route";

    /* What is deleted elsewhere is cancelled here. */
    if (op && !op->control && op->param[0].name && strcmp(rq->method, "DELETE") == 0)
        return arena_format(&rq->arena, "did you mean POST %s/cancel", op->path);
    const struct operation *meant = op ? NULL : hint_other_base(rq);
    if (meant)
        return arena_format(&rq->arena,
                            "did you mean %s %s (the base URL of a client ends with one /v1)",
                            meant->method, meant->path);
    if (!op)
        op = route_nearest(&rq->arena, rq->url.path, rq->method);
    return op ? arena_format(&rq->arena, "did you mean %s %s", op->method, op->path)
              : "GET /_emulator/openapi.json lists every route";
}
