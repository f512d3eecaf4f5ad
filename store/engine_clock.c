/* The engine and the clocks: what fires when one is set, and when a real one comes to an instant.
 */
#include "store/base/instant.h"
#include "store/engine.h"
#include "store/outbox.h"
#include "store/stmt.h"
#include "store/transaction.h"

enum error engine_next_due(struct store *store, struct workspace *workspace, int64_t *out)
{
    struct stmt s = stmt_take(store, STMT_ENGINE_NEXT_DUE);

    stmt_bind_int(&s, workspace->id);
    workspace->next_due = INSTANT_NONE;
    while (stmt_next(&s))
        workspace_expect(store, workspace, stmt_instant(&s));
    *out = workspace->next_due;
    return stmt_done(&s);
}

enum error engine_set_clock(struct store *store, struct workspace *workspace,
                            const struct clock *clock, struct fired_log *log)
{
    int64_t now = clock_now(clock);

    if (now < workspace_now(workspace))
        return ERROR_CLOCK_REFUSED;
    const struct workspace before = *workspace;
    enum error e = transaction_begin(store);
    if (e)
        return e;
    e = engine_fire(store, workspace, now, log);
    e = transaction_end(store, e ? e : workspace_set_clock(store, workspace, clock));
    if (e) {
        workspace->clock = before.clock;
        workspace->latest = before.latest;
        workspace->has = before.has;
        workspace->next_due = before.next_due;
        return e;
    }
    workspace_expect(store, workspace, workspace->next_due);
    outbox_look(store, workspace);
    return ERROR_NONE;
}

int64_t engine_next_wake(const struct store *store)
{
    return store->next_wake;
}

static void wake(void *context, struct workspace *workspace)
{
    struct store *store = context;

    if (workspace->clock.frozen)
        return;
    engine_fire(store, workspace, workspace_now(workspace), NULL);
    workspace_expect(store, workspace, workspace->next_due);
    outbox_look(store, workspace);
}

void engine_wake(struct store *store)
{
    store->next_wake = INSTANT_NONE;
    workspace_each(store, wake, store);
}
