#include "server/http/connection.h"

#include <stdlib.h>

struct connection *connection_open(struct deadlines *deadlines, int peer_close_fd, int fd)
{
    struct connection *connection = calloc(1, sizeof *connection);

    if (!connection)
        abort();
    deadline_add(deadlines, &connection->deadline, fd);
    peer_close_watch(peer_close_fd, &connection->peer_close, fd);
    return connection;
}

void connection_close(struct connection *connection)
{
    deadline_remove(&connection->deadline);
    free(connection);
}
