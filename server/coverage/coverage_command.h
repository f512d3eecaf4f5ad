/* The command `coverage`: prints the report of a running server, or of one that has written it to a
 * file, and says whether it is enough.
 */
#ifndef SERVER_COVERAGE_COVERAGE_COMMAND_H
#define SERVER_COVERAGE_COVERAGE_COMMAND_H

#include "server/config/server_address.h"

enum coverage_verdict {
    COVERAGE_ENOUGH,
    COVERAGE_NOT_ENOUGH,
    COVERAGE_NOT_REACHED,
    COVERAGE_USAGE
};

/* Prints it on stdout in the form of --format; then says on stderr why it is not enough for
 * --fail-under and --lint, that no server answers, that the file has no report, or that a rule of
 * --ignore is none. Without a file (NULL), the server at the address is asked; otherwise the
 * commands in the report are for it. */
enum coverage_verdict coverage_command(const struct settings *settings,
                                       const struct server_address *address, const char *file);

#endif
