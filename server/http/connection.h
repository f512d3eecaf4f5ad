/* Who is at the other end of a connection: the connection's own context, as long as it lasts. */
#ifndef SERVER_HTTP_CONNECTION_H
#define SERVER_HTTP_CONNECTION_H

#include "server/http/deadline.h"
#include "server/http/peer_close.h"

struct client {
    struct slow_client slow;
    struct hangup hangup;
};

/* A connection begins, and ends; aborts when there is no memory for it. */
struct client *client_begin(struct slow_clients *clients, int hangups, int fd);
void client_end(struct client *client);

#endif
