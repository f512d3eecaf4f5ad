#include "store/workspace/snapshot.h"

#include "store/base/limits.h"
#include "store/db/stmt.h"
#include "store/db/transaction.h"
#include "store/workspace/content.h"
#include "store/workspace/template.h"

static void snapshot_read_row(struct stmt *s, struct snapshot *out)
{
    out->id = stmt_int(s);
    out->now = stmt_int(s);
    out->frozen = stmt_int(s);
    out->runs = stmt_int(s);
}

static enum error snapshot_find(const struct ctx *ctx, const char *name, struct snapshot *out)
{
    struct stmt s = stmt_take(ctx->store, STMT_SNAPSHOT_GET);

    stmt_bind_int(&s, ctx->workspace->id);
    stmt_bind_text(&s, name);
    bool found = stmt_next(&s);
    if (found) {
        out->name = arena_strdup(ctx->arena, name);
        snapshot_read_row(&s, out);
    }
    enum error e = stmt_done(&s);
    return e || found ? e : ERROR_SNAPSHOT_NOT_FOUND;
}

static enum error snapshot_remove(struct store *store, const struct snapshot *snapshot)
{
    struct stmt s = stmt_take(store, STMT_SNAPSHOT_REMOVE);

    stmt_bind_int(&s, snapshot->id);
    enum error e = stmt_run(&s);
    return e ? e : workspace_empty(store, snapshot->id, snapshot->id);
}

static enum error snapshot_add_row(struct store *store, const struct workspace *workspace,
                                   struct snapshot *out)
{
    struct stmt s = stmt_take(store, STMT_SNAPSHOT_ADD);

    stmt_bind_int(&s, TEMPLATE_LAST);
    stmt_bind_int(&s, workspace->id);
    stmt_bind_text(&s, out->name);
    stmt_bind_int(&s, out->now);
    stmt_bind_int(&s, out->frozen);
    stmt_bind_int(&s, out->runs);
    if (stmt_next(&s))
        out->id = stmt_int(&s);
    return stmt_done(&s);
}

static enum error snapshot_write(const struct ctx *ctx, struct snapshot *out)
{
    struct workspace_source from = {.id = ctx->workspace->id};
    struct snapshot before = {0};
    struct snapshot_page page = {0};
    enum error e = snapshot_find(ctx, out->name, &before);

    if (!e)
        e = snapshot_remove(ctx->store, &before);
    else if (e == ERROR_SNAPSHOT_NOT_FOUND)
        e = snapshot_list(ctx, &page);
    else
        return e;
    if (!e && !before.id && page.count == LIMIT_SNAPSHOTS)
        e = ERROR_TOO_MANY_SNAPSHOTS;
    if (!e)
        e = snapshot_add_row(ctx->store, ctx->workspace, out);
    return e ? e : workspace_copy(ctx->store, ctx->workspace, out->id, &from);
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
    e = transaction_end(ctx->store, snapshot_write(ctx, &made));
    if (!e)
        *out = made;
    return e;
}

static enum error snapshot_fill(struct store *store, struct workspace *workspace, void *context)
{
    const struct snapshot *snapshot = context;
    struct workspace_source from = {.id = snapshot->id};

    return workspace_fill(store, workspace, &from);
}

enum error snapshot_restore(const struct ctx *ctx, const char *name, struct snapshot *out)
{
    enum error e = snapshot_find(ctx, name, out);

    if (e)
        return e;
    struct clock clock = {.frozen = true, .at = out->now};
    if (!out->frozen)
        clock = clock_from(out->now);
    return workspace_replace(ctx->store, ctx->workspace, &clock, snapshot_fill, out);
}

enum error snapshot_drop(const struct ctx *ctx, const char *name, struct snapshot *out)
{
    enum error e = snapshot_find(ctx, name, out);

    if (!e)
        e = transaction_begin(ctx->store, NULL);
    return e ? e : transaction_end(ctx->store, snapshot_remove(ctx->store, out));
}

enum error snapshot_list(const struct ctx *ctx, struct snapshot_page *out)
{
    struct stmt s = stmt_take(ctx->store, STMT_SNAPSHOT_LIST);

    out->list = arena_alloc(ctx->arena, LIMIT_SNAPSHOTS * sizeof *out->list);
    out->count = 0;
    stmt_bind_int(&s, ctx->workspace->id);
    while (out->count < LIMIT_SNAPSHOTS && stmt_next(&s)) {
        struct snapshot *each = &out->list[out->count++];
        each->name = stmt_text(&s, ctx->arena);
        snapshot_read_row(&s, each);
    }
    return stmt_done(&s);
}
