#include "store/workspace/snapshot.h"

#include "store/db/stmt.h"
#include "store/db/transaction.h"
#include "store/workspace/content.h"
#include "store/workspace/template.h"

/* Reads the snapshot of a name, or all (NULL). */
static enum error snapshot_read(const struct ctx *ctx, const char *name, struct snapshot_page *out)
{
    struct stmt s = stmt_take_key(ctx->store, STMT_SNAPSHOT_LIST, ctx->workspace->id, name);
    int room = name ? 1 : LIMIT_SNAPSHOTS;

    out->list = arena_alloc(ctx->arena, (size_t)room * sizeof *out->list);
    out->count = 0;
    while (out->count < room && stmt_next(&s)) {
        struct snapshot *each = &out->list[out->count++];
        each->name = stmt_text(&s, ctx->arena);
        each->id = stmt_int(&s);
        each->now = stmt_int(&s);
        each->frozen = stmt_int(&s);
        each->runs = stmt_int(&s);
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

/* Deletes the snapshot of a name, or all (NULL), and their content. */
static enum error snapshot_remove(struct store *store, const struct workspace *workspace,
                                  const char *name)
{
    struct stmt s = stmt_take_key(store, STMT_SNAPSHOT_REMOVE, workspace->id, name);
    enum error e = ERROR_NONE;

    while (!e && stmt_next(&s)) {
        int64_t id = stmt_int(&s);
        e = content_clear(store, id, id);
    }
    enum error done = stmt_done(&s);
    return e ? e : done;
}

enum error snapshot_drop_all(struct store *store, const struct workspace *workspace)
{
    return snapshot_remove(store, workspace, NULL);
}

static int64_t pragma_read(const struct ctx *ctx, enum stmt_id pragma)
{
    struct stmt s = stmt_take(ctx->store, pragma);
    int64_t value = stmt_next(&s) ? stmt_int(&s) : 0;

    stmt_done(&s);
    return value;
}

/* Of the pages in use, in the whole store. */
static int64_t store_bytes(const struct ctx *ctx)
{
    int64_t pages = pragma_read(ctx, STMT_SNAPSHOT_PAGES) - pragma_read(ctx, STMT_SNAPSHOT_FREE);

    return pages * pragma_read(ctx, STMT_SNAPSHOT_PAGE_SIZE);
}

/* Copies the content, unless snapshots would then take more than they may. */
static enum error snapshot_fill(const struct ctx *ctx, const struct snapshot *snapshot)
{
    struct content_source from = {.id = ctx->workspace->id};
    int64_t before = store_bytes(ctx), own, all;
    enum error e = content_copy(ctx->store, snapshot->id, &from);

    if (e)
        return e;
    struct stmt set = stmt_take(ctx->store, STMT_SNAPSHOT_SET_BYTES);
    stmt_bind_int(&set, store_bytes(ctx) - before);
    stmt_bind_int(&set, ctx->workspace->id);
    stmt_bind_text(&set, snapshot->name);
    e = stmt_run_one(&set);
    if (e)
        return e;
    struct stmt s = stmt_take_in(ctx->store, STMT_SNAPSHOT_BYTES, ctx->workspace->id);
    bool found = stmt_next(&s);
    own = found ? stmt_int(&s) : 0;
    all = found ? stmt_int(&s) : 0;
    e = stmt_done(&s);
    bool fits = own <= LIMIT_SNAPSHOT_BYTES && all <= LIMIT_SNAPSHOT_BYTES_OF_ALL;
    return e || fits ? e : ERROR_SNAPSHOTS_TOO_LARGE;
}

static enum error snapshot_add(const struct ctx *ctx, struct snapshot *out)
{
    struct stmt s = stmt_take(ctx->store, STMT_SNAPSHOT_ADD);

    stmt_bind_int(&s, TEMPLATE_LAST);
    stmt_bind_int(&s, ctx->workspace->id);
    stmt_bind_text(&s, out->name);
    stmt_bind_int(&s, out->now);
    stmt_bind_int(&s, out->frozen);
    stmt_bind_int(&s, out->runs);
    stmt_bind_int(&s, LIMIT_SNAPSHOTS);
    bool added = stmt_next(&s);
    if (added)
        out->id = stmt_int(&s);
    enum error e = stmt_done(&s);
    if (e || !added)
        return e ? e : ERROR_TOO_MANY_SNAPSHOTS;
    return snapshot_fill(ctx, out);
}

enum error snapshot_take(const struct ctx *ctx, const char *name, struct snapshot *out)
{
    struct snapshot made = {
        .name = arena_strdup(ctx->arena, name),
        .now = ctx->now,
        .frozen = ctx->workspace->cache.clock.frozen,
        .runs = ctx->workspace->cache.runs,
    };
    enum error e = transaction_begin(ctx->store, NULL);

    if (e)
        return e;
    e = snapshot_remove(ctx->store, ctx->workspace, name);
    e = transaction_end(ctx->store, e ? e : snapshot_add(ctx, &made));
    if (!e)
        *out = made;
    return e;
}

enum error snapshot_restore(const struct ctx *ctx, const char *name, struct snapshot *out)
{
    enum error e = snapshot_get(ctx, name, out);

    if (e)
        return e;
    struct content_source from = {.id = out->id};
    struct clock clock = {.frozen = true, .at = out->now};
    if (!out->frozen)
        clock = clock_from(out->now);
    e = workspace_touch(ctx->store, ctx->workspace->id);
    return e ? e : content_replace(ctx->store, ctx->workspace, &clock, &from);
}

enum error snapshot_drop(const struct ctx *ctx, const char *name, struct snapshot *out)
{
    enum error e = snapshot_get(ctx, name, out);

    if (!e)
        e = transaction_begin(ctx->store, NULL);
    return e ? e : transaction_end(ctx->store, snapshot_remove(ctx->store, ctx->workspace, name));
}
