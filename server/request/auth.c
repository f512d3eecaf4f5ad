#include "server/request/stages.h"

#include "store/base/syntax.h"
#include "store/workspace/template.h"
#include "store/workspace/tenant.h"

#include <string.h>

static bool key_is_known(const struct service *service, const char *key)
{
    const struct option_values *keys = settings_values(service->settings, OPTION_API_KEY);

    if (!service->settings->known_keys_only)
        return true;
    for (int i = 0; i < keys->count; i++) {
        if (strcmp(keys->value[i], key) == 0)
            return true;
    }
    return template_exists(service->store, workspace_key_hash(key));
}

/* Whether the settings let a request name its workspace, and this one is sent by no foreign page: a
 * browser says where a page that sends it comes from (Fetch Metadata), and other clients say
 * nothing. */
static bool by_uid_is_allowed(struct request *rq, bool reads)
{
    uint64_t page = settings_number(rq->service->settings, OPTION_PAGE);
    const char *site = headers_find(&rq->headers, "Sec-Fetch-Site");
    bool foreign = site && (strcmp(site, "cross-site") == 0 || strcmp(site, "same-site") == 0);
    const char *why = NULL;

    if (rq->service->settings->known_keys_only)
        why = "cannot be used with --api-key: send X-API-Key";
    else if (rq->headers.field[HEADER_API_KEY])
        why = "is sent in place of X-API-Key: send one of the two";
    else if (page == PAGE_OFF)
        why = "cannot be used with --page off: send X-API-Key";
    else if (page == PAGE_READ_ONLY && !reads)
        why = "allows only GET with --page read-only: send X-API-Key";
    else if (foreign)
        why = "cannot be sent by a web page of another site";
    return !why || request_reject(rq, ERROR_UNAUTHORIZED, "Emulator-Workspace %s", why);
}

/* Finds the workspace that the header Emulator-Workspace names. */
static bool auth_check_uid(struct request *rq, const char *uid)
{
    bool reads = strcmp(rq->method, "GET") == 0 || strcmp(rq->method, "HEAD") == 0;

    if (!by_uid_is_allowed(rq, reads))
        return false;
    struct workspace *workspace = workspace_find_uid(rq->ctx.store, uid);
    if (!workspace)
        return request_reject(rq, ERROR_UNAUTHORIZED,
                              "Emulator-Workspace names no workspace that there is: GET "
                              "/_emulator/workspaces lists them");
    if (!reads) /* to look at a workspace is no use of it */
        workspace_note_use(workspace);
    request_set_workspace(rq, workspace);
    return true;
}

bool auth_check(struct request *rq)
{
    if (rq->op->no_auth)
        return true;
    if (rq->headers.field[HEADER_WORKSPACE])
        return auth_check_uid(rq, rq->headers.field[HEADER_WORKSPACE]);
    return auth_check_key(rq);
}

bool auth_check_key(struct request *rq)
{
    const char *key = rq->headers.field[HEADER_API_KEY];
    const char *label = rq->headers.field[HEADER_LABEL];

    if (!key || !api_key_is_valid(key) || !key_is_known(rq->service, key))
        return request_reject(rq, ERROR_UNAUTHORIZED, NULL);

    struct workspace *workspace = workspace_find(rq->ctx.store, key);
    bool first_use = !workspace || !*workspace->uid;
    if (workspace)
        request_set_workspace(rq, workspace);
    if (workspace && workspace->busy)
        return request_postpone(rq, POSTPONED_BY_CALL);
    if (first_use && !rq->is_long_call && tenant_takes_long(rq->ctx.store, key))
        return request_postpone(rq, POSTPONED_AS_LONG);

    enum error e = first_use ? tenant_get(rq->ctx.store, key, &workspace) : ERROR_NONE;
    if (e == ERROR_TOO_MANY_WORKSPACES)
        rq->refusal.retry_after = 1; /* a workspace may be free then */
    if (e)
        return request_reject(rq, e, NULL);
    workspace_note_use(workspace);
    request_set_workspace(rq, workspace);
    if (label)
        session_set_label(rq->service->sessions, workspace, label);
    return true;
}
