#include "store/workspace/difference.h"

#include "store/db/stmt.h"
#include "store/db/transaction.h"
#include "store/db/workspace.h"
#include "store/workspace/row_key.h"

#include <stdlib.h>
#include <string.h>

/* Rows that are compared between two looks at the clock. */
enum { ROWS = 512 };

static const enum stmt_id rows_of[] = {CONTENT_ROWS}, removes[] = {CONTENT_REMOVE_ROW},
                          restores[] = {CONTENT_RESTORE_ROW};

/* rows_of has those of the saved tables after those of the others. */
enum { TABLES = sizeof removes / sizeof *removes };

/* A row that differs: it is missing in one of both, or has other values. */
struct row {
    int table;
    bool present, saved;
    struct row_key key;
};

struct difference {
    struct store *store;
    int64_t present, saved; /* the ids of both contents */
    struct row_key after;   /* of the last row that was compared */
    int count;
    struct row row[DIFFERENCES_MOST + 1];
};

/* One of both contents, at a row of a table. */
struct cursor {
    struct stmt stmt;
    bool at_row; /* it is not at the end */
};

/* The first parameter is the workspace's, or there are two. */
static int keys_of(const struct stmt *s)
{
    return sqlite3_bind_parameter_count(s->handle) - s->bound;
}

static void bind_key(struct stmt *s, const struct row_key *key)
{
    row_key_bind(s, key, keys_of(s));
}

/* The order of two values of a column, each of which has one type or is null. */
static int64_t compare(const struct cursor *a, const struct cursor *b, int column)
{
    sqlite3_value *one = sqlite3_column_value(a->stmt.handle, column),
                  *other = sqlite3_column_value(b->stmt.handle, column);
    int type = sqlite3_value_type(one);

    if (type != sqlite3_value_type(other) || type == SQLITE_NULL)
        return type - sqlite3_value_type(other);
    if (type == SQLITE_INTEGER) {
        int64_t x = sqlite3_value_int64(one), y = sqlite3_value_int64(other);
        return (x > y) - (x < y);
    }
    int size = sqlite3_value_bytes(one), other_size = sqlite3_value_bytes(other),
        less = size < other_size ? size : other_size,
        order = less ? memcmp(sqlite3_value_blob(one), sqlite3_value_blob(other), (size_t)less) : 0;
    return order ? order : size - other_size;
}

/* Which has the lower key: less than zero, the first. One at the end has the highest. */
static int64_t compare_keys(const struct cursor *a, const struct cursor *b, int keys)
{
    int64_t order = b->at_row - a->at_row;

    for (int i = 0; !order && i < keys; i++)
        order = compare(a, b, i);
    return order;
}

static bool rows_differ(const struct cursor *a, const struct cursor *b, int keys)
{
    int column = sqlite3_column_count(a->stmt.handle);

    while (column > keys && compare(a, b, column - 1) == 0)
        column--;
    return column > keys;
}

static bool add_row(struct difference *d, int table, int64_t order, const struct cursor *at,
                    int keys)
{
    struct row *row = &d->row[d->count++];

    *row = (struct row){.table = table, .saved = order <= 0, .present = order >= 0};
    return row_key_read(&at->stmt, keys, &row->key);
}

static struct cursor cursor_open(const struct difference *d, enum stmt_id rows, int64_t id)
{
    struct cursor cursor = {.stmt = stmt_take_in(d->store, rows, id)};

    bind_key(&cursor.stmt, &d->after);
    cursor.at_row = stmt_next(&cursor.stmt);
    return cursor;
}

/* Goes through both in the order of their keys, so many rows far; *more: not to the end. */
static enum error compare_part(struct difference *d, int table, bool *more)
{
    struct cursor saved = cursor_open(d, rows_of[TABLES + table], d->saved),
                  present = cursor_open(d, rows_of[table], d->present);
    int keys = sqlite3_bind_parameter_count(saved.stmt.handle) - 1, left = ROWS;
    bool ok = true;

    while (ok && left > 0 && d->count <= DIFFERENCES_MOST && (saved.at_row || present.at_row)) {
        int64_t order = compare_keys(&saved, &present, keys);
        const struct cursor *at = order <= 0 ? &saved : &present;
        if (order || rows_differ(&saved, &present, keys))
            ok = add_row(d, table, order, at, keys);
        if (--left == 0)
            ok &= row_key_read(&at->stmt, keys, &d->after);
        if (order <= 0)
            saved.at_row = stmt_next(&saved.stmt);
        if (order >= 0)
            present.at_row = stmt_next(&present.stmt);
    }
    *more = left == 0;
    enum error e = stmt_done(&saved.stmt), other = stmt_done(&present.stmt);
    e = e ? e : other;
    return e || ok ? e : ERROR_OUT_OF_MEMORY;
}

static enum error compare_table(struct difference *d, int table)
{
    bool more;
    enum error e;

    row_key_free(&d->after);
    do {
        e = compare_part(d, table, &more);
        e = e ? e : transaction_pause(d->store);
    } while (!e && more && d->count <= DIFFERENCES_MOST);
    return e;
}

enum error difference_find(const struct ctx *ctx, int64_t saved, struct difference **out)
{
    struct difference *d = malloc(sizeof *d);
    enum error e = d ? ERROR_NONE : ERROR_OUT_OF_MEMORY;

    if (e)
        return e;
    *d = (struct difference){.store = ctx->store, .present = ctx->workspace->id, .saved = saved};
    for (int i = 0; !e && i < TABLES && d->count <= DIFFERENCES_MOST; i++)
        e = compare_table(d, i);
    if (e || d->count > DIFFERENCES_MOST) {
        difference_close(d);
        d = NULL;
    }
    *out = d;
    return e;
}

/* Other rows may have what a row is to have, so all go that are there, before any comes. */
enum error difference_restore(struct difference *d)
{
    enum error e = ERROR_NONE;

    d->store->flows_changed++;
    for (int i = 0; !e && i < d->count; i++) {
        struct stmt s = stmt_take_in(d->store, removes[d->row[i].table], d->present);
        bind_key(&s, &d->row[i].key);
        e = d->row[i].present ? stmt_run(&s) : ERROR_NONE;
    }
    for (int i = 0; !e && i < d->count; i++) {
        struct stmt s = stmt_take_in(d->store, restores[d->row[i].table], d->present);
        stmt_bind_int(&s, d->saved);
        bind_key(&s, &d->row[i].key);
        e = d->row[i].saved ? stmt_run(&s) : ERROR_NONE;
    }
    return e;
}

void difference_close(struct difference *d)
{
    if (!d)
        return;
    row_key_free(&d->after);
    for (int i = 0; i < d->count; i++)
        row_key_free(&d->row[i].key);
    free(d);
}
