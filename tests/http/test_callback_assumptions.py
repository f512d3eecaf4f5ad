"""What callbacks say under each value of the assumptions about them (API.md section 9)."""

import json
import signal

import pytest
from calling import call, end, of
from living import (ADA, ENRICH_STEP, EXTRACT_STEP, advance, at, flow, outputs, resume, run_path)
from receiver import receiving
from scheduling import schedule

WORLD = "still"
JSON = {"Content-Type": "application/json"}
URL = "http://127.0.0.1:9/"  # nobody listens: what is written counts here
FLOWS = {"linkedin-people-enrich": 2, "demo-fails": 1, "demo-partly": 1, "demo-blocks": 1,
         "demo-never-ends": 1}


@pytest.fixture
def receiver():
    with receiving() as receiver:
        yield receiver


def said(emulator, run):
    """Each callback of a run: its time, step and status, and how many results it has."""
    return [(each["created_at"][17:-1], each["step_uid"], each["flow_run_status"],
             each["results_count"]) for each in of(emulator, run)]


FIRST = ("00.800", EXTRACT_STEP, "RUNNING", 1)


def held(emulator, **callback):
    """A run whose last batch is made, and waits for the end of its plan, 600 ms on."""
    run = call(emulator, URL, **callback)
    advance(emulator, 1400)
    assert len(outputs(emulator, run)) == 2
    assert said(emulator, run) == [FIRST]
    return run


@pytest.mark.parametrize("slug", FLOWS)
def test_the_results_of_all_callbacks_add_up_to_the_outputs(emulator, slug):
    run = call(emulator, URL, slug)
    advance(emulator, 5000)
    assert sum(each[3] for each in said(emulator, run)) == len(outputs(emulator, run)) == FLOWS[slug]


# callback.error


@pytest.mark.parametrize("value, members", [
    ("api-error", ["error_label", "error_scope", "error_ref", "message", "status_code", "params"]),
    ("last-error", ["label", "message"])])
def test_callback_error(start, receiver, value, members):
    emulator = start("--assume", f"callback.error={value}")
    run = end(emulator, receiver.url(), "FAIL")
    error = receiver.take().json["error"]
    assert list(error) == members
    assert error["message"] == "The flow run failed"
    assert error[members[0]] == "GENERIC_ERROR"
    assert list(emulator.run(run)["last_error"]) == ["label", "message"]


def test_a_run_without_an_error_sends_none(start, receiver):
    for value in "api-error", "last-error":
        end(start("--assume", f"callback.error={value}"), receiver.url())
        assert "error" not in receiver.take().json


# callback.last-batch


@pytest.mark.parametrize("value, last", [
    ("with-end", [("02.000", ENRICH_STEP, "SUCCEEDED", 1)]),
    ("separate", [("01.400", ENRICH_STEP, "RUNNING", 1), ("02.000", ENRICH_STEP, "SUCCEEDED", 0)])])
def test_callback_last_batch(start, value, last):
    emulator = start("--assume", f"callback.last-batch={value}")
    run = call(emulator, URL)
    advance(emulator, 5000)
    assert said(emulator, run) == [FIRST, *last]


@pytest.mark.parametrize("value, last", [
    ("with-end", [("01.400", EXTRACT_STEP, "PARTIAL_SUCCEEDED", 1)]),
    ("separate", [FIRST, ("01.400", EXTRACT_STEP, "PARTIAL_SUCCEEDED", 0)])])
def test_callback_last_batch_of_a_partial_success(start, value, last):
    emulator = start("--assume", f"callback.last-batch={value}")
    run = call(emulator, URL, "demo-partly")
    advance(emulator, 5000)
    assert said(emulator, run) == last


@pytest.mark.parametrize("event, then", [
    ("BLOCK", []), ("STOP", []), ("FAIL", [("01.400", ENRICH_STEP, "FAILED", 0)]),
    ("FINISH", [("01.400", ENRICH_STEP, "SUCCEEDED", 0)]),
    ("FINISH_PARTIALLY", [("01.400", ENRICH_STEP, "PARTIAL_SUCCEEDED", 0)])])
def test_what_is_held_is_sent_as_running_before_an_event_by_hand(emulator, event, then):
    run = held(emulator)
    assert emulator.event(run, event).status == 200
    assert said(emulator, run) == [FIRST, ("01.400", ENRICH_STEP, "RUNNING", 1), *then]


def test_a_refused_event_by_hand_leaves_it_held(emulator):
    run = held(emulator)
    assert emulator.event(run, "QUEUE").status == 422
    assert emulator.event(run, "START").status == 422
    assert said(emulator, run) == [FIRST]
    advance(emulator, 600)
    assert said(emulator, run)[1:] == [("02.000", ENRICH_STEP, "SUCCEEDED", 1)]


