/* A store in memory whose clock stands at 2026-01-01T00:00:00Z, with the workspace of the key
 * "alpha" in it: the same uids and times in every story.
 */
#ifndef TESTS_UNIT_MEMORY_STORE_H
#define TESTS_UNIT_MEMORY_STORE_H

#include "store/base/ctx.h"
#include "store/db/workspace.h"

#define NEW_YEAR INT64_C(1767225600000)

struct memory_store {
    struct store *store;
    struct workspace *alpha;
    struct arena arena;
};

/* What it is opened with, every assumption at its default. */
struct store_config memory_store_config(void);

/* Opens it under these assumptions; NULL for the defaults. The caller closes it. */
void memory_store_open(struct memory_store *out, const struct assumptions *assumptions);

void memory_store_close(struct memory_store *memory);

/* The store of a story that needs no other, and what cmocka calls before and after it. */
extern struct memory_store world;
int world_open(void **state);
int world_close(void **state);

/* What a request of this workspace of `world` works with at an instant; good until the next call.
 */
const struct ctx *world_ctx(const struct workspace *workspace, int64_t now);

/* The workspace of a key, made if need be. */
struct workspace *workspace_of(struct store *store, const char *key);

/* Runs SQL that gives nothing. */
void store_do(struct store *store, const char *sql);

/* The one number that SQL gives. */
int64_t store_ask(struct store *store, const char *sql);

#endif
