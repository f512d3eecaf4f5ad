/* The workspaces in memory: a table of them by their keys, and one by their ids.
 *
 * The set owns them. It is open to the files of workspaces and tenants only.
 */
#ifndef STORE_DB_WORKSPACE_SET_H
#define STORE_DB_WORKSPACE_SET_H

#include "store/base/limits.h"
#include "store/db/workspace.h"

enum { SLOTS = 2 * LIMIT_WORKSPACES };

struct template;

struct workspace_set {
    struct workspace *slot[SLOTS]; /* by print: open addressing, never more than half full */
    struct workspace *by_id[LIMIT_WORKSPACES + 1];
    int64_t count;
    int64_t last_id;
    int64_t uses;               /* of all together */
    struct template *templates; /* that belong to one key (template.h) */
};

struct workspace_set *workspace_set_open(void);
void workspace_set_close(struct workspace_set *set);

/* Where the workspace of that print is, or belongs. */
struct workspace **workspace_slot(struct workspace_set *set, uint64_t print);

/* Makes one, zeroed but for its id and its print. */
struct workspace *workspace_set_add(struct workspace_set *set, uint64_t print, int64_t id);

/* Removes the newest one. */
void workspace_set_drop(struct workspace_set *set, struct workspace *workspace);

/* Takes one out of its slot, so that it can get another print; its id stays. */
void workspace_set_unslot(struct workspace_set *set, const struct workspace *workspace);

#endif
