/* The help of the program: `--help` and `help COMMAND`. */
#ifndef SERVER_CLI_HELP_H
#define SERVER_CLI_HELP_H

#include "server/config/options.h"

enum { OPTION_NAME_MAX = 64, OPTION_TEXT_MAX = 512 }; /* bytes */

/* Prints on stdout, in 80 columns, the help of a command, or of all for COMMAND_HELP. */
void help_print(enum command topic);

/* What an option means, whether it is repeatable, and its default, in one line. */
void help_option_text(const struct option_row *row, char out[OPTION_TEXT_MAX]);

/* Calls print for each exit status with what it means for a command, if it is about it; of all,
 * also which commands each part is about: "serve, validate: bad fixture". */
void help_exit_statuses(enum command topic, void (*print)(const char *number, const char *text));

#endif
