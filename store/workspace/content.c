#include "store/workspace/content.h"

#include "store/base/instant.h"
#include "store/callback/outbox.h"
#include "store/db/stmt.h"
#include "store/db/transaction.h"
#include "store/engine/engine.h"
#include "store/run/life.h"
#include "store/schedule/schedule.h"

enum error content_copy(struct store *store, int64_t to, const struct content_source *from)
{
    static const enum stmt_id copies[] = {CONTENT_COPY};
    enum error e = ERROR_NONE;

    for (size_t i = 0; !e && i < sizeof copies / sizeof *copies; i++) {
        struct stmt s = stmt_take(store, copies[i]);
        stmt_bind_int(&s, to);
        if (sqlite3_bind_parameter_count(s.handle) > 2) { /* a table with relative times */
            stmt_bind_int(&s, INSTANT_RELATIVE_MAX);
            stmt_bind_int(&s, from->now - INSTANT_RELATIVE);
        }
        stmt_bind_int(&s, from->id);
        e = stmt_run(&s);
    }
    return e;
}

enum error content_clear(struct store *store, int64_t first, int64_t last)
{
    static const enum stmt_id clears[] = {CONTENT_CLEAR};
    enum error e = ERROR_NONE;

    for (size_t i = 0; !e && i < sizeof clears / sizeof *clears; i++) {
        struct stmt s = stmt_take(store, clears[i]);
        stmt_bind_int(&s, first);
        stmt_bind_int(&s, last);
        e = stmt_run(&s);
    }
    return e;
}

enum error content_move_flows(struct store *store, int64_t to, int64_t from)
{
    struct stmt s = stmt_take(store, STMT_CONTENT_MOVE_FLOWS);

    stmt_bind_int(&s, to);
    stmt_bind_int(&s, from);
    return stmt_run(&s);
}

enum error content_rescan(struct store *store, struct workspace *workspace)
{
    struct stmt s = stmt_take_in(store, STMT_CONTENT_COUNT, workspace->id);

    if (stmt_next(&s)) {
        workspace->cache.runs = stmt_int(&s);
        workspace->cache.last_id = stmt_int(&s);
        workspace->cache.last_seq = stmt_int(&s);
    }
    enum error e = stmt_done(&s);
    if (!e)
        e = run_count_all(store, workspace);
    if (!e)
        e = engine_find_next_due(store, workspace);
    return e ? e : outbox_rescan(store, workspace, INSTANT_NONE);
}

enum error content_fill(struct store *store, struct workspace *workspace,
                        const struct content_source *from)
{
    enum error e = content_copy(store, workspace->id, from);

    if (!e)
        e = content_rescan(store, workspace);
    return e ? e : schedule_arm_all(store, workspace, clock_now(&workspace->cache.clock));
}

enum error content_replace(struct store *store, struct workspace *workspace,
                           const struct clock *clock, const struct content_source *from)
{
    enum error e = transaction_begin(store, workspace);

    if (e)
        return e;
    life_clear(store, workspace);
    workspace_note_all(store, workspace);
    workspace_reset_times(workspace);
    e = content_clear(store, workspace->id, workspace->id);
    if (!e)
        e = workspace_set_clock(store, workspace, clock);
    if (!e)
        e = content_fill(store, workspace, from);
    e = transaction_end(store, e);
    if (!e)
        outbox_invalidate_in_flight(store, workspace);
    return e;
}
