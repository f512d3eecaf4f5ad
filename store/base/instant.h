/* Instants as text: RFC 3339 in, the vendor's form out (API.md section 4).
 *
 * An instant is a count of milliseconds since 1970-01-01T00:00:00Z; INSTANT_NONE is the null that
 * stands for "not yet".
 */
#ifndef STORE_BASE_INSTANT_H
#define STORE_BASE_INSTANT_H

#include <stdbool.h>
#include <stdint.h>

#define INSTANT_NONE INT64_MIN
#define INSTANT_MAX 253402300799999 /* 9999-12-31T23:59:59.999Z */

/* In a template, a time that counts from the moment of its copy is this and the milliseconds from
 * that moment, which may be negative: far below every instant of the years that can be written. */
#define INSTANT_RELATIVE (INT64_MIN / 2)
#define INSTANT_RELATIVE_MAX (INSTANT_RELATIVE / 2) /* what is less is relative */

enum {
    INSTANT_SIZE = 25 /* bytes of "2026-01-01T00:00:00.000Z", its final zero included */
};

/* Prints an instant in UTC; one before the year 0 or after 9999 as the first or the last of these.
 */
void instant_format(int64_t instant, char out[INSTANT_SIZE]);

/* Reads an RFC 3339 date-time with any offset; digits beyond the millisecond are cut off and a leap
 * second counts as the one before it. False, and nothing written, when it is not one. */
bool instant_parse(const char *text, int64_t *out);

#endif
