#include "server/descriptors.h"

#include <sys/resource.h>

enum {
    OWN = 24 /* standard streams, sockets, epoll, timer, the database and what it makes beside it */
};

unsigned descriptors_for(unsigned wanted)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return wanted;
    if (limit.rlim_cur < OWN + wanted && limit.rlim_cur < limit.rlim_max) {
        limit.rlim_cur = limit.rlim_max < OWN + wanted ? limit.rlim_max : OWN + wanted;
        if (setrlimit(RLIMIT_NOFILE, &limit) != 0)
            return 0;
    }
    if (limit.rlim_cur <= OWN)
        return 0;
    return limit.rlim_cur - OWN < wanted ? (unsigned)(limit.rlim_cur - OWN) : wanted;
}
