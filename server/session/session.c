#include "server/session/session.h"

#include "store/base/limits.h"

#include <stdlib.h>

/* By the workspace's id. Of its memory, only what is used is taken. */
struct session_table {
    int64_t journal_entries;
    struct session *of[LIMIT_WORKSPACES + 1];
};

static void *zeroed(size_t size)
{
    void *memory = calloc(1, size);

    if (!memory)
        abort();
    return memory;
}

struct session_table *session_table_open(int64_t journal_entries)
{
    struct session_table *table = zeroed(sizeof *table);

    table->journal_entries = journal_entries;
    return table;
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

struct session *session_find(const struct session_table *table, const struct workspace *workspace)
{
    return session_check_generation(table->of[workspace ? workspace->id : 0], workspace);
}

struct session *session_get(struct session_table *table, const struct workspace *workspace)
{
    struct session **session = &table->of[workspace ? workspace->id : 0];

    if (!*session) {
        *session = zeroed(sizeof **session);
        (*session)->journal.most = table->journal_entries;
        (*session)->journal.budget = LIMIT_JOURNAL_BYTES;
        (*session)->control.most = LIMIT_CONTROL_JOURNAL;
        (*session)->control.budget = LIMIT_JOURNAL_BYTES;
        (*session)->generation = workspace ? workspace->generation : 0;
    }
    return session_find(table, workspace);
}

void session_clear(struct session_table *table, const struct workspace *workspace)
{
    struct session *session = session_find(table, workspace);

    if (session)
        session_release(session);
}

void session_table_close(struct session_table *table)
{
    for (int64_t id = 0; id <= LIMIT_WORKSPACES; id++) {
        if (table->of[id])
            session_release(table->of[id]);
        free(table->of[id]);
    }
    free(table);
}
