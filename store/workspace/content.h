/* The content of a workspace: the rows of runs, flows, schedules, outputs and callbacks, as a
 * whole.
 *
 * Templates and snapshots are content too, under ids that no workspace has (template.h); that of
 * snapshots is in tables of its own, whose names begin with saved_ and which have no indexes.
 * Content is never replaced as a whole where it is: new content is built beside it, under an id of
 * its own, and then takes its place in one transaction. What is being built, and what was replaced,
 * is listed as discarded, and is deleted in parts later, by this process or the next.
 *
 * Building takes parts (transaction_pause()): the caller has begun a transaction without a
 * workspace, and sees to it that nobody uses the workspace meanwhile (workspace.h, `busy`).
 */
#ifndef STORE_WORKSPACE_CONTENT_H
#define STORE_WORKSPACE_CONTENT_H

#include "store/db/workspace.h"

/* Ids that the content of one workspace may have: what it has, what it had before, and what is
 * being built. Files that an earlier program wrote may have more. */
enum { CONTENTS_MOST = 3, CONTENTS_IN_FILES = 16 };

/* Content that is being built. */
struct content {
    int64_t id;
    struct workspace_cache counts; /* of what was built: of these, only the numbers of its runs */
};

/* Takes an id for new content of a workspace, which is empty and listed as discarded. When none is
 * left, it first deletes what one of them has, in parts. */
enum error content_begin(struct store *store, const struct workspace *workspace,
                         struct content *out);

/* Counts what was built. */
enum error content_count(struct store *store, struct content *content);

/* Gives a workspace this content, which was counted, and a clock, within the caller's transaction:
 * updates its cache, sets the next times of its schedules, and discards the content before.
 * Callbacks in flight are dropped. */
enum error content_use(struct store *store, struct workspace *workspace,
                       const struct content *content, const struct clock *clock);

/* The same in a transaction of its own, for content that is no longer what the workspace began
 * with.
 */
enum error content_install(struct store *store, struct workspace *workspace,
                           const struct content *content, const struct clock *clock);

/* Lists an id as discarded, or takes it from that list. */
enum error content_discard(struct store *store, int64_t id);
enum error content_keep(struct store *store, int64_t id);

/* Whether there may be discarded content. */
bool content_has_discarded(const struct store *store);

/* Deletes discarded content for so many microseconds; at least a part of it. Nothing may be under
 * construction. */
void content_sweep(struct store *store, int64_t most);

/* Deletes the content of an id in parts (transaction_pause()). */
enum error content_empty(struct store *store, int64_t id);

/* Deletes the content of all ids from first to last at once. */
enum error content_clear(struct store *store, int64_t first, int64_t last);

/* Updates the cache of a workspace from its rows: counts, and what is due next. */
enum error content_rescan(struct store *store, struct workspace *workspace);

#endif
