/* Why something cannot be done: the one way to say so, from the check that found it to the reply.
 *
 * Zeroed, nothing was refused. Texts are static, or live in the arena of who filled it.
 */
#ifndef STORE_BASE_REFUSAL_H
#define STORE_BASE_REFUSAL_H

#include "store/base/errors.h"

struct refusal {
    enum error error;    /* ERROR_NONE where the caller knows which */
    const char *pointer; /* where, as a JSON pointer: "/runs/3/status"; "" or NULL: the whole */
    const char
        *reason; /* in the words of AJV ("must be string"), or a sentence; NULL: the error's */
    const char *suggestion;            /* a word that would have been right; or NULL */
    const char *const *allowed_values; /* all such words, NULL after the last; or NULL */
    int64_t retry_after;               /* seconds until it may be tried again; 0: not said */
};

/* Fills *out with a place and a reason; always false, so that a check can return it. */
bool refuse_at(struct refusal *out, const char *pointer, const char *reason);

#endif
