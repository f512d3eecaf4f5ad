#include "store/base/instant.h"

#include "store/base/date.h"

#include <stddef.h>

enum {
    MS_PER_SECOND = 1000,
    MS_PER_MINUTE = 60 * MS_PER_SECOND,
    MS_PER_HOUR = 60 * MS_PER_MINUTE,
    MS_PER_DAY = 24 * MS_PER_HOUR,
    FIRST_DAY = -719528, /* 0000-01-01 */
    LAST_DAY = 2932896   /* 9999-12-31: no other years can be written */
};

/* Writes a number with leading zeros; snprintf would cost more than the rest of a reply. */
static char *put_digits(char *out, int64_t number, int digits)
{
    for (int i = digits - 1; i >= 0; i--, number /= 10)
        out[i] = (char)('0' + number % 10);
    return out + digits;
}

void instant_format(int64_t instant, char out[INSTANT_SIZE])
{
    static const int64_t first = (int64_t)FIRST_DAY * MS_PER_DAY;
    static const int64_t last = ((int64_t)LAST_DAY + 1) * MS_PER_DAY - 1;

    if (instant < first || instant > last)
        instant = instant < first ? first : last;
    int64_t days = instant / MS_PER_DAY;
    int64_t rest = instant % MS_PER_DAY;
    if (rest < 0) {
        rest += MS_PER_DAY;
        days--;
    }
    struct date date = date_from_days(days);

    out = put_digits(out, date.year, 4);
    *out++ = '-';
    out = put_digits(out, date.month, 2);
    *out++ = '-';
    out = put_digits(out, date.day, 2);
    *out++ = 'T';
    out = put_digits(out, rest / MS_PER_HOUR, 2);
    *out++ = ':';
    out = put_digits(out, rest / MS_PER_MINUTE % 60, 2);
    *out++ = ':';
    out = put_digits(out, rest / MS_PER_SECOND % 60, 2);
    *out++ = '.';
    out = put_digits(out, rest % MS_PER_SECOND, 3);
    *out++ = 'Z';
    *out = '\0';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Takes exactly this many digits as a number of at least low and at most high. */
static bool take_number(const char **text, int digits, int low, int high, int *out)
{
    int number = 0;

    for (int i = 0; i < digits; i++) {
        if (!is_digit((*text)[i]))
            return false;
        number = number * 10 + ((*text)[i] - '0');
    }
    *text += digits;
    *out = number;
    return number >= low && number <= high;
}

static bool take_char(const char **text, char wanted)
{
    char found = **text;

    if (found >= 'a' && found <= 'z')
        found = (char)(found - 'a' + 'A');
    if (found != wanted)
        return false;
    (*text)++;
    return true;
}

static int days_in_month(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

    return days[month - 1] + (month == 2 && leap);
}

static bool take_date(const char **text, int64_t *days)
{
    struct date date;

    if (!take_number(text, 4, 0, 9999, &date.year) || !take_char(text, '-') ||
        !take_number(text, 2, 1, 12, &date.month) || !take_char(text, '-') ||
        !take_number(text, 2, 1, days_in_month(date.year, date.month), &date.day))
        return false;
    *days = date_to_days(date);
    return true;
}

/* The optional fraction of a second, in milliseconds. */
static bool take_fraction(const char **text, int *ms)
{
    *ms = 0;
    if (!take_char(text, '.'))
        return true;
    if (!is_digit(**text))
        return false;
    for (int unit = 100; is_digit(**text); unit /= 10)
        *ms += (*(*text)++ - '0') * unit;
    return true;
}

static bool take_time(const char **text, int64_t *ms)
{
    int hour, minute, second, fraction;

    if (!take_number(text, 2, 0, 23, &hour) || !take_char(text, ':') ||
        !take_number(text, 2, 0, 59, &minute) || !take_char(text, ':') ||
        !take_number(text, 2, 0, 60, &second) || !take_fraction(text, &fraction))
        return false;
    if (second == 60)
        second = 59;
    *ms = (int64_t)hour * MS_PER_HOUR + (int64_t)minute * MS_PER_MINUTE +
          (int64_t)second * MS_PER_SECOND + fraction;
    return true;
}

static bool take_offset(const char **text, int64_t *ms)
{
    int hour, minute;
    int sign = **text == '-' ? -1 : 1;

    *ms = 0;
    if (take_char(text, 'Z'))
        return true;
    if (!take_char(text, '+') && !take_char(text, '-'))
        return false;
    if (!take_number(text, 2, 0, 23, &hour) || !take_char(text, ':') ||
        !take_number(text, 2, 0, 59, &minute))
        return false;
    *ms = sign * ((int64_t)hour * MS_PER_HOUR + (int64_t)minute * MS_PER_MINUTE);
    return true;
}

bool instant_parse(const char *text, int64_t *out)
{
    int64_t days, time, offset;

    if (!take_date(&text, &days))
        return false;
    if (!take_char(&text, 'T') && !take_char(&text, ' '))
        return false;
    if (!take_time(&text, &time) || !take_offset(&text, &offset) || *text)
        return false;

    /* An offset must not carry the instant out of the years that instant_format prints. */
    int64_t instant = days * MS_PER_DAY + time - offset;
    int64_t first = date_to_days((struct date){0, 1, 1}) * MS_PER_DAY;
    int64_t end = date_to_days((struct date){10000, 1, 1}) * MS_PER_DAY;
    if (instant < first || instant >= end)
        return false;
    *out = instant;
    return true;
}
