#include "store/workspace/export_json.h"

#include "store/base/instant.h"
#include "store/base/limits.h"
#include "store/db/stmt.h"
#include "store/db/transaction.h"
#include "store/db/workspace.h"
#include "store/run/run.h"

#include <inttypes.h>
#include <string.h>

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

static void result_uid(sqlite3_context *context, sqlite3_value *value, const char *usual)
{
    const unsigned char *bytes = sqlite3_value_blob(value);
    char text[UID_SIZE];

    if (bytes && sqlite3_value_bytes(value) == UID_BYTES)
        uid_unpack(bytes, text);
    else if (usual)
        memcpy(text, usual, UID_SIZE);
    else
        return;
    sqlite3_result_text(context, text, -1, SQLITE_TRANSIENT);
}

/* uid_text(bytes) is a uid; null stays null. */
static void sql_uid_text(sqlite3_context *context, int count, sqlite3_value **values)
{
    (void)count;
    result_uid(context, values[0], NULL);
}

/* workflow_text(bytes) is the uid of a workflow, also where it is stored as null. */
static void sql_workflow_text(sqlite3_context *context, int count, sqlite3_value **values)
{
    (void)count;
    result_uid(context, values[0], run_no_flow_uid());
}

/* status_text(number) is the status of a run as the API shows it. */
static void sql_status_text(sqlite3_context *context, int count, sqlite3_value **values)
{
    enum run_status status = run_status_stored(sqlite3_value_int64(values[0]), false);

    (void)count;
    if (status != RUN_STATUS_COUNT)
        sqlite3_result_text(context, run_statuses[status].shown, -1, SQLITE_STATIC);
}

void export_json_register(sqlite3 *db)
{
    static const struct {
        const char *name;
        void (*call)(sqlite3_context *context, int count, sqlite3_value **values);
    } functions[] = {{"instant", sql_instant},
                     {"uid_text", sql_uid_text},
                     {"workflow_text", sql_workflow_text},
                     {"status_text", sql_status_text}};

    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++)
        sqlite3_create_function(db, functions[i].name, 1, SQLITE_UTF8 | SQLITE_DETERMINISTIC, NULL,
                                functions[i].call, NULL, NULL);
}

static const struct {
    const char *name;
    enum stmt_id items;
} lists[] = {
    {"flows", STMT_STATE_FLOWS},
    {"runs", STMT_STATE_RUNS},
    {"schedules", STMT_STATE_SCHEDULES},
};

enum {
    PART_BYTES = 128 * 1024,
    RUN_BYTES = 600 /* about as many as a run without outputs takes */
};

/* Where a list goes on: behind the item that was created then and has this uid. */
struct list_place {
    int64_t created_at;
    char uid[UID_SIZE];
    bool more; /* there may be items behind it */
};

/* Writes the next items of a list: enough for a part, or all of one that is short by nature. */
static enum error write_part(struct store *store, enum stmt_id items, int64_t workspace,
                             struct list_place *place, struct strbuf *out)
{
    struct stmt s = stmt_take_in(store, items, workspace);
    bool in_parts = sqlite3_bind_parameter_count(s.handle) > 1;
    size_t most = out->size + PART_BYTES;

    if (in_parts) {
        stmt_bind_int(&s, place->created_at);
        stmt_bind_uid_or_least(&s, place->uid);
    }
    place->more = false;
    while (!place->more && stmt_next(&s)) {
        strbuf_append(out, out->bytes[out->size - 1] == '[' ? "\n" : ",\n");
        strbuf_append(out, stmt_peek(&s));
        if (!in_parts)
            continue;
        place->created_at = stmt_int(&s);
        stmt_uid(&s, place->uid);
        place->more = out->size >= most;
    }
    return stmt_done(&s);
}

static enum error write_list(struct store *store, enum stmt_id items, int64_t workspace,
                             struct strbuf *out)
{
    struct list_place place = {.created_at = INT64_MIN};
    enum error e;

