#include "server/config/fd_limits.h"

#include "store/base/limits.h"

#include <sys/resource.h>

enum {
    /* Of the program: standard streams, sockets, epoll, timers, the database and its files. */
    OWN = 24,
    EACH = 2 /* of a callback: its connection, and the lookup of its name */
};

/* Divides the free ones. Where there are too few, callbacks get an eighth of them. */
static struct fd_limits fd_limits_share(unsigned free, unsigned wanted)
{
    unsigned callbacks = LIMIT_CALLBACKS;

    if (free < wanted + callbacks * EACH && free / 8 < callbacks)
        callbacks = free / 8;
    unsigned rest = free - callbacks * EACH;
    return (struct fd_limits){
        .connections = rest < wanted ? rest : wanted,
        .callbacks = callbacks ? (int)callbacks : 1,
    };
}

struct fd_limits fd_limits_raise(unsigned wanted)
{
    const unsigned most = OWN + wanted + LIMIT_CALLBACKS * EACH;
    const struct fd_limits none = {0};
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return fd_limits_share(most - OWN, wanted);
    if (limit.rlim_cur < most && limit.rlim_cur < limit.rlim_max) {
        limit.rlim_cur = limit.rlim_max < most ? limit.rlim_max : most;
        if (setrlimit(RLIMIT_NOFILE, &limit) != 0)
            return none;
    }
    if (limit.rlim_cur <= OWN)
        return none;
    return fd_limits_share(limit.rlim_cur < most ? (unsigned)limit.rlim_cur - OWN : most - OWN,
                           wanted);
}
