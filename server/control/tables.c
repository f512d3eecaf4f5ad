/* The handlers that serve the tables the program is made from (CONTROL.md "Control API"). */
#include "server/control/catalog_json.h"
#include "server/json/json.h"
#include "server/operation_handlers.h"
#include "server/request/reply.h"
#include "store/workspace/assumption_overrides.h"

#include <string.h>

enum outcome op_get_contract(struct request *rq, struct reply *out)
{
    (void)rq;
    return reply_json(out, contract_document, contract_document_size);
}

/* The tables need no key; with one, they are those of its workspace. */
static const struct assumptions *assumptions_of(const struct request *rq)
{
    const struct workspace *workspace = request_find_workspace(rq);

    return workspace ? workspace->assumptions : rq->ctx.assumptions;
}

enum outcome op_list_assumptions(struct request *rq, struct reply *out)
{
    return reply_ok(out, catalog_json_assumptions(&rq->arena, assumptions_of(rq)));
}

/* One member of the body: null is what the server was started with. */
static bool override_from_member(struct request *rq, const cJSON *member, struct assumptions *out)
{
    enum assumption which = assumption_find(member->string);
    const struct assumptions *start = store_assumptions(rq->ctx.store);

    if (!which)
        return request_reject(rq, ERROR_BAD_BODY,
                              "body/%s is no assumption; GET /_emulator/assumptions lists them",
                              member->string);
    if (cJSON_IsNull(member)) {
        assumption_decide(out, which, assumption_value(start, which));
        if (!assumption_set_has(&start->decided, which))
            assumption_set_remove(&out->decided, which);
        return true;
    }
    if (assumption_decide(out, which, member->valuestring))
        return true;
    const struct assumption_row *row = assumption_row(which);
    return request_reject(rq, ERROR_BAD_BODY, "body/%s must be %s, or %s", member->string,
                          row->value, strcmp(row->also, ANY_LABEL) == 0 ? "any label" : row->also);
}

enum outcome op_set_assumptions(struct request *rq, struct reply *out)
{
    struct assumptions made = *rq->ctx.workspace->assumptions;

    for (const cJSON *member = rq->body->child; member; member = member->next) {
        if (!override_from_member(rq, member, &made))
            return REFUSED;
    }
    enum error e = assumption_overrides_set(rq->ctx.store, rq->ctx.workspace, &made);
    if (e)
        return request_fail(rq, e);
    return reply_ok(out, catalog_json_assumptions(&rq->arena, rq->ctx.workspace->assumptions));
}

enum outcome op_get_state_machine(struct request *rq, struct reply *out)
{
    const struct ctx ctx = {.arena = &rq->arena, .assumptions = assumptions_of(rq)};

    if (strcmp(json_text(rq->query, "format"), "json") == 0)
        return reply_ok(out, catalog_json_state_machine(&ctx));

    const char *diagram = catalog_mermaid(&ctx);
    return reply_text(out, "text/plain; charset=utf-8", diagram, strlen(diagram));
}
