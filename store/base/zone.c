#include "store/base/zone.h"

#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { MS_PER_SECOND = 1000, MS_PER_MINUTE = 60 * MS_PER_SECOND, MS_PER_HOUR = 60 * MS_PER_MINUTE };

/* Wider than any gap or overlap: Samoa left out a whole day. */
#define AROUND ((int64_t)25 * MS_PER_HOUR)

#define UTC "UTC"

static const char *directory(void)
{
    const char *set = getenv("TZDIR");

    return set && *set ? set : "/usr/share/zoneinfo";
}

/* All names begin with a capital; what else lies in the directory does not. */
static bool is_name(const char *name)
{
    static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                  "0123456789_+-/";
    size_t size = strlen(name);

    return size > 0 && size <= ZONE_NAME_MAX && *name >= 'A' && *name <= 'Z' &&
           strspn(name, allowed) == size;
}

static bool has_file(const char *name)
{
    char path[4096], magic[4];

    if (snprintf(path, sizeof path, "%s/%s", directory(), name) >= (int)sizeof path)
        return false;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return false;
    bool ok = read(fd, magic, sizeof magic) == sizeof magic && memcmp(magic, "TZif", 4) == 0;
    close(fd);
    return ok;
}

/* One descriptor is kept for the files of zones: where none is left the C library would mean UTC
 * and not say so. */
static void spare(bool is_needed)
{
    static int kept = -1;

    if (kept >= 0 && is_needed)
        close(kept);
    kept = is_needed ? -1 : open("/dev/null", O_RDONLY | O_CLOEXEC);
}

bool zone_exists(const char *name)
{
    if (strcmp(name, UTC) == 0)
        return true;
    spare(true);
    bool exists = is_name(name) && has_file(name);
    spare(false);
    return exists;
}

/* The C library knows one zone at a time, and reads its file when it changes. */
static void enter(const char *name)
{
    static char entered[ZONE_NAME_MAX + 1];
    char value[ZONE_NAME_MAX + 2];

    if (strcmp(entered, name) == 0)
        return;
    snprintf(value, sizeof value, ":%s", name);
    setenv("TZ", value, 1);
    spare(true);
    tzset();
    spare(false);
    snprintf(entered, sizeof entered, "%s", name);
}

static int64_t floor_seconds(int64_t instant)
{
    return instant / MS_PER_SECOND - (instant % MS_PER_SECOND < 0);
}

int64_t zone_offset(const char *name, int64_t instant)
{
    time_t seconds = floor_seconds(instant);
    struct tm local;

    if (strcmp(name, UTC) == 0)
        return 0;
    enter(name);
    return localtime_r(&seconds, &local) ? local.tm_gmtoff * (int64_t)MS_PER_SECOND : 0;
}

int64_t zone_instant(const char *name, int64_t local_minute, bool *skipped)
{
    int64_t local = local_minute * MS_PER_MINUTE;
    int64_t before = zone_offset(name, local - AROUND);
    int64_t after = zone_offset(name, local + AROUND);

    *skipped = false;
    if (zone_offset(name, local - before) == before)
        return local - before;
    *skipped = zone_offset(name, local - after) != after;
    return local - (*skipped ? before : after);
}
