#include "store/workspace/export_json.h"

#include "store/base/instant.h"
#include "store/base/json_write.h"
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

/* uid_text(bytes) is a uid; null stays null. */
static void sql_uid_text(sqlite3_context *context, int count, sqlite3_value **values)
{
    const unsigned char *bytes = sqlite3_value_blob(values[0]);
    char text[UID_SIZE];

    (void)count;
    if (!bytes || sqlite3_value_bytes(values[0]) != UID_BYTES)
        return;
    uid_unpack(bytes, text);
    sqlite3_result_text(context, text, -1, SQLITE_TRANSIENT);
}

void export_json_register(sqlite3 *db)
{
    enum { FLAGS = SQLITE_UTF8 | SQLITE_DETERMINISTIC };

    sqlite3_create_function(db, "instant", 1, FLAGS, NULL, sql_instant, NULL, NULL);
    sqlite3_create_function(db, "uid_text", 1, FLAGS, NULL, sql_uid_text, NULL, NULL);
}

/* Where a list goes on: behind the item that was created then and has this uid. */
struct list_place {
    int64_t created_at;
    char uid[UID_SIZE];
    bool begun;      /* there are items before it */
    bool more;       /* there may be items behind it */
    bool unfinished; /* its outputs behind this one are to be written: */
    int64_t output;  /* a position, or -1 */
};

enum { FIELDS_SIZE = 1024 /* bytes of the longest row of members without texts, at most */ };

/* Reads the next column; usual is what null stands for, or NULL. */
static char *put_uid(char *at, struct stmt *s, const char *usual)
{
    char uid[UID_SIZE];

    if (usual)
        stmt_uid_or(s, usual, uid);
    else
        stmt_uid(s, uid);
    return json_put_text(at, uid);
}

static char *put_bool(char *at, bool truth)
{
    return truth ? JSON_PUT(at, "true") : JSON_PUT(at, "false");
}

/* A text that is missing is `absent`, which is JSON too. */
static void write_squeezed(struct strbuf *out, const char *name, const char *json,
                           const char *absent)
{
    json_write_name(out, name);
    json_write_squeezed(out, json ? json : absent);
}

static void write_error(struct stmt *s, struct strbuf *out)
{
    const char *label = stmt_peek(s), *message = stmt_peek(s);

    if (!json_write_nullable(out, "last_error", label))
        return;
    json_write_open(out, "last_error", '{');
    json_write_text(out, "label", label);
    json_write_text(out, "message", message);
    json_write_close(out, '}');
}

static void write_callback(struct stmt *s, struct strbuf *out)
{
    const char *url = stmt_peek(s), *headers = stmt_peek(s), *on = stmt_peek(s);

    if (!json_write_nullable(out, "callback", url))
        return;
    json_write_open(out, "callback", '{');
    json_write_text(out, "url", url);
    write_squeezed(out, "headers", headers, "{}");
    json_write_text(out, "on", on ? on : "all");
    json_write_close(out, '}');
}

static void write_progress(struct stmt *s, struct strbuf *out)
{
    char *at = strbuf_reserve(out, FIELDS_SIZE);
    int64_t position = stmt_int(s), due_at = stmt_instant(s), order = stmt_int(s);
    int64_t version = stmt_int(s), held = stmt_int(s);

    at = JSON_PUT(at, ",\"progress\":");
    if (position < 0) {
        json_put_end(out, JSON_PUT(at, "null"));
        return;
    }
    at = json_put_integer(JSON_PUT(at, "{\"position\":"), position);
    at = json_put_time(JSON_PUT(at, ",\"due_at\":"), due_at);
    at = json_put_integer(JSON_PUT(at, ",\"order\":"), order);
    at = json_put_integer(JSON_PUT(at, ",\"flow_version\":"), version);
    at = json_put_integer(JSON_PUT(at, ",\"held_outputs\":"), held);
    json_put_end(out, JSON_PUT(at, "}"));
}

/* From when it was created to its workflow. */
static void write_times(struct stmt *s, struct strbuf *out, struct list_place *place)
{
    char *at = strbuf_reserve(out, FIELDS_SIZE);

    at = put_uid(JSON_PUT(at, ",\"scheduled_flow_run_uid\":"), s, NULL);
    place->created_at = stmt_int(s);
    at = json_put_time(JSON_PUT(at, ",\"created_at\":"), place->created_at);
    at = json_put_time(JSON_PUT(at, ",\"started_at\":"), stmt_instant(s));
    at = json_put_time(JSON_PUT(at, ",\"finished_at\":"), stmt_instant(s));
    at = json_put_time(JSON_PUT(at, ",\"updated_at\":"), stmt_instant(s));
    at = json_put_time(JSON_PUT(at, ",\"synced_at\":"), stmt_instant(s));
    at = put_uid(JSON_PUT(at, ",\"workflow\":{\"uid\":"), s, run_no_flow_uid());
    at = put_bool(JSON_PUT(at, ",\"metadata\":{\"account_rotation\":"), stmt_int(s));
    json_put_end(out, JSON_PUT(at, "}}"));
}

