/* Who is at the other end of a connection: the connection's own context, as long as it lasts. */
#ifndef SERVER_HTTP_CONNECTION_H
#define SERVER_HTTP_CONNECTION_H

#include "server/http/deadline.h"
#include "server/http/peer_close.h"

struct connection {
    struct deadline deadline;
    struct peer_close peer_close;
};

/* A connection begins, and ends; aborts when there is no memory for it. */
struct connection *connection_open(struct deadlines *deadlines, int peer_close_fd, int fd);
void connection_close(struct connection *connection);

#endif
