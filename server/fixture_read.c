#include "server/fixture_read.h"

#include "store/base/instant.h"
#include "store/workspace.h"

#include <stdlib.h>

int64_t fixture_time(const cJSON *item, const char *name)
{
    const char *text = json_text(item, name);
    int64_t instant = INSTANT_NONE;

    if (text)
        instant_parse(text, &instant);
    return instant;
}

void fixture_uid(const cJSON *item, const char *name, char out[UID_SIZE])
{
    const char *text = json_text(item, name);

    *out = '\0';
    if (text)
        uid_parse(text, out);
}

uint64_t fixture_print(const cJSON *item)
{
    const char *key = json_text(item, "api_key"), *print = json_text(item, "key_print");

    if (key)
        return workspace_print(key);
    return print ? strtoull(print, NULL, 16) : 0;
}

const char *fixture_json(const cJSON *item, const char *name)
{
    cJSON *value = cJSON_GetObjectItemCaseSensitive(item, name);

    return value && !cJSON_IsNull(value) ? json_print(value) : NULL;
}
