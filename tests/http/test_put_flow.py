"""PUT /_emulator/flows/{flow_slug}: flows made and replaced while runs follow them."""

import json

import pytest
from emulator import JSON
from facts import NOW, RUNNING, assert_refused, uid
from living import (
    ADA, ENRICH, advance, assert_bad_input, at, flow, launch, outputs, put_clock, resume, set_clock, status,
)
from scheduling import HOOK, ask, firings



def plan(*items):
    """As an export has it: with the default of `count`."""
    return [{"after_ms": after, "event": event, "count": 1} for after, event in items]


FAILS = plan((100, "START"), (900, "FAIL"))
SUCCEEDS = plan((100, "START"), (900, "FINISH"))
PAUSES = plan((100, "START"), (100, "BLOCK"), (100, "FINISH"))


def put(emulator, flow_slug="mine", **fields):
    return emulator.request("PUT", f"/_emulator/flows/{flow_slug}", json.dumps(fields).encode(), JSON)


def flows(emulator, slug="mine"):
    return [each for each in emulator.get("/_emulator/state").json["flows"] if each["slug"] == slug]


def put_state(emulator, state):
    reply = emulator.request("PUT", "/_emulator/state", json.dumps(state).encode(), JSON)
    assert reply.status == 200, reply


def test_a_new_flow_can_be_run_at_once(empty):
    reply = put(empty, name="My own", steps=["a"], plan=[
        {"after_ms": 50, "step_uid": "a", "count": 3, "template": {"n": "{{n}}"}}, {"after_ms": 50, "event": "FINISH"}])
    assert reply.status == 201
    assert reply.json == {
        "slug": "mine", "uid": reply.json["uid"], "name": "My own", "steps": ["a"], "required": [], "version": 0,
        "plan": [{"after_ms": 50, "step_uid": "a", "count": 3, "template": {"n": "{{n}}"}},
                 *plan((50, "FINISH"))]}
    run = launch(empty, "mine", [{"n": 7}])
    advance(empty, 100)
    assert status(empty, run) == "SUCCEEDED"
    assert [each["n"] for each in outputs(empty, run)] == [7, 7, 7]


def test_a_flow_without_a_plan_gets_the_usual_one(empty):
    assert put(empty, steps=["a"]).status == 201
    run = launch(empty, "mine")
    assert [each.get("event") for each in advance(empty, "PT1H")] == ["QUEUE", "START", None, "FINISH"]
    assert status(empty, run) == "SUCCEEDED"


def test_a_run_under_way_keeps_the_plan_it_started_with(empty):
    assert put(empty, plan=FAILS).status == 201
    old = launch(empty, "mine")
    advance(empty, 500)
    reply = put(empty, plan=SUCCEEDS)
    assert (reply.status, reply.json["plan"]) == (200, SUCCEEDS)
    new = launch(empty, "mine")
    third = put(empty, plan=[{"after_ms": 60000, "event": "START"}])
    assert third.status == 200
    advance(empty, 1000)
    assert (status(empty, old), status(empty, new)) == ("FAILED", "SUCCEEDED")
    newest = launch(empty, "mine")
    advance(empty, 59999)
    assert status(empty, newest) == "CREATED"


def test_a_run_that_is_resumed_goes_on_with_its_own_plan(empty):
    put(empty, plan=PAUSES)
    run = launch(empty, "mine")
    advance(empty, 200)
    assert status(empty, run) == "BLOCKED"
    put(empty, plan=[])
    assert resume(empty, run).status == 200
    advance(empty, 100)
    assert status(empty, run) == "SUCCEEDED"


def test_a_run_made_by_hand_follows_the_flow_as_it_is_when_it_is_resumed(empty):
    put(empty, plan=FAILS)
    run = empty.make("STOPPED", flow_slug="mine")["uid"]
    put(empty, plan=SUCCEEDS)
    assert resume(empty, run).status == 200
    put(empty, plan=[])
    advance(empty, 1000)
    assert status(empty, run) == "SUCCEEDED"


def test_required_members_are_those_of_the_version(empty):
    put(empty, plan=SUCCEEDS)
    run = launch(empty, "mine", [{"a": 1}])
    put(empty, plan=SUCCEEDS, required=["b"])
    assert status(empty, run) == "CREATED"
    other = launch(empty, "mine", [{"a": 1}])
    advance(empty, 1000)
    assert (status(empty, run), status(empty, other)) == ("SUCCEEDED", "INVALID")


def test_the_steps_that_a_client_may_name_are_those_of_the_newest(empty):
    put(empty, steps=["a"])
    put(empty, steps=["b"])
    launch(empty, "mine", steps=["b"])
    reply = empty.post("/v1/flows/mine/run/async", {"inputs": [ADA], "steps": ["a"]})
    assert_bad_input(reply, "body/steps/0 must be a step of the flow")


def test_a_schedule_runs_the_newest(empty):
    put(empty, plan=FAILS)
    schedule = ask(empty, "mine", cron="* * * * *").json["schedule_flow_run_uid"]
    put(empty, plan=SUCCEEDS)
    fired = advance(empty, "PT1M")
    run = next(each["run"] for each in fired if each.get("schedule") == schedule)
    put(empty, plan=FAILS)
    fired = advance(empty, "PT1M")
    assert firings(fired, schedule) == ["2026-01-01T00:02:00.000Z"]
    assert status(empty, run) == "SUCCEEDED"


