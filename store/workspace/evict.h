/* Eviction: the workspace of a tenant who was not here for long becomes that of another key. */
#ifndef STORE_WORKSPACE_EVICT_H
#define STORE_WORKSPACE_EVICT_H

#include "store/db/workspace.h"

/* Makes the one that was used longest ago that of another key, filled from that one's template.
 * Fixtures name theirs for good, and one that is waited for stays. Errors:
 * ERROR_TOO_MANY_WORKSPACES when none can go. */
enum error tenant_evict(struct store *store, uint64_t print, struct workspace **out);

#endif
