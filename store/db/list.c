#include "store/db/list.h"

#include "store/db/list_scan.h"
#include "store/db/list_sql.h"
#include "store/db/workspace.h"

#include <string.h>

/* Rows before a page that are worth a walk that does not look at them. */
enum { OFFSET_FAR = 200 };

void list_sql_add(struct strbuf *sql, const char *piece)
{
    strbuf_append(sql, piece);
    strbuf_append(sql, " ");
}

void list_sql_add_filters(struct strbuf *sql, const struct list_query *query)
{
    static const char *const pieces[LIST_FILTER_COUNT] = {
        [LIST_BY_UID] = piece_list_uid,
        [LIST_BY_USER] = piece_list_user,
        [LIST_BY_WORKSPACE] = piece_list_workspace,
        [LIST_BY_FLOW] = piece_list_flow,
        [LIST_BY_RUN] = piece_list_run,
    };

    for (int i = 0; i < LIST_FILTER_COUNT; i++) {
        int count = query->filter[i].count;
        if (count)
            list_sql_add(sql, pieces[i]);
        for (; count > 0; count--)
            list_sql_add(sql, count > 1 ? "?," : "?)");
    }
}

static void sql_add_arm(struct strbuf *sql, const char *select, const struct list_query *query)
{
    list_sql_add(sql, select);
    list_sql_add(sql, "?");
    if (query->statuses.count) {
        list_sql_add(sql, piece_list_status);
        list_sql_add(sql, "?");
    }
    if (query->before_uid)
        list_sql_add(sql, piece_list_before);
    list_sql_add_filters(sql, query);
}

bool list_is_by_creation(const char *sort)
{
    return strcmp(sort + (*sort == '-'), "created_at") == 0;
}

/* A sort by one of these can walk an index, which NULLS LAST would hide from SQLite. */
static bool can_be_null(const char *sort)
{
    static const char *const never_null[] = {"created_at", "status", "uid", "number"};

    for (size_t i = 0; i < sizeof never_null / sizeof *never_null; i++) {
        if (strcmp(sort + (*sort == '-'), never_null[i]) == 0)
            return false;
    }
    return true;
}

/* `plus` before a field keeps SQLite from walking an index for its order. */
static void sql_add_order(struct strbuf *sql, const struct list_query *query, const char *plus)
{
    static const char *const usual[] = {"created_at"};
    struct text_list order = query->sorts.count ? query->sorts : (struct text_list){usual, 1};
    const char *direction = "";

    list_sql_add(sql, piece_list_order);
    for (int i = 0; i < order.count; i++) {
        bool descending = *order.text[i] == '-';
        direction = descending ? "DESC" : "ASC";
        strbuf_append(sql, plus);
        list_sql_add(sql, order.text[i] + descending);
        list_sql_add(sql, direction);
        if (query->nulls_last && can_be_null(order.text[i])) /* SQLite has null as the least */
            list_sql_add(sql, descending ? piece_list_nulls_first : piece_list_nulls_last);
        list_sql_add(sql, ",");
    }
    strbuf_append(sql, plus);
    list_sql_add(sql, "uid");
    list_sql_add(sql, direction);
}

static int arm_count(const struct list_query *query)
{
    return query->statuses.count ? query->statuses.count : 1;
}

static void sql_add_arms(struct strbuf *sql, const char *select, const struct list_query *query)
{
    for (int i = 0; i < arm_count(query); i++) {
        if (i)
            list_sql_add(sql, piece_list_join);
        sql_add_arm(sql, select, query);
    }
}

static void sql_add_page(struct strbuf *sql, const char *select, const struct list_query *query)
{
    sql_add_arms(sql, select, query);
    sql_add_order(sql, query, "");
    list_sql_add(sql, piece_list_page);
}

const char *list_sql_places(struct arena *arena, const char *select, const struct list_query *query)
{
    const char *fields = "SELECT uid, created_at";

    for (int i = 0; i < query->sorts.count; i++) {
        const char *sort = query->sorts.text[i];
        fields = arena_format(arena, "%s, %s", fields, sort + (*sort == '-'));
    }
    const char *from = select; /* the last one: columns may have others */
    for (const char *next = select; next; next = strstr(from + 1, " FROM "))
        from = next;
    return arena_format(arena, "%s%s", fields, from);
}

static bool is_far(const struct list_query *query)
{
    return query->offset >= OFFSET_FAR;
}

const char *list_sql(struct arena *arena, const char *select, const struct list_query *query)
{
    struct strbuf sql = {.arena = arena};

    if (is_far(query)) { /* only the rows of the page are looked at, and put in order again */
        list_sql_add(&sql, select);
        list_sql_add(&sql, piece_list_far);
        sql_add_page(&sql, list_sql_places(arena, select, query), query);
        list_sql_add(&sql, "))");
        sql_add_order(&sql, query, "+");
    } else {
        sql_add_page(&sql, select, query);
    }
    return sql.bytes;
}

