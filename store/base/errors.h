/* The one error type: everything that can fail returns an enum error, zero when it did not.
 *
 * The rows of errors.def are the only list of errors. What a row looks like on the wire (status,
 * label, scope) is asked here, and nowhere else.
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
    const char *name;
    int status;
    const char *label;
    const char *scope;
    const char *message;
    enum assumption code_rule;
    enum assumption label_rule;
};

/* The row of an error other than ERROR_NONE. */
const struct error_row *error_row(enum error error);

/* Its name in errors.def. */
const char *error_name(enum error error);

/* The HTTP status and the label to show, after the assumptions in force. */
int error_status(const struct ctx *ctx, enum error error);
const char *error_label(const struct ctx *ctx, enum error error);

#endif
