/* The command line and the environment, as they were written: which value each option has, and
 * where it came from. What the values mean is settled in settings.h.
 */
#ifndef SERVER_CONFIG_OPTIONS_H
#define SERVER_CONFIG_OPTIONS_H

#include <stdbool.h>

enum option {
#define OPTION(name, ...) OPTION_##name,
#include "server/config/options.def"
#undef OPTION
    OPTION_COUNT
};

enum option_source { OPTION_FROM_DEFAULT, OPTION_FROM_ENVIRONMENT, OPTION_FROM_OPTION };

enum {
    OPTION_VALUES_MAX = 64 /* of one repeatable option */
};

/* None: the option was not given and has no default. */
struct option_values {
    const char *value[OPTION_VALUES_MAX];
    int count;
    enum option_source source;
};

enum command {
    COMMAND_SERVE,
    COMMAND_HEALTHCHECK,
    COMMAND_VALIDATE,
    COMMAND_DOCS,
    COMMAND_HELP,
    COMMAND_VERSION
};

struct options {
    enum command command;
    const char *argument; /* of the command, or NULL */
    struct option_values values[OPTION_COUNT];
};

/* One row of options.def; all strings are static. */
struct option_row {
    const char *name;
    const char *value;    /* what it takes; NULL: nothing, it is a switch */
    const char *fallback; /* or NULL */
    bool repeatable;
    const char *meaning;
};

const struct option_row *option_row(enum option option);

/* "EDGES_EMULATOR_LOG_LEVEL" for "log-level"; out has room for OPTION_VARIABLE_SIZE bytes. */
enum { OPTION_VARIABLE_SIZE = 64 };
void option_variable(enum option option, char out[OPTION_VARIABLE_SIZE]);

/* Reads both. A variable of a repeatable option is a list with commas, and is cut into it. False
 * after saying on stderr, in one sentence, what is wrong and what might be meant. */
bool options_read(int argc, char **argv, char **environment, struct options *out);

/* The text of --help, on stdout. */
void options_help(void);

#endif
