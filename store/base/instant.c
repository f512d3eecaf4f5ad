#include "store/base/instant.h"

#include "store/base/syntax.h"

#include <ctype.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#define MS_PER_SECOND INT64_C(1000)
#define MS_PER_MINUTE (60 * MS_PER_SECOND)
#define MS_PER_HOUR (60 * MS_PER_MINUTE)
#define MS_PER_DAY (24 * MS_PER_HOUR)

enum { YEAR, MONTH, DAY, HOUR, MINUTE, SECOND, FIELDS };

static const struct {
    int digits, min, max;
    const char *separators; /* one of these characters stands before it */
} fields[FIELDS] = {
    [YEAR] = {4, 0, 9999, ""},  [MONTH] = {2, 1, 12, "-"},
    [DAY] = {2, 1, 31, "-"},    [HOUR] = {2, 0, 23, "Tt \t\n\v\f\r"},
    [MINUTE] = {2, 0, 59, ":"}, [SECOND] = {2, 0, 60, ":"},
};

static const struct unit {
    const char *name;
    int64_t ms;
} date_units[] = {{"W", 7 * MS_PER_DAY}, {"D", MS_PER_DAY}, {0}},
  time_units[] = {{"H", MS_PER_HOUR}, {"M", MS_PER_MINUTE}, {"S", MS_PER_SECOND}, {0}},
  short_units[] = {{"d", MS_PER_DAY},    {"h", MS_PER_HOUR}, {"m", MS_PER_MINUTE},
                   {"s", MS_PER_SECOND}, {"ms", 1},          {0}};

/* Years are counted from March, so that the leap day is the last day of a year; 400 years have
 * 146,097 days. */
static int64_t date_to_days(struct date date)
{
    int64_t year = date.month <= 2 ? date.year - 1 : date.year;
    int64_t era = (year >= 0 ? year : year - 399) / 400;
    int64_t year_of_era = year - era * 400;
    int64_t day_of_year = (153 * ((date.month + 9) % 12) + 2) / 5 + date.day - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;

    return era * 146097 + day_of_era - 719468;
}

struct date date_from_days(int64_t days)
{
    int64_t z = days + 719468;
    int64_t era = (z >= 0 ? z : z - 146096) / 146097;
    int64_t day_of_era = z - era * 146097;
    int64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t month_from_march = (5 * day_of_year + 2) / 153;
    int month = (int)(month_from_march < 10 ? month_from_march + 3 : month_from_march - 9);

    return (struct date){
        .year = (int)(year_of_era + era * 400 + (month <= 2)),
        .month = month,
        .day = (int)(day_of_year - (153 * month_from_march + 2) / 5 + 1),
    };
}

/* Writes a number below 100; snprintf would cost more than the rest of a reply. */
static void put_pair(char *out, unsigned number)
{
    out[0] = (char)('0' + number / 10);
    out[1] = (char)('0' + number % 10);
}

/* The midnight that was written last: most times are of one day. */
static struct {
    int64_t day;
    char text[INSTANT_SIZE];
} last_midnight = {0, "1970-01-01T00:00:00.000Z"};

static void write_midnight(int64_t day)
{
    struct date date = date_from_days(day);

    put_pair(last_midnight.text, (unsigned)date.year / 100);
    put_pair(last_midnight.text + 2, (unsigned)date.year % 100);
    put_pair(last_midnight.text + 5, (unsigned)date.month);
    put_pair(last_midnight.text + 8, (unsigned)date.day);
    last_midnight.day = day;
}

