/* Lists of runs (API.md section 6). */
#ifndef STORE_RUN_RUN_LIST_H
#define STORE_RUN_RUN_LIST_H

#include "store/db/list.h"
#include "store/run/run.h"

struct run_query {
    struct text_list statuses;                        /* as the API shows them */
    struct text_list uids, user_uids, workspace_uids; /* lower case */
    struct text_list sorts;                           /* as in list.h */
    int64_t limit, offset;
};

struct run_page {
    struct run *runs;
    int count;
};

/* Reads one page into the arena. */
enum error run_list(const struct ctx *ctx, const struct run_query *query, struct run_page *out);

/* What that asks of list.h; for the test that asks SQLite how it would walk. */
struct list_query run_list_query(const struct run_query *query);

#endif
