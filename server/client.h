/* Who is at the other end of a connection: the connection's own context, as long as it lasts. */
#ifndef SERVER_CLIENT_H
#define SERVER_CLIENT_H

#include "server/hangup.h"
#include "server/slow.h"

struct client {
    struct slow_client slow;
    struct hangup hangup;
};

/* A connection begins, and ends; aborts when there is no memory for it. */
struct client *client_begin(struct slow_clients *clients, int hangups, int fd);
void client_end(struct client *client);

#endif
