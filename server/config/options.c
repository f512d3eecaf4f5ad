#include "server/config/options.h"

#include "store/base/limits.h"
#include "store/base/suggest.h"

#include <stdio.h>
#include <string.h>

#define PREFIX "EDGES_EMULATOR_"

static const struct option_row rows[OPTION_COUNT] = {
#define OPTION(name, option, type, arg_name, default_value, min, max, unit, commands, ...) \
    {PREFIX #name,  option, OPTION_##type, commands, arg_name,                             \
     default_value, min,    max,           unit,     __VA_ARGS__},
#include "server/config/options.def"
};

/* Without the prefix: what all have in common does not say how near one is. */
static const char *const variable_words[] = {
#define OPTION(name, ...) #name,
#include "server/config/options.def"
};

static const char *const option_words[] = {
#define OPTION(name, option, ...) "--" option,
#include "server/config/options.def"
    "--help",
    "--version",
};

static const struct command_row commands[COMMAND_COUNT] = {
#define COMMAND(name, ...) {__VA_ARGS__},
#include "server/config/commands.def"
};

static const char *const command_words[COMMAND_COUNT] = {
#define COMMAND(name, word, ...) word,
#include "server/config/commands.def"
};

const struct option_row *option_row(enum option option)
{
    return &rows[option];
}

const char *option_arg_name(enum option option, enum command command)
{
    if (option == OPTION_FORMAT && command == COMMAND_VALIDATE)
        return "text|json";
    return rows[option].arg_name;
}

const struct command_row *command_row(enum command command)
{
    return &commands[command];
}

static bool option_reject(const char *what, const char *name)
{
    fprintf(stderr, "edges-emulator: %s %s; see edges-emulator --help\n", what, name);
    return false;
}

static bool option_suggest(const char *what, const char *word, const char *prefix,
                           const char *meant)
{
    fprintf(stderr, "edges-emulator: %s %s; did you mean %s%s?\n", what, word, prefix, meant);
    return false;
}

/* What other programs call a command or an option. */
static const struct {
    const char *word, *ours;
} other_words[] = {
    {"start", "serve"},
    {"run", "serve"},
    {"up", "serve"},
    {"check", "validate"},
    {"lint", "validate"},
    {"health", "healthcheck"},
    {"man", "docs man"},
    {"completion", "docs completion"},
    {"--host", "--listen"},
    {"--bind", "--listen"},
    {"--address", "--listen"},
    {"-p", "--port"},
    {"-v", "--version"},
    {"--seed", "--random-seed"},
    {"--data", "--fixture"},
    {"--database", "--db"},
    {"--time", "--clock"},
    {"--frozen", "--clock frozen"},
    {"--verbose", "--log-level info"},
    {"--debug", "--log-level info"},
    {"--quiet", "--log-level error"},
    {"--cors", "--allowed-origin"},
    {"--origin", "--allowed-origin"},
    {"--ui", "--page"},
    {"--strict", "--strict-fidelity"},
};

/* Of a word up to a "=". NULL: no other program calls anything of ours so. */
static const char *other_word_meant(const char *word)
{
    size_t size = strcspn(word, "=");

    for (size_t i = 0; i < sizeof other_words / sizeof *other_words; i++) {
        const char *other = other_words[i].word;
        if (strlen(other) == size && strncmp(other, word, size) == 0)
            return other_words[i].ours;
    }
    return NULL;
}

/* Both words are suggested without the prefix, which may be "". */
static bool option_reject_unknown(const char *what, const char *word, const char *prefix,
                                  const char *const *known, size_t count)
{
    const char *meant = other_word_meant(word);

    if (meant)
        return option_suggest(what, word, "", meant);
    meant = suggest(word + strlen(prefix), known, count);
    if (!meant)
        return option_reject(what, word);
    return option_suggest(what, word, prefix, meant);
}

static bool option_reject_empty(const struct options *options, enum option option)
{
    const char *values = option_arg_name(option, options->command);

    fprintf(stderr, "edges-emulator: --%s needs a value: --%s%s%s\n", rows[option].name,
            rows[option].name, values ? " " : "=", values ? values : "false|true");
    return false;
}

static bool option_reject_commas(const char *variable)
{
    fprintf(stderr,
            "edges-emulator: %s has nothing but commas; put values between them, or unset it\n",
            variable);
    return false;
}

bool options_reject_word(enum command command, const char *word)
{
    fprintf(stderr, "edges-emulator: unexpected argument \"%s\"; see edges-emulator help %s\n",
            word, command_words[command]);
    return false;
}

/* Names the first command that the option is for. */
static bool option_reject_misplaced(const struct option_row *row)
{
    enum command owner = COMMAND_SERVE;

    while (!(row->commands & 1U << owner))
        owner++;
    fprintf(stderr, "edges-emulator: --%s is an option of %s; see edges-emulator help %s\n",
            row->name, command_words[owner], command_words[owner]);
    return false;
}

/* Gives an option a value: the first from a stronger source replaces those of a weaker one. */
static bool option_set(struct options *options, enum option option, const char *value,
                       enum option_source source)
{
    struct option_values *values = &options->values[option];

    if (values->source != source || rows[option].type != OPTION_LIST)
        values->count = 0;
    values->source = source;
    if (values->count == OPTION_VALUES_MAX)
        return option_reject("too many values for", option_words[option]);
    values->value[values->count++] = value;
    return true;
}

