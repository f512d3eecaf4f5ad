/* Time zones by their IANA names, from the system's own database (Debian's tzdata).
 *
 * A local time is a count of minutes since 1970-01-01T00:00 local time.
 */
#ifndef STORE_BASE_ZONE_H
#define STORE_BASE_ZONE_H

#include <stdbool.h>
#include <stdint.h>

enum {
    ZONE_NAME_MAX = 64,
    ZONE_SHIFT_MAX =
        25 * 3600 * 1000 /* ms; no change of an offset is so long: Samoa skipped a day */
};

/* Whether a zone has this name. "UTC" always exists. */
bool zone_exists(const char *name);

/* Milliseconds by which local time is ahead of UTC at an instant. The zone must exist. */
int64_t zone_offset(const char *name, int64_t instant);

/* The instant of a local time: the first of two when a clock is set back. A local time that a clock
 * skips (*skipped) is moved on by the gap: 02:30 becomes 03:30 (API.md section 8). */
int64_t zone_instant(const char *name, int64_t local_minute, bool *skipped);

#endif
