#include "store/flow.h"

#include "store/stmt.h"

enum error flow_add(struct store *store, struct flow *flow)
{
    struct stmt s = stmt_take(store, STMT_FLOW_ADD);

    if (!*flow->uid)
        uid_derive(uid_seed(uid_seed(0, "flow"), flow->slug), 0, flow->uid);
    stmt_bind_int(&s, flow->workspace);
    stmt_bind_text(&s, flow->slug);
    stmt_bind_text(&s, flow->uid);
    stmt_bind_text(&s, flow->name);
    stmt_bind_text(&s, flow->steps);
    stmt_bind_text(&s, flow->plan);
    return stmt_run_new(&s);
}
