#include "store/workspace/content_copy.h"

#include "store/base/instant.h"
#include "store/db/stmt.h"
#include "store/db/transaction.h"
#include "store/workspace/part_rows.h"
#include "store/workspace/row_key.h"

#include <string.h>

/* For each table. */
static const enum stmt_id copies[] = {CONTENT_COPY}, saves[] = {CONTENT_SAVE},
                          restores[] = {CONTENT_RESTORE}, lasts[] = {CONTENT_LAST};

/* `lasts` has those of the saved tables after those of the others. */
enum { TABLES = sizeof copies / sizeof *copies };

/* How a table is copied, and how far. */
struct table_copy {
    enum stmt_id copy;
    const enum stmt_id *last; /* tells the key of the last row copied; NULL: `copy` looks for it */
    struct row_key after;     /* that key */
};

/* Of the order of creation: from one time to before another. So many runs have their entries in
 * pages that the cache of a file has room for. */
struct strip {
    int64_t first, end;
};
enum { STRIP_RUNS = 32768 };

static enum error pages_in_use(struct store *store, int64_t *out)
{
    int64_t all, unused;
    enum error e = stmt_number(stmt_take(store, STMT_SNAPSHOT_PAGES), &all);

    if (!e)
        e = stmt_number(stmt_take(store, STMT_SNAPSHOT_FREE), &unused);
    if (!e)
        *out = all - unused;
    return e;
}

static struct stmt copy_take(struct store *store, enum stmt_id id, int64_t to,
                             const struct content_source *from)
{
    struct stmt s = stmt_take_in(store, id, to);

    if (sqlite3_bind_parameter_index(s.handle, ":user_uid")) {
        stmt_bind_uid(&s, from->user_uid);
        stmt_bind_uid(&s, from->uid);
    }
    if (sqlite3_bind_parameter_index(s.handle, ":shift")) { /* a table with relative times */
        stmt_bind_int(&s, INSTANT_RELATIVE_MAX);
        stmt_bind_int(&s, from->now - INSTANT_RELATIVE);
    }
    stmt_bind_int(&s, from->id);
    return s;
}

static enum error copy_part(struct store *store, const struct table_copy *table, int64_t to,
                            const struct content_source *from, int64_t rows)
{
    struct stmt s = copy_take(store, table->copy, to, from);

    row_key_bind(&s, &table->after, sqlite3_bind_parameter_count(s.handle) - s.bound - 1);
    stmt_bind_int(&s, rows);
    return stmt_run(&s);
}

/* Reads the key of the last row that was copied. */
static enum error copy_go_on(struct store *store, struct table_copy *table, int64_t to)
{
    struct stmt s = stmt_take_in(store, *table->last, to);
    bool ok = stmt_next(&s) && row_key_read(&s, sqlite3_column_count(s.handle), &table->after);
    enum error e = stmt_done(&s);

    return e || ok ? e : ERROR_OUT_OF_MEMORY;
}

static enum error copy_table(struct store *store, struct table_copy *table, int64_t to,
                             const struct content_source *from, int64_t *pages)
{
    int64_t rows = PART_ROWS_FIRST, copied = rows, before = 0, after = 0;
    enum error e = ERROR_NONE;

    while (!e && copied == rows) {
        int64_t began = clock_monotonic_us();
        if (pages)
            e = pages_in_use(store, &before);
        if (!e)
            e = copy_part(store, table, to, from, rows);
        copied = sqlite3_changes64(store->db);
        if (!e && pages)
            e = pages_in_use(store, &after);
        if (!e && pages)
            *pages += after - before;
        if (!e && copied == rows && table->last)
            e = copy_go_on(store, table, to);
        if (copied == rows)
            copied = rows = part_rows_next(rows, began);
        e = e ? e : transaction_pause(store);
    }
    row_key_free(&table->after);
    return e;
}

