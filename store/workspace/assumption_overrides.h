/* The assumptions of a workspace's own: which guesses it decided for itself. */
#ifndef STORE_WORKSPACE_ASSUMPTION_OVERRIDES_H
#define STORE_WORKSPACE_ASSUMPTION_OVERRIDES_H

#include "store/db/workspace.h"

/* Gives it assumptions of its own; a reset gives it the store's again. */
enum error assumption_overrides_set(struct store *store, struct workspace *workspace,
                                    const struct assumptions *assumptions);

/* Deletes those of its own, in the transaction of who calls, who then also lets go of them. */
enum error assumption_overrides_clear(struct store *store, const struct workspace *workspace);

/* Finds them again after a start. */
enum error assumption_overrides_load(struct store *store, struct workspace *workspace);

#endif
