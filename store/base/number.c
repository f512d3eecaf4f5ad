#include "store/base/number.h"

#include <stdlib.h>
#include <string.h>

enum { DIGITS_MAX = 18 }; /* more may not fit */

bool number_parse(const char *text, const char *unit, int64_t most, int64_t *out)
{
    size_t digits = strspn(text, "0123456789");

    if (digits == 0 || digits > DIGITS_MAX || (text[digits] && strcmp(text + digits, unit) != 0))
        return false;
    int64_t number = strtoll(text, NULL, 10);
    if (number > most)
        return false;
    *out = number;
    return true;
}
