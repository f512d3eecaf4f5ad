/* Durations as text: ISO 8601 in (CONTROL.md "clock/advance"). */
#ifndef STORE_BASE_DURATION_H
#define STORE_BASE_DURATION_H

#include <stdbool.h>
#include <stdint.h>

/* Reads "P3W", "P1DT2H30M0.5S" and the like to milliseconds; what is finer is cut off. Years and
 * months, which differ in length, are not durations here. False, and nothing written, when it is
 * not one, or longer than 10,000 years. */
bool duration_parse(const char *text, int64_t *out);

#endif
