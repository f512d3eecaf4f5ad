/* The health check: asks whether a server is ready where the settings say. */
#ifndef SERVER_CONFIG_HEALTHCHECK_H
#define SERVER_CONFIG_HEALTHCHECK_H

#include "server/config/settings.h"

/* Sends GET /_emulator/health, and waits for the reply for at most two seconds. False after saying
 * on stderr that no server is ready. */
bool healthcheck(const struct settings *settings);

#endif
