#include "store/base/zone.h"

#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { MS_PER_SECOND = 1000, MS_PER_MINUTE = 60 * MS_PER_SECOND };

/* Every name begins with a capital; the other files of the directory do not. */
static bool is_name(const char *name)
{
    static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                  "0123456789_+-/";
    size_t size = strspn(name, allowed);

    return size <= ZONE_NAME_MAX && name[size] == '\0' && *name >= 'A' && *name <= 'Z';
}

static bool has_file(const char *name)
{
    const char *set = getenv("TZDIR");
    const char *directory = set && *set ? set : "/usr/share/zoneinfo";
    char path[4096], magic[4];

    if (snprintf(path, sizeof path, "%s/%s", directory, name) >= (int)sizeof path)
        return false;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return false;
    bool ok = read(fd, magic, sizeof magic) == sizeof magic && memcmp(magic, "TZif", 4) == 0;
    close(fd);
    return ok;
}

/* Reserves a descriptor for the files of zones, or frees it for use: when no descriptor is left,
 * the C library takes UTC and does not report it. */
static void reserve_descriptor(bool reserve)
{
    static int reserved = -1;

    if (reserved >= 0 && !reserve)
        close(reserved);
    reserved = reserve ? open("/dev/null", O_RDONLY | O_CLOEXEC) : -1;
}

bool zone_exists(const char *name)
{
    if (strcmp(name, "UTC") == 0)
        return true;
    reserve_descriptor(false);
    bool exists = is_name(name) && has_file(name);
    reserve_descriptor(true);
    return exists;
}

/* The C library knows one zone at a time, and reads its file when it changes. */
static void use_zone(const char *name)
{
    static char value[ZONE_NAME_MAX + 2] = ":";

    if (strcmp(value + 1, name) == 0)
        return;
    snprintf(value, sizeof value, ":%s", name);
    setenv("TZ", value, 1);
    reserve_descriptor(false);
    tzset();
    reserve_descriptor(true);
}

int64_t zone_offset(const char *name, int64_t instant)
{
    time_t seconds = instant / MS_PER_SECOND - (instant % MS_PER_SECOND < 0);
    struct tm local;

    if (strcmp(name, "UTC") == 0)
        return 0;
    use_zone(name);
    return localtime_r(&seconds, &local) ? local.tm_gmtoff * (int64_t)MS_PER_SECOND : 0;
}

int64_t zone_instant(const char *name, int64_t local_minute, bool *skipped)
{
    int64_t local = local_minute * MS_PER_MINUTE;
    int64_t before = zone_offset(name, local - ZONE_SHIFT_MAX);
    int64_t after = zone_offset(name, local + ZONE_SHIFT_MAX);

    *skipped = false;
    if (zone_offset(name, local - before) == before)
        return local - before;
    *skipped = zone_offset(name, local - after) != after;
    return local - (*skipped ? before : after);
}
