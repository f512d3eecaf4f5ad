/* The listening socket. libmicrohttpd could open it too, but would not say why it failed. */
#ifndef SERVER_HTTP_LISTEN_H
#define SERVER_HTTP_LISTEN_H

#include "server/config/settings.h"

/* Listens where the settings say, without blocking. -1 when that fails, with errno. */
int listen_open(const struct settings *settings);

#endif
