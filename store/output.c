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

enum error output_discard(struct store *store, int64_t workspace, const char *run_uid)
{
    struct stmt s = stmt_take(store, STMT_OUTPUT_DISCARD);

    stmt_bind_int(&s, workspace);
    stmt_bind_text(&s, run_uid);
    return stmt_run(&s);
}
