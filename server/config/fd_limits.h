/* File descriptors: how many connections and callbacks the system allows this process at once. */
#ifndef SERVER_CONFIG_FD_LIMITS_H
#define SERVER_CONFIG_FD_LIMITS_H

#include "server/config/settings.h"

/* Raises the soft limit of the process (RLIMIT_NOFILE) towards its hard limit. Divides the file
 * descriptors between connections and callbacks: where there are too few, callbacks get an eighth.
 * Lowers max_connections accordingly, and says so on stderr: otherwise libmicrohttpd would try to
 * accept for ever and fail. Sets callbacks_at_once. False after saying that there are too few to
 * serve at all. */
bool fd_limits_apply(struct settings *settings);

#endif
