/* The assumptions that a workspace decided for itself, in place of the store's. */
#ifndef STORE_WORKSPACE_ASSUMPTION_OVERRIDES_H
#define STORE_WORKSPACE_ASSUMPTION_OVERRIDES_H

#include "store/db/workspace.h"

/* Writes them, and puts them in force until the workspace is reset. */
enum error assumption_overrides_set(struct store *store, struct workspace *workspace,
                                    const struct assumptions *assumptions);

/* Deletes their rows; the caller then puts the store's in force. */
enum error assumption_overrides_clear(struct store *store, const struct workspace *workspace);

/* Reads them, and puts them in force, when the store is opened. */
enum error assumption_overrides_load(struct store *store, struct workspace *workspace);

#endif
