#include "store/db/list.h"

#include "store/base/strbuf.h"
#include "store/db/stmt.h"

#include <stdlib.h>
#include <string.h>

enum {
    LIST_CACHE_SIZE = 16 /* prepared statements of shapes seen before */
};

struct list_shape {
    char *sql;
    sqlite3_stmt *handle;
};

struct list_cache {
    struct list_shape shape[LIST_CACHE_SIZE];
    int next; /* the one to replace next */
};

static void sql_add(struct strbuf *sql, const char *piece)
{
    strbuf_append(sql, piece);
    strbuf_append(sql, " ");
}

/* "?, ?, ?)" */
static void sql_add_placeholders(struct strbuf *sql, int count)
{
    for (int i = 1; i < count; i++)
        sql_add(sql, "?,");
    sql_add(sql, "?)");
}

static void sql_add_arm(struct strbuf *sql, const char *select, const struct list_query *query)
{
    static const char *const pieces[LIST_FILTER_COUNT] = {
        [LIST_BY_UID] = piece_list_uid,
        [LIST_BY_USER] = piece_list_user,
        [LIST_BY_WORKSPACE] = piece_list_workspace,
        [LIST_BY_FLOW] = piece_list_flow,
        [LIST_BY_RUN] = piece_list_run,
    };

    sql_add(sql, select);
    sql_add(sql, "?");
    if (query->statuses.count) {
        sql_add(sql, piece_list_status);
        sql_add(sql, "?");
    }
    for (int i = 0; i < LIST_FILTER_COUNT; i++) {
        if (query->filter[i].count == 0)
            continue;
        sql_add(sql, pieces[i]);
        sql_add_placeholders(sql, query->filter[i].count);
    }
}

static void sql_add_order(struct strbuf *sql, const struct text_list *sorts)
{
    static const char *const usual[] = {"created_at"};
    struct text_list order = sorts->count ? *sorts : (struct text_list){usual, 1};
    const char *direction = "";

    sql_add(sql, piece_list_order);
    for (int i = 0; i < order.count; i++) {
        bool descending = *order.text[i] == '-';
        direction = descending ? "DESC" : "ASC";
        sql_add(sql, order.text[i] + descending);
        sql_add(sql, direction);
        sql_add(sql, ",");
    }
    sql_add(sql, "uid");
    sql_add(sql, direction);
}

static int arm_count(const struct list_query *query)
{
    return query->statuses.count ? query->statuses.count : 1;
}

const char *list_sql(struct arena *arena, const char *select, const struct list_query *query)
{
    struct strbuf sql = {.arena = arena};

    for (int i = 0; i < arm_count(query); i++) {
        if (i)
            sql_add(&sql, piece_list_join);
        sql_add_arm(&sql, select, query);
    }
    sql_add_order(&sql, &query->sorts);
    sql_add(&sql, piece_list_page);
    return sql.bytes;
}

static void list_shape_free(struct list_shape *shape)
{
    sqlite3_finalize(shape->handle);
    free(shape->sql);
    *shape = (struct list_shape){0};
}

/* The statement of this text: one kept from an earlier list, or a new one in its place. */
static sqlite3_stmt *list_statement(struct store *store, const char *sql)
{
    if (!store->lists)
        store->lists = calloc(1, sizeof *store->lists);
    if (!store->lists)
        abort();
    for (int i = 0; i < LIST_CACHE_SIZE; i++) {
        struct list_shape *shape = &store->lists->shape[i];
        if (shape->sql && strcmp(shape->sql, sql) == 0)
            return shape->handle;
    }

    struct list_shape *shape = &store->lists->shape[store->lists->next];
    store->lists->next = (store->lists->next + 1) % LIST_CACHE_SIZE;
    list_shape_free(shape);
    shape->sql = strdup(sql);
    if (sqlite3_prepare_v2(store->db, sql, -1, &shape->handle, NULL) != SQLITE_OK)
        list_shape_free(shape);
    return shape->handle;
}

static void bind_text_list(struct stmt *s, const struct text_list *values)
{
    for (int i = 0; i < values->count; i++)
        stmt_bind_text(s, values->text[i]);
}

static void bind_query(struct stmt *s, int64_t workspace, const struct list_query *query)
{
    for (int i = 0; i < arm_count(query); i++) {
        stmt_bind_int(s, workspace);
        if (query->statuses.count)
            stmt_bind_text(s, query->statuses.text[i]);
        for (int f = 0; f < LIST_FILTER_COUNT; f++)
            bind_text_list(s, &query->filter[f]);
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

enum error list_read(const struct ctx *ctx, const struct list_query *query,
                     const struct row_reader *reader, struct list_page *out)
{
    struct list_page page = {.rows = arena_alloc(ctx->arena, reader->size * (size_t)query->limit)};
    struct list_query plain = *query;

    plain.statuses = without_repeats(ctx->arena, &query->statuses);
    const char *sql = list_sql(ctx->arena, reader->select, &plain);
    struct stmt s = {.handle = list_statement(ctx->store, sql)};
    if (!s.handle)
        return ERROR_INTERNAL;
    bind_query(&s, ctx->workspace->id, &plain);
    while (stmt_next(&s))
        reader->read(&s, ctx, (char *)page.rows + reader->size * (size_t)page.count++);
    enum error e = stmt_done(&s);
    if (!e)
        *out = page;
    return e;
}

enum error list_read_texts(struct stmt *s, struct arena *arena, struct text_list *out)
{
    const char **text = NULL;
    size_t room = 0;
    int count = 0;

    while (stmt_next(s)) {
        if ((size_t)count == room)
            text = arena_grow(arena, text, sizeof *text, &room);
        text[count++] = stmt_text(s, arena);
    }
    enum error e = stmt_done(s);
    if (!e)
        *out = (struct text_list){text, count};
    return e;
}

void list_release(struct store *store)
{
    for (int i = 0; store->lists && i < LIST_CACHE_SIZE; i++)
        list_shape_free(&store->lists->shape[i]);
    free(store->lists);
}
