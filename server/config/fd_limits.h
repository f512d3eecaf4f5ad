/* File descriptors: how many connections and callbacks the system allows this process at once. */
#ifndef SERVER_CONFIG_FD_LIMITS_H
#define SERVER_CONFIG_FD_LIMITS_H

/* At once. */
struct fd_limits {
    unsigned connections; /* 0: none at all */
    int callbacks;
};

/* Raises the soft limit of the process (RLIMIT_NOFILE) towards its hard limit, and returns as many
 * of the wanted connections as there are descriptors for, beside those of callbacks and of the
 * program itself. Without that limit libmicrohttpd would try to accept for ever and fail. */
struct fd_limits fd_limits_raise(unsigned wanted);

#endif
