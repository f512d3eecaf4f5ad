/* Clocks. This is the only file that reads the system's time.
 *
 * Every workspace has its own clock. A real clock runs as the system's does, with an offset that is
 * zero unless it was set; a frozen one stands still until it is set or advanced. Instants are
 * milliseconds since 1970-01-01T00:00:00Z.
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

/* What a clock showed last: a real one goes on from there while the system's time, which may be set
 * back, is behind. */
struct clock_shown {
    int64_t now;   /* INSTANT_NONE: nothing yet */
    int64_t at;    /* then, in milliseconds as of clock_monotonic_us() */
    int64_t ahead; /* how far it was ahead of what it should have shown */
};

/* What a clock shows, never less than it did: `now` is that by the system's time, and `at` is as in
 * struct clock_shown. */
int64_t clock_show(struct clock_shown *shown, const struct clock *clock, int64_t now, int64_t at);

/* A real clock set to this instant. */
struct clock clock_from(int64_t now);

/* The system's own time. */
int64_t clock_system(void);

/* What clock_parse() reads, for messages. */
#define CLOCK_FORM "real, frozen, or an instant like 2026-01-01T00:00:00Z"

/* Reads a clock mode as CONTROL.md writes it: "real", "frozen" (where the system's clock is now) or
 * an RFC 3339 instant (frozen there). False when it is none of these. */
bool clock_parse(const char *mode, struct clock *out);

/* A clock that never goes back, in microseconds, to measure how long something took. */
int64_t clock_monotonic_us(void);

enum { CLOCK_TIMEOUT_MAX = 60000 }; /* ms */

/* The time from now until then as the timeout of epoll_wait(): milliseconds, rounded up, at most
 * CLOCK_TIMEOUT_MAX; 0 when it has passed; -1 (wait without limit) for INT64_MAX. */
int clock_timeout_ms(int64_t monotonic_us);

#endif
