/* What travels with one piece of work: where its data is, where its memory comes from, whose it is,
 * when it happens, and which assumptions it rests on.
 *
 * A request has one for as long as it lives; the engine makes one for each firing. Nothing in it is
 * owned by it.
 */
#ifndef STORE_BASE_CTX_H
#define STORE_BASE_CTX_H

#include "store/base/arena.h"
#include "store/base/assumptions.h"

struct store;
struct workspace;

struct ctx {
    struct store *store;
    struct arena *arena;                   /* of what is made on the way */
    struct workspace *workspace;           /* NULL: none is concerned */
    int64_t now;                           /* ms since 1970, by the workspace's clock; read once */
    const struct assumptions *assumptions; /* in force */
    struct assumption_set *used; /* notes each that is looked at; NULL: nothing is noted */
};

/* The same work, without noting what it looks at: a reply rests on no assumption that only decides
 * what a callback will say or what the engine does. */
struct ctx ctx_unrecorded(const struct ctx *ctx);

/* Notes that the work rests on an assumption. */
void assumption_note(const struct ctx *ctx, enum assumption which);

/* The value in force, and whether it is this one; tests/lint/test_tables.py checks that the row
 * allows it. Both note the look. */
const char *assumption_get(const struct ctx *ctx, enum assumption which);
bool assumption_is(const struct ctx *ctx, enum assumption which, const char *value);

#endif
