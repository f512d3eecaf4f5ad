/* Transactions: all of a change, or nothing of it.
 *
 * Every change that takes more than one statement stands between transaction_begin() and
 * transaction_end(); a single statement is a transaction of its own. They nest:
 * what stands inside another is part of it, and a failure inside takes back the whole.
 */
#ifndef STORE_TRANSACTION_H
#define STORE_TRANSACTION_H

#include "store/base/errors.h"

struct store;

enum error transaction_begin(struct store *store);

/* Commits when result is ERROR_NONE and takes everything back otherwise; returns result, or
 * ERROR_INTERNAL when the commit failed. */
enum error transaction_end(struct store *store, enum error result);

#endif
