#include "store/workspace/snapshot.h"

#include "store/base/strbuf.h"
#include "store/db/stmt.h"
#include "store/db/transaction.h"
#include "store/run/run_machine.h"
#include "store/workspace/content.h"
#include "store/workspace/content_copy.h"
#include "store/workspace/difference.h"
#include "store/workspace/template.h"

#include <stdlib.h>

/* Each status that runs have, by its number, and how many they are: "10:3 40:7 ". */
static const char *counts_write(struct arena *arena, const struct workspace_cache *counts)
{
    struct strbuf out = {.arena = arena};

    strbuf_append(&out, "");
    for (int i = 0; i < RUN_STATUS_COUNT; i++) {
        if (counts->runs_by_status[i])
            strbuf_format(&out, "%d:%d ", run_statuses[i].number, (int)counts->runs_by_status[i]);
    }
    return out.bytes;
}

static void counts_read(struct stmt *s, struct workspace_cache *counts)
{
    const char *at = stmt_peek(s);
    char *end;

    while (at && *at) {
        enum run_status status = run_status_stored(strtol(at, &end, 10), false);
        if (status == RUN_STATUS_COUNT || *end != ':') { /* the file is damaged */
            s->failed = true;
            return;
        }
        counts->runs_by_status[status] += (int32_t)strtol(end + 1, &end, 10);
        at = end + (*end == ' ');
    }
}

/* Reads the snapshot of a name, or all (NULL). */
static enum error snapshot_read(const struct ctx *ctx, const char *name, struct snapshot_page *out)
{
    struct stmt s = stmt_take_key(ctx->store, STMT_SNAPSHOT_LIST, ctx->workspace->id, name);
    int room = name ? 1 : LIMIT_SNAPSHOTS;

    out->list = arena_alloc(ctx->arena, (size_t)room * sizeof *out->list);
    out->count = 0;
    while (out->count < room && stmt_next(&s)) {
        struct snapshot *each = &out->list[out->count++];
        *each = (struct snapshot){.name = stmt_text(&s, ctx->arena)};
        each->id = stmt_int(&s);
        each->now = stmt_int(&s);
        each->frozen = stmt_int(&s);
        each->counts.runs = stmt_int(&s);
        counts_read(&s, &each->counts);
        each->counts.last_id = stmt_int(&s);
        each->counts.last_seq = stmt_int(&s);
    }
    return stmt_done(&s);
}

enum error snapshot_list(const struct ctx *ctx, struct snapshot_page *out)
{
    return snapshot_read(ctx, NULL, out);
}

static enum error snapshot_get(const struct ctx *ctx, const char *name, struct snapshot *out)
{
    struct snapshot_page page;
    enum error e = snapshot_read(ctx, name, &page);

    if (e || !page.count)
        return e ? e : ERROR_SNAPSHOT_NOT_FOUND;
    *out = page.list[0];
    return ERROR_NONE;
}

/* Deletes the snapshot of a name, or all (NULL), and discards their content. */
static enum error snapshot_remove(struct store *store, const struct workspace *workspace,
                                  const char *name)
{
    struct stmt s = stmt_take_key(store, STMT_SNAPSHOT_REMOVE, workspace->id, name);
    enum error e = ERROR_NONE;

    while (!e && stmt_next(&s))
        e = content_discard(store, stmt_int(&s));
    enum error done = stmt_done(&s);
    return e ? e : done;
}

enum error snapshot_drop_all(struct store *store, const struct workspace *workspace)
{
    return snapshot_remove(store, workspace, NULL);
}

static int64_t snapshot_read_number(struct stmt s)
{
    int64_t value = stmt_next(&s) ? stmt_int(&s) : 0;

    stmt_done(&s);
    return value;
}

/* Copies the content to an id that nothing has, and tells how many bytes that took. */
static enum error snapshot_fill(const struct ctx *ctx, struct snapshot *snapshot, int64_t *bytes)
{
    int64_t pages = 0;

    snapshot->id =
        snapshot_read_number(stmt_take_in(ctx->store, STMT_SNAPSHOT_LEAST_ID, TEMPLATE_LAST));
    enum error e = content_discard(ctx->store, snapshot->id);
    if (!e)
        e = content_save(ctx->store, snapshot->id, ctx->workspace->id, &pages);
    *bytes = pages * snapshot_read_number(stmt_take(ctx->store, STMT_SNAPSHOT_PAGE_SIZE));
    return e;
}

/* Whether snapshots take no more than they may. */
static enum error snapshot_check_bytes(const struct ctx *ctx)
{
    struct stmt s = stmt_take_in(ctx->store, STMT_SNAPSHOT_BYTES, ctx->workspace->id);
    bool found = stmt_next(&s);
    int64_t own = found ? stmt_int(&s) : 0, all = found ? stmt_int(&s) : 0;
    enum error e = stmt_done(&s);
    bool fits = own <= LIMIT_SNAPSHOT_BYTES && all <= LIMIT_SNAPSHOT_BYTES_OF_ALL;

