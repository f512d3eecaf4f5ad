#include "server/time_slice.h"

#include "store/base/clock.h"
#include "store/base/limits.h"

#include <poll.h>

/* Microseconds. What is written is written at the end of a part, so longer parts are cheaper. */
enum { QUIET = 1000000, LOOK = 2000 };

void turn_begin(struct turn *turn, bool quiet)
{
    int64_t now = clock_stopwatch();

    turn->end = now + (quiet ? QUIET : LIMIT_FIRING);
    turn->look_at = quiet ? now + LOOK : INT64_MAX;
}

bool turn_is_over(void *context)
{
    struct turn *turn = context;
    struct pollfd somebody = {.fd = turn->epoll, .events = POLLIN};
    int64_t now = clock_stopwatch();

    if (now >= turn->end)
        return true;
    if (now < turn->look_at)
        return false;
    turn->look_at = now + LOOK;
    return poll(&somebody, 1, 0) > 0;
}
