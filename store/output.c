#include "store/output.h"

#include "store/stmt.h"

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

enum error output_list(struct store *store, struct arena *arena, int64_t workspace,
                       const struct output_query *query, struct output_page *out)
{
    struct output_page page = {
        .data = arena_alloc(arena, sizeof *page.data * (size_t)query->limit),
    };
    struct stmt s = stmt_take(store, STMT_OUTPUT_LIST);

    stmt_bind_int(&s, workspace);
    stmt_bind_text(&s, query->run_uid);
    stmt_bind_text(&s, query->step_uid);
    stmt_bind_int(&s, query->limit);
    stmt_bind_int(&s, query->offset);
    while (stmt_next(&s))
        page.data[page.count++] = stmt_text(&s, arena);
    enum error e = stmt_done(&s);
    if (!e)
        *out = page;
    return e;
}

enum error output_discard(struct store *store, int64_t workspace, const char *run_uid)
{
    struct stmt s = stmt_take(store, STMT_OUTPUT_DISCARD);

    stmt_bind_int(&s, workspace);
    stmt_bind_text(&s, run_uid);
    return stmt_run(&s);
}
