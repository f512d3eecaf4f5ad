#include "server/cli/help.h"

#include "store/base/strbuf.h"

#include <stdio.h>
#include <string.h>

enum { WIDTH = 80, INDENT = 2, TEXT_COLUMN = 28 };

/* Prints words from a column on, in as many lines as they need; `at` characters stand before. */
static void help_wrap(int at, int column, const char *text)
{
    for (int size; *text; text += size + (text[size] == ' ')) {
        size = (int)strcspn(text, " ");
        if (at >= column && at + 1 + size > WIDTH)
            at = printf("\n") - 1;
        at += at < column ? printf("%*s", column - at, "") : at ? printf(" ") : 0;
        at += printf("%.*s", size, text);
    }
    putchar('\n');
}

static void help_print_row(const char *name, const char *arg_name, const char *text)
{
    int at = printf("%*s%s%s%s", INDENT, "", name, *arg_name ? " " : "", arg_name);

    if (at + INDENT > TEXT_COLUMN)
        at = printf("\n") - 1;
    help_wrap(at, TEXT_COLUMN, text);
}

void help_option_text(const struct option_row *row, char out[OPTION_TEXT_MAX])
{
    bool has_default = row->default_value && row->type != OPTION_SWITCH;

    snprintf(out, OPTION_TEXT_MAX, "%s%s%s%s%s", row->help,
             row->type == OPTION_LIST ? "; repeatable" : "", has_default ? " (default: " : "",
             has_default ? row->default_value : "", has_default ? ")" : "");
}

/* Options of a command, or of all, under the headings of their groups. */
static void help_print_options(enum command topic)
{
    unsigned commands = topic == COMMAND_HELP ? ~0U : 1U << topic;
    char text[OPTION_TEXT_MAX], name[OPTION_NAME_MAX];
    const char *group = "";

    for (enum option i = 0; i < OPTION_COUNT; i++) {
        const struct option_row *row = option_row(i);
        if (!(row->commands & commands))
            continue;
        if (strcmp(row->group, group) != 0)
            printf("\n%s:\n", row->group);
        group = row->group;
        help_option_text(row, text);
        snprintf(name, sizeof name, "--%s", row->name);
        help_print_row(name, row->arg_name ? option_arg_name(i, topic) : "", text);
    }
}

static void help_print_examples(const char *lines)
{
    puts("\nExamples:");
    for (int size; *lines; lines += size + 1) {
        size = (int)strcspn(lines, "\n");
        printf("%*s%.*s\n", INDENT, "", size, lines);
    }
}

static void help_print_commands(void)
{
    puts("\nCommands:");
    for (enum command i = 0; i < COMMAND_COUNT; i++)
        help_print_row(command_row(i)->name, command_row(i)->arg_name, command_row(i)->summary);
}

static const struct exit_meaning {
    const char *number;
    int commands;
    const char *text;
} meanings[] = {
#define EXIT_STATUS(...)
#define MEANS(number, commands, text) {#number, commands, text},
#include "server/config/exit_status.def"
};

/* "serve, validate: " */
static void help_add_commands(struct strbuf *out, int commands)
{
    for (enum command i = 0; i < COMMAND_COUNT; i++) {
        if (commands & 1 << i)
            strbuf_format(out, "%s%s", commands & ((1 << i) - 1) ? ", " : "", command_row(i)->name);
    }
    strbuf_append(out, ": ");
}

void help_exit_statuses(enum command topic, void (*print)(const char *number, const char *text))
{
    const struct exit_meaning *row = meanings, *end = row + sizeof meanings / sizeof *meanings;
    struct arena arena = {0};

    while (row < end) {
        struct strbuf text = {.arena = &arena};
        const char *number = row->number;
        for (; row < end && *row->number == *number; row++) {
            if (topic != COMMAND_HELP && !(row->commands & 1 << topic))
                continue;
            strbuf_append(&text, text.size ? "; " : "");
            if (topic == COMMAND_HELP && row->commands != OF_ALL)
                help_add_commands(&text, row->commands);
            strbuf_append(&text, row->text);
        }
        if (text.size)
            print(number, text.bytes);
    }
    arena_release(&arena);
}

static void help_print_status(const char *number, const char *text)
{
    help_print_row(number, "", text);
}

static void help_print_end(enum command topic)
{
    puts("\nExit status:");
    help_exit_statuses(topic, help_print_status);
    putchar('\n');
    help_wrap(0, 0,
              "Each option is also an environment variable: --log-level is "
              "EDGES_EMULATOR_LOG_LEVEL. An option beats a variable.");
}

void help_print(enum command topic)
{
    const struct command_row *row = command_row(topic);
    bool all = topic == COMMAND_HELP;

    puts("edges-emulator " EDGES_EMULATOR_VERSION ", a local emulator of the Edges Flows API\n");
    printf("Usage: edges-emulator %s%s%s [OPTION]...\n", all ? "[COMMAND]" : row->name,
           all || !*row->arg_name ? "" : " ", all ? "" : row->arg_name);
    if (all)
        help_print_commands();
    else
        help_wrap(0, INDENT, row->summary);
    help_print_examples(command_row(all ? COMMAND_SERVE : topic)->examples);
    help_print_options(topic);
    help_print_end(topic);
}
