/* The command `coverage`: prints the report of a running server, and says whether it is enough.
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
 * --fail-under and --lint, that no server answers, or that a rule of --ignore is none. */
enum coverage_verdict coverage_command(const struct settings *settings,
                                       const struct server_address *address);

#endif