def test_a_replaced_flow_keeps_its_uid(emulator):
    before = flows(emulator, ENRICH)[0]["uid"]
    assert put(emulator, ENRICH, plan=SUCCEEDS).json["uid"] == before
    assert put(emulator, ENRICH, plan=SUCCEEDS, uid=uid(1)).json["uid"] == uid(1)
    assert emulator.run(launch(emulator))["workflow"]["uid"] == uid(1)


def test_an_export_has_what_runs_follow_and_no_more(start):
    empty = start("--fixture", "empty")
    put(empty, plan=FAILS)
    assert [each["version"] for each in flows(empty)] == [0]
    put(empty, plan=SUCCEEDS)
    assert [each["version"] for each in flows(empty)] == [1]
    run = launch(empty, "mine")
    for _ in range(3):
        put(empty, plan=FAILS)
    assert [(each["version"], each["plan"]) for each in flows(empty)] == [(1, SUCCEEDS), (4, FAILS)]
    assert empty.get("/_emulator/info").json["counts"]["flows"] == 1
    state = empty.get("/_emulator/state").json
    assert state["runs"][0]["progress"] == {
        "position": 0, "due_at": at("00.100"), "order": 1, "flow_version": 1, "held_outputs": 0}
    other = empty.member("other")
    put_state(other, state)
    assert other.get("/_emulator/state").json == state
    launch(other, "mine")
    advance(other, 1000)
    assert {each["uid"]: each["status"] for each in other.runs()}[run] == "SUCCEEDED"
    assert sorted(each["status"] for each in other.runs()) == ["FAILED", "SUCCEEDED"]


def test_a_snapshot_has_the_versions_too(empty):
    put(empty, plan=FAILS)
    run = launch(empty, "mine")
    put(empty, plan=SUCCEEDS)
    empty.post("/_emulator/snapshots/a")
    put(empty, plan=[])
    empty.post("/_emulator/snapshots/a/restore")
    other = launch(empty, "mine")
    advance(empty, 1000)
    assert (status(empty, run), status(empty, other)) == ("FAILED", "SUCCEEDED")


def test_a_run_of_a_version_that_is_not_there_is_refused(empty):
    put(empty, plan=FAILS)
    reply = empty.post("/_emulator/runs", {
        "status": "RUNNING", "flow_slug": "mine", "progress": {"position": 0, "flow_version": 1}})
    assert_bad_input(reply, "body/flow_slug must name a flow that is there, because the run follows its plan")


def test_a_reset_brings_back_the_flows_of_the_fixture(emulator):
    put(emulator, ENRICH, plan=[])
    put(emulator, plan=[])
    emulator.reset()
    assert flows(emulator) == []
    assert flows(emulator, ENRICH)[0]["version"] == 0
    assert len(flows(emulator, ENRICH)[0]["plan"]) > 1


@pytest.mark.parametrize("slug", ["mine", ENRICH])
def test_a_workspace_with_a_new_flow_still_takes_any_time_and_keeps_the_flow(emulator, slug):
    put(emulator, slug, plan=FAILS)
    put(emulator, slug, plan=SUCCEEDS)
    assert set_clock(emulator, now="2024-01-01T00:00:00Z")["now"] == "2024-01-01T00:00:00.000Z"
    assert set_clock(emulator, now=NOW)["now"] == NOW
    assert flows(emulator, slug)[-1]["plan"] == SUCCEEDS
    assert status(emulator, RUNNING) == "RUNNING"
    run = launch(emulator, slug)
    advance(emulator, 1000)
    assert status(emulator, run) == "SUCCEEDED"
    assert put_clock(emulator, {"now": "2024-01-01T00:00:00Z"}).status == 422


def test_a_file_keeps_it(start, tmp_path):
    emulator = start("--db", tmp_path / "a.db")
    put(emulator, ENRICH, plan=FAILS)
    run = launch(emulator)
    put(emulator, ENRICH, plan=SUCCEEDS)
    emulator.process.stop()
    emulator = start("--db", tmp_path / "a.db")
    other = launch(emulator)
    advance(emulator, 1000)
    assert (status(emulator, run), status(emulator, other)) == ("FAILED", "SUCCEEDED")


def test_other_workspaces_keep_theirs(emulator):
    put(emulator, plan=[])
    reply = emulator.member("other").post("/v1/flows/mine/run/async", {"inputs": [ADA], "callback": HOOK})
    assert_refused(reply, 404, "NOT_FOUND", "param")


@pytest.mark.parametrize("slug, body, message", [
    ("mine", {"slug": "other"}, "body/slug must be that of the path, or absent"),
    ("mine", {"plan": [{"after_ms": 1}]}, "body/plan/0 must have an event or a step_uid, and not both"),
    ("mine", {"steps": ["a"], "plan": [{"after_ms": 1, "step_uid": "b"}]},
     "body/plan/0/step_uid must be one of the flow's steps"),
    ("mine", {"plans": []}, "body must NOT have additional properties (plans)"),
    ("mine", {"plan": [{"after_ms": -1, "event": "START"}]}, "body/plan/0/after_ms must be >= 0"),
    ("runs", {}, "body/slug must not be a word that stands in its place in other paths"),
    ("a%2Fb", {}, "body/slug must not hold a /"),
], ids=str)
def test_a_flow_that_cannot_be_is_refused(empty, slug, body, message):
    assert_bad_input(put(empty, slug, **body), message)
    assert empty.get("/_emulator/state").json["flows"] == []


def test_its_own_slug_may_stand_in_the_body(empty):
    reply = put(empty, **flow(slug="mine", plan=FAILS))
    assert reply.status == 201
    reply = put(empty, **reply.json)
    assert (reply.status, reply.json["version"]) == (200, 1)