/* `last`: of each table, as in struct table_copy; or NULL. */
static enum error copy_tables(struct store *store, const enum stmt_id each[TABLES],
                              const enum stmt_id *last, int64_t to,
                              const struct content_source *from, int64_t *pages)
{
    enum error e = ERROR_NONE;

    store->flows_changed++;
    for (size_t i = 0; !e && i < TABLES; i++) {
        struct table_copy table = {.copy = each[i], .last = last ? &last[i] : NULL};
        e = copy_table(store, &table, to, from, pages);
    }
    return e;
}

/* Looks at so many runs behind one, and copies those of the strip; `after` becomes the last that
 * was looked at, or "" when no run follows. */
static enum error copy_strip_part(struct store *store, int64_t to,
                                  const struct content_source *from, const struct strip *strip,
                                  int64_t runs, char after[UID_SIZE])
{
    struct stmt place = stmt_take_in(store, STMT_CONTENT_STRIP_PART, from->id);
    char last[UID_SIZE] = "";

    stmt_bind_uid_or_least(&place, after);
    stmt_bind_int(&place, runs);
    if (stmt_next(&place))
        stmt_uid(&place, last);
    enum error e = stmt_done(&place);
    struct stmt s = copy_take(store, STMT_CONTENT_STRIP_COPY, to, from);
    stmt_bind_uid_or_least(&s, after);
    stmt_bind_uid(&s, *last ? last : "ffffffff-ffff-ffff-ffff-ffffffffffff");
    stmt_bind_int(&s, strip->first);
    stmt_bind_int(&s, strip->end);
    memcpy(after, last, UID_SIZE);
    enum error copied = stmt_run(&s);
    return e ? e : copied;
}

static enum error copy_strip(struct store *store, int64_t to, const struct content_source *from,
                             const struct strip *strip)
{
    char after[UID_SIZE] = "";
    int64_t runs = PART_ROWS_FIRST;
    enum error e;

    do {
        int64_t began = clock_monotonic_us();
        e = copy_strip_part(store, to, from, strip, runs, after);
        runs = part_rows_next(runs, began);
        e = e ? e : transaction_pause(store);
    } while (!e && *after);
    return e;
}

/* Copies many runs of a template to a file. Their uids are scattered in the order of creation, so
 * either a run or its entries in the indexes come to lie anywhere. The pages of a strip's entries
 * stay in the cache, and those of the runs are written once for each strip. */
static enum error copy_runs(struct store *store, int64_t to, const struct content_source *from)
{
    struct strip strip = {.end = INT64_MIN};
    enum error e;

    do {
        strip.first = strip.end;
        struct stmt s = stmt_take_in(store, STMT_CONTENT_STRIP_END, from->id);
        stmt_bind_int(&s, strip.first);
        stmt_bind_int(&s, STRIP_RUNS);
        strip.end = stmt_next(&s) ? stmt_int(&s) : INT64_MAX;
        e = stmt_done(&s);
        if (e || (strip.first == INT64_MIN && strip.end == INT64_MAX)) /* there is only one */
            return e;
        e = copy_strip(store, to, from, &strip);
    } while (!e && strip.end != INT64_MAX);
    return e;
}

enum error content_copy(struct store *store, int64_t to, const struct content_source *from)
{
    enum error e = store->in_memory ? ERROR_NONE : copy_runs(store, to, from);

    /* Of the runs, only those behind the last that was copied. */
    return e ? e : copy_tables(store, copies, NULL, to, from, NULL);
}

enum error content_save(struct store *store, int64_t to, int64_t from, int64_t *pages)
{
    enum error e =
        copy_tables(store, saves, lasts + TABLES, to, &(struct content_source){.id = from}, pages);

    return e ? e : transaction_wait_for_disk(store);
}

enum error content_restore(struct store *store, int64_t to, int64_t from)
{
    enum error e =
        copy_tables(store, restores, lasts, to, &(struct content_source){.id = from}, NULL);

    return e ? e : transaction_wait_for_disk(store);
}

enum error content_copy_flows(struct store *store, int64_t to, int64_t from)
{
    struct stmt s = stmt_take_in(store, STMT_CONTENT_COPY_FLOWS, to);

    store->flows_changed++;
    stmt_bind_int(&s, from);
    return stmt_run(&s);
}
