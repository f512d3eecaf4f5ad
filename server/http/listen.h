/* A listening socket of our own, so that a bad address and one in use can be told apart. */
#ifndef SERVER_HTTP_LISTEN_H
#define SERVER_HTTP_LISTEN_H

#include "server/config/settings.h"

/* Listens where the settings say, without blocking. -1 with the system's *error (errno). */
int listen_on(const struct settings *settings, int *error);

#endif
