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

    struct suspended *pace;  /* a reply that a fault slows: suspended between its pieces */
    int64_t send_started_at; /* such a reply: as clock_monotonic_us() */
};

#endif
