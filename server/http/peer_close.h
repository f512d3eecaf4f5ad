/* Clients that stop sending in the middle of a request.
 *
 * libmicrohttpd 0.9.75 reads what came, finds less than it had room for, and waits for the next
 * event; the end of the stream, when it came together with those bytes, was part of the last one.
 * Such a connection would stay until it has been idle for too long. Here every connection is
 * watched for that end, and its receiving side is shut down once more, which is an event.
 *
 * One whose exchange is parked it does not look at anyhow: that is told by has_ended.
 */
#ifndef SERVER_HTTP_PEER_CLOSE_H
#define SERVER_HTTP_PEER_CLOSE_H

#include <stdbool.h>

/* Of one connection; it stays where it is as long as its descriptor is open. */
struct peer_close {
    int fd;
    bool seen;      /* an end that was there when libmicrohttpd last began to read */
    bool has_ended; /* and libmicrohttpd was told */
};

/* A descriptor that is readable when a client stopped sending; -1 when the system refuses. */
int peer_close_open(void);

/* Watches a connection's descriptor, which leaves by itself when it is closed. */
void peer_close_watch(int epoll, struct peer_close *peer_close, int fd);

/* Tells libmicrohttpd of clients that stopped; whether there were any. To be called after it has
 * read what it can. */
bool peer_close_notify(int epoll);

#endif
