/* What is kept for a connection as long as it is open. */
#ifndef SERVER_HTTP_CONNECTION_H
#define SERVER_HTTP_CONNECTION_H

#include "server/http/deadline.h"
#include "server/http/peer_close.h"

struct connection {
    struct deadline deadline;
    struct peer_close peer_close;
};

/* For the connection of that descriptor, whose first head is expected from now on. Aborts when
 * there is no memory. To be closed before the descriptor is. */
struct connection *connection_open(struct deadlines *deadlines, int peer_close_fd, int fd);
void connection_close(struct connection *connection);

#endif
