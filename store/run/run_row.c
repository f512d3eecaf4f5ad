#include "store/run/run_row.h"

#include "store/base/instant.h"
#include "store/db/stmt.h"
#include "store/db/transaction.h"

#include <string.h>

#define BIND_RUN_STATUS(name) stmt_bind_int(s, run_statuses[row->name].number);
#define READ_RUN_STATUS(name) int64_t name = stmt_int(s);
#define BIND_RUN_CANCELLED(name) stmt_bind_int(s, run_statuses[row->status].cancelled);
#define READ_RUN_CANCELLED(name) row->status = run_status_read(s, status, stmt_int(s));
#define BIND_HAS_EXTRA(name) stmt_bind_int(s, run_has_extra(row));
#define READ_HAS_EXTRA(name) bool name = stmt_int(s);
#define BIND_WORKFLOW_UID(name) stmt_bind_uid_unless(s, row->name, run_no_flow_uid());
#define READ_WORKFLOW_UID(name) stmt_uid_or(s, run_no_flow_uid(), row->name);

static bool run_has_extra(const struct run *row)
{
#define COLUMN(...)
#define EXTRA COLUMN_HAS
    return false
#include "store/run/run_columns.def"
        ;
}

static enum error run_add_extra(struct store *store, const struct run *row)
{
    struct stmt insert = stmt_take_uid(store, STMT_RUN_EXTRA_ADD, row->workspace, row->uid);
    struct stmt *s = &insert;

#define COLUMN(...)
#define EXTRA COLUMN_BIND
#include "store/run/run_columns.def"
    return stmt_run(s);
}

static void run_bind(struct stmt *s, const struct workspace *owner, const struct run *row)
{
#define COLUMN COLUMN_BIND
#define EXTRA(...)
#include "store/run/run_columns.def"
}

static enum error run_add_row(struct store *store, const struct run *row)
{
    struct stmt s = stmt_take(store, STMT_RUN_ADD);

    run_bind(&s, workspace_by_id(store, row->workspace), row);
    return stmt_run_new(&s);
}

enum error run_add(struct store *store, const struct run *row)
{
    if (!run_has_extra(row))
        return run_add_row(store, row);
    enum error e = transaction_begin(store, NULL);
    if (e)
        return e;
    e = run_add_row(store, row);
    return transaction_end(store, e ? e : run_add_extra(store, row));
}

/* Adds the next of so many rows; returns how many: STMT_ROWS, or fewer on an error. */
static int run_add_next(struct store *store, const struct run *const *rows, int count,
                        enum error *e)
{
    const struct workspace *owner = workspace_by_id(store, rows[0]->workspace);

    if (count < STMT_ROWS) {
        *e = run_add_row(store, rows[0]);
        return !*e;
    }
    struct stmt s = stmt_take(store, STMT_RUN_ADD_ROWS);
    for (int i = 0; i < STMT_ROWS; i++)
        run_bind(&s, owner, rows[i]);
    *e = stmt_run_new(&s);
    if (*e == ERROR_ALREADY_EXISTS)
        return sqlite3_changes(store->db); /* those before it */
    return *e ? 0 : STMT_ROWS;
}

enum error run_add_all(struct store *store, const struct run *const *rows, int count, int *added)
{
    enum error e = ERROR_NONE;

    for (*added = 0; !e && *added < count;)
        *added += run_add_next(store, rows + *added, count - *added, &e);
    for (int i = 0; i < *added; i++) {
        enum error of_extra = run_has_extra(rows[i]) ? run_add_extra(store, rows[i]) : ERROR_NONE;
        e = e ? e : of_extra;
    }
    return e;
}

static enum run_status run_status_read(struct stmt *s, int64_t number, bool cancelled)
{
    enum run_status status = run_status_stored(number, cancelled);

    if (status != RUN_STATUS_COUNT)
        return status;
    s->failed = true; /* only a damaged file has such a row */
    return RUN_CREATED;
}

static void run_read_extra(struct stmt *s, struct arena *arena, struct run *row)
{
#define COLUMN(...)
#define EXTRA COLUMN_READ
#include "store/run/run_columns.def"
}

/* What is in the other table, and what no row has. */
static void run_complete(struct stmt *s, const struct ctx *ctx, bool has_extra, struct run *row)
{
    row->workspace = ctx->workspace->id;
    row->callback_headers = NULL;
#define COLUMN(...)
#define EXTRA COLUMN_DEFAULT
#include "store/run/run_columns.def"
    if (!has_extra)
        return;
    struct stmt extra = stmt_take_uid(ctx->store, STMT_RUN_EXTRA_GET, ctx->workspace->id, row->uid);
    bool found = stmt_next(&extra);
    if (found)
        run_read_extra(&extra, ctx->arena, row);
    s->failed |= stmt_done(&extra) || !found;
}

