/* Snapshots: the content of a workspace at a moment, kept under a name to be restored.
 *
 * A snapshot has runs, outputs, flows, schedules, callbacks and the clock, but not the assumptions,
 * which are settings. It lives as long as the database.
 */
#ifndef STORE_WORKSPACE_SNAPSHOT_H
#define STORE_WORKSPACE_SNAPSHOT_H

#include "store/base/limits.h"
#include "store/db/workspace.h"

struct snapshot {
    const char *name; /* in the arena */
    int64_t id;       /* of its content */
    int64_t now;      /* by the workspace's clock */
    bool frozen;
    struct workspace_cache counts; /* only the numbers of its runs */
};

struct snapshot_page {
    struct snapshot *list;
    int count;
};

/* Takes a snapshot, which replaces one of the same name. Errors: ERROR_TOO_MANY_SNAPSHOTS. */
enum error snapshot_take(const struct ctx *ctx, const char *name, struct snapshot *out);

/* Replaces the content of the workspace, and sets its clock: a frozen one to where it was, a real
 * one to go on from there. Errors: ERROR_SNAPSHOT_NOT_FOUND. */
enum error snapshot_restore(const struct ctx *ctx, const char *name, struct snapshot *out);

/* Deletes one. Errors: ERROR_SNAPSHOT_NOT_FOUND. */
enum error snapshot_drop(const struct ctx *ctx, const char *name, struct snapshot *out);

/* Deletes all of a workspace, in the transaction of the caller. */
enum error snapshot_drop_all(struct store *store, const struct workspace *workspace);

/* All of a workspace, in the order of their names. */
enum error snapshot_list(const struct ctx *ctx, struct snapshot_page *out);

#endif
