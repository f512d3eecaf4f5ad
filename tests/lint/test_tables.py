"""What else is typed for a row of a table: the contract's enums, and the words in SQL.

The tables (statuses, events, actions, effects, errors) are read as the program prints them. Whoever
adds a row is told here which other place does not know it.
"""

import json
import re
import subprocess

import pytest

from .sources import EMULATOR, c_files, hits, report, text

CONTRACT = "server/contract/openapi.json"
RUNS = "store/run/run_machine.def"
SCHEDULES = "store/schedule/schedule.def"
ERRORS = "store/base/errors.def"
EFFECTS = "server/session/effect.def"

CALLS = {"CANCEL", "RESUME"}  # events that a client causes by a call of the API
NOT_PLANNED = {"SCHEDULE", "STOP"}  # acts of others, which no plan has
OUTBOX = ("store/callback/outbox.c", "store/callback/outbox.sql")  # whose statuses are text: most of it is SQL

METHODS = {"get", "post", "put", "delete"}
FILLERS = {"components", "paths", "schemas", "parameters", "properties", "additionalProperties", "schema", "items"}


def printed(name):
    """A table of the program: the words of its head, and those of each row."""
    done = subprocess.run([EMULATOR, "docs", name], capture_output=True, text=True, timeout=10, check=True)
    rows = [re.findall(r"[^|]+", line.strip("|")) for line in done.stdout.splitlines()]
    rows = [[cell.strip(" `") for cell in row] for row in rows]
    return rows[0], rows[2:]


def column(name, number):
    return {row[number] for row in printed(name)[1]}


def run_events():
    return set(printed("state-machine")[0][3:])


def delivery_statuses():
    return set(re.findall(r"""["']([A-Z][A-Z_]+)["']""", "".join(map(text, OUTBOX))))


def enums(node, name=()):
    """(name, words) of each enum: of a schema `RunEvent.event`, of a parameter `wait.patient`."""
    if isinstance(node, list):
        for child in node:
            yield from enums(child, name)
    if not isinstance(node, dict):
        return
    if "in" in node:
        name = (*name, node["name"])
    if isinstance(node.get("enum"), list):
        yield ".".join(name), node["enum"]
    for key, child in node.items():
        if key in METHODS:
            yield from enums(child, (child["operationId"],))
        elif key != "enum":
            yield from enums(child, name if key in FILLERS else (*name, key))


def document():
    return json.loads(text(CONTRACT))


def api_operations():
    return {item[method]["operationId"] for path, item in document()["paths"].items() if path.startswith("/v1/")
            for method in item}  # fmt: skip


# Each enum that lists words of a table: where the table is, and which of its words it lists.
HELD = {
    "RunStatus": (RUNS, lambda: column("state-machine", 1)),
    "RunState": (RUNS, lambda: column("state-machine", 0)),
    "RunEvent.event": (RUNS, lambda: run_events() - CALLS),
    "PlanItem.event": (RUNS, lambda: run_events() - CALLS - NOT_PLANNED),
    "ScheduleStatus": (SCHEDULES, lambda: column("schedules", 0)),
    "FlowScheduleAction.action": (SCHEDULES, lambda: set(printed("schedules")[0][1:])),
    "EmulatorRace.Emulator-Race": (EFFECTS, lambda: races()),
    "Effect.race": (EFFECTS, lambda: races()),
    "ApiOperation": ("the paths of the same file", lambda: api_operations()),
    "getCoverage.ignore": ("server/coverage/lint.def", lambda: column("lint", 0)),
    "CallbackStatus": (" and ".join(OUTBOX), delivery_statuses),
    "ErrorBody.error_scope": (ERRORS, lambda: column("refusals", 3) | {"integ"}),  # a fault's status 424 has it
}

# Enums of which there is no table.
FREE = {
    "listFlowRuns.sort", "listFlowSchedules.sort", "getStateMachine.format", "Health.status",
    "Info.options.from", "RunFlow.identity_mode", "ScheduleFlow.identity_mode", "StartCallback.on", "Callback.on",
    "Clock.mode", "FixtureClock.mode", "getCoverage.format", "SetClock.mode", "RunLife.past.cause.kind", "listCallbacks.sort",
}  # fmt: skip


