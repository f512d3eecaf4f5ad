/* Time: the only place that asks the system for it.
 *
 * Every workspace has a clock of its own. A real clock goes as the system's does, at a distance
 * that is zero unless it was set; a frozen one stands at an instant until it is told another.
 * Instants are milliseconds since 1970-01-01T00:00:00Z.
 */
#ifndef STORE_BASE_CLOCK_H
#define STORE_BASE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

struct clock {
    bool frozen;
    int64_t at; /* where a frozen clock stands; how far a real one is ahead of the system's */
};

/* What the clock shows now. */
int64_t clock_now(const struct clock *clock);

/* A real clock that shows this instant now. */
struct clock clock_from(int64_t now);

/* The system's own time. */
int64_t clock_system(void);

/* Reads a clock mode as CONTROL.md writes it: "real", "frozen" (where the system's clock is now) or
 * an RFC 3339 instant (frozen there). False when it is none of these. */
bool clock_parse(const char *mode, struct clock *out);

/* Microseconds that only ever grow, for measuring how long something took. */
int64_t clock_monotonic_us(void);

enum { CLOCK_TIMEOUT_MAX = 60000 }; /* ms */

/* From now until that time, as the time-out of epoll_wait(): milliseconds, rounded up, at most
 * CLOCK_TIMEOUT_MAX; 0 when it has passed, -1 for INT64_MAX, which is never. */
int clock_timeout_ms(int64_t monotonic_us);

#endif
