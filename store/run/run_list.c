#include "store/run/run_list.h"

#include "store/db/stmt.h"

struct list_query run_list_query(const struct run_query *query)
{
    return (struct list_query){
        .columns = piece_run_select,
        .statuses = query->statuses,
        .filter = {{piece_list_uid, query->uids},
                   {piece_list_user, query->user_uids},
                   {piece_list_workspace, query->workspace_uids}},
        .filter_count = 3,
        .sorts = query->sorts,
        .limit = query->limit,
        .offset = query->offset,
    };
}

enum error run_list(const struct ctx *ctx, const struct run_query *query, struct run_page *out)
{
    struct list_query list = run_list_query(query);
    struct run_page page = {.runs =
                                arena_alloc(ctx->arena, sizeof(struct run) * (size_t)query->limit)};
    struct stmt s;
    enum error e = list_begin(ctx, &list, &s);
    if (e)
        return e;

    while (stmt_next(&s)) {
        page.runs[page.count].workspace = ctx->workspace->id;
        run_read(&s, ctx->arena, &page.runs[page.count++]);
    }
    e = stmt_done(&s);
    if (!e)
        *out = page;
    return e;
}
