/* The health check: asks whether a server is ready where the settings say. */
#ifndef SERVER_CONFIG_HEALTHCHECK_H
#define SERVER_CONFIG_HEALTHCHECK_H

#include "server/config/settings.h"

/* Asks GET /_emulator/health, and waits for the answer for at most two seconds. False after saying
 * why on stderr. */
bool healthcheck(const struct settings *settings);

#endif