/* Kubernetes, and Docker's old links, set variables for every service that is near: one named
 * edges-emulator gives EDGES_EMULATOR_SERVICE_HOST, EDGES_EMULATOR_PORT_3343_TCP_ADDR, and an
 * EDGES_EMULATOR_PORT that is a URL. Nobody meant them for us. */
static bool is_service_link(const char *entry)
{
    const char *name = entry + strlen(PREFIX);

    return strncmp(name, "SERVICE_", 8) == 0 || strncmp(name, "PORT_", 5) == 0 ||
           strncmp(name, "PORT=tcp://", 11) == 0;
}

/* An empty one is what compose files make of "not set". */
static bool option_set_variable(struct options *options, enum option option, char *value)
{
    const char *item;

    if (rows[option].type != OPTION_LIST)
        return !*value || option_set(options, option, value, OPTION_FROM_ENVIRONMENT);
    if (*value && !value[strspn(value, ",")])
        return option_reject_commas(rows[option].variable);
    while ((item = strsep(&value, ","))) {
        if (*item && !option_set(options, option, item, OPTION_FROM_ENVIRONMENT))
            return false;
    }
    return true;
}

/* "NAME=value" */
static bool options_read_variable(struct options *options, char *entry)
{
    char *name = strsep(&entry, "=");

    for (enum option i = 0; i < OPTION_COUNT; i++) {
        if (strcmp(name, rows[i].variable) == 0)
            return !entry || option_set_variable(options, i, entry);
    }
    return option_reject_unknown("unknown environment variable", name, PREFIX, variable_words,
                                 OPTION_COUNT);
}

/* "--name value" or "--name=value", at **argv; moves *argv to what was used last. */
static bool options_read_option(struct options *options, char ***argv)
{
    const char *word = **argv;
    size_t size = strcspn(word, "=");

    for (enum option i = 0; i < OPTION_COUNT; i++) {
        if (strlen(option_words[i]) != size || strncmp(option_words[i], word, size) != 0)
            continue;
        const char *value = word[size] ? word + size + 1 : rows[i].arg_name ? *++*argv : "true";
        if (!value || !*value)
            return option_reject_empty(options, i);
        return option_set(options, i, value, OPTION_FROM_OPTION);
    }
    return option_reject_unknown("unknown option", word, "", option_words,
                                 sizeof option_words / sizeof *option_words);
}

/* The command of this name, or after saying that there is none COMMAND_COUNT. */
static enum command command_find(const char *word)
{
    for (enum command i = 0; i < COMMAND_COUNT; i++) {
        if (strcmp(command_words[i], word) == 0)
            return i;
    }
    option_reject_unknown("unknown command", word, "", command_words, COMMAND_COUNT);
    return COMMAND_COUNT;
}

/* The command, or one of its arguments; `words` came before it. */
static bool options_read_word(struct options *options, const char *word, int words)
{
    if (words == 0) {
        options->command = command_find(word);
        return options->command != COMMAND_COUNT;
    }
    if (words > commands[options->command].max)
        return options_reject_word(options->command, word);
    options->argument[words - 1] = word;
    return true;
}

/* Help and version may be asked for behind any command: what else is given does not matter then. */
static bool options_read_request(struct options *options, const char *word, int words)
{
    if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0) {
        options->topic = words ? options->command : COMMAND_HELP;
        options->command = COMMAND_HELP;
        return true;
    }
    if (strcmp(word, "--version") != 0 && strcmp(word, "-V") != 0)
        return false;
    options->command = COMMAND_VERSION;
    return true;
}

/* Whether the command has all that it needs, and nothing that it does not know. */
static bool options_check_command(struct options *options)
{
    const struct command_row *command = &commands[options->command];

    if (command->min && !options->argument[command->min - 1]) {
        fprintf(stderr, "edges-emulator: %s needs %s; see edges-emulator help %s\n", command->name,
                command->arg_name, command->name);
        return false;
    }
    for (enum option i = 0; i < OPTION_COUNT; i++) {
        bool known = rows[i].commands & 1U << options->command ||
                     (i == OPTION_API_KEY && options->command == COMMAND_VERIFY); /* says why not */
        if (options->values[i].source == OPTION_FROM_OPTION && !known)
            return option_reject_misplaced(&rows[i]);
    }
    options->topic = COMMAND_HELP;
    if (options->command == COMMAND_HELP && options->argument[0])
        options->topic = command_find(options->argument[0]);
    return options->topic != COMMAND_COUNT;
}

static bool options_read_arguments(struct options *options, char **argv)
{
    int words = 0;

    for (; *argv; argv++) {
        if (options_read_request(options, *argv, words))
            return true;
        bool is_option = **argv == '-' && (*argv)[1];
        bool ok = is_option ? options_read_option(options, &argv)
                            : options_read_word(options, *argv, words++);
        if (!ok)
            return false;
    }
    return options_check_command(options);
}

bool options_read(int argc, char **argv, char **environment, struct options *out)
{
    memset(out, 0, sizeof *out);
    for (enum option i = 0; i < OPTION_COUNT; i++) {
        if (rows[i].default_value)
            option_set(out, i, rows[i].default_value, OPTION_FROM_DEFAULT);
    }
    for (char **entry = environment; *entry; entry++) {
        bool ours = strncmp(*entry, PREFIX, strlen(PREFIX)) == 0 && !is_service_link(*entry);
        if (ours && !options_read_variable(out, *entry))
            return false;
    }
    return argc == 0 || options_read_arguments(out, argv + 1);
}
