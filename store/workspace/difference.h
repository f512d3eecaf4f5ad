/* What differs between the content of a workspace and a snapshot, row by row.
 *
 * After few changes a restore puts these rows right where they are, which takes a fraction of the
 * time of building all content anew.
 */
#ifndef STORE_WORKSPACE_DIFFERENCE_H
#define STORE_WORKSPACE_DIFFERENCE_H

#include "store/base/ctx.h"
#include "store/base/errors.h"

#include <stdbool.h>

/* So many rows are put right in one transaction, in which others wait. */
enum { DIFFERENCES_MOST = 3000 };

struct difference;

/* Compares the content of the workspace with that of a snapshot of this id, in parts
 * (transaction_pause()). *out is to be closed; NULL when more rows differ than DIFFERENCES_MOST. */
enum error difference_find(const struct ctx *ctx, int64_t saved, struct difference **out);

/* Makes the rows what they are in the snapshot, in the transaction of the caller. */
enum error difference_restore(struct difference *difference);

/* Frees it; NULL is allowed. */
void difference_close(struct difference *difference);

#endif
