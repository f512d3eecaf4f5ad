/* The test session of one workspace: its faults, its request log, and what its callbacks sent and
 * got back. The API knows nothing of them.
 *
 * It is in memory only: a restart begins without faults.
 */
#ifndef SERVER_SESSION_SESSION_H
#define SERVER_SESSION_SESSION_H

#include "server/session/faults.h"
#include "server/session/journal.h"
#include "store/db/workspace.h"

struct session {
    int64_t generation; /* of its workspace: that of another key gets an empty session */
    char *label; /* what its client says that it is for, as it came, of malloc(); NULL: nothing */
    int64_t journal_version, faults_version; /* grow with every change; a reset is one */
    struct faults faults;
    struct journal journal;             /* of calls of the API */
    struct journal control;             /* of calls of the control API, for explain */
    struct journal deliveries;          /* of attempts to deliver callbacks */
    struct session_snapshot *snapshots; /* session_snapshot.h */
};

struct session_table;

/* An empty table. Journals of its sessions keep that many requests. Aborts without memory. */
struct session_table *session_table_open(int64_t journal_entries);
void session_table_close(struct session_table *table);

/* The session of a workspace; NULL: of requests without a workspace. Lives as long as the table. */
struct session *session_get(struct session_table *table, const struct workspace *workspace);

/* Sets its label, cut to LIMIT_LABEL bytes. */
void session_set_label(struct session_table *table, const struct workspace *workspace,
                       const char *label);

/* How many times a label was set. */
int64_t session_labels(const struct session_table *table);

/* Empties it, but for its label and what its snapshots keep. */
void session_clear(struct session_table *table, const struct workspace *workspace);

#endif
