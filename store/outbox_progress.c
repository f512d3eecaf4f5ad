/* How far the callbacks of one run have come, for who waits for them. */
#include "store/outbox.h"
#include "store/stmt.h"

enum error outbox_progress(struct store *store, const struct workspace *workspace,
                           const char *run_uid, const char *status, int64_t now,
                           struct outbox_progress *out)
{
    struct stmt s = stmt_take(store, STMT_CALLBACK_PROGRESS);

    stmt_bind_text(&s, status);
    stmt_bind_int(&s, now);
    stmt_bind_int(&s, workspace->id);
    stmt_bind_text(&s, run_uid);
    if (stmt_next(&s)) {
        out->count = stmt_int(&s);
        out->moving = stmt_int(&s);
    }
    return stmt_done(&s);
}
