"""What a workspace holds, as a fixture; and what its runs cost (CONTROL.md "Control API")."""

import json

import pytest
from facts import DEMO, VENDOR, assert_refused, uid
from living import ADA, ENRICH, GRACE, advance, clock, launch, outputs
from scheduling import schedule, schedules

WORLD = "still"

RUN = ["id", "uid", "user_uid", "workspace_uid", "status", "cancelled", "last_error", "callback", "scheduled_flow_run_uid",
       "created_at", "started_at", "finished_at", "updated_at", "synced_at", "workflow",
       "flow_slug", "steps", "inputs", "progress", "credits", "output_count", "outputs"]


def inside(emulator, run):
    reply = emulator.get(f"/_emulator/runs/{run}")
    assert reply.status == 200, reply
    return reply.json


def state(emulator):
    reply = emulator.get("/_emulator/state")
    assert reply.status == 200, reply
    return reply.json


def put(emulator, content):
    return emulator.request("PUT", "/_emulator/state", json.dumps(content).encode(), {"Content-Type": "application/json"})


def test_a_credit_for_every_output(emulator):
    run = launch(emulator, inputs=[ADA, GRACE])
    assert inside(emulator, run)["credits"] == 0
    for by, credits in (900, 2), (600, 4), (5000, 4):
        advance(emulator, by)
        assert inside(emulator, run)["credits"] == credits


def test_a_cancelled_run_keeps_what_it_used(emulator):
    run = launch(emulator, inputs=[ADA, GRACE])
    advance(emulator, 900)
    assert emulator.cancel(run).json["output_count"] == 0
    found = inside(emulator, run)
    assert (found["credits"], found["output_count"], found["outputs"]) == (2, 0, [])
    assert (found["status"], found["cancelled"]) == ("STOPPED", True)
    [shown] = [each for each in state(emulator)["runs"] if each["uid"] == run]
    assert shown == found


def test_a_run_with_all_that_is_known_of_it(emulator):
    run = launch(emulator, inputs=[ADA], steps=["linkedin-enrich-people"],
                 callback={"url": "http://127.0.0.1:9/", "headers": {"a": "b"}, "on": "final"})
    advance(emulator, 900)
    found = inside(emulator, run)
    assert list(found) == RUN
    assert {name: found[name] for name in ["callback", *RUN[-7:]]} == {
        "callback": {"url": "http://127.0.0.1:9/", "headers": {"a": "b"}, "on": "final"},
        "flow_slug": ENRICH, "steps": ["linkedin-enrich-people"], "inputs": [ADA],
        "progress": {"position": 4, "due_at": "2026-01-01T00:00:01.400Z",
                     "order": found["progress"]["order"], "flow_version": 0,
                     "held_outputs": 0},
        "credits": 1, "output_count": 1,
        "outputs": [{"step_uid": "linkedin-enrich-people", "data": ADA}]}


def test_an_unknown_run_has_no_inside(emulator):
    assert_refused(emulator.get(f"/_emulator/runs/{uid(1)}"), 404, "NOT_FOUND", "param")
    assert_refused(emulator.get("/_emulator/runs/x"), 400, "BAD_PARAMETERS", "param")
    assert_refused(emulator.member("other").get(f"/_emulator/runs/{uid(1)}"), 404, "NOT_FOUND",
                   "param")
    assert_refused(emulator.get("/_emulator/state", key=None), 401, "UNAUTHORIZED", "auth")


@pytest.mark.parametrize("run, status", [(VENDOR, 200), (uid(99), 404)])
def test_who_looks_at_one_run_takes_nothing_from_the_state(emulator, run, status):
    other = emulator.member("somebody-else")
    before = state(emulator), state(other)
    assert emulator.get(f"/_emulator/runs/{run}").status == status
    assert (state(emulator), state(other)) == before
    assert len(before[0]["runs"]) == 11


def test_the_state_takes_no_parameters(emulator):
    assert_refused(emulator.get("/_emulator/state?foo=1"), 400, "BAD_PARAMETERS", "param",
                   "querystring must NOT have additional properties (foo)")


def test_the_state_of_the_demo(start):
    found = state(start("--fixture", "demo"))
    assert list(found) == ["version", "clock", "flows", "runs", "schedules"]
    assert {run["uid"] for run in found["runs"]} == {*DEMO.values(), VENDOR}
    assert len(found["schedules"]) == 4
    assert [flow["slug"] for flow in found["flows"]] == sorted(
        flow["slug"] for flow in found["flows"])


def test_every_item_has_a_line_of_its_own(start):
    """So that two versions of a state can be compared by lines."""
    text = start("--fixture", "demo").get("/_emulator/state").body.decode()
    found = json.loads(text)
    assert text == "".join(
        [head + ",\n".join(json.dumps(item, separators=(",", ":")) for item in found[name])
         for head, name in [('{"version":1,"clock":"2026-01-01T00:00:00.000Z","flows":[\n', "flows"), ('\n],"runs":[\n', "runs"),
                            ('\n],"schedules":[\n', "schedules")]]) + "\n]}\n"


def test_outputs_that_do_not_fit_into_a_part(empty):
    """A state is written in parts of 16 to 64 KiB, also within the outputs of a run."""
    counts, data = [0, 1, 40, 400, 0, 3], "x" * 1000
    made = [[{"step_uid": f"step-{n}", "data": {"n": n, "a b": data}} for n in range(count)] for count in counts]
    runs = [{"uid": uid(n), "status": "SUCCEEDED", "outputs": outputs} for n, outputs in enumerate(made, 1)]
    assert put(empty, {"version": 1, "runs": runs}).status == 200
    whole = empty.get("/_emulator/state").body.decode()
    for n, outputs in enumerate(made, 1):
        text = json.dumps(outputs, separators=(",", ":"))
        assert f'"output_count":{counts[n - 1]},"outputs":{text}}}' in whole
        assert inside(empty, uid(n))["outputs"] == outputs
    assert put(empty, json.loads(whole)).body.decode() == whole


def test_a_list_without_items_is_short(empty):
    assert empty.get("/_emulator/state").body == (
        b'{"version":1,"clock":"2026-01-01T00:00:00.000Z","flows":[],"runs":[],"schedules":[]}\n')


@pytest.mark.parametrize("credits", [0, 7])
def test_credits_may_be_given(empty, credits):
    run = empty.make("RUNNING", credits=credits)["uid"]
    assert inside(empty, run)["credits"] == credits


def test_a_state_is_a_fixture_that_goes_on_where_it_was(start, tmp_path):
    """The same things happen in the original and in what was made of its state."""
    emulator = start("--fixture", "demo")
    run = launch(emulator, inputs=[ADA, GRACE])
    blocked = launch(emulator, "demo-blocks")
    schedule(emulator, cron="* * * * *", timezone="Europe/Paris")
    schedule(emulator, "demo-fails", schedule_at="2026-01-01T00:01:00.000Z", cron="0 0 1 1 *")
    advance(emulator, 900)
    path = tmp_path / "state.json"
    path.write_bytes(emulator.get("/_emulator/state").body)
    copy = start("--fixture", path, "--clock", "2020-01-01T00:00:00Z")
    assert copy.get("/_emulator/state").body == path.read_bytes()
    assert clock(copy) == clock(emulator)

    def what_happens(world):
        fired = advance(world, "PT1H")
        return json.dumps([[(each["at"], each.get("event"), each.get("step_uid"),
                             each.get("schedule")) for each in fired],
                           outputs(world, run), outputs(world, blocked),
                           [each["next_execution_at"] for each in schedules(world)]])

    assert what_happens(copy) == what_happens(emulator)
