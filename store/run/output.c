#include "store/run/output.h"

#include "store/db/stmt.h"

enum error output_add(struct store *store, const struct output *output)
{
    struct stmt s = stmt_take_uid(store, STMT_OUTPUT_ADD, output->workspace, output->run_uid);

    stmt_bind_int(&s, output->position);
    stmt_bind_text(&s, output->step_uid);
    stmt_bind_text(&s, output->data);
    stmt_bind_int(&s, output->bytes_so_far);
    return stmt_run_new(&s);
}

enum error output_list(const struct ctx *ctx, const struct output_query *query,
                       struct text_list *out)
{
    struct stmt s = stmt_take_uid(ctx->store, STMT_OUTPUT_LIST, ctx->workspace->id, query->run_uid);

    stmt_bind_text(&s, query->step_uid);
    stmt_bind_int(&s, query->limit);
    stmt_bind_int(&s, query->offset);
    return list_read_texts(&s, ctx->arena, out);
}

enum error output_bytes(struct store *store, int64_t workspace, const char *run_uid, int64_t *out)
{
    struct stmt s = stmt_take_uid(store, STMT_OUTPUT_BYTES, workspace, run_uid);

    *out = stmt_next(&s) ? stmt_int(&s) : 0;
    return stmt_done(&s);
}

enum error output_discard(struct store *store, int64_t workspace, const char *run_uid)
{
    return stmt_run_uid(store, STMT_OUTPUT_DISCARD, workspace, run_uid);
}
