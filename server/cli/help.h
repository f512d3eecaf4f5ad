/* The help of the program: `--help` and `help COMMAND`. */
#ifndef SERVER_CLI_HELP_H
#define SERVER_CLI_HELP_H

#include "server/config/options.h"

enum { OPTION_NAME_MAX = 64, OPTION_TEXT_MAX = 512 }; /* bytes */

/* Prints on stdout, in 80 columns, the help of a command, or of all for COMMAND_HELP. */
void help_print(enum command topic);

/* What an option means, whether it is repeatable, and its default, in one line. */
void help_option_text(const struct option_row *row, char out[OPTION_TEXT_MAX]);

#endif
