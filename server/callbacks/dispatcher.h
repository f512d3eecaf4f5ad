/* Callbacks on their way: the messages of the outbox, posted by libcurl in the one loop. No slow
 * or dead receiver holds up anything else.
 */
#ifndef SERVER_CALLBACKS_DISPATCHER_H
#define SERVER_CALLBACKS_DISPATCHER_H

#include "server/request/service.h"

struct dispatcher;

/* NULL when the system refuses, with errno. The service must outlive it. */
struct dispatcher *dispatcher_start(struct service *service);

/* A descriptor that is readable when dispatcher_run() has something to do. */
int dispatcher_fd(const struct dispatcher *deliver);

/* Goes on with what is under way, and sends what is due. Cheap when there is nothing. */
void dispatcher_run(struct dispatcher *deliver);

/* The version of libcurl in use; NULL until the first callback was sent. */
const char *dispatcher_library_version(void);

/* Breaks off what is under way; it stays to be sent in the store. */
void dispatcher_stop(struct dispatcher *deliver);

#endif
