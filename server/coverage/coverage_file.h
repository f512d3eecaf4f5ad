/* A file that --coverage has written: the report of a server, as JSON. */
#ifndef SERVER_COVERAGE_COVERAGE_FILE_H
#define SERVER_COVERAGE_COVERAGE_FILE_H

#include "server/coverage/coverage.h"
#include "store/base/arena.h"

/* Reads it into *out, in which nothing was tried; "-" is stdin. Cells and rules of another version
 * are left out. NULL, or why it cannot be read: static, or in the arena. */
const char *coverage_file_read(struct arena *arena, const char *name, struct coverage *out);

#endif
