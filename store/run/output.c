#include "store/run/output.h"

#include "store/db/stmt.h"

enum error output_add(struct store *store, const struct output *output)
{
    struct stmt s = stmt_take(store, STMT_OUTPUT_ADD);

    stmt_bind_int(&s, output->workspace);
    stmt_bind_text(&s, output->run_uid);
    stmt_bind_int(&s, output->position);
    stmt_bind_text(&s, output->step_uid);
    stmt_bind_text(&s, output->data);
    return stmt_run_new(&s);
}

/* Room is made for what comes, not for the limit: a run made by hand may claim any number. */
enum error output_list(const struct ctx *ctx, const struct output_query *query,
                       struct output_page *out)
{
    struct output_page page = {0};
    struct stmt s = stmt_take(ctx->store, STMT_OUTPUT_LIST);
    size_t room = 0;

    stmt_bind_int(&s, ctx->workspace->id);
    stmt_bind_text(&s, query->run_uid);
    stmt_bind_text(&s, query->step_uid);
    stmt_bind_int(&s, query->limit);
    stmt_bind_int(&s, query->offset);
    while (stmt_next(&s)) {
        if ((size_t)page.count == room)
            page.data = arena_grow(ctx->arena, page.data, sizeof *page.data, &room);
        page.data[page.count++] = stmt_text(&s, ctx->arena);
    }
    enum error e = stmt_done(&s);
    if (!e)
        *out = page;
    return e;
}

enum error output_bytes(struct store *store, int64_t workspace, const char *run_uid, int64_t *out)
{
    struct stmt s = stmt_take(store, STMT_OUTPUT_BYTES);

    stmt_bind_int(&s, workspace);
    stmt_bind_text(&s, run_uid);
    *out = stmt_next(&s) ? stmt_int(&s) : 0;
    return stmt_done(&s);
}

enum error output_discard(struct store *store, int64_t workspace, const char *run_uid)
{
    struct stmt s = stmt_take(store, STMT_OUTPUT_DISCARD);

    stmt_bind_int(&s, workspace);
    stmt_bind_text(&s, run_uid);
    return stmt_run(&s);
}
