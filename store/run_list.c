#include "store/run_list.h"

#include "store/stmt.h"

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

static void add_filter(struct text *sql, const char *piece, const struct text_list *values)
{
    if (values->count == 0)
        return;
    add(sql, piece);
    add_places(sql, values->count);
}

static void add_arm(struct text *sql, const struct run_query *query)
{
    add(sql, piece_run_columns);
    add(sql, "?");
    if (query->statuses.count) {
        add(sql, piece_run_list_status);
        add(sql, "?");
    }
    add_filter(sql, piece_run_list_uid, &query->uids);
    add_filter(sql, piece_run_list_user, &query->user_uids);
    add_filter(sql, piece_run_list_workspace, &query->workspace_uids);
}

static void add_order(struct text *sql, const struct text_list *sorts)
{
    static const char *const usual[] = {"created_at"};
    struct text_list order = sorts->count ? *sorts : (struct text_list){usual, 1};
    const char *direction = "";

    add(sql, piece_run_list_order);
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

static int arms(const struct run_query *query)
{
    return query->statuses.count ? query->statuses.count : 1;
}

const char *run_list_sql(struct arena *arena, const struct run_query *query)
{
    struct text sql = {0};

    sql.stream = open_memstream(&sql.bytes, &sql.size);
    if (!sql.stream)
        abort();
    for (int i = 0; i < arms(query); i++) {
        if (i)
            add(&sql, piece_run_list_join);
        add_arm(&sql, query);
    }
    add_order(&sql, &query->sorts);
    add(&sql, piece_run_list_page);
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

static void bind_all(struct stmt *s, int64_t workspace, const struct run_query *query)
{
    for (int i = 0; i < arms(query); i++) {
        stmt_bind_int(s, workspace);
        if (query->statuses.count)
            stmt_bind_text(s, query->statuses.text[i]);
        bind_list(s, &query->uids);
        bind_list(s, &query->user_uids);
        bind_list(s, &query->workspace_uids);
    }
    stmt_bind_int(s, query->limit);
    stmt_bind_int(s, query->offset);
}

/* The list without what was named twice: each status is an arm, and an arm twice would show its
 * runs twice. */
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

enum error run_list(struct store *store, struct arena *arena, const struct workspace *workspace,
                    const struct run_query *query, struct run_page *out)
{
    struct run_query plain = *query;

    plain.statuses = without_repeats(arena, &query->statuses);
    struct stmt s = {.handle = prepared(store, run_list_sql(arena, &plain))};
    if (!s.handle)
        return ERROR_INTERNAL;

    struct run_page page = {.runs = arena_alloc(arena, sizeof(struct run) * (size_t)query->limit)};
    bind_all(&s, workspace->id, &plain);
    while (stmt_next(&s)) {
        page.runs[page.count].workspace = workspace->id;
        run_read(&s, arena, &page.runs[page.count++]);
    }
    enum error e = stmt_done(&s);
    if (!e)
        *out = page;
    return e;
}

void run_list_release(struct store *store)
{
    for (int i = 0; store->lists && i < SHAPES_KEPT; i++)
        forget(&store->lists->shape[i]);
    free(store->lists);
}
