/* The health check: asks whether a server is ready where the settings say. */
#ifndef SERVER_CONFIG_HEALTHCHECK_H
#define SERVER_CONFIG_HEALTHCHECK_H

#include "server/config/server_address.h"

/* Sends GET /_emulator/health, again and again until a server is ready or --wait is over. False
 * after saying on stderr that none is. */
bool healthcheck(const struct settings *settings, const struct server_address *address);

#endif