@pytest.mark.parametrize("name", HELD)
def test_an_enum_of_the_contract_lists_what_its_table_does(name):
    table, words = HELD[name]
    found, wanted = dict(enums(document()))[name], words()
    wrong = [f"{CONTRACT}: the enum of {name} lacks {word}, which {table} has" for word in wanted - set(found)]
    wrong += [f"{CONTRACT}: the enum of {name} has {word}, which {table} lacks" for word in set(found) - wanted]
    assert not wrong, report(wrong)
    assert len(found) == len(set(found)), f"{CONTRACT}: the enum of {name} has a word twice"


def test_every_enum_of_the_contract_is_held_to_a_table_or_has_none():
    names = {name for name, _ in enums(document())}
    unknown, gone = names - set(HELD) - FREE, (set(HELD) | FREE) - names
    assert not unknown, f"say in HELD which table fills it, or that none does in FREE: {sorted(unknown)}"
    assert not gone, f"{CONTRACT} has no such enum: {sorted(gone)}"


def test_the_rule_of_a_fault_may_have_every_effect_within_its_limits():
    properties = document()["components"]["schemas"]["Effect"]["properties"]
    found = {key: (schema.get("minimum"), schema.get("maximum")) for key, schema in properties.items()}
    for key in ("label", "retry_after", "retry-after", "html", "body", "delay_ms"):  # what an effect may have beside it
        del found[key]
    assert found == effects(), f"{CONTRACT}: the schema Effect and {EFFECTS} differ"


def races():
    return {word for rule, _, words, _ in printed("effects")[1] if "race" in rule for word in re.findall(r"[a-z-]*-wins", words)}


def effects():
    """Each effect's key, with the least and the most of its number, of calls and of callbacks."""
    rules = {}
    rows = [(rule, number) for rule, _, number, _ in printed("effects")[1]]
    rows += [(rule, number) for rule, number, _ in printed("delivery-effects")[1]]
    for rule, number in rows:
        least_and_most = re.search(r"(\d+) to (\d+)", number)
        least, most = map(int, least_and_most.groups()) if least_and_most else (None, None)
        key = rule.split('"')[1]
        of_both = least is not None and key in rules
        rules[key] = (min(least, rules[key][0]), max(most, rules[key][1])) if of_both else (least, most)
    return rules


def test_code_asks_of_an_assumption_only_what_it_can_be():
    rows = printed("assumptions")[1]
    values = {re.sub(r"[.-]", "_", id).upper(): {value, *also.split(", ")} for id, value, also, _ in rows}
    asked = r"""ASSUME_(\w+),\s*"([^"]*)"|RUN_VARIANT\(\w+, \w+, (\w+), "([^"]*)\""""
    wrong, found = [], False
    for path in c_files("server", "store", suffixes=(".c", ".def")):
        for match in re.finditer(asked, text(path)):
            name, value = [word for word in match.groups() if word]
            found = True
            if value not in values[name]:
                wrong += [f"{path}: {match[0]}: it is one of {', '.join(sorted(values[name]))}"]
    assert not wrong, report(wrong)
    assert found


def test_sql_names_no_status_or_event_that_is_none():
    """In SQL it is text, which no compiler checks."""
    known = column("state-machine", 1) | run_events() | column("schedules", 0) | set(dict(enums(document()))["CallbackStatus"])
    wrong = []
    for path in c_files("store", suffixes=(".sql",)):
        source = re.sub(r"--[^\n]*", "", text(path))
        wrong += [hit for hit in hits(path, source, r"'[A-Z][A-Z_]+'") if hit.split("'")[1] not in known]
    assert not wrong, report(wrong)


LIMITS = "store/base/limits.def"
LIMITED = {  # a limit, and the schema in the contract that holds it too
    "API_KEY": ("components", "schemas", "FixtureWorkspace", "properties", "api_key", "maxLength"),
    "RUN_OUTPUTS": ("components", "schemas", "FixtureRun", "properties", "outputs", "maxItems"),
}


def limit(name):
    return int(re.search(rf"^LIMIT\({name}, (\d+),", text(LIMITS), re.M)[1])


@pytest.mark.parametrize("name", LIMITED)
def test_the_contract_holds_a_limit_of_the_table(name):
    value = json.loads(text(CONTRACT))
    for key in LIMITED[name]:
        value = value[key]
    assert value == limit(name)
