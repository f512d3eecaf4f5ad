"""A state is put in the place of what a workspace holds (CONTROL.md "Control API")."""

import json

import pytest
from calling import call, of
from facts import NOW, assert_refused
from living import advance, clock, flow, launch
from process import run_program
from receiver import receiving
from scheduling import read, schedule

JSON = {"Content-Type": "application/json"}
RUNNING = "00000000-0000-4000-8000-000000000007"
GREATEST = 9007199254740991  # 2^53 - 1
NOT_OURS = "body/workspaces must have one with the api_key or the key_hash of this workspace"
STRANGER, ELSEWHERE = "22222222-2222-4222-8222-222222222222", "33333333-3333-4333-8333-333333333333"


def put(emulator, value):
    body = value if isinstance(value, bytes) else json.dumps(value).encode()
    return emulator.request("PUT", "/_emulator/state", body, JSON)


def get(emulator):
    return emulator.get("/_emulator/state").body


@pytest.mark.parametrize("headers, name", [
    ({"bad": "a\r\nInjected: b"}, "bad"), ({"a b/c": "d"}, "a b~1c"), ({"": "d"}, "")])
@pytest.mark.parametrize("part, status", [("runs", "RUNNING"), ("schedules", "PAUSED")])
def test_a_header_that_cannot_be_sent(emulator, part, status, headers, name):
    before = get(emulator)
    callback = {"url": "http://127.0.0.1:9/", "headers": {"ok": "a\tb", **headers}}
    reply = put(emulator, {"version": 1, part: [{"status": status}, {"status": status, "callback": callback}]})
    assert_refused(reply, 400, "BAD_INPUT", "input")
    assert reply.json["message"] == f"body/{part}/1/callback/headers/{name} must be a header"
    assert get(emulator) == before


def test_out_in_out_are_the_same_bytes(emulator):
    launch(emulator)
    advance(emulator, "PT1S")
    emulator.cancel(RUNNING)
    before = get(emulator)
    other = emulator.member("somebody-else")
    assert get(other) != before
    reply = put(other, before)
    assert reply.status == 200 and reply.body == before
    assert get(other) == before


def test_it_goes_on_from_there(emulator):
    uid = launch(emulator)
    schedule(emulator, cron="0 9 * * *")
    advance(emulator, "PT1S")
    other = emulator.member("somebody-else")
    advance(other, "PT1S")
    put(other, get(emulator))
    fired = [[{**each, "run": each["run"] if each["run"] == uid else None} for each in advance(world, "P2D")]
             for world in (emulator, other)]
    assert fired[0] == fired[1] and len(fired[0]) > 3
    assert other.run(uid)["status"] == "SUCCEEDED"


def test_nothing_of_before_is_left(emulator):
    with receiving() as receiver:
        receiver.answers = [receiver.hold]
        uid = call(emulator, receiver.url(), on="final")
        advance(emulator, "PT2S")
        receiver.take()
        assert put(emulator, {"version": 1}).status == 200
        assert emulator.runs() == [] and of(emulator, uid) == []
        assert json.loads(get(emulator)) == {
            "version": 1, "clock": "2026-01-01T00:00:02.000Z", "flows": [], "runs": [], "schedules": []}
    assert clock(emulator)["next_due_at"] is None
    assert clock(emulator)["now"] == "2026-01-01T00:00:02.000Z", "the clock stays"


def test_what_is_missing_gets_sensible_values_and_the_workspace_its_own(emulator):
    put(emulator, {"version": 1, "runs": [{"status": "RUNNING"}], "flows": [flow([], slug="mine")]})
    (run,) = emulator.runs()
    member = emulator.post("/_emulator/reset").json
    assert (run["workspace_uid"], run["user_uid"]) == (member["workspace_uid"], member["user_uid"])
    assert run["created_at"] == "2025-12-31T23:59:00.000Z"
    assert run["started_at"] == "2025-12-31T23:59:10.000Z"


def test_a_reset_goes_back_to_the_fixture(emulator):
    before = get(emulator)
    put(emulator, {"version": 1})
    emulator.reset()
    assert get(emulator) == before


TWICE = {"status": "RUNNING", "uid": "00000000-0000-4000-8000-000000000000"}  # as the first of many()
LAST = {"status": "RUNNING", "uid": "ffffffff-0000-4000-8000-000000000000"}
ASTRAY = {"status": "CREATED", "flow_slug": "nowhere", "progress": {"position": 0}}


