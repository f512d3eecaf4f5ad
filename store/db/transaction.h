/* Transactions: a change is made as a whole, or not at all.
 *
 * A change of more than one statement stands between transaction_begin() and transaction_end(); a
 * single statement is a transaction of its own. They nest: an inner one is part of the outer one,
 * and its failure rolls back the whole.
 */
#ifndef STORE_DB_TRANSACTION_H
#define STORE_DB_TRANSACTION_H

#include "store/base/errors.h"

#include <stdint.h>

struct store;
struct workspace;

/* Begins a change of one workspace at most (NULL: none). A rollback restores its cache and id; a
 * commit calls workspace_changed(). */
enum error transaction_begin(struct store *store, struct workspace *workspace);

/* The same for a change in which one row alone counts, and which is written last: in a batch it
 * needs no savepoint, which would copy every page that it changes. */
enum error transaction_begin_lone(struct store *store, struct workspace *workspace);

/* Commits when result is ERROR_NONE and rolls back otherwise. Returns the first failure of the
 * transaction, or ERROR_INTERNAL when the commit failed. */
enum error transaction_end(struct store *store, enum error result);

/* The same for a part of long work: nothing refers to what it writes, or nobody minds if it is not
 * written. With full durability nothing waits until it is on the disk. */
enum error transaction_begin_part(struct store *store);
enum error transaction_end_part(struct store *store, enum error result);

/* Commits the parts that wait for it, as has to be done before anybody else changes anything. When
 * that fails, the transaction_pause() that others are served in returns ERROR_INTERNAL. */
void transaction_commit_parts(struct store *store);

/* After a jump out of the functions that read or change the database (arena.h): resets their
 * statements, and rolls the change back that they were about. */
void transaction_abandon(struct store *store);

/* Between two parts of long work, as store_set_pause() has it: when a pause is due, others are
 * served, and the next part begins. The transaction is committed first, or, in a file, when much
 * has changed or others write. So what a part leaves in the store must be such that the process may
 * die after it. Outside of a transaction it only lets others be
 * served; in one inside another it does nothing. ERROR_INTERNAL: the work is to be given up. */
enum error transaction_pause(struct store *store);

/* After the last part of much: others are served until what the parts wrote is on the disk. So the
 * commit that follows, which everybody waits for, has little to bring there. Nothing to do without
 * full durability. ERROR_INTERNAL: the work is to be given up. */
enum error transaction_wait_for_disk(struct store *store);

/* Starts to commit changes in batches: with full durability one write to the disk serves several
 * replies, and in memory fewer commits are needed. A change that fails is rolled back alone. A file
 * without full durability has no batches. */
bool batch_start(struct store *store);

/* Whether a change is not yet on the disk, so that no reply may be sent. */
bool batch_pending(const struct store *store);

/* Commits the batch, if there is one, and begins the next. False: the commit failed, as on a full
 * disk, the batch is lost, and memory holds more than the file: store_commit() sets that right. */
bool batch_commit(struct store *store);

/* Commits the batch of a database in memory, before work that may need much memory. When there is
 * none left in the middle of a change, SQLite often rolls back the whole transaction, and the
 * clients of the batch already have their replies. False: the commit failed. */
bool batch_secure(struct store *store);

/* How many batches were lost so far. */
int64_t batches_lost(const struct store *store);

#endif
