/* Cron expressions of five fields, as POSIX has them and API.md section 8 says. */
#ifndef STORE_BASE_CRON_H
#define STORE_BASE_CRON_H

#include <stdbool.h>
#include <stdint.h>

enum { CRON_FIELDS = 5, CRON_WHY_SIZE = 128 };

struct cron {
    uint64_t values[CRON_FIELDS]; /* a bit for each: minute, hour, day, month, day of week */
    bool wildcard[CRON_FIELDS];   /* "*": of the two day fields, the other one decides alone */
};

/* Reads an expression. Returns false when it is invalid, and writes to `why` what it must be, to
 * follow the name of its field: "must be a cron expression of five fields ...". */
bool cron_parse(const char *text, struct cron *out, char why[CRON_WHY_SIZE]);

/* The first instant after `after` that matches in a time zone (zone.h). INSTANT_NONE when there is
 * none before the year 10000. */
int64_t cron_next(const struct cron *cron, const char *zone, int64_t after);

#endif
