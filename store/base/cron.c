#include "store/base/cron.h"

#include "store/base/instant.h"
#include "store/base/zone.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

enum {
    MINUTES_PER_DAY = 24 * 60,
    MS_PER_MINUTE = 60000,
    MS_PER_HOUR = 60 * MS_PER_MINUTE,
    NAME_SIZE = 3, /* of a month or a day */
    ITEM_SHOWN = 16
};

/* An expression that matches no day for so long never does: leap days are at most eight years
 * apart (2096 and 2104). */
#define DAYS_MAX ((int64_t)9 * 366)

enum { MINUTE, HOUR, DAY, MONTH, WEEKDAY };

static const struct {
    const char *what;
    int low, high;
    const char *names; /* of three letters each, from `low` on; or NULL */
} fields[CRON_FIELDS] = {
    [MINUTE] = {"minute", 0, 59, NULL},
    [HOUR] = {"hour", 0, 23, NULL},
    [DAY] = {"day of month", 1, 31, NULL},
    [MONTH] = {"month", 1, 12, "janfebmaraprmayjunjulaugsepoctnovdec"},
    [WEEKDAY] = {"day of week", 0, 7, "sunmontuewedthufrisat"},
};

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static bool read_char(const char **text, char wanted)
{
    if (**text != wanted)
        return false;
    ++*text;
    return true;
}

static bool read_number(const char **text, int *out)
{
    const char *start = *text;

    for (*out = 0; **text >= '0' && **text <= '9' && *out < 1000; ++*text)
        *out = *out * 10 + (**text - '0');
    return *text > start;
}

static bool read_name(const char **text, int field, int *out)
{
    const char *name = fields[field].names;

    for (int value = fields[field].low; name && *name; value++, name += NAME_SIZE) {
        if (strncasecmp(name, *text, NAME_SIZE) != 0)
            continue;
        *text += NAME_SIZE;
        *out = value;
        return true;
    }
    return false;
}

static bool read_value(const char **text, int field, int *out)
{
    return (read_number(text, out) || read_name(text, field, out)) && *out >= fields[field].low &&
           *out <= fields[field].high;
}

/* Reads one item of a list: "*", "a" or "a-b", optionally followed by "/n". "sun" at the end of a
 * range is day 7. */
static bool read_item(const char **text, int field, uint64_t *bits)
{
    int low = fields[field].low, high = fields[field].high, step = 1;

    if (!read_char(text, '*')) {
        if (!read_value(text, field, &low))
            return false;
        bool is_range = read_char(text, '-');
        if (is_range && !read_value(text, field, &high))
            return false;
        if (is_range && field == WEEKDAY && high == 0 && low > 0 && (*text)[-1] != '0')
            high = 7;
        if (!is_range && **text != '/')
            high = low;
    }
    if (high < low || (read_char(text, '/') && (!read_number(text, &step) || step < 1)))
        return false;
    for (int value = low; value <= high; value += step)
        *bits |= (uint64_t)1 << value;
    return true;
}

static bool read_list(const char *text, int field, uint64_t *bits)
{
    do {
        if (!read_item(&text, field, bits))
            return false;
    } while (read_char(&text, ','));
    return !*text || is_blank(*text);
}

static void explain_field(int field, const char *text, size_t size, char why[CRON_WHY_SIZE])
{
    char shown[ITEM_SHOWN + 1] = "";

    for (size_t i = 0; i < size && i < ITEM_SHOWN; i++)
        shown[i] = (char)(text[i] > ' ' && text[i] < 0x7f ? text[i] : '?');
    snprintf(why, CRON_WHY_SIZE,
             "must be a cron expression: \"%s%s\" is no %s (%d-%d, lists, ranges and steps)", shown,
             size > ITEM_SHOWN ? "..." : "", fields[field].what, fields[field].low,
             fields[field].high);
}

static int count_fields(const char *text)
{
    int count = 0;

    for (const char *at = text; *at; at++)
        count += !is_blank(*at) && (at == text || is_blank(at[-1]));
    return count;
}

/* Whether a field allows every value by "*". A star with a step restricts, as it does in the cron
 * libraries of Node.js, the vendor's platform. */
static bool is_open(const char *text, size_t size)
{
    return (size == 1 && *text == '*') || (size == 3 && strncmp(text, "*/1", size) == 0);
}

bool cron_parse(const char *text, struct cron *out, char why[CRON_WHY_SIZE])
{
    struct cron cron = {0};
    int count = count_fields(text);

    if (count != CRON_FIELDS) {
        snprintf(why, CRON_WHY_SIZE,
                 "must be a cron expression of five fields (minute, hour, day of month, month, day "
                 "of week), and has %d",
                 count);
        return false;
    }
    for (int field = 0; field < CRON_FIELDS; field++) {
        text += strspn(text, " \t");
        size_t size = strcspn(text, " \t");
        if (!read_list(text, field, &cron.values[field])) {
            explain_field(field, text, size, why);
            return false;
        }
        cron.wildcard[field] = is_open(text, size);
        text += size;
    }
    *out = cron;
    return true;
}