static void write_run(struct stmt *s, struct strbuf *out, struct list_place *place)
{
    char *at = strbuf_reserve(out, FIELDS_SIZE);

    at = json_put_integer(JSON_PUT(at, "{\"id\":"), stmt_int(s));
    stmt_uid(s, place->uid);
    at = json_put_text(JSON_PUT(at, ",\"uid\":"), place->uid);
    at = put_uid(JSON_PUT(at, ",\"user_uid\":"), s, NULL);
    at = put_uid(JSON_PUT(at, ",\"workspace_uid\":"), s, NULL);
    enum run_status status = run_status_stored(stmt_int(s), false);
    s->failed |= status == RUN_STATUS_COUNT; /* only a damaged file has such a row */
    at = json_put_text(JSON_PUT(at, ",\"status\":"), s->failed ? NULL : run_statuses[status].shown);
    json_put_end(out, put_bool(JSON_PUT(at, ",\"cancelled\":"), stmt_int(s)));
    write_error(s, out);
    write_callback(s, out);
    write_times(s, out, place);
    json_write_text(out, "flow_slug", stmt_peek(s));
    write_squeezed(out, "steps", stmt_peek(s), "null");
    write_squeezed(out, "inputs", stmt_peek(s), "null");
    write_progress(s, out);
    json_write_integer(out, "credits", stmt_int(s));
    int64_t outputs = stmt_int(s);
    json_write_integer(out, "output_count", outputs);
    json_write_open(out, "outputs", '[');
    place->output = -1;
    place->unfinished = outputs > 0; /* some, or none any more */
    if (!outputs)
        strbuf_append(out, "]}");
}

/* Goes on with the outputs of a run, until the text is so long. */
static enum error write_outputs(struct store *store, int64_t workspace, struct list_place *place,
                                struct strbuf *out, size_t end)
{
    struct stmt s = stmt_take_uid(store, STMT_STATE_OUTPUTS, workspace, place->uid);

    stmt_bind_int(&s, place->output);
    while (out->size < end && (place->unfinished = stmt_next(&s))) {
        strbuf_append(out, place->output < 0 ? "{" : ",{");
        json_write_text(out, "step_uid", stmt_peek(&s));
        write_squeezed(out, "data", stmt_peek(&s), "null");
        json_write_close(out, '}');
        place->output = stmt_int(&s);
    }
    if (!place->unfinished)
        strbuf_append(out, "]}");
    return stmt_done(&s);
}

/* An item that SQL has written. */
static void write_flow(struct stmt *s, struct strbuf *out, struct list_place *place)
{
    (void)place;
    strbuf_append(out, stmt_peek(s));
}

static void write_schedule(struct stmt *s, struct strbuf *out, struct list_place *place)
{
    strbuf_append(out, stmt_peek(s));
    place->created_at = stmt_int(s);
    stmt_uid(s, place->uid);
}

static const struct {
    const char *name;
    enum stmt_id items;
    void (*write)(struct stmt *s, struct strbuf *out, struct list_place *place);
} lists[] = {
    {"flows", STMT_STATE_FLOWS, write_flow},
    {"runs", STMT_STATE_RUNS, write_run},
    {"schedules", STMT_STATE_SCHEDULES, write_schedule},
};

enum { LIST_COUNT = sizeof lists / sizeof *lists };

/* Bytes of a part, at least and at most, but for a last item. */
enum { PART_LEAST = 16 * 1024, PART_MOST = 64 * 1024 };

/* Whether a part may end behind an item: behind one of sixteen, always the same ones. So two texts
 * of nearly the same items mostly have the same parts. */
static bool ends_part(const char *uid)
{
    uint64_t first, last;

    memcpy(&first, uid, sizeof first);
    memcpy(&last, uid + UID_SIZE - 1 - sizeof last, sizeof last);
    return ((first ^ last * 31) * 0x9e3779b97f4a7c15) >> 60 == 0;
}

/* Writes the next items of a list: enough for a part, or all of one that is short by nature. */
static enum error write_items(struct store *store, int list, int64_t workspace,
                              struct list_place *place, struct strbuf *out, size_t begun_at)
{
    struct stmt s = stmt_take_in(store, lists[list].items, workspace);
    bool in_parts = sqlite3_bind_parameter_count(s.handle) > 1;
    enum error of_outputs = ERROR_NONE;

