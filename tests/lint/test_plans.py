"""What a statement costs must not grow with what else a workspace holds, unless it is about all of it.

SQLite has no statistics here, and may go through a workspace by a primary key where an index has
the very rows: the plan of every statement is looked at.
"""

import re
import sqlite3

from .sources import ROOT, report

# These are about a whole workspace, or the whole store.
WHOLE = {
    "callback_recover", "flow_slugs", "schedule_unarmed", "snapshot_list", "snapshot_range",
    "snapshot_remove_all", "state_flows", "state_runs", "state_schedules", "workspace_list",
    "workspace_copy_runs", "workspace_copy_inputs", "workspace_copy_outputs", "workspace_copy_flows",
    "workspace_copy_schedules", "workspace_copy_callbacks", "workspace_copy_attempts",
    "workspace_count_runs", "workspace_count_schedules", "assumption_override_list",
    "assumption_override_clear",
    # The greatest number: SQLite looks at the last row of the key alone.
    "callback_next_number",
    # Among the schedules of a workspace, when one is made.
    "schedule_next_number",
}
STORE = ROOT / "store"


def statements():
    """(name, text) of each, with its pieces filled in."""
    pieces, found = {}, []
    for path in sorted(STORE.rglob("*.sql")):
        for kind, name, body in re.findall(
                r"^-- (piece|statement): (\w+)\n(.*?)(?=^-- (?:piece|statement):|\Z)",
                path.read_text(), re.S | re.M):
            lines = [line for line in body.splitlines() if not line.startswith("--")]
            text = "\n".join(lines).strip().rstrip(";")
            if kind == "piece":
                pieces[name] = text
            else:
                found.append((name, text))
    for name, text in found:
        while (piece := re.search(r"\{(\w+)\}", text)):
            text = text.replace(piece[0], pieces[piece[1]])
        yield name, text


def plan(database, text):
    values = {name: None for name in re.findall(r":(\w+)", text)}
    return [row[3] for row in database.execute(f"EXPLAIN QUERY PLAN {text}", values)]


def goes_through_all(step):
    """What goes through the rows of a subquery is no worse than that, which has a step of its own."""
    table = step.startswith("SCAN") and not re.search(r"VIRTUAL TABLE|CONSTANT|\(subquery-", step)
    return table or step.endswith("(workspace=?)")


def test_no_statement_goes_through_a_whole_workspace_in_vain():
    database = sqlite3.connect(":memory:")
    database.create_function("instant", 1, str)
    database.executescript((STORE / "db/schema.sql").read_text())
    plans = {name: plan(database, text) for name, text in statements()
             if not re.match(r"(BEGIN|COMMIT|SAVEPOINT|RELEASE|ROLLBACK)", text)}
    through_all = {name: steps for name, steps in plans.items() if any(map(goes_through_all, steps))}
    assert len(plans) > 50
    wrong = [f"{name}: {'; '.join(steps)}" for name, steps in through_all.items() if name not in WHOLE]
    wrong += [f"{name} is no such statement any more" for name in WHOLE - through_all.keys()]
    assert not wrong, report(wrong)
