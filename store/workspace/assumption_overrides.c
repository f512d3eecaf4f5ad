#include "store/workspace/assumption_overrides.h"

#include "store/base/memory.h"
#include "store/db/stmt.h"
#include "store/db/transaction.h"

#include <stdlib.h>

static void overrides_use(struct workspace *workspace, const struct assumptions *assumptions)
{
    if (!workspace->own_assumptions)
        workspace->own_assumptions = memory_take(sizeof *workspace->own_assumptions);
    *workspace->own_assumptions = *assumptions;
    workspace->assumptions = workspace->own_assumptions;
}

enum error assumption_overrides_clear(struct store *store, const struct workspace *workspace)
{
    struct stmt s = stmt_take_in(store, STMT_ASSUMPTION_OVERRIDE_CLEAR, workspace->id);

    workspace_note_area(store, workspace->id, AREA_ASSUMPTIONS);
    return stmt_run(&s);
}

static enum error overrides_write(struct store *store, const struct workspace *workspace,
                                  const struct assumptions *assumptions)
{
    enum error e = assumption_overrides_clear(store, workspace);

    for (enum assumption i = ASSUME_NONE + 1; !e && i < ASSUMPTION_COUNT; i++) {
        if (!assumption_set_has(&assumptions->decided, i))
            continue;
        struct stmt s = stmt_take_in(store, STMT_ASSUMPTION_OVERRIDE_ADD, workspace->id);
        stmt_bind_text(&s, assumption_row(i)->id);
        stmt_bind_text(&s, assumption_value(assumptions, i));
        e = stmt_run(&s);
    }
    return e;
}

enum error assumption_overrides_set(struct store *store, struct workspace *workspace,
                                    const struct assumptions *assumptions)
{
    enum error e = transaction_begin(store, workspace);

    if (e)
        return e;
    e = transaction_end(store, overrides_write(store, workspace, assumptions));
    if (!e)
        overrides_use(workspace, assumptions);
    return e;
}

enum error assumption_overrides_load(struct store *store, struct workspace *workspace)
{
    struct stmt s = stmt_take_in(store, STMT_ASSUMPTION_OVERRIDE_LIST, workspace->id);
    struct assumptions made = store->config.assumptions;
    bool found = false;

    while (stmt_next(&s)) {
        enum assumption which = assumption_find(stmt_peek(&s));
        const char *value = stmt_peek(&s);
        found = true;
        if (which)
            assumption_decide(&made, which, value);
    }
    if (found)
        overrides_use(workspace, &made);
    return stmt_done(&s);
}
