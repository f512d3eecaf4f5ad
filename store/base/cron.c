#include "store/base/cron.h"

#include "store/base/date.h"
#include "store/base/instant.h"
#include "store/base/zone.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

enum {
    MINUTES_PER_DAY = 24 * 60,
    MS_PER_MINUTE = 60000,
    NAME_SIZE = 3, /* of a month or a day */
    ITEM_SHOWN = 16
};

/* After so long without a day that fits, there is none: leap days come every four years, and after
 * eight around a year like 2100. */
#define DAYS_MAX ((int64_t)9 * 366)

/* No transition of a time zone is longer ago than this and still has local times that it moved. */
#define TRANSITION ((int64_t)25 * 60 * MS_PER_MINUTE)

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

/* What is left of one field. */
struct reader {
    const char *at, *end;
    int field;
};

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static bool take_char(struct reader *r, char wanted)
{
    if (r->at == r->end || *r->at != wanted)
        return false;
    r->at++;
    return true;
}

static bool take_number(struct reader *r, int *out)
{
    const char *start = r->at;
    int number = 0;

    for (; r->at < r->end && *r->at >= '0' && *r->at <= '9' && number < 1000; r->at++)
        number = number * 10 + (*r->at - '0');
    *out = number;
    return r->at > start;
}

static bool take_name(struct reader *r, int *out)
{
    const char *name = fields[r->field].names;

    if (!name || r->end - r->at < NAME_SIZE)
        return false;
    for (int value = fields[r->field].low; *name; value++, name += NAME_SIZE) {
        if (strncasecmp(name, r->at, NAME_SIZE) != 0)
            continue;
        r->at += NAME_SIZE;
        *out = value;
        return true;
    }
    return false;
}

static bool take_value(struct reader *r, int *out)
{
    return (take_number(r, out) || take_name(r, out)) && *out >= fields[r->field].low &&
           *out <= fields[r->field].high;
}

/* One item of a list: "*", "a", "a-b", each with "/n" behind it or not. "sun" as the end of a
 * range is the seventh day. */
static bool take_item(struct reader *r, uint64_t *bits)
{
    int low = fields[r->field].low, high = fields[r->field].high, step = 1;
    bool open = take_char(r, '*'), range = false;

    if (!open) {
        if (!take_value(r, &low))
            return false;
        range = take_char(r, '-');
        int end = low;
        if (range && !take_value(r, &end))
            return false;
        if (range && r->field == WEEKDAY && end == 0 && low > 0 && r->at[-1] != '0')
            end = 7;
        if (end < low)
            return false;
        bool stepped = r->at < r->end && *r->at == '/';
        high = range || !stepped ? end : high;
    }
    if (take_char(r, '/') && (!take_number(r, &step) || step < 1))
        return false;
    for (int value = low; value <= high; value += step)
        *bits |= (uint64_t)1 << value;
    return true;
}

static bool take_list(struct reader *r, uint64_t *bits)
{
    do {
        if (!take_item(r, bits))
            return false;
    } while (take_char(r, ','));
    return r->at == r->end;
}

static void say_field(int field, const char *text, size_t size, char why[CRON_WHY_SIZE])
{
    char shown[ITEM_SHOWN + 1];
    size_t length = size < ITEM_SHOWN ? size : ITEM_SHOWN;

    for (size_t i = 0; i < length; i++)
        shown[i] = (char)(text[i] > ' ' && text[i] < 0x7f ? text[i] : '?');
    shown[length] = '\0';
    snprintf(why, CRON_WHY_SIZE,
             "must be a cron expression: \"%s%s\" is no %s (%d-%d, lists, ranges and steps)", shown,
             length < size ? "..." : "", fields[field].what, fields[field].low, fields[field].high);
}

static int count_fields(const char *text)
{
    int count = 0;

    for (const char *at = text; *at; at++)
        count += !is_blank(*at) && (at == text || is_blank(at[-1]));
    return count;
}

/* Whether a day field leaves the choice to the other one. A star with a step restricts: so do the
 * cron libraries of the vendor's platform have it, Node.js. */
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
        struct reader r = {text, text + size, field};
        if (!take_list(&r, &cron.field[field])) {
            say_field(field, text, size, why);
            return false;
        }
        if (field == DAY)
            cron.day_open = is_open(text, size);
        if (field == WEEKDAY)
            cron.weekday_open = is_open(text, size);
        text += size;
    }
    *out = cron;
    return true;
}

static bool has(const struct cron *cron, int field, int64_t value)
{
    return cron->field[field] >> value & 1;
}

static bool fits_day(const struct cron *cron, int64_t days)
{
    struct date date = date_from_days(days);

    if (!has(cron, MONTH, date.month))
        return false;
    int64_t weekday = ((days + 4) % 7 + 7) % 7; /* 1970-01-01 was a Thursday */
    bool day = has(cron, DAY, date.day);
    bool week = has(cron, WEEKDAY, weekday) || (weekday == 0 && has(cron, WEEKDAY, 7));
    return cron->day_open || cron->weekday_open ? day && week : day || week;
}

/* The first minute of a day, at or after one, that fits; -1 for none. */
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

/* The first local time, at or after one, that fits; INSTANT_NONE for none. */
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

/* Local times in order are instants in order, but for those in a gap: they are moved behind later
 * ones. So the search begins before a gap that may just have passed, and goes on through one. */
int64_t cron_next(const struct cron *cron, const char *zone, int64_t after)
{
    int64_t now = zone_offset(zone, after), then = zone_offset(zone, after - TRANSITION);
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
    return best > INSTANT_MAX ? INSTANT_NONE : best;
}
