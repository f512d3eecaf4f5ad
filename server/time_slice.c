#include "server/time_slice.h"

#include "store/base/clock.h"
#include "store/base/limits.h"

#include <poll.h>

/* Microseconds. What is written is written at the end of a part, so longer parts are cheaper. */
enum { QUIET = 1000000, LOOK = 2000 };

void time_slice_begin(struct time_slice *turn, bool quiet)
{
    int64_t now = clock_monotonic_us();

    turn->end = now + (quiet ? QUIET : LIMIT_FIRING);
    turn->look_at = quiet ? now + LOOK : INT64_MAX;
}

bool slice_expired(void *context)
{
    struct time_slice *turn = context;
    struct pollfd somebody = {.fd = turn->epoll, .events = POLLIN};
    int64_t now = clock_monotonic_us();

    if (now >= turn->end)
        return true;
    if (now < turn->look_at)
        return false;
    turn->look_at = now + LOOK;
    return poll(&somebody, 1, 0) > 0;
}
