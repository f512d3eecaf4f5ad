/* Transactions: all of a change, or nothing of it.
 *
 * Every change that takes more than one statement stands between transaction_begin() and
 * transaction_end(); a single statement is a transaction of its own. They nest:
 * what stands inside another is part of it, and a failure inside takes back the whole.
 */
#ifndef STORE_DB_TRANSACTION_H
#define STORE_DB_TRANSACTION_H

#include "store/base/errors.h"

#include <stdbool.h>

struct store;
struct workspace;

/* A workspace whose rows may change is named, so that what memory knows of them (its marks) is
 * taken back with them, and its waiters hear of the commit; NULL: none. One transaction changes one
 * workspace at most. */
enum error transaction_begin(struct store *store, struct workspace *workspace);

/* Commits when result is ERROR_NONE and takes everything back otherwise; returns what failed first
 * in the transaction, or ERROR_INTERNAL when the commit failed. */
enum error transaction_end(struct store *store, enum error result);

/* Batches: with full durability, what comes together is brought to the disk together, and only
 * then answered; in memory, where there is nothing to wait for, it spares commits. Between two
 * commits every change is a part of the batch; one that fails is taken back alone. A file without
 * full durability has none: each change is committed by itself. */
bool batch_start(struct store *store);

/* Whether something has changed that is not yet on the disk, so that no answer may leave. */
bool batch_pending(const struct store *store);

/* Brings all to the disk. False when that cannot be done: memory then knows more than the file, and
 * the program must end. Without batches it does nothing. */
bool batch_commit(struct store *store);

#endif