sqlite3_stmt *list_statement(struct store *store, const char *sql)
{
    for (int i = 0; i < LIST_CACHE_SIZE; i++) {
        if (store->list[i] && strcmp(sqlite3_sql(store->list[i]), sql) == 0)
            return store->list[i];
    }

    sqlite3_stmt **oldest = &store->list[store->list_oldest];
    store->list_oldest = (store->list_oldest + 1) % LIST_CACHE_SIZE;
    sqlite3_finalize(*oldest);
    sqlite3_prepare_v2(store->db, sql, -1, oldest, NULL); /* NULL if it fails */
    return *oldest;
}

static void bind_filter(struct stmt *s, const struct workspace *workspace, enum list_filter filter,
                        const struct text_list *values)
{
    if (values->count && filter == LIST_BY_USER)
        stmt_bind_uid(s, workspace->user_uid);
    if (values->count && filter == LIST_BY_WORKSPACE)
        stmt_bind_uid(s, workspace->uid);
    for (int i = 0; i < values->count; i++) {
        if (filter == LIST_BY_FLOW)
            stmt_bind_text(s, values->text[i]);
        else
            stmt_bind_uid(s, values->text[i]);
    }
}

void list_bind_filters(struct stmt *s, const struct workspace *workspace,
                       const struct list_query *query)
{
    for (int i = 0; i < LIST_FILTER_COUNT; i++)
        bind_filter(s, workspace, (enum list_filter)i, &query->filter[i]);
}

void list_bind_status(struct stmt *s, const struct row_reader *reader, const char *status)
{
    if (reader->status_number)
        stmt_bind_int(s, reader->status_number(status));
    else
        stmt_bind_text(s, status);
}

static void bind_arms(struct stmt *s, const struct workspace *workspace,
                      const struct row_reader *reader, const struct list_query *query)
{
    for (int i = 0; i < arm_count(query); i++) {
        stmt_bind_int(s, workspace->id);
        if (query->statuses.count)
            list_bind_status(s, reader, query->statuses.text[i]);
        if (query->before_uid) {
            stmt_bind_int(s, query->before_at);
            stmt_bind_uid(s, query->before_uid);
        }
        list_bind_filters(s, workspace, query);
    }
}

/* Each status is an arm of the UNION ALL: one that is given twice would show its rows twice. */
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

bool list_takes_long(const struct list_query *query)
{
    const struct text_list *sorts = &query->sorts;
    bool as_created = !sorts->count || (sorts->count == 1 && list_is_by_creation(sorts->text[0]));
    bool filtered = false;

    for (int i = 0; i < LIST_FILTER_COUNT; i++)
        filtered |= query->filter[i].count > 0;
    return (filtered || !as_created) && !query->filter[LIST_BY_UID].count;
}

static bool sorts_by_nullable(const struct text_list *sorts)
{
    int i = 0;

    while (i < sorts->count && !can_be_null(sorts->text[i]))
        i++;
    return i < sorts->count;
}

static enum error list_count(const struct ctx *ctx, const struct list_query *query,
                             const struct row_reader *reader)
{
    struct strbuf sql = {.arena = ctx->arena};
    int64_t count = 0;

    sql_add_arms(&sql, reader->count, query);
    struct stmt s = {.handle = list_statement(ctx->store, sql.bytes)};
    if (!s.handle)
        return ERROR_INTERNAL;
    bind_arms(&s, ctx->workspace, reader, query);
    while (stmt_next(&s))
        count += stmt_int(&s);
    enum error e = stmt_done(&s);
    if (!e)
        *query->total = count;
    return e;
}

enum error list_read(const struct ctx *ctx, const struct list_query *query,
                     const struct row_reader *reader, struct list_page *out)
{
    struct list_page page = {0};
    struct list_query plain = *query;

    plain.statuses = without_repeats(ctx->arena, &query->statuses);
    plain.nulls_last =
        sorts_by_nullable(&query->sorts) && assumption_is(ctx, ASSUME_LIST_NULLS, "last");
    if (ctx->pause && list_takes_long(query) && reader->status_number)
        return list_scan(ctx, &plain, reader, out);
    page.rows = arena_alloc(ctx->arena, reader->size * (size_t)query->limit);
    const char *sql = list_sql(ctx->arena, reader->select, &plain);
    struct stmt s = {.handle = list_statement(ctx->store, sql)};
    if (!s.handle)
        return ERROR_INTERNAL;
    if (is_far(query))
        stmt_bind_int(&s, ctx->workspace->id);
    bind_arms(&s, ctx->workspace, reader, &plain);
    stmt_bind_int(&s, query->limit + query->peek); /* the one after the page is not read */
    stmt_bind_int(&s, query->offset);
    while (stmt_next(&s) && !(page.more = page.count == query->limit))
        reader->read(&s, ctx, (char *)page.rows + reader->size * (size_t)page.count++);
    enum error e = stmt_done(&s);
    if (!e && query->total)
        e = list_count(ctx, &plain, reader);
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
