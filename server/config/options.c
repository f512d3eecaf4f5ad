#include "server/config/options.h"

#include "store/base/limits.h"
#include "store/base/suggest.h"

#include <stdio.h>
#include <string.h>

#define PREFIX "EDGES_EMULATOR_"

static const struct option_row rows[OPTION_COUNT] = {
#define OPTION(name, option, type, ...) {PREFIX #name, option, OPTION_##type, __VA_ARGS__},
#include "server/config/options.def"
#undef OPTION
};

/* Without the prefix: what all have in common does not say how near one is. */
static const char *const variable_words[] = {
#define OPTION(name, ...) #name,
#include "server/config/options.def"
#undef OPTION
};

static const char *const option_words[] = {
#define OPTION(name, option, ...) "--" option,
#include "server/config/options.def"
#undef OPTION
    "--help",
    "--version",
};

static const char *const commands[] = {
    [COMMAND_SERVE] = "serve",       [COMMAND_HEALTHCHECK] = "healthcheck",
    [COMMAND_VALIDATE] = "validate", [COMMAND_DOCS] = "docs",
    [COMMAND_HELP] = "--help",       [COMMAND_VERSION] = "--version",
};

static const char help_head[] =
    "usage: edges-emulator [serve] [options]    start the server\n"
    "       edges-emulator healthcheck [options] exit 0 if a server is ready there\n"
    "       edges-emulator validate FILE         check a fixture\n"
    "       edges-emulator docs [TABLE]          print the tables as Markdown\n"
    "       edges-emulator --help | --version\n\n"
    "Options, each also an environment variable (--log-level is EDGES_EMULATOR_LOG_LEVEL):\n\n";

const struct option_row *option_row(enum option option)
{
    return &rows[option];
}

void options_help(void)
{
    fputs(help_head, stdout);
    for (enum option i = 0; i < OPTION_COUNT; i++) {
        printf("  --%s%s%s\n      %s%s", rows[i].name, rows[i].takes ? " " : "",
               rows[i].takes ? rows[i].takes : "", rows[i].meaning,
               rows[i].type == OPTION_LIST ? "; repeatable" : "");
        if (rows[i].fallback)
            printf(" (default: %s)", rows[i].fallback);
        putchar('\n');
    }
}

static bool option_complain(const char *what, const char *name)
{
    fprintf(stderr, "edges-emulator: %s %s; see edges-emulator --help\n", what, name);
    return false;
}

/* Both words are suggested without the prefix, which may be "". */
static bool option_complain_unknown(const char *what, const char *word, const char *prefix,
                                    const char *const *known, size_t count)
{
    const char *meant = suggest(word + strlen(prefix), known, count);

    if (!meant)
        return option_complain(what, word);
    fprintf(stderr, "edges-emulator: %s %s; did you mean %s%s?\n", what, word, prefix, meant);
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
        return option_complain("too many values for option", rows[option].name);
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
        return option_complain("a list of nothing is not one for", rows[option].variable);
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
    return option_complain_unknown("unknown environment variable", name, PREFIX, variable_words,
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
        const char *value = word[size] ? word + size + 1 : rows[i].takes ? *++*argv : "true";
        if (!value)
            return option_complain("a value is missing after", word);
        if (!*value)
            return option_complain("an empty value is not one for", rows[i].name);
        return option_set(options, i, value, OPTION_FROM_OPTION);
    }
    return option_complain_unknown("unknown option", word, "", option_words,
                                   sizeof option_words / sizeof *option_words);
}

/* The command, or its argument. */
static bool options_read_word(struct options *options, const char *word, bool first)
{
    const size_t count = sizeof commands / sizeof *commands;
    bool takes_argument = options->command == COMMAND_VALIDATE || options->command == COMMAND_DOCS;

    for (enum command i = 0; first && i < count; i++) {
        if (strcmp(commands[i], word) == 0) {
            options->command = i;
            return true;
        }
    }
    if (first)
        return option_complain_unknown("unknown command", word, "", commands, count);
    if (!takes_argument || options->argument)
        return option_complain("one word too many:", word);
    options->argument = word;
    return true;
}

static bool options_read_arguments(struct options *options, char **argv)
{
    int words = 0;

    for (; *argv; argv++) {
        bool help = strcmp(*argv, "--help") == 0 || strcmp(*argv, "-h") == 0;
        if (help || strcmp(*argv, "--version") == 0) {
            options->command = help ? COMMAND_HELP : COMMAND_VERSION;
            return true;
        }
        bool ok = **argv == '-' ? options_read_option(options, &argv)
                                : options_read_word(options, *argv, words++ == 0);
        if (!ok)
            return false;
    }
    return true;
}

bool options_read(int argc, char **argv, char **environment, struct options *out)
{
    memset(out, 0, sizeof *out);
    for (enum option i = 0; i < OPTION_COUNT; i++) {
        if (rows[i].fallback)
            option_set(out, i, rows[i].fallback, OPTION_FROM_DEFAULT);
    }
    for (char **entry = environment; *entry; entry++) {
        bool ours = strncmp(*entry, PREFIX, strlen(PREFIX)) == 0 && !is_service_link(*entry);
        if (ours && !options_read_variable(out, *entry))
            return false;
    }
    if (argc > 0 && !options_read_arguments(out, argv + 1))
        return false;
    if (out->command == COMMAND_VALIDATE && !out->argument)
        return option_complain("a file is missing after", "validate");
    return true;
}
