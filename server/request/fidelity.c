#include "server/request/fidelity.h"

#include <stddef.h>

/* The ids of these assumptions, with commas. */
static const char *names(struct request *rq, uint64_t set)
{
    const char *list = "";

    for (enum assumption i = ASSUME_NONE + 1; i < ASSUMPTION_COUNT; i++) {
        if (set & UINT64_C(1) << i)
            list = arena_append(&rq->arena, list, ", ", assumption_row(i)->id);
    }
    return list;
}

const char *fidelity_text(struct request *rq)
{
    uint64_t set = assumptions_consulted();

    return set ? arena_append(&rq->arena, "assumed; rule", "=", names(rq, set)) : "documented";
}

bool fidelity_guessed(struct request *rq)
{
    uint64_t guesses = assumptions_consulted() & ~request_assumptions(rq)->decided;

    if (!guesses)
        return false;
    request_refuse(
        rq, ERROR_GUESSED,
        "the vendor does not document this (%s), and --strict-fidelity forbids to guess: "
        "decide with --assume or PUT /_emulator/assumptions",
        names(rq, guesses));
    return true;
}
