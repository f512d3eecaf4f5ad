#include "store/state.h"

#include "store/base/instant.h"
#include "store/stmt.h"

/* instant(milliseconds) is a time as the API prints it; null stays null. */
static void sql_instant(sqlite3_context *context, int count, sqlite3_value **values)
{
    char text[INSTANT_SIZE];

    (void)count;
    if (sqlite3_value_type(values[0]) == SQLITE_NULL)
        return;
    instant_format(sqlite3_value_int64(values[0]), text);
    sqlite3_result_text(context, text, -1, SQLITE_TRANSIENT);
}

void state_prepare(sqlite3 *db)
{
    sqlite3_create_function(db, "instant", 1, SQLITE_UTF8 | SQLITE_DETERMINISTIC, NULL, sql_instant,
                            NULL, NULL);
}

static const struct {
    const char *name;
    enum stmt_id items;
} lists[] = {
    {"flows", STMT_STATE_FLOWS},
    {"runs", STMT_STATE_RUNS},
    {"schedules", STMT_STATE_SCHEDULES},
};

enum error state_write(struct store *store, int64_t workspace, FILE *out)
{
    enum error e = ERROR_NONE;

    fputs("{\"version\":1", out);
    for (size_t i = 0; !e && i < sizeof lists / sizeof *lists; i++) {
        struct stmt s = stmt_take(store, lists[i].items);
        const char *between = "";
        fprintf(out, ",\"%s\":[", lists[i].name);
        stmt_bind_int(&s, workspace);
        for (; stmt_next(&s); between = ",")
            fprintf(out, "%s%s", between, stmt_peek(&s));
        fputc(']', out);
        e = stmt_done(&s);
    }
    fputc('}', out);
    return e;
}

enum error state_run(struct store *store, struct arena *arena, int64_t workspace, const char *uid,
                     const char **out)
{
    struct stmt s = stmt_take(store, STMT_STATE_RUNS);

    *out = NULL;
    stmt_bind_int(&s, workspace);
    stmt_bind_text(&s, uid);
    if (stmt_next(&s))
        *out = stmt_text(&s, arena);
    enum error e = stmt_done(&s);
    if (e)
        return e;
    return *out ? ERROR_NONE : ERROR_RUN_NOT_FOUND;
}
