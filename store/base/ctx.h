/* The context of a piece of work: its store, memory, workspace, time and assumptions.
 *
 * A request has one for its lifetime; the engine makes one for each firing. It owns nothing.
 */
#ifndef STORE_BASE_CTX_H
#define STORE_BASE_CTX_H

#include "store/base/arena.h"
#include "store/base/assumptions.h"

struct store;
struct workspace;

/* What makes a change. */
enum trigger_kind {
    TRIGGER_UNKNOWN,
    TRIGGER_REQUEST, /* a call of the API */
    TRIGGER_HAND,    /* a call of the control API */
    TRIGGER_PLAN,
    TRIGGER_SCHEDULE
};

struct trigger {
    enum trigger_kind kind;
    int32_t position; /* of the item in the plan */
    const char *id;   /* of the request, or the uid of the schedule; or NULL */
};

struct ctx {
    struct store *store;
    struct arena *arena;                   /* of results and temporary data */
    struct workspace *workspace;           /* or NULL */
    int64_t now;                           /* ms since 1970, by the workspace's clock; read once */
    const struct assumptions *assumptions; /* in force */
    struct assumption_set *used;           /* records each that is read; NULL: none is recorded */
    const struct trigger *trigger;         /* of changes of runs; NULL: unknown */
    bool (*pause)(struct store *store);    /* between two parts of long work: lets others be served
                                              when that is due; NULL: the work is short */
};

/* Between two parts of work that may be long. False: it is to be given up. */
static inline bool ctx_pause(const struct ctx *ctx)
{
    return !ctx->pause || ctx->pause(ctx->store);
}

/* A context that records no assumptions: a reply does not rest on those that only decide what a
 * callback will say or what the engine does. */
struct ctx ctx_unrecorded(const struct ctx *ctx);

/* Records that the work rests on an assumption. */
void assumption_note(const struct ctx *ctx, enum assumption which);

/* The value in force, and whether it is this one (tests/lint/test_tables.py checks that the row
 * allows it). Both record the assumption. */
const char *assumption_get(const struct ctx *ctx, enum assumption which);
bool assumption_is(const struct ctx *ctx, enum assumption which, const char *value);

#endif
