/* Lists of runs: filters, order and page (API.md section 6), each page found by an index where one
 * fits: the default order, created_at either way, and both within any set of statuses.
 *
 * The order always ends with the uid, in the direction of the field before it, so that paging is
 * stable and a descending list is the ascending one reversed.
 */
#ifndef STORE_RUN_LIST_H
#define STORE_RUN_LIST_H

#include "store/run.h"

enum {
    RUN_SORTS_MAX = 10 /* sort fields in one list */
};

/* An array of strings. Where it is a filter, none means: do not filter. */
struct text_list {
    const char *const *text;
    int count;
};

struct run_query {
    struct text_list statuses;                        /* as the API shows them */
    struct text_list uids, user_uids, workspace_uids; /* lower case */
    struct text_list sorts; /* names of columns, a leading '-' is descending: at most RUN_SORTS_MAX,
                               checked by the caller against the contract */
    int64_t limit, offset;
};

struct run_page {
    struct run *runs;
    int count;
};

/* Reads one page into the arena. */
enum error run_list(struct store *store, struct arena *arena, const struct workspace *workspace,
                    const struct run_query *query, struct run_page *out);

/* For store.c: lets go of the statements kept for shapes of lists seen before. */
void run_list_release(struct store *store);

/* The SQL of a query, in the arena; for the test that asks SQLite how it would walk. */
const char *run_list_sql(struct arena *arena, const struct run_query *query);

#endif
