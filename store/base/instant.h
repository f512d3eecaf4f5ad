/* Instants, dates and durations: arithmetic, and their texts.
 *
 * An instant is a count of milliseconds since 1970-01-01T00:00:00Z; INSTANT_NONE is the null that
 * stands for "not yet". Sources: RFC 3339, ISO 8601, API.md section 4, CONTROL.md "clock/advance".
 */
#ifndef STORE_BASE_INSTANT_H
#define STORE_BASE_INSTANT_H

#include <stdbool.h>
#include <stdint.h>

#define INSTANT_NONE INT64_MIN
#define INSTANT_MIN (-62167219200000) /* 0000-01-01T00:00:00.000Z */
#define INSTANT_MAX 253402300799999   /* 9999-12-31T23:59:59.999Z */

/* A template may hold times relative to the moment it is copied: INSTANT_RELATIVE plus the
 * milliseconds from that moment, which may be negative. All are below INSTANT_RELATIVE_MAX. */
#define INSTANT_RELATIVE (INT64_MIN / 2)
#define INSTANT_RELATIVE_MAX (INSTANT_RELATIVE / 2)

#define DURATION_MAX INT64_C(316224000000000) /* milliseconds: 10,000 years of 366 days */

enum {
    INSTANT_SIZE = 25 /* bytes of "2026-01-01T00:00:00.000Z", its final zero included */
};

/* A date of the proleptic Gregorian calendar. */
struct date {
    int year, month, day; /* month and day from 1 */
};

/* The date so many days after 1970-01-01. */
struct date date_from_days(int64_t days);

/* Writes an instant in UTC. One outside INSTANT_MIN to INSTANT_MAX is written as the nearer of the
 * two. */
void instant_format(int64_t instant, char out[INSTANT_SIZE]);

/* Reads an RFC 3339 date-time with any offset, also as ajv-formats takes it: +0200 and +02, and
 * white space for the T. Digits beyond the millisecond are dropped; a leap second, at 23:59:60 UTC
 * alone, counts as the one before it. Returns false for any other text. */
bool instant_parse(const char *text, int64_t *out);

/* Reads "250ms", "5s", "1h30m", "7d", plain milliseconds, or an ISO 8601 duration such as
 * "P1DT2H30M0.5S", to milliseconds; finer digits are dropped. Years and months are not accepted,
 * because their length varies. Returns false for any other text, and for more than `max`, which is
 * at most DURATION_MAX. */
bool duration_parse(const char *text, int64_t max, int64_t *out);

#endif
