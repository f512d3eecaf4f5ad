/* The engine and the clocks: what fires when one is set, and when a real one comes to an instant.
 */
#include "store/base/instant.h"
#include "store/callback/outbox_queue.h"
#include "store/db/stmt.h"
#include "store/db/transaction.h"
#include "store/engine/engine.h"

enum { RETRY = 1000 }; /* ms after which a firing that failed is tried again */

/* How far firing came towards a clock that is to be set. */
static struct clock clock_part_way(const struct workspace *workspace, const struct clock *to)
{
    int64_t at = workspace->cache.next_due;

    return to->frozen ? (struct clock){.frozen = true, .at = at} : clock_from(at);
}

enum error engine_set_clock(struct store *store, struct workspace *workspace,
                            const struct clock *clock, struct fired_log *log, bool *there)
{
    int64_t now = clock_now(clock);

    if (now < workspace_now(workspace))
        return ERROR_CLOCK_REFUSED;
    enum error e = transaction_begin(store, workspace);
    if (e)
        return e;
    e = engine_fire(store, workspace, now, log);
    bool behind = engine_is_behind(workspace, now);
    struct clock shown = behind ? clock_part_way(workspace, clock) : *clock;
    e = transaction_end(store, e ? e : workspace_set_clock(store, workspace, &shown));
    if (e)
        return e;
    *there = !behind;
    workspace_note_due(store, workspace, workspace->cache.next_due);
    outbox_recheck(store, workspace);
    return ERROR_NONE;
}

int64_t engine_next_wake(const struct store *store)
{
    return store->next_wake;
}

static void wake_workspace(void *context, struct workspace *workspace)
{
    struct store *store = context;

    if (workspace->cache.clock.frozen)
        return;
    int64_t now = workspace_now(workspace);
    if (engine_fire(store, workspace, now, NULL) == ERROR_NONE)
        workspace_note_due(store, workspace, workspace->cache.next_due);
    else
        workspace_arm_timer(store, workspace, now + RETRY);
    outbox_recheck(store, workspace);
}

void engine_wake(struct store *store)
{
    store->next_wake = INSTANT_NONE;
    workspace_each(store, wake_workspace, store);
}
