/* A listening socket of our own, so that a bad address and one in use can be told apart. */
#ifndef SERVER_LISTEN_H
#define SERVER_LISTEN_H

#include "server/settings.h"

/* Listens where the settings say, without blocking. -1 with the system's *error (errno). */
int listen_on(const struct settings *settings, int *error);

#endif
