#include "server/request/cors.h"

#include <string.h>

/* All that a reply may have beside what every page may read; a browser takes no "Emulator-*". */
#define EXPOSED                                                                           \
    "Retry-After, X-RateLimit-Type, X-RateLimit-Remaining, X-Request-Id, X-Total-Count, " \
    "Emulator-Coverage, Emulator-Fidelity, Emulator-Hint"

enum { HEADERS_MAX = 6 };

bool cors_origin_is_allowed(const struct request *rq)
{
    const struct option_values *allowed =
        settings_values(rq->service->settings, OPTION_ALLOWED_ORIGIN);
    const char *origin = rq->headers.field[HEADER_ORIGIN];

    for (int i = 0; origin && i < allowed->count; i++) {
        if (strcasecmp(origin, allowed->value[i]) == 0)
            return true;
    }
    return false;
}

static bool is_preflight(const struct request *rq)
{
    return strcmp(rq->method, "OPTIONS") == 0 && rq->headers.field[HEADER_CORS_METHOD] &&
           cors_origin_is_allowed(rq);
}

bool cors_reply_preflight(struct request *rq, struct reply *out)
{
    bool no_route = rq->refusal.error == ERROR_NO_ROUTE || rq->refusal.error == ERROR_WRONG_METHOD;

    if (!no_route || !is_preflight(rq))
        return false;
    rq->refusal = (struct refusal){.error = ERROR_NONE};
    out->status = 204;
    out->body = "";
    return true;
}

const struct header_line *cors_headers(struct request *rq)
{
    int count = 0;

    if (!settings_values(rq->service->settings, OPTION_ALLOWED_ORIGIN)->count)
        return NULL;
    struct header_line *list = arena_zalloc(&rq->arena, (HEADERS_MAX + 1) * sizeof *list);
    list[count++] = (struct header_line){"Vary", "Origin"};
    if (!cors_origin_is_allowed(rq))
        return list;
    list[count++] =
        (struct header_line){"Access-Control-Allow-Origin", rq->headers.field[HEADER_ORIGIN]};
    list[count++] = (struct header_line){"Access-Control-Expose-Headers", EXPOSED};
    if (!is_preflight(rq))
        return list;
    list[count++] = (struct header_line){"Access-Control-Allow-Methods", "GET, POST, PUT, DELETE"};
    list[count++] = (struct header_line){"Access-Control-Max-Age", "600"};
    if (rq->headers.field[HEADER_CORS_HEADERS])
        list[count] = (struct header_line){"Access-Control-Allow-Headers",
                                           rq->headers.field[HEADER_CORS_HEADERS]};
    return list;
}