def test_a_run_that_was_blocked_and_resumed_sends_it_once(emulator):
    run = held(emulator)
    emulator.event(run, "BLOCK")
    assert resume(emulator, run).status == 200
    advance(emulator, 5000)
    assert said(emulator, run) == [FIRST, ("01.400", ENRICH_STEP, "RUNNING", 1),
                                   ("02.000", ENRICH_STEP, "SUCCEEDED", 0)]


@pytest.mark.parametrize("keep", ["discard", "keep"])
def test_a_cancel_drops_what_is_held(start, keep):
    emulator = start("--assume", f"cancel.outputs={keep}")
    run = held(emulator)
    assert emulator.cancel(run).status == 200
    advance(emulator, 5000)
    assert said(emulator, run) == [FIRST]


def test_a_race_that_the_end_wins_sends_it_with_the_end(emulator):
    run = held(emulator)
    assert emulator.cancel(run, headers={"Emulator-Race": "finish-wins"}).status == 422
    assert said(emulator, run)[1:] == [("01.400", ENRICH_STEP, "SUCCEEDED", 1)]


@pytest.mark.parametrize("plan, told", [
    ([{"event": "BLOCK"}], [("RUNNING", 1)]),
    ([{"event": "FAIL"}], [("RUNNING", 1), ("FAILED", 0)]),
    ([{"event": "START"}, {"event": "FINISH"}], [("RUNNING", 1), ("SUCCEEDED", 0)]),
    ([{"step_uid": "b", "count": 2}, {"event": "FINISH"}], [("RUNNING", 1), ("SUCCEEDED", 2)]),
    ([], [("RUNNING", 1)])])
def test_only_what_comes_right_before_the_end_is_held(start, fixture_file, plan, told):
    items = [{"step_uid": "a"}, *plan]
    emulator = start("--fixture", fixture_file(
        flows=[flow([{"after_ms": 10, **item} for item in items])]))
    run = call(emulator, URL, "own")
    advance(emulator, 10)
    assert [each[2:] for each in said(emulator, run)] == [("RUNNING", 1)]
    advance(emulator, 1000)
    assert [each[2:] for each in said(emulator, run)] == told


def test_steps_that_a_run_leaves_out_are_not_between_a_batch_and_the_end(emulator):
    body = {"inputs": [ADA], "callback": {"url": URL}, "steps": [EXTRACT_STEP]}
    run = emulator.post(run_path("linkedin-people-enrich"), body).json["uid"]
    advance(emulator, 5000)
    assert said(emulator, run) == [("01.400", EXTRACT_STEP, "SUCCEEDED", 1)]


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_what_is_held_outlives_a_restart(start, tmp_path, how):
    options = ("--db", tmp_path / "state.db")
    emulator = start(*options)
    run = held(emulator)
    emulator.process.child.send_signal(how)
    emulator.process.child.wait(20)
    emulator = start(*options)
    advance(emulator, 600)
    assert said(emulator, run)[1:] == [("02.000", ENRICH_STEP, "SUCCEEDED", 1)]


def test_what_is_held_is_part_of_a_snapshot(emulator):
    run = held(emulator)
    assert emulator.post("/_emulator/snapshots/held").status == 201
    advance(emulator, 600)
    assert emulator.post("/_emulator/snapshots/held/restore").status == 200
    assert said(emulator, run) == [FIRST]
    advance(emulator, 600)
    assert said(emulator, run)[1:] == [("02.000", ENRICH_STEP, "SUCCEEDED", 1)]


def test_what_is_held_is_part_of_the_state(emulator):
    run = held(emulator)
    state = emulator.get("/_emulator/state").json
    [exported] = [each for each in state["runs"] if each["uid"] == run]
    assert exported["progress"]["held_outputs"] == 1
    reply = emulator.request("PUT", "/_emulator/state", json.dumps(state).encode(), JSON)
    assert reply.status == 200, reply
    advance(emulator, 600)
    assert said(emulator, run) == [("02.000", ENRICH_STEP, "SUCCEEDED", 1)]
    [exported] = [each for each in emulator.get("/_emulator/state").json["runs"]
                  if each["uid"] == run]
    assert exported["progress"]["held_outputs"] == 0


def test_no_more_can_be_held_than_there_is(emulator):
    body = {"status": "RUNNING", "flow_slug": "demo-fails",
            "outputs": [{"step_uid": EXTRACT_STEP, "data": {}}],
            "progress": {"position": 4, "held_outputs": 2}}
    reply = emulator.post("/_emulator/runs", body)
    assert (reply.status, reply.json["error_label"]) == (400, "BAD_INPUT")
    assert reply.json["message"] == (
        "body/progress/held_outputs must not be more than the run has outputs")


