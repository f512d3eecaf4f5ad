#include "server/config/options.h"

#include "store/base/limits.h"
#include "store/base/suggest.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#define PREFIX "EDGES_EMULATOR_"

static const struct option_row rows[OPTION_COUNT] = {
#define OPTION(name, ...) {__VA_ARGS__},
#include "server/config/options.def"
#undef OPTION
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

void option_variable(enum option option, char out[OPTION_VARIABLE_SIZE])
{
    snprintf(out, OPTION_VARIABLE_SIZE, PREFIX "%s", rows[option].name);
    for (char *c = out + strlen(PREFIX); *c; c++)
        *c = (char)(*c == '-' ? '_' : toupper((unsigned char)*c));
}

void options_help(void)
{
    fputs(help_head, stdout);
    for (enum option i = 0; i < OPTION_COUNT; i++) {
        printf("  --%s%s%s\n      %s", rows[i].name, rows[i].takes ? " " : "",
               rows[i].takes ? rows[i].takes : "", rows[i].meaning);
        printf("%s", rows[i].repeatable ? "; repeatable" : "");
        if (rows[i].fallback)
            printf(" (default: %s)", rows[i].fallback);
        putchar('\n');
    }
}

static bool option_complain(const char *what, const char *name, const char *meant)
{
    fprintf(stderr, "edges-emulator: %s %s", what, name);
    if (meant)
        fprintf(stderr, "; did you mean %s?\n", meant);
    else
        fprintf(stderr, "; see edges-emulator --help\n");
    return false;
}

static bool unknown_option(const char *word)
{
    static const char *const known[] = {
#define OPTION(name, option, ...) "--" option,
#include "server/config/options.def"
#undef OPTION
        "--help",
        "--version",
    };

    return option_complain("unknown option", word,
                           suggest(word, known, sizeof known / sizeof *known));
}

/* What all have in common says nothing of how near one is. */
static bool unknown_variable(const char *name)
{
    char variables[OPTION_COUNT][OPTION_VARIABLE_SIZE];
    const char *known[OPTION_COUNT];

    for (enum option i = 0; i < OPTION_COUNT; i++) {
        option_variable(i, variables[i]);
        known[i] = variables[i] + strlen(PREFIX);
    }
    const char *meant = suggest(name + strlen(PREFIX), known, OPTION_COUNT);
    return option_complain("unknown environment variable", name,
                           meant ? meant - strlen(PREFIX) : NULL);
}

/* Gives an option a value: the first from a stronger source throws out those of a weaker one. */
static bool option_set(struct options *options, enum option option, const char *value,
                       enum option_source source)
{
    struct option_values *values = &options->values[option];

    if (values->source != source || !rows[option].repeatable)
        values->count = 0;
    values->source = source;
    if (values->count == OPTION_VALUES_MAX)
        return option_complain("too many values for option", rows[option].name, NULL);
    values->value[values->count++] = value;
    return true;
}

static bool option_set_variable(struct options *options, enum option option, const char *name,
                                char *value)
{
    if (!rows[option].repeatable)
        return option_set(options, option, value, OPTION_FROM_ENVIRONMENT);
    if (!value[strspn(value, ",")])
        return option_complain("a list of nothing is not one for", name, NULL);
    for (char *item = value; item; item = value) {
        value = strchr(item, ',');
        if (value)
            *value++ = '\0';
        if (*item && !option_set(options, option, item, OPTION_FROM_ENVIRONMENT))
            return false;
    }
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

static bool read_variable(struct options *options, char *entry)
{
    char name[OPTION_VARIABLE_SIZE], known[OPTION_VARIABLE_SIZE];
    size_t size = strcspn(entry, "=");

    snprintf(name, sizeof name, "%.*s", (int)size, entry);
    for (enum option i = 0; i < OPTION_COUNT; i++) {
        option_variable(i, known);
        if (strcmp(name, known) != 0)
            continue;
        char *value = entry + size + (entry[size] == '=');
        /* One set to nothing is what compose files make of "not set". */
        return !*value || option_set_variable(options, i, name, value);
    }
    return unknown_variable(name);
}

/* "--name value" or "--name=value", at **argv; moves *argv to what was used last. */
static bool read_option(struct options *options, char ***argv)
{
    const char *word = **argv + 2;
    size_t size = strcspn(word, "=");

    for (enum option i = 0; i < OPTION_COUNT; i++) {
        if (strlen(rows[i].name) != size || strncmp(rows[i].name, word, size) != 0)
            continue;
        const char *value = word[size] ? word + size + 1 : rows[i].takes ? *++*argv : "true";
        if (!value)
            return option_complain("a value is missing after", (*argv)[-1], NULL);
        if (!*value)
            return option_complain("an empty value is not one for", rows[i].name, NULL);
        return option_set(options, i, value, OPTION_FROM_OPTION);
    }
    return unknown_option(**argv);
}

static bool option_read_word(struct options *options, const char *word, bool first)
{
    bool takes_argument = options->command == COMMAND_VALIDATE || options->command == COMMAND_DOCS;

    for (enum command i = 0; first && i < sizeof commands / sizeof *commands; i++) {
        if (strcmp(commands[i], word) == 0) {
            options->command = i;
            return true;
        }
    }
    if (first)
        return option_complain("unknown command", word,
                               suggest(word, commands, sizeof commands / sizeof *commands));
    if (!takes_argument || options->argument)
        return option_complain("one word too many:", word, NULL);
    options->argument = word;
    return true;
}

static bool read_arguments(struct options *options, char **argv)
{
    bool first = true; /* no command yet */

    for (; *argv; argv++) {
        if (strcmp(*argv, "--help") == 0 || strcmp(*argv, "-h") == 0) {
            options->command = COMMAND_HELP;
            return true;
        }
        if (strcmp(*argv, "--version") == 0) {
            options->command = COMMAND_VERSION;
            return true;
        }
        if (strncmp(*argv, "--", 2) == 0) {
            if (!read_option(options, &argv))
                return false;
            continue;
        }
        if (**argv == '-')
            return unknown_option(*argv);
        if (!option_read_word(options, *argv, first))
            return false;
        first = false;
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
        if (ours && !read_variable(out, *entry))
            return false;
    }
    if (argc > 0 && !read_arguments(out, argv + 1))
        return false;
    if (out->command == COMMAND_VALIDATE && !out->argument)
        return option_complain("a file is missing after", "validate", NULL);
    return true;
}
