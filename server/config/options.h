/* The command line and the environment as text: the values of each option, and their source.
 * settings.h has what they mean.
 */
#ifndef SERVER_CONFIG_OPTIONS_H
#define SERVER_CONFIG_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

enum option {
#define OPTION(name, ...) OPTION_##name,
#include "server/config/options.def"
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
#define COMMAND(name, ...) COMMAND_##name,
#include "server/config/commands.def"
    COMMAND_COUNT
};

/* The commands that an option is for. */
enum option_users {
    OF_ALL = -1,
#define COMMAND(name, ...) OF_##name = 1 << COMMAND_##name,
#include "server/config/commands.def"
};

enum { COMMAND_ARGUMENTS_MAX = 2 };

struct options {
    enum command command;
    const char *argument[COMMAND_ARGUMENTS_MAX]; /* of the command, or NULL */
    enum command topic;                          /* of help; COMMAND_HELP: all of it */
    struct option_values values[OPTION_COUNT];
};

enum option_type {
    OPTION_TEXT,
    OPTION_LIST,
    OPTION_NUMBER,
    OPTION_CHOICE,
    OPTION_SWITCH,
    OPTION_TIMEOUT
};

/* One row of options.def; all strings are static. */
struct option_row {
    const char *variable; /* "EDGES_EMULATOR_LOG_LEVEL" */
    const char *name;     /* "log-level" */
    enum option_type type;
    unsigned commands;    /* OF_SERVE and so on */
    const char *arg_name; /* shown after the name; "a|b": the words of a choice; NULL: a switch */
    const char *default_value; /* or NULL */
    uint64_t min, max;         /* of a number, or of a timeout in milliseconds */
    const char *unit;          /* of a number, as the error message names it */
    const char *group;
    const char *help;
};

/* One row of commands.def; all strings are static. */
struct command_row {
    const char *name;
    const char *arg_name; /* shown after the name, or "" */
    int min, max;         /* arguments */
    const char *summary;
    const char *examples; /* lines */
};

const struct option_row *option_row(enum option option);
/* What is shown after its name in the help of a command: of a choice, the words that it takes. */
const char *option_arg_name(enum option option, enum command command);
const struct command_row *command_row(enum command command);

/* Says on stderr that a command takes no such word. Always false. */
bool options_reject_word(enum command command, const char *word);

/* Reads both. The variable of a repeatable option is a list, separated by commas. Variables are cut
 * in place. False after saying on stderr what is wrong and what may have been meant. */
bool options_read(int argc, char **argv, char **environment, struct options *out);

#endif
