/* Checks and locks the file of a database before SQLite opens it.
 *
 * SQLite may write beside a file as it opens it, so a file that is not ours is only read here. The
 * lock (flock(2)) is beside SQLite's own: of two processes that start at once on a new file, one
 * must not see it half made.
 */
#ifndef STORE_DB_DB_LOCK_H
#define STORE_DB_DB_LOCK_H

#include "store/store.h"

/* The marks in the header of our files. */
#define APPLICATION_ID "1162102608" /* the bytes "EDGP" */
#define SCHEMA_VERSION "16"

/* Locks the file, and creates an empty one if it does not exist. On STORE_OPENED, *lock is a
 * descriptor that holds the lock. The caller closes it after sqlite3_close(): closing any
 * descriptor of a file releases SQLite's locks on it. On STORE_FAILED, *reason is the system's
 * message. */
enum store_result db_lock_file(const char *path, int *lock, const char **reason);

#endif
