/* Watches the files of an open database: the process goes on with a file that was deleted, or reads
 * what is not there any more, and nobody would know.
 */
#ifndef STORE_DB_FILE_WATCH_H
#define STORE_DB_FILE_WATCH_H

#include "store/store.h"

#include <sys/stat.h>

/* Zeroed, it has not looked yet. */
struct file_watch {
    struct stat seen[2]; /* of the file and its -wal, at the last look; zeroed: there was none */
    int64_t next_look;   /* clock_monotonic_us() */
};

/* Looks at most once a second, and says on stderr what has happened to a file: it was deleted,
 * replaced or cut. Each is said once. Does nothing for a database in memory. */
void file_watch_look(struct store *store);

#endif
