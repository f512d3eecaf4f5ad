/* Delivers the callbacks of the outbox by libcurl, in the one loop. A slow or dead receiver delays
 * only its own workspace.
 */
#ifndef SERVER_CALLBACKS_DISPATCHER_H
#define SERVER_CALLBACKS_DISPATCHER_H

#include "server/config/metrics.h"
#include "server/config/settings.h"
#include "server/coverage/coverage.h"
#include "server/session/session.h"
#include "store/store.h"

#include <sys/socket.h>

struct dispatcher;

/* NULL when the system refuses, with errno. The arguments must outlive it, but for the
 * address that the server listens on, to which it sends nothing. It counts its attempts in the
 * metrics, in coverage and in the fault rules of the sessions. */
struct dispatcher *dispatcher_start(struct store *store, struct session_table *sessions,
                                    const struct settings *settings, struct metrics *metrics,
                                    struct coverage *coverage,
                                    const struct sockaddr_storage *listening);

/* A descriptor that is readable when dispatcher_run() has something to do. */
int dispatcher_fd(const struct dispatcher *dispatcher);

/* Continues the attempts in progress and starts those that are due. Cheap when there are none. */
void dispatcher_run(struct dispatcher *dispatcher);

/* To be called after a commit. When it failed, what was lost is written again in a second. */
void dispatcher_committed(struct dispatcher *dispatcher, bool committed);

/* The version of libcurl in use; NULL until the first callback was sent. */
const char *dispatcher_library_version(void);

/* Aborts the attempts in progress. Their callbacks are sent after the next start. */
void dispatcher_stop(struct dispatcher *dispatcher);

#endif
