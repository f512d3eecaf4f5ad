#include "server/request/operation_name.h"

#include "store/base/suggest.h"

#include <string.h>

bool operation_name_check(struct request *rq, enum error error, const char *where, const char *name,
                          const char **out)
{
    size_t count = 0;

    *out = NULL;
    if (!name)
        return true;
    const char **names =
        arena_alloc(&rq->arena, ((size_t)contract_operation_count + 1) * sizeof *names);
    for (int i = 0; i < contract_operation_count; i++) {
        const struct operation *op = &contract_operations[i];
        if (op->control)
            continue;
        if (strcmp(op->id, name) == 0) {
            *out = op->id;
            return true;
        }
        names[count++] = op->id;
    }
    names[count] = NULL;
    rq->refusal.suggestion = suggest(name, names, count);
    rq->refusal.allowed_values = names;
    return request_reject(rq, error, "%s/operation: the API has no operation %s", where, name);
}
