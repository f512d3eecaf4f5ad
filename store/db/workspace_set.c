#include "store/db/workspace_set.h"

#include "store/base/memory.h"

#include <stdlib.h>

struct workspace **workspace_slot(struct workspace_set *set, uint64_t key_hash)
{
    struct workspace **slot = &set->slot[key_hash % LIMIT_WORKSPACES];

    while (*slot && (*slot)->key_hash != key_hash)
        slot = &(*slot)->slot_next;
    return slot;
}

int64_t workspace_set_place(int64_t id)
{
    return (id - 1) % LIMIT_WORKSPACES + 1;
}

struct workspace *workspace_set_add(struct workspace_set *set, uint64_t key_hash, int64_t id)
{
    struct workspace *workspace = memory_take(sizeof *workspace);

    workspace->id = id;
    workspace->key_hash = key_hash;
    *workspace_slot(set, key_hash) = workspace;
    set->at[workspace_set_place(id)] = workspace;
    if (workspace_set_place(id) > set->last)
        set->last = workspace_set_place(id);
    return workspace;
}

void workspace_set_unslot(struct workspace_set *set, struct workspace *workspace)
{
    *workspace_slot(set, workspace->key_hash) = workspace->slot_next;
    workspace->slot_next = NULL;
}

void workspace_set_drop_last(struct workspace_set *set)
{
    struct workspace *workspace = set->at[set->last];

    set->at[set->last--] = NULL;
    if (!workspace)
        return;
    workspace_set_unslot(set, workspace);
    free(workspace->own_assumptions);
    free(workspace->life);
    free(workspace);
}
