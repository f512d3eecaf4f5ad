#include "server/cli/man_page.h"

#include "server/cli/help.h"

#include <stdio.h>
#include <string.h>

/* A text in which roff finds nothing to act on. */
static void man_page_escape(const char *text)
{
    if (*text == '.' || *text == '\'')
        fputs("\\&", stdout);
    for (; *text; text++)
        fputs(*text == '-' ? "\\-" : *text == '\\' ? "\\e" : (char[]){*text, '\0'}, stdout);
}

/* A term in bold, what it takes in italics, and below them a text. */
static void man_page_print_row(const char *name, const char *arg_name, const char *text)
{
    fputs(".TP\n\\fB", stdout);
    man_page_escape(name);
    fputs(*arg_name ? "\\fR \\fI" : "", stdout);
    man_page_escape(arg_name);
    fputs("\\fR\n", stdout);
    man_page_escape(text);
    putchar('\n');
}

static void man_page_print_options(void)
{
    char text[OPTION_TEXT_MAX], name[OPTION_NAME_MAX];
    const char *group = "";

    puts(".SH OPTIONS\nA command refuses an option that is not for it: edges-emulator help COMMAND "
         "shows its own.");
    for (enum option i = 0; i < OPTION_COUNT; i++) {
        const struct option_row *row = option_row(i);
        if (strcmp(row->group, group) != 0)
            printf(".SS %s\n", row->group);
        group = row->group;
        help_option_text(row, text);
        snprintf(name, sizeof name, "--%s", row->name);
        man_page_print_row(name, row->arg_name ? row->arg_name : "", text);
    }
}

static void man_page_print_examples(void)
{
    puts(".SH EXAMPLES\n.nf");
    for (enum command i = 0; i < COMMAND_COUNT; i++)
        man_page_escape(command_row(i)->examples);
    puts(".fi");
}

static void man_page_print_status(const char *number, const char *text)
{
    man_page_print_row(number, "", text);
}

void man_page_print(void)
{
    puts(".TH EDGES-EMULATOR 1 \"\" \"edges-emulator " EDGES_EMULATOR_VERSION "\"\n"
         ".SH NAME\nedges-emulator \\- local emulator of the Edges Flows API\n"
         ".SH SYNOPSIS\n.B edges-emulator\n[\\fICOMMAND\\fR] [\\fIOPTION\\fR]...\n"
         ".SH DESCRIPTION\n"
         "Behaves like the Edges Flows API, for tests of its clients. It has real state, a clock "
         "that tests control, callbacks that are really sent, and faults on request.\n"
         ".SH COMMANDS");
    for (enum command i = 0; i < COMMAND_COUNT; i++)
        man_page_print_row(command_row(i)->name, command_row(i)->arg_name, command_row(i)->summary);
    man_page_print_options();
    puts(".SH EXIT STATUS");
    help_exit_statuses(COMMAND_HELP, man_page_print_status);
    puts(".SH ENVIRONMENT\n"
         "Each option is also an environment variable: \\fB\\-\\-log\\-level\\fR is "
         "\\fBEDGES_EMULATOR_LOG_LEVEL\\fR. An option beats a variable. In a variable, the values "
         "of a repeatable option are separated by commas.");
    man_page_print_examples();
}
