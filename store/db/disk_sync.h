/* Brings the files of a database to the disk while others are served.
 *
 * A checkpoint copies what is in the -wal into the file, and both have to reach the disk: the -wal
 * before that, the file before the -wal begins anew. For a thousand pages SQLite would wait 40 ms.
 * Here the kernel does it (io_submit(2)) while the program goes on. Where it cannot, SQLite waits.
 * Pages go to the -wal several at a time, a commit not before all of its pages.
 *
 * What is promised stays: a commit that has to be on the disk waits for it, and the -wal is not
 * overwritten before the file is there. After a failure nothing is written any more, since the
 * kernel tells of it only once (fsync(2)); the -wal stays, and has everything.
 */
#ifndef STORE_DB_DISK_SYNC_H
#define STORE_DB_DISK_SYNC_H

#include <stdbool.h>

struct store;

/* For a file that is open with a -wal. Does nothing where the kernel cannot sync in the
 * background. */
void disk_sync_open(struct store *store);

/* Begins and ends what is in progress; never waits. No transaction may be open, nor may one have
 * read anything. */
void disk_sync_step(struct store *store);

/* Whether it has something to do, or will have. */
bool disk_sync_is_due(const struct store *store);

/* Readable when disk_sync_step() has something to do; -1: there is nothing of the kind. */
int disk_sync_fd(const struct store *store);

/* Whether something is in progress: the first commit in that time may have to wait for it. */
bool disk_sync_is_busy(const struct store *store);

/* From now on, commits need not be on the disk: nothing refers to what they write. False: they do
 * again, and the next one brings these along. */
void disk_sync_postpone(struct store *store, bool postpone);

/* If the next commit would wait long for the disk, disk_sync_step() brings what was written there
 * first. Returns whether that is so. */
bool disk_sync_ask(struct store *store);

/* Brings both files to the disk if much was written, and waits for it. */
void disk_sync_wait(struct store *store);

/* Waits for what is in progress; SQLite then does it by itself. */
void disk_sync_close(struct store *store);

#endif
