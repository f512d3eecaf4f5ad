/* The manual page: `edges-emulator docs man`. */
#ifndef SERVER_CLI_MAN_PAGE_H
#define SERVER_CLI_MAN_PAGE_H

/* Prints edges-emulator(1) on stdout, made of the tables of commands, options and exit statuses. */
void man_page_print(void);

#endif
