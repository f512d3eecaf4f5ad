#include "store/db/list.h"

#include "store/db/stmt.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    SHAPES_KEPT = 16 /* prepared statements of shapes seen before */
};

struct shape {
    char *sql;
    sqlite3_stmt *handle;
};

struct list_cache {
    struct shape shape[SHAPES_KEPT];
    int next; /* the one to replace next */
};

/* SQL in the making. */
struct text {
    FILE *stream;
    char *bytes;
    size_t size;
};

static void add(struct text *sql, const char *piece)
{
    fputs(piece, sql->stream);
    fputc(' ', sql->stream);
}

/* "?, ?, ?)" */
static void add_places(struct text *sql, int count)
{
    for (int i = 1; i < count; i++)
        add(sql, "?,");
    add(sql, "?)");
}

static void add_arm(struct text *sql, const struct list_query *query)
{
    add(sql, query->columns);
    add(sql, "?");
    if (query->statuses.count) {
        add(sql, piece_list_status);
        add(sql, "?");
    }
    for (int i = 0; i < query->filter_count; i++) {
        if (query->filter[i].values.count == 0)
            continue;
        add(sql, query->filter[i].piece);
        add_places(sql, query->filter[i].values.count);
    }
}

static void add_order(struct text *sql, const struct text_list *sorts)
{
    static const char *const usual[] = {"created_at"};
    struct text_list order = sorts->count ? *sorts : (struct text_list){usual, 1};
    const char *direction = "";

    add(sql, piece_list_order);
    for (int i = 0; i < order.count; i++) {
        bool descending = *order.text[i] == '-';
        direction = descending ? "DESC" : "ASC";
        add(sql, order.text[i] + descending);
        add(sql, direction);
        add(sql, ",");
    }
    add(sql, "uid");
    add(sql, direction);
}

static int arms(const struct list_query *query)
{
    return query->statuses.count ? query->statuses.count : 1;
}

const char *list_sql(struct arena *arena, const struct list_query *query)
{
    struct text sql = {0};

    sql.stream = open_memstream(&sql.bytes, &sql.size);
    if (!sql.stream)
        abort();
    for (int i = 0; i < arms(query); i++) {
        if (i)
            add(&sql, piece_list_join);
        add_arm(&sql, query);
    }
    add_order(&sql, &query->sorts);
    add(&sql, piece_list_page);
    fclose(sql.stream);

    const char *copy = arena_copy(arena, sql.bytes, sql.size);
    free(sql.bytes);
    return copy;
}

static void forget(struct shape *shape)
{
    sqlite3_finalize(shape->handle);
    free(shape->sql);
    *shape = (struct shape){0};
}

/* The statement of this text: one kept from an earlier list, or a new one in its place. */
static sqlite3_stmt *prepared(struct store *store, const char *sql)
{
    if (!store->lists)
        store->lists = calloc(1, sizeof *store->lists);
    if (!store->lists)
        abort();
    for (int i = 0; i < SHAPES_KEPT; i++) {
        struct shape *shape = &store->lists->shape[i];
        if (shape->sql && strcmp(shape->sql, sql) == 0)
            return shape->handle;
    }

    struct shape *shape = &store->lists->shape[store->lists->next];
    store->lists->next = (store->lists->next + 1) % SHAPES_KEPT;
    forget(shape);
    shape->sql = strdup(sql);
    if (sqlite3_prepare_v2(store->db, sql, -1, &shape->handle, NULL) != SQLITE_OK)
        forget(shape);
    return shape->handle;
}

static void bind_list(struct stmt *s, const struct text_list *values)
{
    for (int i = 0; i < values->count; i++)
        stmt_bind_text(s, values->text[i]);
}

static void bind_all(struct stmt *s, int64_t workspace, const struct list_query *query)
{
    for (int i = 0; i < arms(query); i++) {
        stmt_bind_int(s, workspace);
        if (query->statuses.count)
            stmt_bind_text(s, query->statuses.text[i]);
        for (int f = 0; f < query->filter_count; f++)
            bind_list(s, &query->filter[f].values);
    }
    stmt_bind_int(s, query->limit);
    stmt_bind_int(s, query->offset);
}

/* The list without what was named twice: each status is an arm, and an arm twice would show its
 * rows twice. */
static struct text_list without_repeats(struct arena *arena, const struct text_list *list)
{
    const char **text = arena_alloc(arena, sizeof *text * ((size_t)list->count + 1));
    int count = 0;

    for (int i = 0; i < list->count; i++) {
        int seen = 0;
        while (seen < count && strcmp(text[seen], list->text[i]) != 0)
            seen++;
        if (seen == count)
            text[count++] = list->text[i];
    }
    return (struct text_list){text, count};
}

enum error list_begin(struct store *store, struct arena *arena, int64_t workspace,
                      const struct list_query *query, struct stmt *out)
{
    struct list_query plain = *query;

    plain.statuses = without_repeats(arena, &query->statuses);
    *out = (struct stmt){.handle = prepared(store, list_sql(arena, &plain))};
    if (!out->handle)
        return ERROR_INTERNAL;
    bind_all(out, workspace, &plain);
    return ERROR_NONE;
}

void list_release(struct store *store)
{
    for (int i = 0; store->lists && i < SHAPES_KEPT; i++)
        forget(&store->lists->shape[i]);
    free(store->lists);
}
