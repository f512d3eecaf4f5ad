#include "server/config/fd_limits.h"

#include "store/base/limits.h"

#include <stdio.h>
#include <sys/resource.h>

enum {
    /* Of the program: standard streams, sockets, epoll, timers, the database and its files. */
    OWN = 24,
    EACH = 2 /* of a callback: its connection, and the lookup of its name */
};

/* Raises the soft limit of the process to `max`. Returns how many may be open, at most that. */
static rlim_t fd_limit_raise(rlim_t max)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return max;
    if (limit.rlim_cur >= max)
        return max;
    if (limit.rlim_cur < limit.rlim_max) {
        limit.rlim_cur = limit.rlim_max < max ? limit.rlim_max : max;
        if (setrlimit(RLIMIT_NOFILE, &limit) != 0)
            return 0;
    }
    return limit.rlim_cur;
}

bool fd_limits_apply(struct settings *settings)
{
    const unsigned wanted = settings->max_connections;
    unsigned callbacks = LIMIT_CALLBACKS;
    unsigned limit = (unsigned)fd_limit_raise(OWN + wanted + callbacks * EACH);

    if (limit <= OWN) {
        fputs("edges-emulator: the system allows this process too few open files to serve anybody; "
              "raise the limit (ulimit -n) to 64 or more\n",
              stderr);
        return false;
    }
    unsigned free = limit - OWN;
    if (free < wanted + callbacks * EACH && free / 8 < callbacks)
        callbacks = free / 8;
    unsigned connections = free - callbacks * EACH;
    settings->callbacks_at_once = callbacks ? (int)callbacks : 1;
    if (connections >= wanted)
        return true;
    settings->max_connections = connections;
    fprintf(stderr,
            "edges-emulator: the system allows this process file descriptors for only %u of %u "
            "connections; "
            "later ones wait, raise the limit (ulimit -n) for more\n",
            connections, wanted);
    return true;
}
