#include "store/workspace/content.h"

#include "store/base/instant.h"
#include "store/callback/outbox.h"
#include "store/callback/outbox_queue.h"
#include "store/db/stmt.h"
#include "store/db/transaction.h"
#include "store/schedule/schedule.h"

static enum error content_copy_table(struct store *store, enum stmt_id id,
                                     const struct workspace *workspace, int64_t to,
                                     const struct workspace_source *from)
{
    struct stmt s = stmt_take(store, id);

    stmt_bind_int(&s, to);
    if (id == STMT_WORKSPACE_COPY_RUNS || id == STMT_WORKSPACE_COPY_SCHEDULES) {
        stmt_bind_text(&s, workspace->user_uid);
        stmt_bind_text(&s, workspace->uid);
        stmt_bind_int(&s, INSTANT_RELATIVE_MAX);
        stmt_bind_int(&s, from->now - INSTANT_RELATIVE);
    }
    stmt_bind_int(&s, from->id);
    return stmt_run(&s);
}

enum error workspace_copy(struct store *store, const struct workspace *workspace, int64_t to,
                          const struct workspace_source *from)
{
    static const enum stmt_id copies[] = {
        STMT_WORKSPACE_COPY_RUNS,     STMT_WORKSPACE_COPY_INPUTS,    STMT_WORKSPACE_COPY_OUTPUTS,
        STMT_WORKSPACE_COPY_FLOWS,    STMT_WORKSPACE_COPY_SCHEDULES, STMT_WORKSPACE_COPY_CALLBACKS,
        STMT_WORKSPACE_COPY_ATTEMPTS,
    };
    enum error e = ERROR_NONE;

    for (size_t i = 0; !e && i < sizeof copies / sizeof *copies; i++)
        e = content_copy_table(store, copies[i], workspace, to, from);
    return e;
}

static enum error count_runs(struct store *store, struct workspace *workspace)
{
    struct stmt s = stmt_take(store, STMT_WORKSPACE_COUNT_RUNS);

    stmt_bind_int(&s, workspace->id);
    if (stmt_next(&s)) {
        workspace->cache.runs = stmt_int(&s);
        workspace->cache.last_id = stmt_int(&s);
        workspace->cache.last_seq = stmt_int(&s);
        workspace_note_due(store, workspace, stmt_instant(&s));
    }
    return stmt_done(&s);
}

static enum error count_schedules(struct store *store, struct workspace *workspace)
{
    struct stmt s = stmt_take(store, STMT_WORKSPACE_COUNT_SCHEDULES);

    stmt_bind_int(&s, workspace->id);
    if (stmt_next(&s)) {
        int64_t seq = stmt_int(&s);
        workspace->cache.last_seq =
            seq > workspace->cache.last_seq ? seq : workspace->cache.last_seq;
        workspace_note_due(store, workspace, stmt_instant(&s));
    }
    return stmt_done(&s);
}

enum error workspace_rescan(struct store *store, struct workspace *workspace)
{
    enum error e = count_runs(store, workspace);

    if (!e)
        e = count_schedules(store, workspace);
    return e ? e : outbox_rescan(store, workspace, INSTANT_NONE);
}

enum error workspace_fill(struct store *store, struct workspace *workspace,
                          const struct workspace_source *from)
{
    enum error e = workspace_copy(store, workspace, workspace->id, from);

    if (!e)
        e = workspace_rescan(store, workspace);
    return e ? e : schedule_arm_all(store, workspace, clock_now(&workspace->cache.clock));
}

enum error workspace_empty(struct store *store, int64_t first, int64_t last)
{
    static const enum stmt_id clears[] = {
        STMT_WORKSPACE_CLEAR_RUNS,      STMT_WORKSPACE_CLEAR_INPUTS,
        STMT_WORKSPACE_CLEAR_OUTPUTS,   STMT_WORKSPACE_CLEAR_FLOWS,
        STMT_WORKSPACE_CLEAR_SCHEDULES, STMT_WORKSPACE_CLEAR_CALLBACKS,
        STMT_WORKSPACE_CLEAR_ATTEMPTS,
    };
    enum error e = ERROR_NONE;

    for (size_t i = 0; !e && i < sizeof clears / sizeof *clears; i++) {
        struct stmt s = stmt_take(store, clears[i]);
        stmt_bind_int(&s, first);
        stmt_bind_int(&s, last);
        e = stmt_run(&s);
    }
    return e;
}

enum error workspace_replace(struct store *store, struct workspace *workspace,
                             const struct clock *clock, workspace_fill_fn *fill, void *context)
{
    enum error e = transaction_begin(store, workspace);

    if (e)
        return e;
    workspace_reset_times(workspace);
    e = workspace_empty(store, workspace->id, workspace->id);
    if (!e)
        e = workspace_set_clock(store, workspace, clock);
    if (!e)
        e = fill(store, workspace, context);
    e = transaction_end(store, e);
    if (!e)
        outbox_invalidate_in_flight(store, workspace);
    return e;
}
