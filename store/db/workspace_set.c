#include "store/db/workspace_set.h"

#include <stdlib.h>

struct workspace_set *workspace_set_open(void)
{
    struct workspace_set *set = calloc(1, sizeof *set);

    if (!set)
        abort();
    return set;
}

static void workspace_free(struct workspace *workspace)
{
    if (workspace)
        free(workspace->own_assumptions);
    free(workspace);
}

void workspace_set_close(struct workspace_set *set)
{
    for (size_t i = 0; i < SLOTS; i++)
        workspace_free(set->slot[i]);
    free(set);
}

struct workspace **workspace_slot(struct workspace_set *set, uint64_t print)
{
    size_t i = print % SLOTS;

    while (set->slot[i] && set->slot[i]->key_hash != print)
        i = (i + 1) % SLOTS;
    return &set->slot[i];
}

struct workspace *workspace_set_add(struct workspace_set *set, uint64_t print, int64_t id)
{
    struct workspace *workspace = calloc(1, sizeof *workspace);

    if (!workspace)
        abort();
    workspace->id = id;
    workspace->key_hash = print;
    *workspace_slot(set, print) = workspace;
    set->by_id[id] = workspace;
    set->count++;
    return workspace;
}

void workspace_set_drop(struct workspace_set *set, struct workspace *workspace)
{
    *workspace_slot(set, workspace->key_hash) =
        NULL; /* the newest stands at the end of its chain */
    set->by_id[workspace->id] = NULL;
    set->count--;
    workspace_free(workspace);
}

/* What had to give way to it moves up (linear probing). */
void workspace_set_unslot(struct workspace_set *set, const struct workspace *workspace)
{
    size_t hole = workspace->key_hash % SLOTS;

    while (set->slot[hole] != workspace)
        hole = (hole + 1) % SLOTS;
    for (size_t i = (hole + 1) % SLOTS; set->slot[i]; i = (i + 1) % SLOTS) {
        size_t home = set->slot[i]->key_hash % SLOTS;
        if ((i - home + SLOTS) % SLOTS < (i - hole + SLOTS) % SLOTS)
            continue;
        set->slot[hole] = set->slot[i];
        hole = i;
    }
    set->slot[hole] = NULL;
}
