/* The test session of one workspace: what its tests set up and look at, beside what the API knows.
 *
 * It lives in memory, for as long as the server: a restart begins without faults. A reset empties
 * it.
 */
#ifndef SERVER_SESSION_SESSION_H
#define SERVER_SESSION_SESSION_H

#include "server/session/faults.h"
#include "server/session/journal.h"
#include "store/db/workspace.h"

struct session {
    int64_t
        generation; /* of its workspace when it was last looked at: another key gets an empty one */
    struct faults faults;
    struct journal journal; /* of calls of the API */
    struct journal control; /* of calls of the control API, for explaining */
};

struct session_table;

/* An empty table, whose sessions keep so many requests in their journals; aborts without memory. */
struct session_table *session_table_open(int64_t journal_entries);
void session_table_close(struct session_table *table);

/* The session of a workspace, made when it is first asked for; that of NULL is of requests that
 * belong to no workspace. */
struct session *session_get(struct session_table *table, const struct workspace *workspace);

/* The same, or NULL when nobody has asked for it yet. */
struct session *session_find(const struct session_table *table, const struct workspace *workspace);

/* Empties it. */
void session_clear(struct session_table *table, const struct workspace *workspace);

#endif
