#include "server/request/stages.h"

#include "store/base/syntax.h"
#include "store/workspace/template.h"
#include "store/workspace/tenant.h"

#include <string.h>

static bool key_is_known(const struct service *service, const char *key)
{
    const struct option_values *keys = settings_values(service->settings, OPTION_API_KEY);

    if (!service->settings->keys_are_closed)
        return true;
    for (int i = 0; i < keys->count; i++) {
        if (strcmp(keys->value[i], key) == 0)
            return true;
    }
    return template_exists(service->store, workspace_key_hash(key));
}

bool auth_check(struct request *rq)
{
    const char *key = rq->headers.field[HEADER_API_KEY];
    struct workspace *workspace;

    if (rq->op->no_auth)
        return true;
    if (!key || !api_key_is_valid(key) || !key_is_known(rq->service, key))
        return request_reject(rq, ERROR_UNAUTHORIZED, NULL);

    enum error e = tenant_get(rq->ctx.store, key, &workspace);
    if (e == ERROR_TOO_MANY_WORKSPACES)
        rq->refusal.retry_after = 1; /* a workspace may be free then */
    if (e)
        return request_reject(rq, e, NULL);
    request_set_workspace(rq, workspace);
    return true;
}