def many(count, others):
    """A state of so many runs, with others in the place of some. Runs are stored several at once, in the order of their uids."""
    runs = [{"status": "RUNNING", "uid": f"{n:08x}-0000-4000-8000-000000000000"} for n in range(count)]
    for place, other in others.items():
        runs[place] = other
    return {"version": 1, "runs": runs}


@pytest.mark.parametrize("value, message", [
    ([], "body must be object"),
    ({"version": 2}, "body/version must be <= 1"),
    ({"people": []}, "must NOT have additional properties (people)"),
    ({"workspaces": []}, NOT_OURS),
    ({"workspaces": [{"api_key": "somebody-else"}, {"key_hash": "0123456789abcdef"}, {}]}, NOT_OURS),
    ({"workspaces": [{"api_key": "somebody-else"},
                     {"api_key": "test-key", "runs": [{"status": "RUNNING", "uid": RUNNING}] * 2}]},
     "body/workspaces/1/runs/1 has the same uid, slug or position as one before it"),
    ({"version": 1, "runs": [{}]}, "body/runs/0 must have required property 'status'"),
    ({"version": 1, "runs": [{"status": "RUNNING", "uid": RUNNING}] * 2},
     "body/runs/1 has the same uid, slug or position as one before it"),
    (many(20, {3: TWICE, 5: TWICE}), "body/runs/3 has the same uid, slug or position as one before it"),
    (many(20, {2: LAST, 3: LAST, 5: TWICE}), "body/runs/3 has the same uid, slug or position as one before it"),
    (many(20, {12: TWICE, 13: ASTRAY}), "body/runs/12 has the same uid, slug or position as one before it"),
    (many(20, {12: ASTRAY, 13: TWICE}), "body/runs/12/flow_slug must name a flow that is there"),
    (many(20, {19: TWICE}), "body/runs/19 has the same uid, slug or position as one before it"),
    ({"version": 1, "schedules": [{"status": "ACTIVE", "cron": "* * *"}]}, "body/schedules/0/cron"),
])
def test_nothing_is_changed_by_one_that_cannot_be(start, value, message):
    emulator = start()
    before, fired = get(emulator), clock(emulator)["next_due_at"]
    reply = put(emulator, value)
    assert_refused(reply, 400, "BAD_INPUT", "input")
    assert message in reply.json["message"]
    assert get(emulator) == before and clock(emulator)["next_due_at"] == fired


def test_a_large_one(empty):
    runs = [{"status": "RUNNING", "outputs": [{"step_uid": "a", "data": {"text": "x" * 2000}}]}
            for _ in range(1000)]
    assert put(empty, {"version": 1, "runs": runs}).status == 200
    assert len(json.loads(get(empty))["runs"]) == 1000


def test_one_that_is_too_large(empty):
    head = empty.head("PUT", "/_emulator/state", "Content-Type: application/json",
                      f"Content-Length: {64 * 1024 * 1024 + 1}")
    reply = empty.raw(head)
    assert_refused(reply, 413, "BAD_INPUT", "input")


@pytest.mark.parametrize("moment", ["1970-01-01T00:00:00.000Z", "1969-12-31T23:59:59.999Z",
                                    "1969-07-20T20:17:40.000Z", "0001-01-02T00:00:00.000Z"])
def test_any_clock_makes_states_that_can_be_put(start, moment):
    emulator = start("--clock", moment)
    uid = launch(emulator)
    schedule(emulator, cron="* * * * *", timezone="Europe/Paris")
    assert emulator.run(uid)["created_at"] == moment
    other = emulator.member("somebody-else")
    assert put(other, get(emulator)).body == get(emulator)
    assert len(advance(emulator, "PT3M")) == len(advance(other, "PT3M")) > 6
    assert put(other, get(emulator)).body == get(emulator)


def test_a_moment_of_long_ago_is_kept(start, fixture_file):
    """It is a moment like any other, whoever is told of it."""
    empty = start("--fixture", "empty")
    run = {"uid": RUNNING, "status": "SUCCEEDED", "created_at": "1969-07-20T20:17:40.000Z"}
    empty.make(**run)
    shown = empty.run(RUNNING)
    assert [shown[name] for name in ("created_at", "started_at", "finished_at", "updated_at")] == [
        "1969-07-20T20:17:40.000Z"] * 4
    assert put(empty, {"version": 1, "runs": [run]}).status == 200
    assert empty.run(RUNNING)["finished_at"] == "1969-07-20T20:18:00.000Z"
    assert start("--fixture", fixture_file(runs=[run])).run(RUNNING) == empty.run(RUNNING)


