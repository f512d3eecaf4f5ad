#include "server/verify/endpoint.h"

#include "store/base/limits.h"

#include <string.h>

const char *endpoint_send(struct endpoint *endpoint, const struct probe *probe,
                          struct client_reply *out)
{
    enum placeholder missing = PLACEHOLDER_NONE;
    const char *target =
        placeholders_fill(endpoint->arena, &endpoint->placeholders, probe->target, &missing);
    const char *body = probe->body ? placeholders_fill(endpoint->arena, &endpoint->placeholders,
                                                       probe->body, &missing)
                                   : "";

    if (missing)
        return placeholder_reason(missing);
    const struct client_request request = {
        .method = probe->method,
        .url = arena_format(endpoint->arena, "%s%s", endpoint->base, target),
        .key = probe->flags & FLAG_KEYLESS ? NULL : endpoint->key,
        .type = !probe->body               ? NULL
                : probe->flags & FLAG_TEXT ? "text/plain"
                                           : "application/json",
        .body = body,
    };
    return client_send(endpoint->client, endpoint->arena, &request, out);
}

const char *endpoint_large(void)
{
    static char text[LIMIT_BODY + 1];

    if (!*text)
        memset(text, 'a', LIMIT_BODY);
    return text;
}
