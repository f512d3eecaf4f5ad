#include "server/request/auth.h"

#include "server/config/api_key.h"
#include "store/workspace/template.h"
#include "store/workspace/tenant.h"

#include <string.h>

static bool key_is_known(const struct server *server, const char *key)
{
    const struct option_values *keys = settings_values(server->settings, OPTION_API_KEY);

    if (!server->settings->keys_are_closed)
        return true;
    for (int i = 0; i < keys->count; i++) {
        if (strcmp(keys->value[i], key) == 0)
            return true;
    }
    return template_names_key(server->store, key);
}

enum error auth_check(struct request *rq)
{
    const char *key = rq->headers.field[HEADER_API_KEY];

    if (rq->op->no_auth)
        return ERROR_NONE;
    if (!key || !api_key_is_possible(key) || !key_is_known(rq->server, key))
        return ERROR_UNAUTHORIZED;

    enum error e = tenant_get(rq->server->store, key, &rq->workspace);
    if (e == ERROR_TOO_MANY_WORKSPACES)
        rq->retry_after = 1; /* one that is waited for may be free then */
    return e;
}
