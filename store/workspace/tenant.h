/* Tenants: which workspace is that of an API key, and how it begins (API.md section 2).
 *
 * A key that was never seen gets a workspace of its own, which is filled from its template; when
 * all are taken, that of the tenant who was not here for longest is emptied for it.
 */
#ifndef STORE_WORKSPACE_TENANT_H
#define STORE_WORKSPACE_TENANT_H

#include "store/base/limits.h"
#include "store/db/workspace.h"

/* The workspace of this key, made when it is not there yet. The key is at most LIMIT_API_KEY
 * bytes long. Errors: ERROR_TOO_MANY_WORKSPACES. */
enum error tenant_get(struct store *store, const char *key, struct workspace **out);

/* Back to its template, its clock back to its start, its assumptions the store's. */
enum error tenant_reset(struct store *store, struct workspace *workspace);

/* For store.c: read all rows into memory, and let go of them. */
enum error tenant_load_all(struct store *store);
void tenant_unload_all(struct store *store);

#endif
