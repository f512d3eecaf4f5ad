/* The content of a workspace: the rows of runs, flows, schedules, outputs and callbacks, as a
 * whole.
 *
 * Templates and snapshots are content too, under ids that no workspace has (template.h).
 */
#ifndef STORE_WORKSPACE_CONTENT_H
#define STORE_WORKSPACE_CONTENT_H

#include "store/db/workspace.h"

/* What content is copied from. */
struct content_source {
    int64_t id;  /* of a workspace, template or snapshot */
    int64_t now; /* relative times (INSTANT_RELATIVE) are relative to this */
};

/* Copies all content to an id that has none. */
enum error content_copy(struct store *store, int64_t to, const struct content_source *from);

/* Deletes the content of all ids from first to last. */
enum error content_clear(struct store *store, int64_t first, int64_t last);

/* Copies content to a workspace that has none, updates its cache, and sets the next times of its
 * schedules. Its clock must be set already. */
enum error content_fill(struct store *store, struct workspace *workspace,
                        const struct content_source *from);

/* Moves the flows of an id to another, where they replace those of the same slug and version. */
enum error content_move_flows(struct store *store, int64_t to, int64_t from);

/* Updates the cache of a workspace from its rows: counts, and what is due next. */
enum error content_rescan(struct store *store, struct workspace *workspace);

/* Replaces the content and the clock of a workspace. Callbacks in flight are dropped. On an error
 * nothing has changed. */
enum error content_replace(struct store *store, struct workspace *workspace,
                           const struct clock *clock, const struct content_source *from);

#endif
