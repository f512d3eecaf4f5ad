/* Lists that no index serves, in parts: others are served between them (ctx_pause()).
 *
 * The rows are looked at in the order of creation. Of those that pass the filters, the uid and the
 * fields of the order are kept, and no more than the page and all before it; at the end the page is
 * read by its uids. The workspace must not change meanwhile: its own requests wait (call_begin()).
 */
#ifndef STORE_DB_LIST_SCAN_H
#define STORE_DB_LIST_SCAN_H

#include "store/db/list.h"

/* As list_read(), for runs. The statuses are without repeats. ERROR_INTERNAL also when the work was
 * given up. */
enum error list_scan(const struct ctx *ctx, const struct list_query *query,
                     const struct row_reader *reader, struct list_page *out);

#endif
