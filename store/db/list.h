/* Lists: filters, order and page, each page found by an index where one fits: the default order,
 * created_at either way, and both within any set of statuses.
 *
 * The order always ends with the uid, in the direction of the field before it, so that paging is
 * stable and a descending list is the ascending one reversed.
 */
#ifndef STORE_DB_LIST_H
#define STORE_DB_LIST_H

#include "store/base/arena.h"
#include "store/base/errors.h"

#include <stdint.h>

struct store;
struct stmt;

enum {
    LIST_SORTS_MAX = 10, /* sort fields in one list */
    LIST_FILTERS_MAX = 3 /* beside the status */
};

/* An array of strings. Where it is a filter, none means: do not filter. */
struct text_list {
    const char *const *text;
    int count;
};

struct list_filter {
    const char *piece; /* of list.sql: what the values stand behind */
    struct text_list values;
};

struct list_query {
    const char *columns;       /* a piece that ends with "workspace =" */
    struct text_list statuses; /* as the API shows them */
    struct list_filter filter[LIST_FILTERS_MAX];
    int filter_count;
    struct text_list sorts; /* names of columns, a leading '-' is descending: at most
                               LIST_SORTS_MAX, checked by the caller against the contract */
    int64_t limit, offset;
};

/* Begins to read one page; the caller takes its rows and ends it with stmt_done(). */
enum error list_begin(const struct ctx *ctx, const struct list_query *query, struct stmt *out);

/* For store.c: lets go of the statements kept for shapes of lists seen before. */
void list_release(struct store *store);

/* The SQL of a query, in the arena; for the test that asks SQLite how it would walk. */
const char *list_sql(struct arena *arena, const struct list_query *query);

#endif