    do {
        e = write_part(store, items, workspace, &place, out);
        e = e ? e : transaction_pause(store);
    } while (!e && place.more);
    strbuf_append(out, out->bytes[out->size - 1] == '[' ? "]" : "\n]");
    return e;
}

static enum error write_lists(struct store *store, int64_t workspace, struct strbuf *out)
{
    enum error e = ERROR_NONE;

    for (size_t i = 0; !e && i < sizeof lists / sizeof *lists; i++) {
        strbuf_format(out, ",\"%s\":[", lists[i].name);
        e = write_list(store, lists[i].items, workspace, out);
    }
    return e;
}

void export_json_clock(const struct clock *clock, struct strbuf *out)
{
    char now[INSTANT_SIZE] = "real";

    if (clock->frozen || clock->at)
        instant_format(clock_now(clock), now);
    strbuf_format(
        out, !clock->frozen && clock->at ? "{\"mode\":\"real\",\"now\":\"%s\"}" : "\"%s\"", now);
}

/* The clock of a workspace, and its content. */
static enum error write_content(struct store *store, const struct workspace *workspace,
                                struct strbuf *out)
{
    strbuf_append(out, ",\"clock\":");
    export_json_clock(&workspace->cache.clock, out);
    return write_lists(store, workspace->id, out);
}

enum error export_json_workspace(struct store *store, const struct workspace *workspace,
                                 struct strbuf *out)
{
    strbuf_grow(out, (size_t)workspace->cache.runs * RUN_BYTES);
    strbuf_append(out, "{\"version\":1");
    enum error e = write_content(store, workspace, out);
    strbuf_append(out, "}\n");
    return e;
}

static enum error write_workspace(struct store *store, const struct workspace *workspace,
                                  struct strbuf *out)
{
    strbuf_format(out,
                  "{\"key_hash\":\"%016" PRIx64 "\",\"workspace_uid\":\"%s\",\"user_uid\":\"%s\"",
                  workspace->key_hash, workspace->uid, workspace->user_uid);
    enum error e = write_content(store, workspace, out);
    strbuf_append(out, "}");
    return e;
}

enum error export_json_all(struct store *store, FILE *out)
{
    struct arena arena = {0};
    enum error e = ERROR_NONE;
    const char *between = "";

    fputs("{\"version\":1,\"workspaces\":[", out);
    for (int64_t place = 1; !e && place <= workspace_count(store); place++) {
        const struct workspace *workspace = workspace_at(store, place);
        if (!workspace || !*workspace->uid)
            continue;
        struct strbuf text = {.arena = &arena};
        strbuf_format(&text, "%s\n", between);
        between = ",";
        e = write_workspace(store, workspace, &text);
        fwrite(text.bytes, 1, text.size, out);
        arena_reset(&arena);
    }
    arena_release(&arena);
    fputs(*between ? "\n]}\n" : "]}\n", out);
    return e;
}

static enum error export_item(const struct ctx *ctx, struct stmt s, enum error missing,
                              const char **out)
{
    const char *text = stmt_next(&s) ? stmt_text(&s, ctx->arena) : NULL;
    enum error e = stmt_done(&s);

    if (e || !text)
        return e ? e : missing;
    *out = text;
    return ERROR_NONE;
}

enum error export_json_run(const struct ctx *ctx, const char *uid, const char **out)
{
    struct stmt s = stmt_take_uid(ctx->store, STMT_STATE_RUN, ctx->workspace->id, uid);

    return export_item(ctx, s, ERROR_RUN_NOT_FOUND, out);
}

enum error export_json_flow(const struct ctx *ctx, const char *slug, const char **out)
{
    struct stmt s = stmt_take_key(ctx->store, STMT_STATE_FLOW, ctx->workspace->id, slug);

    return export_item(ctx, s, ERROR_FLOW_NOT_FOUND, out);
}
