/* The faults and the API journal of a workspace as they were when a snapshot was taken.
 *
 * They are in memory only, and those of all workspaces together have at most
 * LIMIT_SNAPSHOT_JOURNALS bytes: what does not fit is not kept.
 */
#ifndef SERVER_SESSION_SESSION_SNAPSHOT_H
#define SERVER_SESSION_SESSION_SNAPSHOT_H

#include "server/session/session.h"

/* Keeps copies under the name of a snapshot, in the place of those of the same name. */
void session_snapshot_take(struct session *session, const char *name);

/* The copies of a name; NULL: none are kept. */
const struct session_snapshot *session_snapshot_find(const struct session *session,
                                                     const char *name);

/* Puts the faults, or the journal, back as they were. */
void session_snapshot_restore_faults(struct session *session, const struct session_snapshot *from);
void session_snapshot_restore_journal(struct session *session, const struct session_snapshot *from);

/* Frees the copies of a name, if there are any; NULL: all. */
void session_snapshot_drop(struct session *session, const char *name);

#endif
