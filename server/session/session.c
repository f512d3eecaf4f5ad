#include "server/session/session.h"

#include "store/base/limits.h"

#include <stdlib.h>

/* By the workspace's id. Of its memory, only what is used is taken. */
struct rig_table {
    struct rig *of[LIMIT_WORKSPACES + 1];
};

static void *zeroed(size_t size)
{
    void *memory = calloc(1, size);

    if (!memory)
        abort();
    return memory;
}

static void release(struct rig *rig)
{
    faults_clear(&rig->faults);
    journal_release(&rig->journal);
    journal_release(&rig->control);
}

/* What the one before it in its place left is not a workspace's. */
static struct rig *own(struct rig *rig, const struct workspace *workspace)
{
    if (rig && workspace && rig->tenancy != workspace->tenancy) {
        release(rig);
        rig->tenancy = workspace->tenancy;
    }
    return rig;
}

struct rig *rig_find(const struct server *server, const struct workspace *workspace)
{
    return own(server->rigs ? server->rigs->of[workspace->id] : NULL, workspace);
}

struct rig *rig_of(struct server *server, const struct workspace *workspace)
{
    if (!server->rigs)
        server->rigs = zeroed(sizeof *server->rigs);
    struct rig **rig = &server->rigs->of[workspace ? workspace->id : 0];
    if (!*rig) {
        *rig = zeroed(sizeof **rig);
        (*rig)->journal.most = server->settings->journal;
        (*rig)->journal.budget = LIMIT_JOURNAL_BYTES;
        (*rig)->control.most = LIMIT_CONTROL_JOURNAL;
        (*rig)->control.budget = LIMIT_JOURNAL_BYTES;
        (*rig)->tenancy = workspace ? workspace->tenancy : 0;
    }
    return own(*rig, workspace);
}

void rig_clear(struct server *server, const struct workspace *workspace)
{
    struct rig *rig = rig_find(server, workspace);

    if (rig)
        release(rig);
}

void rig_release_all(struct server *server)
{
    for (int64_t id = 0; server->rigs && id <= LIMIT_WORKSPACES; id++) {
        if (server->rigs->of[id])
            release(server->rigs->of[id]);
        free(server->rigs->of[id]);
    }
    free(server->rigs);
    server->rigs = NULL;
}
