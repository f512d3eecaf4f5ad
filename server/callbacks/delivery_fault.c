#include "server/callbacks/delivery_fault.h"

#include "store/base/clock.h"
#include "store/run/run_machine.h"

void delivery_fault_take(struct session_table *sessions, const struct workspace *workspace,
                         struct attempt *t)
{
    struct session *session = session_get(sessions, workspace);
    struct faults *faults = &session->faults;
    bool was_counted = t->callback.held && !t->callback.attempts;

    if (!faults->count || was_counted)
        return;
    session->faults_version++;
    struct fault_rule *rule = faults_count_call(faults, workspace->seed, NULL, t->callback.run_uid);
    if (!rule)
        return;
    rule->fired++;
    t->effect = rule->effect;
    t->effect.rule = rule->id;
    if (t->effect.delay_ms)
        t->start_at = clock_monotonic_us() + t->effect.delay_ms * 1000;
}

bool delivery_fault_holds(struct store *store, const struct attempt *t)
{
    enum run_status status = run_status_from(t->callback.run_status, false);

    return t->effect.kind == EFFECT_HOLD_BEHIND_NEXT && !run_statuses[status].tells_end &&
           outbox_hold(store, &t->callback);
}
