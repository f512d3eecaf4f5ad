#include "store/base/errors.h"

#include "store/base/suggest.h"

#include <assert.h>
#include <stdlib.h>

static const struct error_row rows[ERROR_COUNT] = {
#define ERROR(name, status, label, scope, message, code_rule, label_rule) \
    [ERROR_##                                                             \
        name] = {#name, status, label, scope, message, ASSUME_##code_rule, ASSUME_##label_rule},
#include "store/base/errors.def"
#undef ERROR
};

const struct error_row *error_row(enum error error)
{
    assert(error > ERROR_NONE && error < ERROR_COUNT);
    return &rows[error];
}

int error_status(const struct ctx *ctx, enum error error)
{
    const struct error_row *row = error_row(error);

    if (row->code_rule == ASSUME_NONE)
        return row->status;
    return (int)strtol(assumption_get(ctx, row->code_rule), NULL, 10);
}

const char *error_label(const struct ctx *ctx, enum error error)
{
    const struct error_row *row = error_row(error);

    /* With code 404 a bad uid names something that does not exist. */
    if (error == ERROR_INVALID_UID && error_status(ctx, error) == 404)
        row = error_row(ERROR_RUN_NOT_FOUND);
    if (row->label_rule == ASSUME_NONE)
        return row->label;
    return assumption_get(ctx, row->label_rule);
}

bool refuse_at(struct refusal *out, const char *pointer, const char *reason)
{
    *out = (struct refusal){.pointer = pointer, .reason = reason};
    return false;
}

const char *refusal_way_out(struct arena *arena, const struct refusal *refusal)
{
    return refusal->example ? refusal->example
                            : suggest_in_words(arena, refusal->suggestion, refusal->allowed_values);
}
