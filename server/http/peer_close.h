/* Finds peers that close their side of a connection, which libmicrohttpd 0.9.75 can miss.
 *
 * It reads what came, gets less than it had room for, and waits for the next event. When the end
 * of the stream came together with those bytes there is no next event, and the connection would
 * stay until its idle time-out. So each connection is watched for that end here; when it has come,
 * its receiving side is shut down once more, which is an event.
 *
 * libmicrohttpd does not look at a suspended connection at all: there, has_ended tells of the end.
 */
#ifndef SERVER_HTTP_PEER_CLOSE_H
#define SERVER_HTTP_PEER_CLOSE_H

#include <stdbool.h>

/* Of one connection. It must not move while its descriptor is open. */
struct peer_close {
    int fd;
    bool seen;      /* the end had come when libmicrohttpd last began to read */
    bool has_ended; /* the end had come, and libmicrohttpd has had its event */
};

/* An epoll descriptor, readable when a peer has closed its side. -1 with errno. */
int peer_close_open(void);

/* Watches a connection's descriptor until that is closed. */
void peer_close_watch(int epoll, struct peer_close *peer_close, int fd);

/* Makes the event for each connection whose peer has closed its side; whether there were any. To be
 * called after libmicrohttpd has read what it can. */
bool peer_close_notify(int epoll);

#endif