    if (in_parts) {
        stmt_bind_int(&s, place->created_at);
        stmt_bind_uid_or_least(&s, place->uid);
    }
    place->more = false;
    while (!of_outputs && !place->more && stmt_next(&s)) {
        strbuf_append(out, place->begun ? ",\n" : "\n");
        place->begun = true;
        lists[list].write(&s, out, place);
        if (place->unfinished)
            of_outputs = write_outputs(store, workspace, place, out, begun_at + PART_MOST);
        size_t size = out->size - begun_at;
        place->more =
            in_parts && (size >= PART_MOST || (size >= PART_LEAST && ends_part(place->uid)));
    }
    enum error e = stmt_done(&s);
    return e ? e : of_outputs;
}

static enum error write_part(struct store *store, int list, int64_t workspace,
                             struct list_place *place, struct strbuf *out)
{
    size_t begun_at = out->size;
    enum error e = ERROR_NONE;

    if (place->unfinished)
        e = write_outputs(store, workspace, place, out, begun_at + PART_MOST);
    if (!e && !place->unfinished)
        e = write_items(store, list, workspace, place, out, begun_at);
    return e;
}

static enum error write_list(struct store *store, int list, int64_t workspace,
                             const struct export_sink *sink, struct strbuf *out)
{
    struct list_place place = {.created_at = INT64_MIN};
    enum error e;

    strbuf_format(out, ",\"%s\":[", lists[list].name);
    do {
        e = write_part(store, list, workspace, &place, out);
        e = e ? e : sink->take(sink->context, out);
        e = e ? e : transaction_pause(store);
    } while (!e && place.more);
    strbuf_append(out, place.begun ? "\n]" : "]");
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
                                const struct export_sink *sink, struct strbuf *out)
{
    enum error e = ERROR_NONE;

    strbuf_append(out, ",\"clock\":");
    export_json_clock(&workspace->cache.clock, out);
    for (int i = 0; !e && i < LIST_COUNT; i++)
        e = write_list(store, i, workspace->id, sink, out);
    return e;
}

enum error export_json_workspace(struct store *store, const struct workspace *workspace,
                                 const struct export_sink *sink, struct strbuf *out)
{
    strbuf_append(out, "{\"version\":1");
    enum error e = write_content(store, workspace, sink, out);
    strbuf_append(out, "}\n");
    return e;
}

static enum error write_to_file(void *file, struct strbuf *text)
{
    fwrite(text->bytes, 1, text->size, file);
    text->size = 0;
    return ERROR_NONE;
}

static enum error write_workspace(struct store *store, const struct workspace *workspace,
                                  const struct export_sink *sink, struct strbuf *out)
{
    strbuf_format(out,
                  "{\"key_hash\":\"%016" PRIx64 "\",\"workspace_uid\":\"%s\",\"user_uid\":\"%s\"",
                  workspace->key_hash, workspace->uid, workspace->user_uid);
    enum error e = write_content(store, workspace, sink, out);
    strbuf_append(out, "}");
    return e ? e : sink->take(sink->context, out);
}

enum error export_json_all(struct store *store, FILE *out)
{
    struct arena arena = {0};
    struct strbuf text = {.arena = &arena};
    const struct export_sink file = {write_to_file, out};
    enum error e = ERROR_NONE;
    const char *between = "";

    fputs("{\"version\":1,\"workspaces\":[", out);
    for (int64_t place = 1; !e && place <= workspace_count(store); place++) {
        const struct workspace *workspace = workspace_at(store, place);
        if (!workspace || !*workspace->uid)
            continue;
        strbuf_format(&text, "%s\n", between);
        between = ",";
        e = write_workspace(store, workspace, &file, &text);
    }
    arena_release(&arena);
    fputs(*between ? "\n]}\n" : "]}\n", out);
    return e;
}

enum error export_json_run(const struct ctx *ctx, const char *uid, const char **out)
{
    struct stmt s = stmt_take_uid(ctx->store, STMT_STATE_RUN, ctx->workspace->id, uid);
    struct strbuf text = {.arena = ctx->arena};
    struct list_place place = {.unfinished = false};

    if (stmt_next(&s))
        write_run(&s, &text, &place);
    enum error e = stmt_done(&s);
    if (!e && place.unfinished)
        e = write_outputs(ctx->store, ctx->workspace->id, &place, &text, SIZE_MAX);
    *out = text.bytes;
    return e || text.bytes ? e : ERROR_RUN_NOT_FOUND;
}

enum error export_json_flow(const struct ctx *ctx, const char *slug, const char **out)
{
    struct stmt s = stmt_take_key(ctx->store, STMT_STATE_FLOW, ctx->workspace->id, slug);

    *out = stmt_next(&s) ? stmt_text(&s, ctx->arena) : NULL;
    enum error e = stmt_done(&s);
    return e || *out ? e : ERROR_FLOW_NOT_FOUND;
}
