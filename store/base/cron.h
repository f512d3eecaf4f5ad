/* Cron expressions of five fields, as POSIX has them and API.md section 8 says. */
#ifndef STORE_BASE_CRON_H
#define STORE_BASE_CRON_H

#include <stdbool.h>
#include <stdint.h>

enum { CRON_FIELDS = 5, CRON_WHY_SIZE = 128 };

struct cron {
    uint64_t field[CRON_FIELDS]; /* a bit for each value: minute, hour, day, month, day of week */
    bool day_open, weekday_open; /* is any day, as "*": then the other one decides alone */
};

/* Reads an expression. False when it is none; `why` then continues a sentence that begins with
 * what holds it, e.g. "minute must be 0 to 59, which \"61\" is not". */
bool cron_parse(const char *text, struct cron *out, char why[CRON_WHY_SIZE]);

/* The first instant after another at which it fires by the clocks of a zone (zone.h);
 * INSTANT_NONE when it never does, or not before the year 10000. */
int64_t cron_next(const struct cron *cron, const char *zone, int64_t after);

#endif
