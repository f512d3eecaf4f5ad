/* A line of a shell that covers a cell: curl, once or several times.
 *
 * It needs nothing from before: runs and schedules are made first, with uids of their own, in the
 * workspace of the key $EMULATOR_KEY, or else "coverage". The flow is of the fixture demo. What a
 * receiver has to do with it is sent to $RECEIVER_URL.
 */
#ifndef SERVER_COVERAGE_COMMAND_H
#define SERVER_COVERAGE_COMMAND_H

#include "server/coverage/cells.h"

/* The line for a cell of a server at `host`, with a port. The uids in it depend on the seed. */
const char *command_for_cell(struct arena *arena, const char *host, uint64_t seed,
                             const struct cell *cell);

#endif
