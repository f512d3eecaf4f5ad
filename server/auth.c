#include "server/auth.h"

#include "server/limits.h"

#include <string.h>

/* A key is visible ASCII; spaces within it are taken as they are. */
static bool is_key(const char *key)
{
    size_t size = 0;

    while (key[size] >= ' ' && key[size] < 0x7f)
        size++;
    return key[size] == '\0' && size > 0 && size <= LIMIT_API_KEY;
}

static bool is_known(const struct server *server, const char *key)
{
    const struct option_values *keys = settings_values(server->settings, OPTION_API_KEY);

    if (!server->settings->keys_are_closed)
        return true;
    for (int i = 0; i < keys->count; i++) {
        if (strcmp(keys->value[i], key) == 0)
            return true;
    }
    return workspace_in_fixture(server->store, key);
}

enum error auth_check(struct request *rq)
{
    const char *key = rq->head.field[HEAD_API_KEY];

    if (rq->op->open)
        return ERROR_NONE;
    if (!key || !is_key(key) || !is_known(rq->server, key))
        return ERROR_UNAUTHORIZED;

    return workspace_get(rq->server->store, key, &rq->workspace);
}
