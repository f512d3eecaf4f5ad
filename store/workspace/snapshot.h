/* Snapshots: what a workspace held at a moment, under a name, to go back to.
 *
 * All content of a workspace is in it: runs, outputs, flows, schedules, callbacks, and what its
 * clock showed; its assumptions are settings, and stay as they are. Snapshots live as long as the
 * database.
 */
#ifndef STORE_WORKSPACE_SNAPSHOT_H
#define STORE_WORKSPACE_SNAPSHOT_H

#include "store/base/limits.h"
#include "store/db/workspace.h"

struct snapshot {
    const char *name;
    int64_t id;
    int64_t now; /* by the workspace's clock */
    bool frozen;
    int64_t runs;
};

struct snapshot_page {
    struct snapshot *list;
    int count;
};

/* Remembers all that is there, in the place of what had that name. The name is copied into the
 * arena. Errors: ERROR_TOO_MANY_SNAPSHOTS. */
enum error snapshot_take(const struct ctx *ctx, const char *name, struct snapshot *out);

/* Makes the workspace what it was; its clock shows what it showed, and goes on from there if it is
 * a real one. Errors: ERROR_SNAPSHOT_NOT_FOUND. */
enum error snapshot_restore(const struct ctx *ctx, const char *name, struct snapshot *out);

/* Forgets one. Errors: ERROR_SNAPSHOT_NOT_FOUND. */
enum error snapshot_drop(const struct ctx *ctx, const char *name, struct snapshot *out);

/* All of them, by name. */
enum error snapshot_list(const struct ctx *ctx, struct snapshot_page *out);

#endif
