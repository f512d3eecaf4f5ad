/* Callbacks on their way: the messages of the outbox, posted by libcurl in the one loop. No slow
 * or dead receiver holds up anything else.
 */
#ifndef SERVER_CALLBACKS_DISPATCHER_H
#define SERVER_CALLBACKS_DISPATCHER_H

#include "server/config/metrics.h"
#include "server/config/settings.h"
#include "store/store.h"

struct dispatcher;

/* NULL when the system refuses, with errno. What it is handed must outlive it; it counts its
 * attempts in the metrics. */
struct dispatcher *dispatcher_start(struct store *store, const struct settings *settings,
                                    struct metrics *metrics);

/* A descriptor that is readable when dispatcher_run() has something to do. */
int dispatcher_fd(const struct dispatcher *dispatcher);

/* Goes on with what is under way, and sends what is due. Cheap when there is nothing. */
void dispatcher_run(struct dispatcher *dispatcher);

/* The version of libcurl in use; NULL until the first callback was sent. */
const char *dispatcher_library_version(void);

/* Breaks off what is under way; it stays to be sent in the store. */
void dispatcher_stop(struct dispatcher *dispatcher);

#endif