def test_a_run_without_a_callback_holds_nothing(emulator):
    run = emulator.post(run_path("linkedin-people-enrich"), {"inputs": [ADA]}).json["uid"]
    advance(emulator, 1400)
    assert emulator.get(f"/_emulator/runs/{run}").json["progress"]["held_outputs"] == 0


# callback.progress


@pytest.mark.parametrize("value, told", [
    ("batches", []),
    ("every-status", [("00.000", None, "CREATED", 0), ("00.050", None, "QUEUED", 0),
                      ("00.200", None, "RUNNING", 0)])])
def test_callback_progress(start, value, told):
    emulator = start("--assume", f"callback.progress={value}")
    run = call(emulator, URL)
    final = call(emulator, URL, on="final")
    advance(emulator, 5000)
    assert said(emulator, run) == [*told, FIRST, ("02.000", ENRICH_STEP, "SUCCEEDED", 1)]
    assert said(emulator, final) == [("02.000", ENRICH_STEP, "SUCCEEDED", 0)]


def test_a_change_of_status_has_no_results(start, receiver):
    emulator = start("--assume", "callback.progress=every-status")
    run = call(emulator, receiver.url())
    assert receiver.take().json == {
        "flow_run": {"flow_run_uid": run, "step_uid": None, "status": "CREATED"},
        "results_count": 0}


def test_every_status_is_none_that_the_vendor_never_sends(start):
    """Not SCHEDULED, BLOCKED, STOPPED or INVALID; and RUNNING again when it runs again."""
    emulator = start("--assume", "callback.progress=every-status")
    run = call(emulator, URL, "demo-blocks")
    advance(emulator, 1000)
    assert resume(emulator, run).json["status"] == "SCHEDULED"
    advance(emulator, 5000)
    assert [each[2] for each in said(emulator, run)] == [
        "CREATED", "QUEUED", "RUNNING", "RUNNING", "RUNNING", "SUCCEEDED"]
    run = call(emulator, URL, "demo-invalid")
    advance(emulator, 5000)
    assert [each[2] for each in said(emulator, run)] == ["CREATED", "QUEUED"]
    run = emulator.make("CREATED", callback={"url": URL})["uid"]
    for event in "SCHEDULE", "QUEUE", "START", "BLOCK", "STOP":
        assert emulator.event(run, event).status == 200
    assert [each[2] for each in said(emulator, run)] == ["QUEUED", "RUNNING"]


@pytest.mark.parametrize("event, status", [("FINISH", "SUCCEEDED"),
                                           ("FINISH_PARTIALLY", "PARTIAL_SUCCEEDED")])
def test_every_status_tells_that_a_run_began_before_it_ended(start, fixture_file, event, status):
    emulator = start("--assume", "callback.progress=every-status", "--fixture",
                     fixture_file(flows=[flow([{"after_ms": 5, "event": event}]),
                                         flow([{"after_ms": 5, "step_uid": "a"}], "works")]))
    run = call(emulator, URL, "own")
    works = call(emulator, URL, "works")
    advance(emulator, 5)
    assert said(emulator, run) == [("00.000", None, "CREATED", 0), ("00.005", None, "RUNNING", 0),
                                   ("00.005", None, status, 0)]
    assert said(emulator, works)[1:] == [("00.005", None, "RUNNING", 0),
                                         ("00.005", "a", "RUNNING", 1)]


def test_every_status_of_a_run_that_a_schedule_starts(start):
    emulator = start("--assume", "callback.progress=every-status")
    schedule(emulator, "demo-fails", schedule_at=at("10.000"), callback={"url": URL})
    [fired] = [each for each in advance(emulator, 10_060) if "schedule" in each]
    assert said(emulator, fired["run"]) == [("10.000", None, "CREATED", 0),
                                            ("10.050", None, "QUEUED", 0)]


# callback.end-results


@pytest.mark.parametrize("value, of_all, of_final", [
    ("never", [1, 1], [0]), ("always", [1, 2], [2])])
def test_callback_end_results(start, receiver, value, of_all, of_final):
    emulator = start("--assume", f"callback.end-results={value}")
    for on, counts in ("all", of_all), ("final", of_final):
        call(emulator, receiver.url(), on=on)
        advance(emulator, 5000)
        bodies = [heard.json for heard in receiver.take_all(len(counts))]
        assert [body["results_count"] for body in bodies] == counts
        assert [body.get("results") for body in bodies] == [[ADA] * n or None for n in counts]
        assert bodies[-1]["flow_run"]["status"] == "SUCCEEDED"


def test_callback_end_results_always_of_a_run_that_made_none(start, receiver):
    end(start("--assume", "callback.end-results=always"), receiver.url())
    body = receiver.take().json
    assert (body["results_count"], body["results"]) == (0, [])
