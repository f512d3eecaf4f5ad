/* A request, its reply, and the connection they travel on. For the files of this folder only.
 *
 * An exchange is allocated in its request's arena and ends with it, when libmicrohttpd has
 * completed the request.
 */
#ifndef SERVER_HTTP_EXCHANGE_H
#define SERVER_HTTP_EXCHANGE_H

#include "server/http/connection.h"
#include "server/request/router.h"
#include "store/db/workspace.h"

enum {
    ARENAS_KEPT = 64 /* about as many as there are requests at once */
};

struct http {
    struct MHD_Daemon *daemon;
    struct service *service;
    struct connections connections;
    struct link *awaiting_commit; /* struct exchange: the newest first */
    struct arena discarded;       /* to be freed in parts */
    struct link *long_calls;      /* struct exchange: those that are to be run, the newest first */
    struct exchange *running;     /* the long call that is run now; or NULL */
    struct arena
        arena[ARENAS_KEPT]; /* empty, for the next requests: a busy server calls no malloc() */
    int arena_count;
    char keep_alive[sizeof "timeout=2147483647"]; /* the header Keep-Alive */
    int idle_runs; /* of libmicrohttpd, in a row: it asked for each, and called nothing of ours */
};

struct exchange {
    struct request rq;
    struct reply reply;
    struct http *http;
    struct connection *connection;
    const char *target, *version; /* where they begin in libmicrohttpd's buffer */
    const char *next_line;        /* where its next line must begin, as its head is read */
    const char *piece;            /* of the body, that is being taken */
    size_t piece_size;
    bool pending;                /* the handler is to run again */
    bool client_left;            /* while its long call paused */
    bool out_of_memory;          /* there was too little for the request */
    bool keeps_alive;            /* the client can use the connection for further requests */
    struct waiter waiter;        /* of its workspace, while the reply is PENDING */
    struct link awaiting_commit; /* while the reply rests on what is not committed */
    struct link long_call;       /* while it is to be run as one */
    int64_t send_started_at;     /* of a reply that a fault slows, as clock_monotonic_us() */
};

/* Whether libmicrohttpd itself refuses heads that can be read in two ways, as it does from 1.0 on.
 * The same program runs with either: both are libmicrohttpd.so.12. */
bool library_is_strict(void);

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

/* Copies its headers, once its head is complete. */
void exchange_take_headers(struct exchange *exchange, const char *method, const char *version);

/* Runs its request as a long call, outside of libmicrohttpd, whose connection is suspended. */
void exchange_run_long_call(struct exchange *exchange);

/* What its reply rests on was committed, or lost: it is sent as it is, or replaced by an error. */
void exchange_release(struct exchange *exchange, bool committed);

/* Hands the reply to libmicrohttpd, as it is or damaged by a fault (effect.def). libmicrohttpd
 * reads the body from the arena until the exchange ends. MHD_NO closes the connection. */
enum MHD_Result exchange_send(struct exchange *exchange);

#endif
