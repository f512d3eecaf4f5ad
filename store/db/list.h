/* Lists: filters, order and page. An index serves the order by created_at in both directions, also
 * within any set of statuses.
 *
 * The order always ends with the uid, in the direction of the field before it, so that paging is
 * stable and a descending list is the ascending one reversed.
 */
#ifndef STORE_DB_LIST_H
#define STORE_DB_LIST_H

#include "store/base/arena.h"
#include "store/base/errors.h"

#include <stdint.h>

struct row_reader;
struct stmt;
struct store;

enum { LIST_SORTS_MAX = 10 }; /* sort fields in one list */

/* What a list can be filtered by, beside the status. */
enum list_filter {
    LIST_BY_UID,
    LIST_BY_USER,
    LIST_BY_WORKSPACE,
    LIST_BY_FLOW,
    LIST_BY_RUN,
    LIST_FILTER_COUNT
};

/* An array of strings. An empty one does not filter. */
struct text_list {
    const char *const *text;
    int count;
};

struct list_query {
    struct text_list statuses;                  /* as the API shows them */
    struct text_list filter[LIST_FILTER_COUNT]; /* uids in lower case */
    struct text_list sorts; /* names of columns, a leading '-' is descending: at most
                               LIST_SORTS_MAX, checked by the caller against the contract */
    bool nulls_last;        /* when ascending; set by list_read(), from assumption list.nulls */
    const char *before_uid; /* only what comes before this row, which was created at before_at, in
                               the order of creation: for lists sorted by -created_at; NULL: all */
    int64_t before_at;
    int64_t limit, offset;
    int64_t *total; /* gets how many rows all pages have; NULL: they are not counted */
    bool peek;      /* look for rows after the page: it costs a twentieth more */
};

/* One page of rows, in the arena of the context: an array of the struct that the reader fills. */
struct list_page {
    void *rows;
    int count;
    bool more; /* with peek: there are rows after these */
};

/* Reads one page. Where the context can pause, a list that takes long is read in parts
 * (list_scan.h). */
enum error list_read(const struct ctx *ctx, const struct list_query *query,
                     const struct row_reader *reader, struct list_page *out);

/* Whether no index serves its filters or its order, so that all rows may have to be looked at. */
bool list_takes_long(const struct list_query *query);

/* Reads the first column of each row of a statement, and resets it. */
enum error list_read_texts(struct stmt *s, struct arena *arena, struct text_list *out);

/* The SQL of a query, in the arena; for the test that asks SQLite for its plan. */
const char *list_sql(struct arena *arena, const char *select, const struct list_query *query);

#endif
