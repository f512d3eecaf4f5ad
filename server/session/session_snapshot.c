#include "server/session/session_snapshot.h"

#include "store/base/limits.h"
#include "store/base/memory.h"

#include <stdlib.h>
#include <string.h>

struct session_snapshot {
    struct session_snapshot *next;
    char *name;
    struct faults faults;
    struct journal journal;
};

static size_t kept_bytes; /* of the journals, and the bodies of rules, of all snapshots */

void session_snapshot_drop(struct session *session, const char *name)
{
    struct session_snapshot **place = &session->snapshots;

    while (*place) {
        struct session_snapshot *each = *place;
        if (name && strcmp(each->name, name) != 0) {
            place = &each->next;
            continue;
        }
        *place = each->next;
        kept_bytes -= each->journal.bytes + each->faults.bytes;
        faults_clear(&each->faults);
        journal_clear(&each->journal);
        free(each->name);
        free(each);
    }
}

void session_snapshot_take(struct session *session, const char *name)
{
    session_snapshot_drop(session, name);
    if (kept_bytes + session->journal.bytes + session->faults.bytes > LIMIT_SNAPSHOT_JOURNALS)
        return;
    struct session_snapshot *made = memory_take(sizeof *made);
    made->name = memory_copy_text(name, strlen(name));
    made->next = session->snapshots;
    session->snapshots = made;
    faults_copy(&session->faults, &made->faults);
    journal_copy(&session->journal, &made->journal);
    kept_bytes += made->journal.bytes + made->faults.bytes;
}

const struct session_snapshot *session_snapshot_find(const struct session *session,
                                                     const char *name)
{
    const struct session_snapshot *found = session->snapshots;

    while (found && strcmp(found->name, name) != 0)
        found = found->next;
    return found;
}

void session_snapshot_restore_faults(struct session *session, const struct session_snapshot *from)
{
    faults_copy(&from->faults, &session->faults);
    session->faults_version++;
}

void session_snapshot_restore_journal(struct session *session, const struct session_snapshot *from)
{
    journal_copy(&from->journal, &session->journal);
    session->journal_version++;
}