static bool has(const struct cron *cron, int field, int64_t value)
{
    return cron->values[field] >> value & 1;
}

static bool fits_day(const struct cron *cron, int64_t days)
{
    struct date date = date_from_days(days);

    if (!has(cron, MONTH, date.month))
        return false;
    int64_t weekday = ((days + 4) % 7 + 7) % 7; /* 1970-01-01 was a Thursday */
    bool day = has(cron, DAY, date.day);
    bool week = has(cron, WEEKDAY, weekday) || (weekday == 0 && has(cron, WEEKDAY, 7));
    return cron->wildcard[DAY] || cron->wildcard[WEEKDAY] ? day && week : day || week;
}

/* The first matching minute of a day at or after `from`, or -1. */
static int find_minute(const struct cron *cron, int from)
{
    for (int hour = from / 60; hour < 24; hour++, from = 0) {
        if (!has(cron, HOUR, hour))
            continue;
        for (int minute = from % 60; minute < 60; minute++)
            if (has(cron, MINUTE, minute))
                return hour * 60 + minute;
    }
    return -1;
}

/* The first matching local time at or after `local`, or INSTANT_NONE. */
static int64_t find_local(const struct cron *cron, int64_t local)
{
    int64_t day = local / MINUTES_PER_DAY - (local % MINUTES_PER_DAY < 0);
    int from = (int)(local - day * MINUTES_PER_DAY);

    for (int64_t last = day + DAYS_MAX; day <= last; day++, from = 0) {
        int minute = fits_day(cron, day) ? find_minute(cron, from) : -1;
        if (minute >= 0)
            return day * MINUTES_PER_DAY + minute;
    }
    return INSTANT_NONE;
}

static int64_t next_local_minute(int64_t local)
{
    return local / MS_PER_MINUTE - (local % MS_PER_MINUTE < 0) + 1;
}

/* The first instant after `from`, at most `to`, at which the zone no longer has the offset it had;
 * at `to` it has another. */
static int64_t find_change(const char *zone, int64_t from, int64_t to)
{
    int64_t offset = zone_offset(zone, from);

    while (to - from > 1) {
        int64_t middle = from + (to - from) / 2;
        if (zone_offset(zone, middle) == offset)
            from = middle;
        else
            to = middle;
    }
    return to;
}

/* Whether a zone shows this local time for the second time, after a change of less than an hour. */
static bool is_repeated_part(const char *zone, int64_t local, int64_t instant)
{
    bool skipped;

    return (instant - zone_instant(zone, local, &skipped)) % MS_PER_HOUR != 0;
}

/* The next instant of an interval, whose hour field has all hours: it skips the hour that is
 * missing in spring, and fires through the one that comes twice in autumn (API.md section 8). */
static int64_t next_of_interval(const struct cron *cron, const char *zone, int64_t after)
{
    int64_t offset = zone_offset(zone, after), local = next_local_minute(after + offset);

    while ((local = find_local(cron, local)) != INSTANT_NONE) {
        int64_t instant = local * MS_PER_MINUTE - offset;
        if (zone_offset(zone, instant) != offset) {
            after = find_change(zone, after, instant);
            offset = zone_offset(zone, after);
            local = next_local_minute(after + offset - 1);
        } else if (is_repeated_part(zone, local, instant)) {
            local++;
        } else {
            return instant;
        }
    }
    return INSTANT_NONE;
}

/* A later local time is a later instant, except in a gap: its local times are moved past later
 * ones. So the search starts before a gap that may just have passed, and continues through one. */
static int64_t next_of_list(const struct cron *cron, const char *zone, int64_t after)
{
    int64_t now = zone_offset(zone, after), then = zone_offset(zone, after - ZONE_SHIFT_MAX);
    int64_t start = after + (now < then ? now : then);
    int64_t local = start / MS_PER_MINUTE - (start % MS_PER_MINUTE < 0);
    int64_t best = INSTANT_NONE, last = INT64_MAX;

    for (; local <= last; local++) {
        bool skipped;
        local = find_local(cron, local);
        if (local == INSTANT_NONE)
            break;
        int64_t instant = zone_instant(zone, local, &skipped);
        if (instant > after && (best == INSTANT_NONE || instant < best))
            best = instant;
        if (best != INSTANT_NONE && last == INT64_MAX)
            last = local + MINUTES_PER_DAY; /* no gap is as long as that */
        if (best != INSTANT_NONE && !skipped)
            break;
    }
    return best;
}

int64_t cron_next(const struct cron *cron, const char *zone, int64_t after)
{
    bool is_interval = cron->values[HOUR] == (UINT64_C(1) << 24) - 1;
    int64_t next =
        is_interval ? next_of_interval(cron, zone, after) : next_of_list(cron, zone, after);

    return next > INSTANT_MAX ? INSTANT_NONE : next;
}
