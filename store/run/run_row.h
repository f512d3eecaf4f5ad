/* The rows of a run: that of the table run, and that of run_extra, which has what most runs do not.
 *
 * run.h declares what others may call: run_add(), run_read(), run_get() and run_list(). For run.c
 * alone:
 */
#ifndef STORE_RUN_RUN_ROW_H
#define STORE_RUN_RUN_ROW_H

#include "store/run/run.h"

/* Whether a change of a run writes its error too, and so two rows. It compares addresses: an error
 * that is written although it is the same does no harm. */
bool run_error_differs(const struct run *a, const struct run *b);

/* Writes how a run differs from its row, *old, and counts its new status. In a transaction, unless
 * it writes one row alone. */
enum error run_row_change(struct store *store, const struct run *old, const struct run *run);

#endif