def test_who_else_a_run_is_of_is_kept(empty):
    """What is the workspace's own is that of the workspace it is put into."""
    strangers = {"user_uid": STRANGER, "workspace_uid": ELSEWHERE}
    whose = [{}, strangers, {"user_uid": STRANGER}, {"workspace_uid": ELSEWHERE}]
    runs = [{"id": n + 1, "status": "RUNNING", **each} for n, each in enumerate(whose)]
    schedules = [{"status": "CANCELLED", **each} for each in whose]
    put(empty, {"version": 1, "runs": runs, "schedules": schedules})
    other = empty.member("somebody-else")
    assert put(other, get(empty)).body == get(empty)
    state = json.loads(get(empty))
    for world in empty, other:
        own = world.post("/_emulator/reset").json
        put(world, state)
        wanted = [(each.get("user_uid", own["user_uid"]), each.get("workspace_uid", own["workspace_uid"]))
                  for each in whose]
        for path in "/v1/flows/runs?sort=created_at", "/v1/flows/schedules":
            found = world.get(path).json
            assert sorted((each["user_uid"], each["workspace_uid"]) for each in found) == sorted(wanted)
    assert [(each["user_uid"], each["workspace_uid"]) for each in state["runs"]] == [
        (None, None), (STRANGER, ELSEWHERE), (STRANGER, None), (None, ELSEWHERE)]


def test_numbers_as_great_as_can_be_stay_numbers_that_can_be_put(start):
    """No run follows the one with the greatest id: a schedule fires in vain. Credits stay where they are."""
    emulator = start()
    paid = {"uid": RUNNING, "status": "RUNNING", "flow_slug": "own", "inputs": [{}], "credits": GREATEST,
            "progress": {"position": 0, "due_at": "2026-01-01T00:00:01Z", "order": 1}}
    put(emulator, {"version": 1, "flows": [flow([{"after_ms": 0, "step_uid": "a"}])],
                   "runs": [paid, {"status": "CREATED", "id": GREATEST}]})
    emulator.make("CREATED", id=7)
    refused = [emulator.post("/_emulator/runs", {"status": "CREATED"}),
               emulator.post("/v1/flows/own/run/async", {"inputs": [{}]})]
    for reply in refused:
        assert_refused(reply, 422, "LIMIT_REACHED", "config",
                       "a flow run has the greatest id that there can be: none can follow it")
    made = schedule(emulator, "own", cron="* * * * *")
    (fired,) = advance(emulator, "PT3M")
    assert (fired["run"], fired["outputs"]) == (RUNNING, 1)
    assert read(emulator, made)["next_execution_at"] == "2026-01-01T00:04:00.000Z"
    state = get(emulator)
    assert json.loads(state)["runs"][0]["credits"] == GREATEST
    assert put(emulator, state).body == state


def test_an_export_may_be_put_and_each_takes_its_own(start, tmp_path):
    path = tmp_path / "export.json"
    first = start("--export-on-exit", path)
    second = first.member("somebody-else")
    launch(first)
    advance(first, "PT1S")
    second.cancel(RUNNING)
    states = [get(first), get(second)]
    first.process.stop()
    world = start("--fixture", "empty")
    for member, state in zip((world, world.member("somebody-else")), states):
        assert put(member, path.read_bytes()).body == state
    reply = put(world.member("a-third"), path.read_bytes())
    assert_refused(reply, 400, "BAD_INPUT", "input", NOT_OURS)


def test_a_part_may_be_named_by_its_key(empty):
    put(empty, {"runs": [{"status": "QUEUED"}],
                "workspaces": [{"api_key": empty.key, "runs": [{"status": "RUNNING"}]}]})
    assert [run["status"] for run in empty.runs()] == ["RUNNING"]


def test_nothing_is_a_state_too(emulator, fixture_file):
    assert put(emulator, {}).json == {"version": 1, "clock": NOW, "flows": [], "runs": [], "schedules": []}
    assert run_program("validate", fixture_file(text="{}"))[0] == 0
