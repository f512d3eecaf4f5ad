#include "server/request/stages.h"
#include "store/base/limits.h"

#include <string.h>

/* A browser, which wants to show what it gets, is sent to the page; others get the vendor's 404. */
static void route_browser(struct request *rq)
{
    const char *path = rq->url.path, *accept = headers_find(&rq->headers, "Accept");

    if ((strcmp(path, "/") != 0 && strcmp(path, "/_emulator") != 0) || !accept ||
        !strstr(accept, "text/html"))
        return;
    rq->url.segment[0] = "_emulator";
    rq->url.segment[1] = "";
    rq->url.segment_count = 2;
}

/* The operation of the path and this method, or NULL. Without a method (NULL): the last operation
 * of the path. */
static const struct operation *operation_find(const struct request *rq, const char *method)
{
    const struct url *url = &rq->url;
    bool control = url->segment_count && strcmp(url->segment[0], "_emulator") == 0;
    bool has_page = settings_number(rq->service->settings, OPTION_PAGE) != PAGE_OFF;
    const struct operation *found = NULL;

    for (int i = 0; i < contract_operation_count && !(found && method); i++) {
        const struct operation *op = &contract_operations[i];
        if (op->control == control && op->segment_count == url->segment_count &&
            (!method || strcmp(op->method, method) == 0) && url_matches(url, op) &&
            (has_page || !op->page))
            found = op;
    }
    return found;
}

bool route_find(struct request *rq)
{
    /* HEAD is GET without the body (RFC 9110 section 9.3.2); libmicrohttpd leaves the body out. */
    const char *method = strcmp(rq->method, "HEAD") == 0 ? "GET" : rq->method;

    if (strlen(rq->url.path) > LIMIT_PATH || strlen(rq->url.query) > LIMIT_QUERY)
        return request_reject(rq, ERROR_URL_TOO_LONG, NULL);
    if (!url_decode_path(&rq->arena, &rq->url))
        return request_reject(rq, ERROR_BAD_URL, "the path %s", url_fault(rq->url.path));
    if (rq->url.segment_count == 1)
        route_browser(rq);
    rq->op = operation_find(rq, method);
    if (!rq->op)
        rq->same_path_op = operation_find(rq, NULL);
    return true;
}

bool route_check(struct request *rq)
{
    if (rq->op)
        return true;
    return request_reject(rq, rq->same_path_op ? ERROR_WRONG_METHOD : ERROR_NO_ROUTE,
                          "Route %s:%s not found", rq->method, rq->url.path);
}
