/* Tenants: which workspace an API key has, and how it starts (API.md section 2).
 *
 * A new key gets a workspace of its own, filled from its template. When there are as many
 * workspaces as there may be, the key gets the one that was used longest ago, emptied.
 */
#ifndef STORE_WORKSPACE_TENANT_H
#define STORE_WORKSPACE_TENANT_H

#include "store/base/limits.h"
#include "store/db/workspace.h"
#include "store/workspace/template.h"

/* Whether tenant_get() may take long, because it copies a large template or empties a workspace: it
 * is to be called where it may pause (transaction_pause()). */
bool tenant_takes_long(struct store *store, const char *key);

/* The workspace of this key, made if it does not exist. The key has at most LIMIT_API_KEY bytes.
 * Workspaces with a template of their own, with a waiter, or used within LIMIT_EVICTION_AGE are not
 * evicted. Errors: ERROR_TOO_MANY_WORKSPACES when none can be. */
enum error tenant_get(struct store *store, const char *key, struct workspace **out);

/* Fills a workspace from its template again, starts its clock again, and deletes its assumptions.
 * `start` is what it starts as instead; NULL: as it did at first. On an error nothing has changed.
 */
enum error tenant_reset(struct store *store, struct workspace *workspace,
                        const struct template *start);

/* Fills a workspace in which nothing has happened (workspace.h, `touched`) again, as if it had
 * begun with this clock; flows that were made since stay. On an error nothing has changed. */
enum error tenant_restart(struct store *store, struct workspace *workspace,
                          const struct clock *clock);

/* For store.c: reads all workspaces into memory, at the start and again after changes were lost,
 * and frees them. One that has no row any more is empty, and has no uid, until its key is used. */
enum error tenant_load_all(struct store *store);
enum error tenant_reload_all(struct store *store);
void tenant_unload_all(struct store *store);

#endif
