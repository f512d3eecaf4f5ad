/* The one error type: everything that can fail returns an enum error, zero on success.
 *
 * The rows of errors.def are the only list of errors, and this is the only place that says how an
 * error looks in a reply (status, label, scope). struct refusal carries an error from the check
 * that found it to the reply.
 */
#ifndef STORE_BASE_ERRORS_H
#define STORE_BASE_ERRORS_H

#include "store/base/ctx.h"

enum error {
    ERROR_NONE,
#define ERROR(name, status, label, scope, message, code_rule, label_rule) ERROR_##name,
#include "store/base/errors.def"
#undef ERROR
    ERROR_COUNT
};

/* One row of errors.def; all strings are static. */
struct error_row {
    const char *name; /* as in errors.def */
    int status;
    const char *label;
    const char *scope;
    const char *message;
    enum assumption code_rule;
    enum assumption label_rule;
};

/* The row of an error other than ERROR_NONE. */
const struct error_row *error_row(enum error error);

/* The HTTP status and the label of a reply, by the assumptions in force. */
int error_status(const struct ctx *ctx, enum error error);
const char *error_label(const struct ctx *ctx, enum error error);

/* Why something cannot be done. Zeroed: nothing was refused. Texts are static, or live in the arena
 * of the function that filled it. */
struct refusal {
    enum error error;    /* ERROR_NONE: the caller chooses */
    const char *pointer; /* where: a JSON pointer like "/runs/3/status"; "" or NULL: the whole */
    const char *reason;  /* in AJV's words ("must be string"), or a sentence; NULL: the error's */
    const char *suggestion;            /* a word that would have been right; or NULL */
    const char *const *allowed_values; /* all such words, NULL after the last; or NULL */
    const char *example;               /* of what has the format that a text lacks; or NULL */
    const char *hint;                  /* the header Emulator-Hint; NULL: that of the error */
    int64_t retry_after;               /* seconds until a new attempt makes sense; 0: unknown */
};

/* Fills *out with a place and a reason. Always returns false, so that a check can return it. */
bool refuse_at(struct refusal *out, const char *pointer, const char *reason);

/* What would have been right, for a person: the example, the suggestion, or the allowed values.
 * NULL without any of them. */
const char *refusal_way_out(struct arena *arena, const struct refusal *refusal);

#endif
