/* The workspaces of a store in memory: a hash table of them by key, and an array of their places.
 *
 * The set owns them. Only the files of store/db and store/workspace use it.
 */
#ifndef STORE_DB_WORKSPACE_SET_H
#define STORE_DB_WORKSPACE_SET_H

#include "store/base/limits.h"
#include "store/db/workspace.h"

struct template;

struct workspace_set {
    struct workspace *slot[LIMIT_WORKSPACES]; /* by key_hash; chained by slot_next */
    struct workspace *at[LIMIT_WORKSPACES + 1];
    int64_t last;               /* places count from 1; a workspace keeps its place for good */
    struct template *templates; /* that belong to one key (template.h) */
};

/* The pointer to the workspace of a key, to be set to a new one where it is NULL. */
struct workspace **workspace_slot(struct workspace_set *set, uint64_t key_hash);

/* The place of the workspace whose content has this id. The first content at a place has its
 * number; the next ones are LIMIT_WORKSPACES apart. */
int64_t workspace_set_place(int64_t id);

/* Adds a workspace, zeroed but for its id and its key. */
struct workspace *workspace_set_add(struct workspace_set *set, uint64_t key_hash, int64_t id);

/* Takes a workspace out of its slot, so that it can have another key. */
void workspace_set_unslot(struct workspace_set *set, struct workspace *workspace);

/* Removes and frees the workspace of the last place. */
void workspace_set_drop_last(struct workspace_set *set);

#endif
