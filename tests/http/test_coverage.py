"""GET and DELETE /_emulator/coverage: what clients have tried, and how to try the rest (CONTROL.md "coverage")."""

import json

import pytest
from covering import counts, dimension, report, run, run_in_shell
from emulator import JSON
from living import ENRICH, advance, launch, resume, run_path
from receiver import receiving, reply as answer

RUNNING, FAILED = "00000000-0000-4000-8000-000000000007", "00000000-0000-4000-8000-000000000008"
SUCCEEDED, STOPPED = "00000000-0000-4000-8000-000000000010", "00000000-0000-4000-8000-000000000006"
PAUSED = "10000000-0000-4000-8000-000000000002"

DIMENSIONS = ["cancel", "ends", "faults", "statuses", "races", "deliveries", "paging", "resume", "operations", "fault-statuses",
              "queries", "assumptions"]  # fmt: skip
STATUSES = ["RUNNING", "QUEUED", "SCHEDULED", "CREATED", "SUCCEEDED", "STOPPED", "CANCELLED", "FAILED", "PARTIAL_SUCCEEDED", "BLOCKED",
            "INVALID"]  # fmt: skip
OPERATIONS = {"cancelFlowRun", "resumeFlowRun", "listFlowRuns", "getFlowRun", "listFlowRunOutputs", "runFlow", "scheduleFlow",
              "listFlowSchedules", "getFlowSchedule", "manageFlowSchedule"}  # fmt: skip


@pytest.fixture
def emulator(start):
    """A server of the story's own: the counters are the server's."""
    return start()


def cells(emulator, name):
    return [each["cell"] for each in dimension(emulator, name)["counts"]]


def fault(emulator, words, target=f"/v1/flows/runs/{RUNNING}"):
    return emulator.get(target, headers={"Emulator-Fault": words})


# What there is


def test_at_first_nothing_was_tried(emulator):
    found = report(emulator)
    assert found["covered"] == 0 and found["percent"] == 0 and found["requests"] == 0 and found["findings"] == []
    assert len(found["missing"]) == found["cells"] == sum(each["cells"] for each in found["dimensions"])
    assert [each["dimension"] for each in found["dimensions"]] == DIMENSIONS


def test_what_is_missing_comes_in_the_order_of_its_use(emulator):
    order = [each["dimension"] for each in report(emulator)["missing"]]
    assert list(dict.fromkeys(order)) == DIMENSIONS
    assert order == sorted(order, key=DIMENSIONS.index)


@pytest.mark.parametrize("name, expected", [
    ("cancel", STATUSES), ("resume", STATUSES),
    ("ends", ["INVALID", "BLOCKED", "STOPPED", "CANCELLED", "FAILED", "PARTIAL_SUCCEEDED", "SUCCEEDED"]),
    ("faults", ["status", "reset", "reset-after-commit", "empty", "truncate", "wrong-length", "slow", "delay", "rate-limit"]),
    ("races", ["finish-wins", "cancel-wins"]), ("fault-statuses", ["503", "424", "402"]),
    ("deliveries", [
        "duplicate", "drop", "hold_behind_next", "truncate", "without_headers", "the end FAILED", "the end PARTIAL_SUCCEEDED",
        "the end SUCCEEDED", "a batch before the end", "an attempt that failed", "delivered by a later attempt", "delay"]),
])  # fmt: skip
def test_the_cells_of_a_dimension(emulator, name, expected):
    assert cells(emulator, name) == expected


def test_there_is_a_cell_for_each_operation(emulator):
    assert set(cells(emulator, "operations")) == OPERATIONS


@pytest.mark.parametrize("operation, expected", [
    ("cancelFlowRun", {200, 400, 401, 403, 404, 413, 422, 429, 500}), ("runFlow", {200, 400, 401, 403, 404, 413, 415, 429, 500}),
    ("listFlowRuns", {200, 400, 401, 403, 429, 500}),
])
def test_there_is_a_cell_for_each_documented_status(emulator, operation, expected):
    found = {int(cell.split()[1]) for cell in cells(emulator, "statuses") if cell.split()[0] == operation}
    assert found == expected


def test_there_is_a_cell_for_each_query_parameter_and_each_kind_of_page(emulator):
    assert {cell.split()[1] for cell in cells(emulator, "queries") if cell.startswith("listFlowRunOutputs ")} == {
        "?limit", "?offset", "?step_uid"}  # fmt: skip
    assert [cell for cell in cells(emulator, "paging") if cell.startswith("listFlowRuns:")] == [
        "listFlowRuns: a full page, and more after it", "listFlowRuns: a further page",
        "listFlowRuns: a further page that is the last", "listFlowRuns: an empty page"]  # fmt: skip


# What counts


def test_a_call_counts_with_its_status_and_the_guesses_it_rested_on(emulator):
    emulator.cancel(RUNNING)
    assert counts(emulator, "operations") == {"cancelFlowRun": 1}
    assert counts(emulator, "statuses") == {"cancelFlowRun 200": 1}
    assert counts(emulator, "cancel") == {"RUNNING": 1}
    assert counts(emulator, "ends") == {"CANCELLED": 1}
    assert {"cancel.status", "cancel.finished-at", "absent-object"} <= set(counts(emulator, "assumptions"))
    found = report(emulator)
    assert found["requests"] == 1
    assert found["covered"] == found["cells"] - len(found["missing"]) == sum(each["covered"] for each in found["dimensions"])
    assert found["percent"] == 100 * found["covered"] // found["cells"]


