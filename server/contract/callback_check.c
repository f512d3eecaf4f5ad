#include "server/contract/callback_check.h"

#include "store/base/syntax.h"

#include <string.h>

/* Whether HTTP can carry it (RFC 9110 section 5). */
static bool header_is_valid(const char *name, const char *value)
{
    for (; *value; value++) {
        if ((unsigned char)*value < ' ' ? *value != '\t' : *value == 127)
            return false;
    }
    return token_is_valid(name, strlen(name));
}

bool callback_check(struct arena *arena, const cJSON *object, struct refusal *out)
{
    const cJSON *header;

    cJSON_ArrayForEach (header, json_find(json_find(object, "callback"), "headers")) {
        if (!header_is_valid(header->string, header->valuestring))
            return refuse_at(out, json_pointer(arena, object, header), "must be a header");
        if (callback_header_is_reserved(header->string))
            return refuse_at(out, json_pointer(arena, object, header),
                             "must NOT be set: the emulator sets this header");
    }
    return true;
}
