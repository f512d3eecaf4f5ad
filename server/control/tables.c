/* The handlers that serve the tables the program is made from (CONTROL.md "Control API"). */
#include "server/control/catalog_json.h"
#include "server/json/json.h"
#include "server/operations.h"
#include "server/request/reply.h"
#include "store/workspace/assumption_overrides.h"

#include <string.h>

enum error op_get_contract(struct request *rq, struct reply *out)
{
    (void)rq;
    return reply_json(out, contract_document, contract_document_size);
}

/* The tables need no key; with one, they are those of its workspace. */
static const struct assumptions *assumptions_of(const struct request *rq)
{
    const char *key = rq->headers.field[HEADER_API_KEY];
    const struct workspace *workspace = key ? workspace_find(rq->server->store, key) : NULL;

    return workspace ? workspace->assumptions : store_assumptions(rq->server->store);
}

enum error op_list_assumptions(struct request *rq, struct reply *out)
{
    return reply_ok(out, catalog_json_assumptions(&rq->arena, assumptions_of(rq)));
}

/* One member of the body: null is what the server was started with. */
static enum error override_from_member(struct request *rq, const cJSON *member,
                                       struct assumptions *out)
{
    enum assumption which = assumption_find(member->string);
    const struct assumptions *start = store_assumptions(rq->server->store);
    uint64_t bit = UINT64_C(1) << which;

    if (!which)
        return request_refuse(rq, ERROR_BAD_BODY,
                              "body/%s is no assumption; GET /_emulator/assumptions lists them",
                              member->string);
    if (cJSON_IsNull(member)) {
        assumption_set(out, which, assumption_value(start, which));
        out->decided = (out->decided & ~bit) | (start->decided & bit);
        return ERROR_NONE;
    }
    if (assumption_set(out, which, member->valuestring))
        return ERROR_NONE;
    const struct assumption_row *row = assumption_row(which);
    return request_refuse(rq, ERROR_BAD_BODY, "body/%s must be %s, or %s", member->string,
                          row->value, strcmp(row->also, ANY_LABEL) == 0 ? "any label" : row->also);
}

enum error op_set_assumptions(struct request *rq, struct reply *out)
{
    struct assumptions made = *rq->workspace->assumptions;
    enum error e = ERROR_NONE;

    for (const cJSON *member = rq->body->child; !e && member; member = member->next)
        e = override_from_member(rq, member, &made);
    if (e)
        return e;

    e = assumption_overrides_set(rq->server->store, rq->workspace, &made);
    if (e)
        return e;
    return reply_ok(out, catalog_json_assumptions(&rq->arena, rq->workspace->assumptions));
}

enum error op_get_state_machine(struct request *rq, struct reply *out)
{
    const struct assumptions *assumptions = assumptions_of(rq);

    if (strcmp(json_text(rq->query, "format"), "json") == 0)
        return reply_ok(out, catalog_json_state_machine(assumptions));

    const char *diagram = catalog_mermaid(&rq->arena, assumptions);
    return reply_text(out, "text/plain; charset=utf-8", diagram, strlen(diagram));
}
