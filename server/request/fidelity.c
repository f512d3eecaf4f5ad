#include "server/request/fidelity.h"

#include <stddef.h>

/* The ids of these assumptions, with commas. */
static const char *assumption_names(struct request *rq, struct assumption_set set)
{
    const char *list = "";

    for (enum assumption i = ASSUME_NONE + 1; i < ASSUMPTION_COUNT; i++) {
        if (assumption_set_has(&set, i))
            list = arena_append(&rq->arena, list, ", ", assumption_row(i)->id);
    }
    return list;
}

const char *fidelity_text(struct request *rq)
{
    return rq->used.bits
               ? arena_append(&rq->arena, "assumed; rule", "=", assumption_names(rq, rq->used))
               : "documented";
}

bool fidelity_check(struct request *rq)
{
    struct assumption_set guesses = {rq->used.bits & ~rq->ctx.assumptions->decided.bits};

    if (!guesses.bits)
        return true;
    return request_reject(
        rq, ERROR_GUESSED,
        "the vendor does not document this (%s), and --strict-fidelity forbids to guess: "
        "decide with --assume or PUT /_emulator/assumptions",
        assumption_names(rq, guesses));
}
