/* The options, checked and in the types in which they are used. */
#ifndef SERVER_CONFIG_SETTINGS_H
#define SERVER_CONFIG_SETTINGS_H

#include "server/config/options.h"
#include "store/base/assumptions.h"
#include "store/base/clock.h"
#include "store/base/instant.h"

#include <stdbool.h>
#include <stdint.h>

/* The words of --page, in the order of its row. */
enum page_mode { PAGE_ON, PAGE_READ_ONLY, PAGE_OFF };

/* Written by settings_read(); fd_limits_apply() lowers it to what the system allows. */
struct settings {
    const struct options *options; /* as text; must outlive the settings */
    uint64_t number[OPTION_COUNT]; /* read it by settings_number() */
    const char *address;           /* to listen on: an address, or the name of one */
    struct clock clock;            /* of new workspaces */
    struct assumptions assumptions;
    uint64_t seed;                  /* of --random-seed, or a random one */
    bool known_keys_only;           /* only the keys of --api-key and of fixtures are known */
    bool durable;                   /* --durability full, of a database that is a file */
    unsigned max_connections;       /* at once */
    int callbacks_at_once;          /* at most LIMIT_CALLBACKS */
    char clock_shown[INSTANT_SIZE]; /* the clock's mode in the ready line */
    char address_text[64];          /* of address, where it was in brackets */
};

/* Reads the options' values. False after saying on stderr which one is wrong and what it takes. */
bool settings_read(const struct options *options, struct settings *out);

/* Says on stderr what is wrong with an option, which is named as it was given. Always false. */
#define IT_TAKES "cannot be \"%s\"; it takes " /* a beginning of the format */
bool settings_reject(const struct settings *settings, enum option option, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The value of a number; of a timeout in milliseconds; of a choice the place of its word in the
 * row, from 0; of a switch 1 when it is on. */
static inline uint64_t settings_number(const struct settings *settings, enum option option)
{
    return settings->number[option];
}

/* All values of an option as text, and the last of them: NULL when it has none and no default. */
const struct option_values *settings_values(const struct settings *settings, enum option option);
const char *settings_value(const struct settings *settings, enum option option);

#endif