void instant_format(int64_t instant, char out[INSTANT_SIZE])
{
    if (instant < INSTANT_MIN || instant > INSTANT_MAX)
        instant = instant < INSTANT_MIN ? INSTANT_MIN : INSTANT_MAX;
    int64_t day = (instant - INSTANT_MIN) / MS_PER_DAY + INSTANT_MIN / MS_PER_DAY;
    unsigned ms = (unsigned)(instant - day * MS_PER_DAY);

    if (day != last_midnight.day)
        write_midnight(day);
    memcpy(out, last_midnight.text, INSTANT_SIZE);
    put_pair(out + 11, ms / MS_PER_HOUR);
    put_pair(out + 14, ms / MS_PER_MINUTE % 60);
    put_pair(out + 17, ms / MS_PER_SECOND % 60);
    put_pair(out + 20, ms % MS_PER_SECOND / 10);
    out[22] = (char)('0' + ms % 10);
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool read_fields(const char **text, int first, int last, int out[FIELDS])
{
    for (int field = first; field <= last; field++) {
        if (field > first && (!**text || !strchr(fields[field].separators, *(*text)++)))
            return false;
        int number = 0;
        for (int i = 0; i < fields[field].digits; i++, ++*text) {
            if (!is_digit(**text))
                return false;
            number = number * 10 + (**text - '0');
        }
        if (number < fields[field].min || number > fields[field].max)
            return false;
        out[field] = number;
    }
    return true;
}

/* Reads a decimal fraction of so many milliseconds, if there is one. */
static int64_t read_fraction(const char **text, const char *points, int64_t unit)
{
    int64_t fraction = 0;

    if (!**text || !strchr(points, **text) || !is_digit((*text)[1]))
        return 0;
    for (++*text; is_digit(**text); ++*text, unit /= 10)
        fraction += unit * (**text - '0') / 10;
    return fraction;
}

static int64_t time_of_day(const int at[FIELDS])
{
    return at[HOUR] * MS_PER_HOUR + at[MINUTE] * MS_PER_MINUTE + at[SECOND] * MS_PER_SECOND;
}

/* Reads "+02:00", "+0200" or "+02", after the sign. */
static bool read_offset(const char **text, int out[FIELDS])
{
    if (!read_fields(text, HOUR, HOUR, out))
        return false;
    *text += **text == ':';
    bool has_minutes = (*text)[-1] == ':' || is_digit(**text);
    return !has_minutes || read_fields(text, MINUTE, MINUTE, out);
}

bool instant_parse(const char *text, int64_t *out)
{
    int at[FIELDS], offset[FIELDS] = {0};

    if (!read_fields(&text, YEAR, SECOND, at))
        return false;
    int64_t fraction = read_fraction(&text, ".", MS_PER_SECOND);
    char sign = *text++;
    if (sign != 'Z' && sign != 'z' && sign != '+' && sign != '-')
        return false;
    if ((sign == '+' || sign == '-') && !read_offset(&text, offset))
        return false;

    struct date date = {at[YEAR], at[MONTH], at[DAY]};
    int64_t days = date_to_days(date);
    if (*text || date_from_days(days).day != date.day)
        return false; /* no month has that day */
    bool leap = at[SECOND] == 60;
    at[SECOND] -= leap;
    int64_t ahead = sign == '-' ? -time_of_day(offset) : time_of_day(offset);
    int64_t instant = days * MS_PER_DAY + time_of_day(at) - ahead;
    if (leap && (instant + MS_PER_SECOND) % MS_PER_DAY != 0)
        return false; /* only the last minute of a day in UTC has one */
    instant += fraction;
    if (instant < INSTANT_MIN || instant > INSTANT_MAX)
        return false;
    *out = instant;
    return true;
}

/* Adds the numbers of these units: each at most once, in this order. Only the last number of a
 * duration may have a fraction. */
static bool read_units(const char **text, const struct unit *unit, int64_t *sum)
{
    for (; unit->name; unit++) {
        const char *end = *text + strspn(*text, "0123456789.,");
        size_t size = strlen(unit->name);
        bool is_it = strncmp(end, unit->name, size) == 0 && !islower((unsigned char)end[size]);
        if (!is_digit(**text) || !is_it)
            continue;
        int64_t whole = strtoll(*text, NULL, 10);
        *text += strspn(*text, "0123456789");
        int64_t fraction = read_fraction(text, ".,", unit->ms);
        if (whole > DURATION_MAX / unit->ms || *text != end || (fraction && end[size]))
            return false;
        *sum += whole * unit->ms + fraction;
        *text = end + size;
    }
    return true;
}

static bool iso_duration_parse(const char *text, int64_t *out)
{
    int64_t sum = 0;

    if (*text++ != 'P' || !*text || text[strlen(text) - 1] == 'T')
        return false;
    if (!read_units(&text, date_units, &sum))
        return false;
    if (*text == 'T' && ++text && !read_units(&text, time_units, &sum))
        return false;
    if (*text || sum > DURATION_MAX)
        return false;
    *out = sum;
    return true;
}

bool duration_parse(const char *text, int64_t max, int64_t *out)
{
    int64_t sum = 0;

    if (number_parse(text, "ms", max, out))
        return true;
    bool ok = *text == 'P' ? iso_duration_parse(text, &sum)
                           : *text && read_units(&text, short_units, &sum) && !*text;
    if (!ok || sum > max)
        return false;
    *out = sum;
    return true;
}
