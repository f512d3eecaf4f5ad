/* A request and what only HTTP needs to know of it. For the files that know libmicrohttpd.
 *
 * It lies in its request's own arena and ends with it, in the completed callback.
 */
#ifndef SERVER_HTTP_EXCHANGE_H
#define SERVER_HTTP_EXCHANGE_H

#include "server/http/connection.h"
#include "server/request/reply.h"
#include "server/request/request.h"

#include <microhttpd.h>

enum exchange_state {
    EXCHANGE_READS,    /* its head is coming */
    EXCHANGE_GATHERS,  /* its body is coming */
    EXCHANGE_ANSWERED, /* there is a reply, which may have to wait */
    EXCHANGE_SENDS,    /* the reply is on its way */
    EXCHANGE_LEFT      /* nobody is there any more who could be answered */
};

struct exchange {
    struct request rq;
    struct http *http;
    struct MHD_Connection *mhd_connection;
    struct connection *connection;
    enum exchange_state state;
    struct reply reply;

    /* While it is parked (parking.h). */
    struct exchange *next;
    int64_t due; /* on the stopwatch */
    bool suspended;
    struct session *session; /* whose changes wake it too; NULL: only time does */
    int64_t seen_changes;    /* when it was parked */
    struct arena_mark mark;  /* what it needs of its arena to look again */

    int64_t began; /* a slow reply: when, on the stopwatch */
};

#endif
