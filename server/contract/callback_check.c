#include "server/contract/callback_check.h"

#include "server/json/pointer.h"
#include "store/base/syntax.h"

#include <stdbool.h>
#include <string.h>

/* A header that could not be sent, or that would say something of the message which is ours to say
 * (RFC 9110 section 5). */
static bool is_header(const cJSON *header)
{
    if (!token_is_valid(header->string, strlen(header->string)))
        return false;
    for (const char *c = header->valuestring; *c; c++) {
        if ((unsigned char)*c < ' ' ? *c != '\t' : *c == 127)
            return false;
    }
    return true;
}

bool callback_check(struct arena *arena, const cJSON *callback, struct refusal *out)
{
    const cJSON *header;

    cJSON_ArrayForEach (header, json_find(callback, "headers")) {
        if (!is_header(header))
            return refuse_at(out,
                             arena_format(arena, "/callback/headers/%s",
                                          json_escape_pointer(arena, header->string)),
                             "must be a header");
    }
    return true;
}
