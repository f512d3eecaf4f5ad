#include "server/verify/side.h"

#include "store/base/limits.h"

#include <string.h>

const char *side_send(struct side *side, const struct probe *probe, struct client_reply *out)
{
    enum place missing = PLACE_NONE;
    const char *target = places_fill(side->arena, &side->places, probe->target, &missing);
    const char *body =
        probe->body ? places_fill(side->arena, &side->places, probe->body, &missing) : "";

    if (missing)
        return place_reason(missing);
    const struct client_request request = {
        .method = probe->method,
        .url = arena_format(side->arena, "%s%s", side->base, target),
        .key = probe->flags & FLAG_KEYLESS ? NULL : side->key,
        .type = !probe->body               ? NULL
                : probe->flags & FLAG_TEXT ? "text/plain"
                                           : "application/json",
        .body = body,
    };
    return client_send(side->client, side->arena, &request, out);
}

const char *side_large(void)
{
    static char text[LIMIT_BODY + 1];

    if (!*text)
        memset(text, 'a', LIMIT_BODY);
    return text;
}