    return e || fits ? e : ERROR_SNAPSHOTS_TOO_LARGE;
}

static enum error snapshot_add(const struct ctx *ctx, const struct snapshot *snapshot,
                               int64_t bytes)
{
    struct stmt s = stmt_take_in(ctx->store, STMT_SNAPSHOT_ADD, snapshot->id);

    stmt_bind_int(&s, ctx->workspace->id);
    stmt_bind_text(&s, snapshot->name);
    stmt_bind_int(&s, snapshot->now);
    stmt_bind_int(&s, snapshot->frozen);
    stmt_bind_int(&s, snapshot->counts.runs);
    stmt_bind_text(&s, counts_write(ctx->arena, &snapshot->counts));
    stmt_bind_int(&s, snapshot->counts.last_id);
    stmt_bind_int(&s, snapshot->counts.last_seq);
    stmt_bind_int(&s, bytes);
    stmt_bind_int(&s, LIMIT_SNAPSHOTS);
    bool added = stmt_next(&s);
    enum error e = stmt_done(&s);
    if (e || !added)
        return e ? e : ERROR_TOO_MANY_SNAPSHOTS;
    e = content_keep(ctx->store, snapshot->id);
    return e ? e : snapshot_check_bytes(ctx);
}

/* The one of the same name is replaced once the new one is complete. */
static enum error snapshot_make(const struct ctx *ctx, struct snapshot *snapshot)
{
    int64_t bytes;
    enum error e = snapshot_fill(ctx, snapshot, &bytes);

    if (!e)
        e = snapshot_remove(ctx->store, ctx->workspace, snapshot->name);
    return e ? e : snapshot_add(ctx, snapshot, bytes);
}

/* Deletes discarded content at once, as far as the client waits for it; the rest goes later. */
static void snapshot_empty(struct store *store, int64_t id)
{
    if (transaction_begin_part(store) == ERROR_NONE)
        transaction_end(store, content_empty(store, id));
}

enum error snapshot_take(const struct ctx *ctx, const char *name, struct snapshot *out)
{
    /* Snapshots that replace each other without a gap would pile up. */
    struct snapshot replaced;
    bool piles_up =
        content_has_discarded(ctx->store) && snapshot_get(ctx, name, &replaced) == ERROR_NONE;
    struct snapshot made = {
        .name = arena_strdup(ctx->arena, name),
        .now = ctx->now,
        .frozen = ctx->workspace->cache.clock.frozen,
        .counts = ctx->workspace->cache,
    };
    enum error e = transaction_begin_part(ctx->store);

    if (e)
        return e;
    e = transaction_end(ctx->store, snapshot_make(ctx, &made));
    if (e)
        return e;
    if (piles_up)
        snapshot_empty(ctx->store, replaced.id);
    *out = made;
    return ERROR_NONE;
}

/* Builds the content anew beside that of the workspace. */
static enum error snapshot_rebuild(const struct ctx *ctx, const struct snapshot *snapshot,
                                   struct content *content)
{
    enum error e = transaction_begin_part(ctx->store);

    if (e)
        return e;
    e = content_begin(ctx->store, ctx->workspace, content);
    if (!e)
        e = content_restore(ctx->store, content->id, snapshot->id);
    content->counts = snapshot->counts;
    return transaction_end(ctx->store, e);
}

/* The rows that differ, if they are few, are put right where they are. */
static enum error snapshot_use(const struct ctx *ctx, const struct snapshot *snapshot,
                               const struct clock *clock)
{
    struct content content = {.id = ctx->workspace->id, .counts = snapshot->counts};
    struct difference *difference = NULL;
    enum error e = difference_find(ctx, snapshot->id, &difference);

    if (!e && !difference)
        e = snapshot_rebuild(ctx, snapshot, &content);
    if (!e)
        e = transaction_begin(ctx->store, ctx->workspace);
    if (!e) {
        e = difference ? difference_restore(difference) : ERROR_NONE;
        e = e ? e : content_install(ctx->store, ctx->workspace, &content, clock);
        e = transaction_end(ctx->store, e);
    }
    difference_close(difference);
    return e;
}

enum error snapshot_restore(const struct ctx *ctx, const char *name, struct snapshot *out)
{
    enum error e = snapshot_get(ctx, name, out);

    if (e)
        return e;
    struct clock clock = {.frozen = true, .at = out->now};
    if (!out->frozen)
        clock = clock_from(out->now);
    return snapshot_use(ctx, out, &clock);
}

enum error snapshot_drop(const struct ctx *ctx, const char *name, struct snapshot *out)
{
    enum error e = snapshot_get(ctx, name, out);

    if (!e)
        e = transaction_begin_part(ctx->store);
    return e ? e : transaction_end(ctx->store, snapshot_remove(ctx->store, ctx->workspace, name));
}
