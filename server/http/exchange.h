/* A request, its reply, and the connection they travel on. For the files of this folder only.
 *
 * It is allocated in its request's arena and ends with it, when libmicrohttpd has completed it.
 */
#ifndef SERVER_HTTP_EXCHANGE_H
#define SERVER_HTTP_EXCHANGE_H

#include "server/http/connection.h"
#include "server/request/reply.h"
#include "server/request/request.h"
#include "store/base/link.h"
#include "store/db/workspace.h"

#include <microhttpd.h>

enum exchange_state {
    EXCHANGE_READING_HEAD,
    EXCHANGE_READING_BODY,
    EXCHANGE_ANSWERED, /* has its reply, which may have to wait */
    EXCHANGE_SENDING,
    EXCHANGE_ABORTED /* its client has left: its connection is to be closed */
};

struct exchange {
    struct request rq;
    struct http *http;
    struct MHD_Connection *mhd_connection;
    struct connection *connection;
    enum exchange_state state;
    struct reply reply;

    struct waiter waiter;   /* of its workspace, from its first PENDING until it has its reply */
    struct arena_mark mark; /* what its handler begins with when it is called again */

    /* While its connection is suspended (suspended.h). */
    struct link suspended;
    int64_t due; /* when it is resumed at the latest, as clock_monotonic_us() */

    int64_t send_started_at; /* of a reply that a fault slows, as clock_monotonic_us() */
};

/* These four are what libmicrohttpd calls.
 *
 * When the request line has been read: the only call that gets the target as it came, not decoded.
 * `cls` is the struct http; the result is *context in later calls. */
void *exchange_begin(void *cls, const char *target, struct MHD_Connection *connection);

/* With the head, with each piece of the body, with nothing more, and again when a suspended
 * connection is resumed. MHD_NO closes the connection. */
enum MHD_Result exchange_handle(void *cls, struct MHD_Connection *connection, const char *url,
                                const char *method, const char *version, const char *upload_data,
                                size_t *upload_data_size, void **context);

/* To decode a path or a query. It leaves them as they are: url.c decodes the target. */
size_t exchange_unescape(void *cls, struct MHD_Connection *connection, char *text);

/* When the reply has been sent or the connection has ended. `cls` is the struct http. */
void exchange_end(void *cls, struct MHD_Connection *connection, void **context,
                  enum MHD_RequestTerminationCode code);

#endif
