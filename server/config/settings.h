/* What the options mean: every value checked and in the type it is used in. */
#ifndef SERVER_CONFIG_SETTINGS_H
#define SERVER_CONFIG_SETTINGS_H

#include "server/config/options.h"
#include "store/base/assumptions.h"
#include "store/base/clock.h"

#include <stdbool.h>
#include <stdint.h>

enum log_level { LOG_ERROR, LOG_WARN, LOG_INFO };

struct settings {
    const struct options *options; /* where they come from, and the values that need no meaning */
    const char *address;           /* to listen on: an address, or the name of one */
    uint16_t port;
    struct clock clock;
    const char *clock_shown; /* the mode as the ready line prints it */
    struct assumptions assumptions;
    uint64_t seed;
    bool keys_are_closed; /* only the keys of --api-key and of fixtures are known */
    bool durable;
    bool strict_fidelity;
    bool log_json;
    enum log_level log_level;
    int64_t max_workspaces;
    int64_t journal;          /* exchanges kept per workspace */
    unsigned idle_timeout;    /* seconds */
    unsigned max_connections; /* at once */
    int callbacks_at_once;    /* at most LIMIT_CALLBACKS */
    char clock_text[32];      /* backs clock_shown */
    char address_text[64];    /* backs address, where it was written in brackets */
};

/* Reads the options' values. False after saying on stderr which one is wrong and what it takes. */
bool settings_read(const struct options *options, struct settings *out);

/* The values of one option, and the last of them; the option has one or a default. */
const struct option_values *settings_values(const struct settings *settings, enum option option);
const char *settings_value(const struct settings *settings, enum option option);

#endif
