#include "store/base/duration.h"

#include <stddef.h>
#include <string.h>

#define DAY 86400000LL
#define LONGEST (10000LL * 366 * DAY)

static const struct unit {
    char letter;
    bool of_time; /* it stands behind the T */
    int64_t length;
} units[] = {
    {'W', false, 7 * DAY}, {'D', false, DAY}, {'H', true, 3600000},
    {'M', true, 60000},    {'S', true, 1000},
};

enum { UNITS = sizeof units / sizeof *units };

/* Digits as a number, as long as it may be a part of a duration. */
static bool read_whole(const char **text, int64_t *out)
{
    const char *start = *text;

    *out = 0;
    for (; **text >= '0' && **text <= '9'; ++*text) {
        *out = *out * 10 + (**text - '0');
        if (*out > LONGEST)
            return false;
    }
    return *text > start;
}

/* ".25" of a unit, or nothing; in milliseconds. */
static bool read_fraction(const char **text, int64_t length, int64_t *out)
{
    *out = 0;
    if (**text != '.' && **text != ',')
        return true;
    const char *start = ++*text;
    for (int64_t part = length; **text >= '0' && **text <= '9'; ++*text) {
        *out += part * (**text - '0') / 10;
        part /= 10;
    }
    return *text > start;
}

static int find_unit(int first, char letter, bool of_time)
{
    while (first < UNITS && (units[first].letter != letter || units[first].of_time != of_time))
        first++;
    return first;
}

/* The unit behind the number that starts here; UNITS when there is none, or it is out of turn. */
static int peek_unit(const char *text, int first, bool of_time)
{
    return find_unit(first, text[strspn(text, "0123456789.,")], of_time);
}

bool duration_parse(const char *text, int64_t *out)
{
    int64_t sum = 0, whole, fraction = 0;
    bool of_time = false;
    int next = 0;

    if (*text++ != 'P' || !*text)
        return false;
    while (*text) {
        if (*text == 'T') {
            if (of_time || !*++text)
                return false;
            of_time = true;
        }
        int unit = peek_unit(text, next, of_time);
        if (unit == UNITS || fraction || !read_whole(&text, &whole) ||
            !read_fraction(&text, units[unit].length, &fraction))
            return false;
        if (whole > LONGEST / units[unit].length)
            return false;
        sum += whole * units[unit].length + fraction;
        text++;
        next = unit + 1;
    }
    if (sum > LONGEST)
        return false;
    *out = sum;
    return true;
}
