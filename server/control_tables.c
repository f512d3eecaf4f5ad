/* The handlers that serve the tables the program is made from (CONTROL.md "Control API"). */
#include "server/json.h"
#include "server/operations.h"
#include "server/reply.h"
#include "server/tables.h"

#include <string.h>

enum error op_get_contract(struct request *rq, struct reply *out)
{
    (void)rq;
    return reply_text(out, "application/json; charset=utf-8", contract_document,
                      contract_document_size);
}

enum error op_list_assumptions(struct request *rq, struct reply *out)
{
    return reply_ok(out, tables_assumptions(&rq->arena, store_assumptions(rq->server->store)));
}

enum error op_get_state_machine(struct request *rq, struct reply *out)
{
    const struct assumptions *assumptions = store_assumptions(rq->server->store);

    if (strcmp(json_text(rq->query, "format"), "json") == 0)
        return reply_ok(out, tables_state_machine(assumptions));

    const char *diagram = tables_mermaid(&rq->arena, assumptions);
    return reply_text(out, "text/plain; charset=utf-8", diagram, strlen(diagram));
}
