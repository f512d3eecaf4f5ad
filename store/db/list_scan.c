#include "store/db/list_scan.h"

#include "store/base/instant.h"
#include "store/db/list_sql.h"
#include "store/db/workspace.h"

#include <stdlib.h>
#include <string.h>

enum {
    ROWS_OF_PART = 1000,
    PLACES_LEAST = 8192 /* that there is memory for */
};

/* A row that passed the filters. */
struct place {
    char uid[UID_SIZE];
    int64_t key[]; /* the fields of the order; a uid has none */
};

struct scan {
    const struct ctx *ctx;
    struct list_query query; /* with the order in full */
    const struct row_reader *reader;
    const char *part_sql, *end_sql;
    bool back; /* from the newest row to the oldest */
    struct {
        int64_t at;
        char uid[UID_SIZE]; /* "": less than any */
    } after, end;
    bool is_last, given_up;
    char *places;        /* the first `count` are used, of `capacity` */
    int64_t size, count; /* of one, in bytes; how many */
    int64_t capacity;
    int64_t wanted; /* the page, all before it, and one that is after it */
};

static struct place *place_at(const struct scan *scan, int64_t i)
{
    return (struct place *)(scan->places + i * scan->size);
}

/* Pauses too: to sort hundreds of thousands takes long. */
static int place_compare(const void *a, const void *b, void *context)
{
    const struct place *one = a, *other = b;
    struct scan *scan = context;
    const struct text_list *sorts = &scan->query.sorts;
    bool descending = false;
    int order = 0;

    scan->given_up = scan->given_up || !ctx_pause(scan->ctx);
    for (int i = 0; i < sorts->count && !order; i++) {
        descending = *sorts->text[i] == '-';
        order = strcmp(sorts->text[i] + descending, "uid") == 0
                    ? strcmp(one->uid, other->uid)
                    : (one->key[i] > other->key[i]) - (one->key[i] < other->key[i]);
    }
    order = order ? order : strcmp(one->uid, other->uid);
    return descending ? -order : order;
}

/* Puts the places in order, and forgets those behind the page. */
static void places_sort(struct scan *scan)
{
    qsort_r(scan->places, (size_t)scan->count, (size_t)scan->size, place_compare, scan);
    if (scan->count > scan->wanted)
        scan->count = scan->wanted;
}

static void scan_begin(struct scan *scan, int64_t rows)
{
    static const char *const usual[] = {"created_at"};
    struct list_query *query = &scan->query;
    struct strbuf part = {.arena = scan->ctx->arena}, end = part;

    if (!query->sorts.count)
        query->sorts = (struct text_list){usual, 1};
    scan->back = strcmp(query->sorts.text[0], "-created_at") == 0;
    scan->after.at = scan->back ? INSTANT_MAX + 1 : INSTANT_MIN - 1;
    scan->size = (int64_t)(sizeof(struct place) + sizeof(int64_t) * (size_t)query->sorts.count);
    scan->wanted = query->offset + query->limit + 1;
    scan->capacity = 2 * scan->wanted > PLACES_LEAST ? 2 * scan->wanted : PLACES_LEAST;
    if (scan->capacity > rows)
        scan->capacity = rows;
    scan->places = arena_alloc(scan->ctx->arena, (size_t)(scan->capacity * scan->size));

    const char *select = list_sql_places(scan->ctx->arena, scan->reader->select, query);
    list_sql_add(&part, select);
    list_sql_add(&part, "?");
    list_sql_add(&part, scan->back ? piece_list_part_back : piece_list_part);
    if (query->statuses.count)
        list_sql_add(&part, piece_list_statuses);
    for (int i = query->statuses.count; i > 0; i--)
        list_sql_add(&part, i > 1 ? "?," : "?)");
    list_sql_add_filters(&part, query);
    list_sql_add(&end, select);
    list_sql_add(&end, "?");
    list_sql_add(&end, scan->back ? piece_list_part_end_back : piece_list_part_end);
    scan->part_sql = part.bytes;
    scan->end_sql = end.bytes;
}

static struct stmt scan_statement(const struct scan *scan, const char *sql)
{
    struct stmt s = {.handle = list_statement(scan->ctx->store, sql)};

