#include "server/session/session.h"

#include "server/session/session_snapshot.h"
#include "store/base/limits.h"
#include "store/base/memory.h"

#include <stdlib.h>
#include <string.h>

/* By the workspace's place. The system gives memory only to those that are used. */
struct session_table {
    int64_t journal_entries;
    int64_t labels; /* set so far */
    int64_t last;   /* the place of no session that was used is behind it */
    struct session of[LIMIT_WORKSPACES + 1];
};

struct session_table *session_table_open(int64_t journal_entries)
{
    struct session_table *table = memory_take(sizeof *table);

    table->journal_entries = journal_entries;
    return table;
}

static void session_release(struct session *session)
{
    session_snapshot_drop(session, NULL);
    faults_clear(&session->faults);
    journal_clear(&session->journal);
    journal_clear(&session->control);
    journal_clear(&session->deliveries);
    free(session->label);
}

static void session_reset(const struct session_table *table, struct session *session,
                          int64_t generation)
{
    session_release(session);
    *session = (struct session){
        .generation = generation,
        .journal = {.max_entries = table->journal_entries, .budget = LIMIT_JOURNAL_BYTES},
        .deliveries = {.max_entries = table->journal_entries, .budget = LIMIT_JOURNAL_BYTES},
        .control = {.max_entries = LIMIT_CONTROL_JOURNAL, .budget = LIMIT_JOURNAL_BYTES},
    };
}

struct session *session_get(struct session_table *table, const struct workspace *workspace)
{
    int64_t place = workspace ? workspace_place(workspace) : 0;
    struct session *session = &table->of[place];
    int64_t generation = workspace ? workspace->generation : 0;
    bool is_new = !session->journal.budget;

    /* Another key has got the workspace: what the one before left is not for it. */
    if (is_new || session->generation != generation)
        session_reset(table, session, generation);
    if (place > table->last)
        table->last = place;
    return session;
}

void session_set_label(struct session_table *table, const struct workspace *workspace,
                       const char *label)
{
    struct session *session = session_get(table, workspace);
    size_t size = strnlen(label, LIMIT_LABEL);

    /* no character is cut in two */
    while (label[size] && size && ((unsigned char)label[size] & 0xc0) == 0x80)
        size--;
    if (session->label && strncmp(session->label, label, size) == 0 && !session->label[size])
        return;
    free(session->label);
    session->label = memory_copy_text(label, size);
    table->labels++;
}

int64_t session_labels(const struct session_table *table)
{
    return table->labels;
}

void session_clear(struct session_table *table, const struct workspace *workspace)
{
    struct session *session = session_get(table, workspace);
    struct session before = *session;

    session->snapshots = NULL;
    session->label = NULL;
    session_reset(table, session, session->generation);
    session->snapshots = before.snapshots;
    session->label = before.label;
    session->journal_version = before.journal_version + 1;
    session->faults_version = before.faults_version + 1;
}

void session_table_close(struct session_table *table)
{
    for (int64_t place = 0; place <= table->last; place++)
        session_release(&table->of[place]);
    free(table);
}
