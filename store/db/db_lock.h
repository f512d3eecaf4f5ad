/* The file of a database, before SQLite opens it: is it one of ours, and does nobody else have it?
 *
 * Even opening a database may write beside it, so a file that is not ours is only read. One of ours
 * is locked as a whole (flock(2)), which is no lock of SQLite's: of two that start at once on a new
 * file, one must not see what the other makes of it.
 */
#ifndef STORE_DB_DB_LOCK_H
#define STORE_DB_DB_LOCK_H

#include "store/store.h"

/* What a database of ours is marked with, in the header of its file. */
#define APPLICATION_ID "1162102608" /* the bytes "EDGP" */
#define SCHEMA_VERSION "6"

/* Claims the file, and makes an empty one where there is none. On STORE_OPENED, *claim is a
 * descriptor that holds the lock; the caller closes it, after SQLite has let go of the file:
 * closing any descriptor takes SQLite's own locks away. On STORE_FAILED, *reason is the system's
 * message. */
enum store_result db_lock_file(const char *path, int *claim, const char **reason);

#endif
