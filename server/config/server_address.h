/* Where the commands that ask a running server find it: at --url, or where the settings say that a
 * server would listen.
 */
#ifndef SERVER_CONFIG_SERVER_ADDRESS_H
#define SERVER_CONFIG_SERVER_ADDRESS_H

#include "server/config/settings.h"

struct server_address {
    char host[256]; /* a name or an address, without brackets */
    char port[6];
};

/* --url counts unless --listen or --port was given more strongly, as an option is than a variable.
 * A server that listens on every address is asked on loopback. False after saying on stderr what is
 * wrong with the URL. */
bool server_address_get(const struct settings *settings, struct server_address *out);

/* Connects, with a timeout of two seconds for each read and write. -1: nobody listens there. The
 * caller closes it. */
int server_address_connect(const struct server_address *address);

#endif
