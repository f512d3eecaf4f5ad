/* Whole numbers as text: plain decimal digits, perhaps with a unit. */
#ifndef STORE_BASE_NUMBER_H
#define STORE_BASE_NUMBER_H

#include <stdbool.h>
#include <stdint.h>

/* Reads "250", or "250ms" where the unit is "ms" ("" for none). No sign, no white space. False, and
 * nothing written, for anything else, and for more than `most`. */
bool number_parse(const char *text, const char *unit, int64_t most, int64_t *out);

#endif
