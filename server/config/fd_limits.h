/* File descriptors: how many connections the system lets this process hold. */
#ifndef SERVER_CONFIG_FD_LIMITS_H
#define SERVER_CONFIG_FD_LIMITS_H

/* What is done at once, to receive and to send. */
struct fd_limits {
    unsigned connections; /* 0: none at all */
    int callbacks;
};

/* As many of the wanted connections as there are descriptors for, beside those of callbacks and of
 * the program itself; the soft limit of the process (RLIMIT_NOFILE) is raised to its hard one for
 * that. libmicrohttpd would otherwise accept without end what cannot be accepted. */
struct fd_limits fd_limits_raise(unsigned wanted);

#endif
