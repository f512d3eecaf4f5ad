/* What a workspace holds, as a whole. */
#ifndef STORE_WORKSPACE_CONTENT_H
#define STORE_WORKSPACE_CONTENT_H

#include "store/db/workspace.h"

/* Where a workspace's content comes from. */
struct workspace_source {
    int64_t id;  /* of a template, or of what was remembered (snapshot.h) */
    int64_t now; /* what times that count from now count from */
};

/* Fills an empty workspace, and looks at what there is then. */
enum error workspace_fill(struct store *store, struct workspace *workspace,
                          const struct workspace_source *from);

/* Copies all content to an id that has none. */
enum error workspace_copy(struct store *store, const struct workspace *workspace, int64_t to,
                          const struct workspace_source *from);

/* Looks at what there is: counts it, and finds what is due next. */
enum error workspace_rescan(struct store *store, struct workspace *workspace);

/* Deletes what the workspaces of these ids hold. */
enum error workspace_empty(struct store *store, int64_t first, int64_t last);

/* Empties it, sets its clock, and has it filled anew; all of it, or nothing when it fails. What was
 * on its way out of it is broken off. */
typedef enum error workspace_fill_fn(struct store *store, struct workspace *workspace,
                                     void *context);
enum error workspace_replace(struct store *store, struct workspace *workspace,
                             const struct clock *clock, workspace_fill_fn *fill, void *context);

#endif
