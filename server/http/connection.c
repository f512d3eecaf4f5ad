#include "server/http/connection.h"

#include <stdlib.h>

struct client *client_begin(struct slow_clients *clients, int hangups, int fd)
{
    struct client *client = calloc(1, sizeof *client);

    if (!client)
        abort();
    slow_begin(clients, &client->slow, fd);
    hangup_watch(hangups, &client->hangup, fd);
    return client;
}

void client_end(struct client *client)
{
    slow_end(&client->slow);
    free(client);
}