    s.failed = !s.handle;
    if (!s.failed) {
        stmt_bind_int(&s, scan->ctx->workspace->id);
        stmt_bind_int(&s, scan->after.at);
        stmt_bind_uid_or_least(&s, scan->after.uid);
    }
    return s;
}

/* Finds the last row of the next part. */
static enum error part_find_end(struct scan *scan)
{
    struct stmt s = scan_statement(scan, scan->end_sql);

    if (s.failed)
        return ERROR_INTERNAL;
    stmt_bind_int(&s, ROWS_OF_PART - 1);
    scan->is_last = !stmt_next(&s);
    *scan->end.uid = '\0';
    scan->end.at = scan->back ? INSTANT_MIN - 1 : INSTANT_MAX + 1;
    if (!scan->is_last) {
        stmt_uid(&s, scan->end.uid);
        scan->end.at = stmt_int(&s);
    }
    return stmt_done(&s);
}

static void place_read(const struct scan *scan, struct stmt *s, struct place *out)
{
    char uid[UID_SIZE];

    stmt_uid(s, out->uid);
    stmt_int(s); /* created_at */
    for (int i = 0; i < scan->query.sorts.count; i++) {
        const char *sort = scan->query.sorts.text[i];
        if (strcmp(sort + (*sort == '-'), "uid") == 0) {
            stmt_uid(s, uid);
            continue;
        }
        out->key[i] = stmt_instant(s);
        if (out->key[i] == INSTANT_NONE && scan->query.nulls_last)
            out->key[i] = INT64_MAX;
    }
}

static enum error part_read(struct scan *scan)
{
    struct stmt s = scan_statement(scan, scan->part_sql);

    if (s.failed)
        return ERROR_INTERNAL;
    stmt_bind_int(&s, scan->end.at);
    stmt_bind_uid_or_least(&s, scan->end.uid);
    for (int i = 0; i < scan->query.statuses.count; i++)
        list_bind_status(&s, scan->reader, scan->query.statuses.text[i]);
    list_bind_filters(&s, scan->ctx->workspace, &scan->query);
    while (stmt_next(&s) && scan->count < scan->capacity)
        place_read(scan, &s, place_at(scan, scan->count++));
    scan->after = scan->end;
    return stmt_done(&s);
}

/* Whether no later row can be on the page: its order is that in which rows are looked at. */
static bool scan_is_over(const struct scan *scan)
{
    const struct text_list *sorts = &scan->query.sorts;

    return scan->is_last || (sorts->count == 1 && list_is_by_creation(sorts->text[0]) &&
                             scan->count >= scan->wanted);
}

static enum error scan_find_places(struct scan *scan)
{
    enum error e = ERROR_NONE;

    do {
        e = part_find_end(scan);
        e = e ? e : part_read(scan);
        if (scan->capacity - scan->count < ROWS_OF_PART)
            places_sort(scan);
        scan->given_up = scan->given_up || !ctx_pause(scan->ctx);
    } while (!e && !scan->given_up && !scan_is_over(scan));
    places_sort(scan);
    return scan->given_up ? ERROR_INTERNAL : e;
}

enum error list_scan(const struct ctx *ctx, const struct list_query *query,
                     const struct row_reader *reader, struct list_page *out)
{
    struct scan scan = {.ctx = ctx, .query = *query, .reader = reader};

    scan_begin(&scan, ctx->workspace->cache.runs);
    enum error e = scan_find_places(&scan);
    if (e)
        return e;
    int64_t count = scan.count - query->offset;
    *out = (struct list_page){.more = count > query->limit};
    if (count > query->limit)
        count = query->limit;
    if (count <= 0)
        return ERROR_NONE;
    const char **uids = arena_alloc(ctx->arena, (size_t)count * sizeof *uids);
    for (int64_t i = 0; i < count; i++)
        uids[i] = place_at(&scan, query->offset + i)->uid;
    struct list_query page = {.sorts = query->sorts,
                              .nulls_last = query->nulls_last,
                              .limit = count,
                              .filter[LIST_BY_UID] = {uids, (int)count}};
    bool more = out->more;
    e = list_read(ctx, &page, reader, out);
    out->more = more;
    return e;
}
