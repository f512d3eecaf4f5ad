/* The tables as Markdown: `edges-emulator docs`, from which the tables of the manual are taken. */
#ifndef SERVER_CLI_TABLES_H
#define SERVER_CLI_TABLES_H

#include <stdbool.h>

/* Prints one table, or all of them for NULL, on stdout. False, after naming those there are on
 * stderr, when there is none of that name. */
bool tables_print(const char *name);

/* Prints their names, each with a space behind it. */
void tables_print_names(void);

#endif