def test_a_refused_action_counts_by_the_status_that_refused_it(emulator):
    emulator.cancel(RUNNING)
    emulator.cancel(RUNNING)
    emulator.cancel(FAILED)
    resume(emulator, SUCCEEDED)
    resume(emulator, STOPPED)
    assert counts(emulator, "cancel") == {"RUNNING": 1, "CANCELLED": 1, "FAILED": 1}
    assert counts(emulator, "resume") == {"SUCCEEDED": 1, "STOPPED": 1}
    assert counts(emulator, "statuses") == {
        "cancelFlowRun 200": 1, "cancelFlowRun 422": 2, "resumeFlowRun 200": 1, "resumeFlowRun 422": 1}  # fmt: skip


def test_a_status_that_an_assumption_changes_counts_as_the_documented_one(emulator):
    assert emulator.request("PUT", "/_emulator/assumptions", b'{"not-cancellable.code": "409", "start.code": "201"}', JSON).status == 200
    assert emulator.cancel(FAILED).status == 409
    assert emulator.post("/v1/flows/linkedin-people-enrich/run/async", {"inputs": [{}]}).status == 201
    assert emulator.cancel(RUNNING, headers={"Emulator-Fault": "status=409"}).status == 409
    assert counts(emulator, "statuses") == {"cancelFlowRun 422": 1, "runFlow 200": 1}


def test_an_end_is_seen_in_a_list_too(emulator):
    emulator.runs(f"uid={FAILED}&uid={RUNNING}")
    assert counts(emulator, "ends") == {"FAILED": 1}
    assert counts(emulator, "queries") == {"listFlowRuns ?uid": 1}


def test_a_parameter_counts_only_when_it_was_sent_and_accepted(emulator):
    emulator.get("/v1/flows/runs?limit=0&offset=1")
    assert counts(emulator, "queries") == {}
    emulator.runs("limit=5&status=FAILED")
    assert set(counts(emulator, "queries")) == {"listFlowRuns ?limit", "listFlowRuns ?status"}


def test_the_kinds_of_pages(emulator):
    for query, kinds in [
        ("limit=10", {"a full page, and more after it"}), ("limit=11", set()),
        ("limit=5&offset=5", {"a full page, and more after it", "a further page"}),
        ("offset=10", {"a further page", "a further page that is the last"}), ("offset=11", {"an empty page"}),
    ]:  # fmt: skip
        emulator.request("DELETE", "/_emulator/coverage", key=None)
        emulator.runs(query)
        assert {cell.split(": ")[1] for cell in counts(emulator, "paging")} == kinds, query
    emulator.get(f"/v1/flows/runs/{SUCCEEDED}/outputs?limit=2")
    assert "listFlowRunOutputs: a full page, and more after it" in counts(emulator, "paging")
    emulator.get("/v1/flows/schedules?limit=3&offset=1")
    assert "listFlowSchedules: a further page that is the last" in counts(emulator, "paging")


def test_a_page_has_no_row_more_than_its_limit(emulator):
    assert len(emulator.runs("limit=3")) == 3
    assert len(emulator.get(f"/v1/flows/runs/{SUCCEEDED}/outputs?limit=2").json) == 2
    assert len(emulator.get("/v1/flows/schedules?limit=3").json) == 3


def test_faults_count_by_their_effect(emulator):
    fault(emulator, "status=503; delay=1ms")
    fault(emulator, "status=500")
    fault(emulator, "slow=1000000")
    assert counts(emulator, "faults") == {"status": 2, "delay": 1, "slow": 1}
    assert counts(emulator, "fault-statuses") == {"503": 1}
    assert counts(emulator, "statuses") == {"getFlowRun 500": 1, "getFlowRun 200": 1}


def test_a_rate_limit_counts_as_a_fault(emulator):
    emulator.request("PUT", "/_emulator/faults/rate-limit", json.dumps({"per_minute": 1}).encode(), JSON)
    emulator.runs()
    assert emulator.get("/v1/flows/runs").status == 429
    assert counts(emulator, "faults") == {"rate-limit": 1}
    assert counts(emulator, "statuses") == {"listFlowRuns 200": 1, "listFlowRuns 429": 1}


def test_a_reply_that_never_came_tells_nothing(emulator):
    with emulator.wire() as wire:
        wire.send(emulator.head("POST", f"/v1/flows/runs/{RUNNING}/cancel", "Emulator-Fault: reset-after-commit"))
        wire.assert_closed()
    assert counts(emulator, "cancel") == {"RUNNING": 1} and counts(emulator, "faults") == {"reset-after-commit": 1}
    assert counts(emulator, "statuses") == {} and counts(emulator, "ends") == {} and counts(emulator, "assumptions") == {}