void run_read(struct stmt *s, const struct ctx *ctx, void *out)
{
    struct arena *arena = ctx->arena;
    struct run *row = out;

#define COLUMN COLUMN_READ
#define EXTRA(...)
#include "store/run/run_columns.def"
    run_complete(s, ctx, has_extra, row);
}

static const struct row_reader run_reader = {piece_run_select, sizeof(struct run), run_read,
                                             run_status_number, NULL};

enum error run_get(const struct ctx *ctx, const char *uid, struct run *out)
{
    struct stmt s = stmt_take_uid(ctx->store, STMT_RUN_GET, ctx->workspace->id, uid);

    return stmt_read(&s, ctx, &run_reader, out, ERROR_RUN_NOT_FOUND);
}

enum error run_get_started_by(const struct ctx *ctx, const char *schedule_uid, int64_t at,
                              struct run *out)
{
    struct stmt s =
        stmt_take_uid(ctx->store, STMT_RUN_STARTED_BY, ctx->workspace->id, schedule_uid);

    stmt_bind_int(&s, at);
    return stmt_read(&s, ctx, &run_reader, out, ERROR_RUN_NOT_FOUND);
}

enum error run_list(const struct ctx *ctx, const struct list_query *query, struct list_page *out)
{
    return list_read(ctx, query, &run_reader, out);
}

static void run_read_listed(struct stmt *s, const struct ctx *ctx, void *out)
{
    struct arena *arena = ctx->arena;
    struct run *row = out;

    run_init(row);
#define COLUMN COLUMN_READ_LISTED
#define EXTRA(...)
#include "store/run/run_columns.def"
    run_complete(s, ctx, has_extra, row);
}

static const struct row_reader run_reader_listed = {piece_run_select_listed, sizeof(struct run),
                                                    run_read_listed, run_status_number, NULL};

enum error run_list_shown(const struct ctx *ctx, const struct list_query *query,
                          struct list_page *out)
{
    return list_read(ctx, query, &run_reader_listed, out);
}

static void run_count_change(struct workspace *workspace, enum run_status old,
                             enum run_status status)
{
    workspace->cache.runs_by_status[old]--;
    workspace->cache.runs_by_status[status]++;
}

bool run_error_differs(const struct run *a, const struct run *b)
{
    return a->error_label != b->error_label || a->error_message != b->error_message;
}

static enum error run_change_extra(struct store *store, const struct run *row)
{
    struct stmt update = stmt_take_uid(store, STMT_RUN_EXTRA_CHANGE, row->workspace, row->uid);
    struct stmt *s = &update;

#define COLUMN(...)
#define EXTRA COLUMN_CHANGE
#include "store/run/run_columns.def"
    return stmt_run(s);
}

static bool run_inner_differs(const struct run *old, const struct run *row)
{
#define COLUMN COLUMN_INNER_DIFFERS
#define EXTRA(...)
    return false
#include "store/run/run_columns.def"
        ;
}

static void run_bind_changes(struct stmt *s, const struct run *row)
{
#define COLUMN COLUMN_CHANGE
#define EXTRA(...)
#include "store/run/run_columns.def"
}

static void run_bind_listed_changes(struct stmt *s, const struct run *row)
{
#define COLUMN COLUMN_CHANGE_LISTED
#define EXTRA(...)
#include "store/run/run_columns.def"
}

enum error run_row_change(struct store *store, const struct run *old, const struct run *row)
{
    bool inner = run_inner_differs(old, row);
    struct stmt update = stmt_take(store, inner ? STMT_RUN_CHANGE : STMT_RUN_CHANGE_LISTED);
    struct stmt *s = &update;

    if (inner)
        run_bind_changes(s, row);
    else
        run_bind_listed_changes(s, row);
    stmt_bind_int(s, old->workspace);
    stmt_bind_uid(s, old->uid);
    stmt_bind_int(s, run_statuses[old->status].number);
    stmt_bind_int(s, run_statuses[old->status].cancelled);
    enum error e = stmt_run_one(s);
    if (!e && run_error_differs(old, row))
        e = run_change_extra(store, row);
    if (!e)
        run_count_change(workspace_by_id(store, row->workspace), old->status, row->status);
    return e;
}
