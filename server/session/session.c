#include "server/session/session.h"

#include "store/base/limits.h"

#include <stdlib.h>

/* By the workspace's id. Of its memory, only what is used is taken. */
struct session_table {
    struct session *of[LIMIT_WORKSPACES + 1];
};

static void *zeroed(size_t size)
{
    void *memory = calloc(1, size);

    if (!memory)
        abort();
    return memory;
}

static void session_release(struct session *session)
{
    faults_clear(&session->faults);
    journal_release(&session->journal);
    journal_release(&session->control);
}

/* What the one before it in its place left is not a workspace's. */
static struct session *session_check_generation(struct session *session,
                                                const struct workspace *workspace)
{
    if (session && workspace && session->generation != workspace->generation) {
        session_release(session);
        session->generation = workspace->generation;
    }
    return session;
}

struct session *session_find(const struct service *server, const struct workspace *workspace)
{
    return session_check_generation(server->sessions ? server->sessions->of[workspace->id] : NULL,
                                    workspace);
}

struct session *session_get(struct service *server, const struct workspace *workspace)
{
    if (!server->sessions)
        server->sessions = zeroed(sizeof *server->sessions);
    struct session **session = &server->sessions->of[workspace ? workspace->id : 0];
    if (!*session) {
        *session = zeroed(sizeof **session);
        (*session)->journal.most = (int64_t)settings_number(server->settings, OPTION_JOURNAL);
        (*session)->journal.budget = LIMIT_JOURNAL_BYTES;
        (*session)->control.most = LIMIT_CONTROL_JOURNAL;
        (*session)->control.budget = LIMIT_JOURNAL_BYTES;
        (*session)->generation = workspace ? workspace->generation : 0;
    }
    return session_check_generation(*session, workspace);
}

void session_clear(struct service *server, const struct workspace *workspace)
{
    struct session *session = session_find(server, workspace);

    if (session)
        session_release(session);
}

void session_release_all(struct service *server)
{
    for (int64_t id = 0; server->sessions && id <= LIMIT_WORKSPACES; id++) {
        if (server->sessions->of[id])
            session_release(server->sessions->of[id]);
        free(server->sessions->of[id]);
    }
    free(server->sessions);
    server->sessions = NULL;
}
