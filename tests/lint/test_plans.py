"""What a statement costs must not grow with what else a workspace holds, unless it is about all of it.

SQLite has no statistics here, and may go through a workspace by a primary key where an index has
the very rows: the plan of every statement is looked at.
"""

import re
import sqlite3

from .sources import report
from .sql import FUNCTIONS, SCHEMA, STATEMENTS

# These are about a whole workspace, or the whole store.
WHOLE = {
    "content_last_seq", "content_move_snapshots", "content_move_assumptions", "workspace_count",
    "callback_recover", "flow_slugs", "schedule_unarmed", "snapshot_add", "snapshot_bytes", "snapshot_list", "snapshot_remove",
    "state_flows", "workspace_list",
    "assumption_override_list", "assumption_override_clear",
    # Of the first rows of a content, as many as are deleted at once; the last row of a key alone.
    *(name for name in STATEMENTS if re.match("content_(copy|last|clear_part)_", name)),
    # The greatest number: SQLite looks at the last row of the key alone.
    "callback_next_number",
    # Those that are being sent are few; the count stops at its limit.
    # Those that are being sent are few; the count, and the look at a template, stop at their limit.
    "callback_active", "callback_count", "template_is_large",
    # Among the schedules of a workspace, when one is made.
    "schedule_flow",
}


def plan(database, text):
    values = {name: None for name in re.findall(r":(\w+)", text)} or [None] * text.count("?")
    return [row[3] for row in database.execute(f"EXPLAIN QUERY PLAN {text}", values)]


def goes_through_all(step):
    """What goes through the rows of a subquery is no worse than that, which has a step of its own."""
    table = step.startswith("SCAN") and not re.search(r"VIRTUAL TABLE|CONSTANT|\(subquery-", step)
    return table or step.endswith("(workspace=?)")


def test_no_statement_goes_through_a_whole_workspace_in_vain():
    database = sqlite3.connect(":memory:")
    for name in FUNCTIONS:
        database.create_function(name, 1, str)
    database.executescript(SCHEMA)
    plans = {name: plan(database, text) for name, text in STATEMENTS.items()
             if not re.match(r"(BEGIN|COMMIT|SAVEPOINT|RELEASE|ROLLBACK)", text)}
    through_all = {name: steps for name, steps in plans.items() if any(map(goes_through_all, steps))}
    assert len(plans) > 50
    wrong = [f"{name}: {'; '.join(steps)}" for name, steps in through_all.items() if name not in WHOLE]
    wrong += [f"{name} is no such statement any more" for name in WHOLE - through_all.keys()]
    assert not wrong, report(wrong)
