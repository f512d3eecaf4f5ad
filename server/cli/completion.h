/* Completions of the command line for shells: `edges-emulator docs completion SHELL`. */
#ifndef SERVER_CLI_COMPLETION_H
#define SERVER_CLI_COMPLETION_H

#include <stdbool.h>

/* Prints the script for bash, zsh or fish on stdout. False, after naming those on stderr, for any
 * other shell or NULL. */
bool completion_print(const char *shell);

#endif
