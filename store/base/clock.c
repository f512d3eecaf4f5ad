#include "store/base/clock.h"

#include "store/base/instant.h"

#include <string.h>
#include <time.h>

int64_t clock_system(void)
{
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t clock_now(const struct clock *clock)
{
    return clock->frozen ? clock->at : clock_system() + clock->at;
}

/* Both times are cut to milliseconds, so a difference of one means nothing. */
int64_t clock_show(struct clock_shown *shown, const struct clock *clock, int64_t now, int64_t at)
{
    int64_t least = shown->now;

    if (!clock->frozen && least != INSTANT_NONE && least + at - shown->at > now + 1)
        least += at - shown->at;
    shown->now = least > now ? least : now;
    shown->ahead = shown->now - now;
    shown->at = at;
    return shown->now;
}

struct clock clock_from(int64_t now)
{
    return (struct clock){.at = now - clock_system()};
}

bool clock_parse(const char *mode, struct clock *out)
{
    int64_t at;

    if (strcmp(mode, "real") == 0) {
        *out = (struct clock){.frozen = false};
        return true;
    }
    if (strcmp(mode, "frozen") == 0)
        at = clock_system();
    else if (!instant_parse(mode, &at))
        return false;

    *out = (struct clock){.frozen = true, .at = at};
    return true;
}

int64_t clock_monotonic_us(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

int clock_timeout_ms(int64_t monotonic_us)
{
    if (monotonic_us == INT64_MAX)
        return -1;
    int64_t ms = (monotonic_us - clock_monotonic_us() + 999) / 1000;
    if (ms <= 0)
        return 0;
    return ms < CLOCK_TIMEOUT_MAX ? (int)ms : CLOCK_TIMEOUT_MAX;
}
