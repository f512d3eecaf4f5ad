/* The test session of one workspace: what its tests set up and look at, beside what the API knows.
 *
 * It lives in memory, for as long as the server: a restart begins without faults. A reset empties
 * it.
 */
#ifndef SERVER_SESSION_SESSION_H
#define SERVER_SESSION_SESSION_H

#include "server/request/service.h"
#include "server/session/faults.h"
#include "server/session/journal.h"
#include "store/db/workspace.h"

struct session {
    int64_t generation; /* of its workspace, when it was last looked at: a new tenant gets an empty
                           one */
    struct faults faults;
    struct journal journal; /* of calls of the API */
    struct journal control; /* of calls of the control API, for explaining */
};

/* The session of a workspace, made when it is first asked for; NULL has that of requests that
 * belong to nobody. */
struct session *session_get(struct service *server, const struct workspace *workspace);

/* The same, or NULL when nobody has asked for it yet. */
struct session *session_find(const struct service *server, const struct workspace *workspace);

/* Empties it. */
void session_clear(struct service *server, const struct workspace *workspace);

/* Lets go of all of them. */
void session_release_all(struct service *server);

#endif
