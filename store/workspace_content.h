/* What a workspace holds, as a whole. For workspace.c only. */
#ifndef STORE_WORKSPACE_CONTENT_H
#define STORE_WORKSPACE_CONTENT_H

#include "store/workspace.h"

/* Fills an empty workspace from its template. */
enum error workspace_fill(struct store *store, struct workspace *workspace);

/* Looks at what there is: counts it, and finds what is due next. */
enum error workspace_survey(struct store *store, struct workspace *workspace);

/* Deletes what the workspaces of these ids hold. */
enum error workspace_empty(struct store *store, int64_t first, int64_t last);

#endif
