/* Time zones by their IANA names, from the system's own database (Debian's tzdata).
 *
 * A local time is what clocks on the wall show, as minutes since 1970-01-01T00:00 on that wall.
 */
#ifndef STORE_BASE_ZONE_H
#define STORE_BASE_ZONE_H

#include <stdbool.h>
#include <stdint.h>

enum { ZONE_NAME_MAX = 64 };

/* Whether there is a zone of this name. "UTC" is always there. */
bool zone_exists(const char *name);

/* Milliseconds by which local time is ahead of UTC at an instant. The zone exists. */
int64_t zone_offset(const char *name, int64_t instant);

/* The instant at which it is this local time. One that exists twice is taken the first time; one
 * that does not exist (*skipped) counts on from before the gap: 02:30 becomes 03:30 where an hour
 * is missing (API.md section 8). */
int64_t zone_instant(const char *name, int64_t local_minute, bool *skipped);

#endif
