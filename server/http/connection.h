/* Connections: what is kept for each as long as it is open.
 *
 * A connection is due at most at one time. While its request comes in, the head or the body must be
 * complete by then, or the connection is shut down: libmicrohttpd's own time-out begins again with
 * every byte, so a client that sends one now and then would keep its connection for ever. While it
 * is suspended, it is resumed then; libmicrohttpd does nothing for a suspended connection, and
 * calls again what it called last when it is resumed. Times are those of clock_monotonic_us().
 *
 * A connection on which bytes have come just when its time is up is spared once: its client, that
 * kept it for the next request, would see a reset.
 *
 * Each is watched for a peer that closes its side, which libmicrohttpd 0.9.75 can miss: it reads
 * what came, gets less than it had room for, and waits for the next event. When the end of the
 * stream came together with those bytes there is no next event, and the connection would stay until
 * its idle time-out. So its receiving side is shut down once more, which is an event.
 *
 * A client that closes its side while it waits for a reply is taken to have left: TCP does not tell
 * whether it still reads, and its connection must not stay until its time is up.
 */
#ifndef SERVER_HTTP_CONNECTION_H
#define SERVER_HTTP_CONNECTION_H

#include "store/base/link.h"

#include <microhttpd.h>
#include <stdbool.h>
#include <stdint.h>

struct connections {
    struct link *first; /* all that are open */
    int64_t next_due;   /* when the first of them is due, or earlier */
    int64_t head_time;  /* microseconds that a client has for a whole head */
    int epoll;          /* readable when a peer has closed its side */
    int64_t opened;     /* so far */
    bool run_again;     /* libmicrohttpd has work left that MHD_get_timeout() does not tell of */
};

enum connection_state {
    CONNECTION_READING_HEAD,
    CONNECTION_READING_BODY,
    CONNECTION_RUNNING,  /* its request is a long call, or waits to be: it sees itself whether its
                            client has left */
    CONNECTION_ANSWERED, /* the reply is complete and may have to wait */
    CONNECTION_SENDING,
    CONNECTION_STREAMING, /* a reply that goes on for long */
    CONNECTION_ABORTED    /* its client has left: it is to be closed */
};

/* It must not move while it is open. */
struct connection {
    struct connections *all;
    struct MHD_Connection *mhd;
    int fd;
    int64_t number;              /* counts those of the server, from 1 */
    enum connection_state state; /* of its current request */
    struct link link;
    int64_t due; /* INT64_MAX: never */
    bool suspended;
    bool spared;      /* its time was up, but bytes had just come */
    bool end_seen;    /* the end of the stream had come when libmicrohttpd last began to read */
    bool peer_closed; /* the end had come, and libmicrohttpd has had its event */
};

/* Keeps a new connection, whose first head is expected from now on. Aborts when there is no memory.
 * It must be closed before its descriptor is. */
struct connection *connection_open(struct connections *all, struct MHD_Connection *mhd);
void connection_close(struct connection *connection);

/* Begins the time for what its client sends next: so many times as long as for a head. A client
 * that was told to keep an idle connection for the time of a head may use it until the end, so that
 * is a second longer. */
enum expected { EXPECT_NOTHING = 0, EXPECT_HEAD = 1, EXPECT_BODY = 5 };
void connection_expect(struct connection *connection, enum expected expected);

/* Suspends it, at most until `due`. */
void connection_suspend(struct connection *connection, int64_t due);

/* Resumes it if it is suspended. */
void connection_resume(struct connection *connection);

/* Resumes all. */
void connections_resume_all(struct connections *all);

/* Does what is due: shuts down the slow ones, resumes the suspended ones, also those whose clients
 * have left, as CONNECTION_ABORTED. */
void connections_run_due(struct connections *all);

/* Looks for peers that have closed their side. To be called after libmicrohttpd has read what it
 * can. */
void connections_check_peers(struct connections *all);

#endif