def test_races_count_by_who_won(emulator):
    for word in "finish-wins", "cancel-wins":
        emulator.cancel(emulator.make("RUNNING")["uid"], headers={"Emulator-Race": word})
    assert counts(emulator, "races") == {"finish-wins": 1, "cancel-wins": 1}
    emulator.post("/_emulator/faults", {"operation": "cancelFlowRun", "effect": {"race": "finish-wins"}})
    emulator.cancel(emulator.make("RUNNING")["uid"])
    assert counts(emulator, "races") == {"finish-wins": 2, "cancel-wins": 1} and counts(emulator, "faults") == {}


def test_deliveries_count(emulator):
    with receiving(answer(500), answer(200)) as receiver:
        launch(emulator, callback={"url": receiver.url(), "headers": {"Authorization": "secret"}})
        advance(emulator, "PT10S")
        receiver.take_all(2)
        assert emulator.get("/_emulator/wait?callback=SUCCESS&count=1").status == 200
        advance(emulator, "PT10S")
        assert emulator.get("/_emulator/wait?callback=SUCCESS&count=2").status == 200
    assert counts(emulator, "deliveries") == {
        "an attempt that failed": 1, "delivered by a later attempt": 1, "a batch before the end": 1, "the end SUCCEEDED": 1}  # fmt: skip


def test_a_call_of_no_route_counts_for_its_guesses_alone(emulator):
    emulator.request("PATCH", "/v1/flows/runs")
    assert counts(emulator, "operations") == {}
    assert "wrong-method.code" in counts(emulator, "assumptions")


# What does not count, and what is kept


def test_calls_of_a_person_on_the_page_and_of_the_control_api_do_not_count(emulator):
    uid = emulator.run(RUNNING)["workspace_uid"]
    emulator.request("DELETE", "/_emulator/coverage", key=None)
    assert emulator.get(f"/v1/flows/runs/{RUNNING}", key=None, headers={"Emulator-Workspace": uid}).status == 200
    emulator.event(RUNNING, "FINISH")
    emulator.get("/_emulator/journal")
    assert report(emulator)["covered"] == 0


def test_it_is_of_all_workspaces_needs_no_journal_and_outlives_reset_and_restore(start):
    emulator = start("--journal", "0")
    emulator.post("/_emulator/snapshots/a")
    emulator.run(RUNNING)
    emulator.member("other").run(RUNNING)
    emulator.reset()
    emulator.post("/_emulator/snapshots/a/restore")
    assert counts(emulator, "operations") == {"getFlowRun": 2}
    assert report(emulator)["requests"] == 2


def test_delete_begins_anew(emulator):
    emulator.run(RUNNING)
    emulator.runs()
    reply = emulator.request("DELETE", "/_emulator/coverage", key=None)
    assert reply.status == 200 and reply.json == {"deleted": 2}
    found = report(emulator)
    assert found["covered"] == 0 and found["requests"] == 0


def test_both_calls_need_no_key(start):
    emulator = start("--api-key", "the-key", key=None)
    assert report(emulator)["covered"] == 0
    assert emulator.request("DELETE", "/_emulator/coverage").status == 200


def test_a_foreign_page_may_not_begin_it_anew(emulator):
    reply = emulator.request("DELETE", "/_emulator/coverage", headers={"Origin": "https://foreign.example"})
    assert reply.status == 403


# How to try what was never tried


def missing(emulator, name):
    return [each for each in report(emulator)["missing"] if each["dimension"] == name]


@pytest.mark.parametrize("name", DIMENSIONS)
def test_every_command_covers_its_cell(start, name):
    """Each once, on a clock that runs. Some cover others of their dimension, too."""
    emulator = start("--port", 0, defaults=False)
    with receiving() as receiver:
        for each in missing(emulator, name):
            before = counts(emulator, name).get(each["cell"], 0)
            run(each["command"], receiver.url())
            assert counts(emulator, name).get(each["cell"], 0) > before, each
    assert missing(emulator, name) == []


@pytest.mark.parametrize("name", DIMENSIONS)
def test_a_shell_runs_the_commands(start, name):
    emulator = start("--port", 0, defaults=False)
    with receiving() as receiver:
        each = missing(emulator, name)[0]
        run_in_shell(each["command"], receiver.url())
        assert each["cell"] in counts(emulator, name), each


def test_a_shell_runs_the_command_with_a_large_body(start):
    emulator = start("--port", 0, defaults=False)
    command = next(each["command"] for each in report(emulator)["missing"] if each["cell"] == "cancelFlowRun 413")
    run_in_shell(command)
    assert "cancelFlowRun 413" in counts(emulator, "statuses")


def test_a_command_takes_its_key_from_the_environment(start, monkeypatch):
    emulator = start("--port", 0, "--api-key", "the-key", defaults=False, key="the-key")
    command = missing(emulator, "operations")[0]["command"]
    run_in_shell(command)
    assert counts(emulator, "cancel") == {}
    monkeypatch.setenv("EMULATOR_KEY", "the-key")
    run_in_shell(command)
    assert sum(counts(emulator, "operations").values()) >= 1 and "the-key" not in command
