#include "store/base/ctx.h"

#include <string.h>

struct ctx ctx_unrecorded(const struct ctx *ctx)
{
    struct ctx made = *ctx;

    made.used = NULL;
    return made;
}

void assumption_note(const struct ctx *ctx, enum assumption which)
{
    if (ctx->used)
        assumption_set_add(ctx->used, which);
}

const char *assumption_get(const struct ctx *ctx, enum assumption which)
{
    assumption_note(ctx, which);
    return assumption_value(ctx->assumptions, which);
}

bool assumption_is(const struct ctx *ctx, enum assumption which, const char *value)
{
    return strcmp(assumption_get(ctx, which), value) == 0;
}
