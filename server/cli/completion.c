#include "server/cli/completion.h"

#include "server/cli/tables.h"
#include "server/config/options.h"

#include <stdio.h>
#include <string.h>

/* Prints a text for single quotes, with a backslash before each of these characters. */
static void completion_quote(const char *text, const char *special)
{
    for (; *text; text++) {
        fputs(*text == '\'' ? "'\\''" : strchr(special, *text) ? "\\" : "", stdout);
        if (*text != '\'')
            putchar(*text);
    }
}

/* The words of "a|b|c", with spaces between them. */
static void print_choices(const char *choices)
{
    for (; *choices; choices++)
        putchar(*choices == '|' ? ' ' : *choices);
}

static void print_commands(void)
{
    for (enum command i = 0; i < COMMAND_VERSION; i++)
        printf("%s ", command_row(i)->name);
}

static bool takes_file(const struct option_row *row)
{
    return row->arg_name && strstr(row->arg_name, "FILE");
}

static void bash_print(void)
{
    puts("_edges_emulator() {\n"
         "    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} words=\n"
         "    [ \"$word\" = = ] && word=\n"
         "    [ \"$before\" = = ] && before=${COMP_WORDS[COMP_CWORD-2]}\n"
         "    COMPREPLY=()\n"
         "    case $before in");
    for (enum option i = 0; i < OPTION_COUNT; i++) {
        const struct option_row *row = option_row(i);
        if (!row->arg_name)
            continue;
        printf("    --%s) ", row->name);
        if (takes_file(row))
            fputs("mapfile -t COMPREPLY < <(compgen -f -- \"$word\"); return", stdout);
        else if (row->type == OPTION_CHOICE)
            fputs("words='", stdout), print_choices(row->arg_name), putchar('\'');
        else
            fputs("return", stdout);
        puts(";;");
    }
    fputs("    validate) mapfile -t COMPREPLY < <(compgen -f -- \"$word\"); return;;\n"
          "    completion) words='bash zsh fish';;\n    docs) words='",
          stdout);
    tables_print_names();
    fputs("man completion';;\n    help) words='", stdout);
    print_commands();
    fputs("';;\n    *) words='", stdout);
    print_commands();
    for (enum option i = 0; i < OPTION_COUNT; i++)
        printf("--%s ", option_row(i)->name);
    puts("--help --version';;\n    esac\n"
         "    mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$word\")\n"
         "}\ncomplete -F _edges_emulator edges-emulator");
}

static void zsh_print(void)
{
    puts("#compdef edges-emulator\n_edges_emulator() {\n    local state\n    local -a commands\n"
         "    commands=(");
    for (enum command i = 0; i < COMMAND_VERSION; i++) {
        printf("        '%s:", command_row(i)->name);
        completion_quote(command_row(i)->summary, "");
        puts("'");
    }
    puts("    )\n    _arguments \\");
    for (enum option i = 0; i < OPTION_COUNT; i++) {
        const struct option_row *row = option_row(i);
        printf("        '%s--%s%s[", row->type == OPTION_LIST ? "*" : "", row->name,
               row->arg_name ? "=" : "");
        completion_quote(row->help, "[]\\:");
        printf("]%s%s%s", row->arg_name ? ":" : "", row->arg_name ? row->arg_name : "",
               !row->arg_name    ? ""
               : takes_file(row) ? ":_files"
                                 : ":");
        if (row->type == OPTION_CHOICE)
            putchar('('), print_choices(row->arg_name), putchar(')');
        puts("' \\");
    }
    fputs("        '1:command:->command' '*::argument:->argument'\n"
          "    case $state in\n"
          "    command) _describe command commands ;;\n"
          "    argument)\n"
          "        case $words[1] in\n"
          "        validate) _files ;;\n"
          "        help) _describe command commands ;;\n"
          "        docs) [[ $words[2] = completion ]] && compadd bash zsh fish || compadd ",
          stdout);
    tables_print_names();
    puts("man completion ;;\n        esac ;;\n    esac\n}\n"
         "if [ \"$funcstack[1]\" = _edges_emulator ]; then\n    _edges_emulator \"$@\"\nelse\n"
         "    compdef _edges_emulator edges-emulator\nfi");
}

static void fish_print(void)
{
    puts("complete -c edges-emulator -f");
    for (enum command i = 0; i < COMMAND_VERSION; i++) {
        printf("complete -c edges-emulator -n __fish_use_subcommand -a %s -d '",
               command_row(i)->name);
        completion_quote(command_row(i)->summary, "\\");
        puts("'");
    }
    for (enum option i = 0; i < OPTION_COUNT; i++) {
        const struct option_row *row = option_row(i);
        printf("complete -c edges-emulator -l %s%s -d '", row->name,
               !row->arg_name    ? ""
               : takes_file(row) ? " -r -F"
                                 : " -x");
        completion_quote(row->help, "\\");
        putchar('\'');
        if (row->type == OPTION_CHOICE)
            fputs(" -a '", stdout), print_choices(row->arg_name), putchar('\'');
        putchar('\n');
    }
    puts("complete -c edges-emulator -n '__fish_seen_subcommand_from validate' -F");
    fputs("complete -c edges-emulator -n '__fish_seen_subcommand_from help' -a '", stdout);
    print_commands();
    fputs("'\ncomplete -c edges-emulator -n '__fish_seen_subcommand_from completion' -a 'bash zsh "
          "fish'\ncomplete -c edges-emulator -n '__fish_seen_subcommand_from docs; and not "
          "__fish_seen_subcommand_from completion' -a '",
          stdout);
    tables_print_names();
    puts("man completion'");
}

bool completion_print(const char *shell)
{
    static const struct {
        const char *name;
        void (*print)(void);
    } shells[] = {{"bash", bash_print}, {"zsh", zsh_print}, {"fish", fish_print}};

    for (size_t i = 0; i < sizeof shells / sizeof *shells; i++) {
        if (shell && strcmp(shell, shells[i].name) == 0) {
            shells[i].print();
            return true;
        }
    }
    fputs("edges-emulator: docs completion takes bash, zsh or fish\n", stderr);
    return false;
}
