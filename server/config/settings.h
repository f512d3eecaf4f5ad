/* What the options mean: every value checked and in the type it is used in. */
#ifndef SERVER_CONFIG_SETTINGS_H
#define SERVER_CONFIG_SETTINGS_H

#include "server/config/options.h"
#include "store/base/assumptions.h"
#include "store/base/clock.h"

#include <stdbool.h>
#include <stdint.h>

/* By settings_read() alone; fd_limits_raise() lowers what the system does not allow. */
struct settings {
    const struct options *options; /* as they were written; must outlive the settings */
    uint64_t number[OPTION_COUNT]; /* read it by settings_number() */
    const char *address;           /* to listen on: an address, or the name of one */
    struct clock clock;            /* of new workspaces */
    const char *clock_shown;       /* the mode as the ready line prints it */
    struct assumptions assumptions;
    uint64_t seed;            /* of --random-seed, or a random one */
    bool keys_are_closed;     /* only the keys of --api-key and of fixtures are known */
    bool durable;             /* --durability full, of a database that is a file */
    unsigned max_connections; /* at once */
    int callbacks_at_once;    /* at most LIMIT_CALLBACKS */
    char clock_text[32];      /* backs clock_shown */
    char address_text[64];    /* backs address, where it was written in brackets */
};

/* Reads the options' values. False after saying on stderr which one is wrong and what it takes. */
bool settings_read(const struct options *options, struct settings *out);

/* The value of a number; of a choice the place of its word in the row, from 0; of a switch 1 when
 * it is on. */
static inline uint64_t settings_number(const struct settings *settings, enum option option)
{
    return settings->number[option];
}

/* All values of an option as text, and the last of them: NULL when it has none and no default. */
const struct option_values *settings_values(const struct settings *settings, enum option option);
const char *settings_value(const struct settings *settings, enum option option);

#endif
