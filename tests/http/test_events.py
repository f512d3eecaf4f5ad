"""POST /_emulator/runs/{uid}/events: the life of a run, by hand, every status and every event."""

import pytest
from facts import (
    FINISHED, NOW, RUNNING, UNKNOWN, assert_bad_uid, assert_no_such_run, assert_refused,
    assert_refused_change, uid,
)

# Written by hand from API.md and CONTROL.md; the program's table is never read here.
TARGET = {
    "QUEUE": "QUEUED", "SCHEDULE": "SCHEDULED", "START": "RUNNING", "FINISH": "SUCCEEDED",
    "FINISH_PARTIALLY": "PARTIAL_SUCCEEDED", "FAIL": "FAILED", "BLOCK": "BLOCKED",
    "STOP": "STOPPED", "INVALIDATE": "INVALID",
}
ALLOWED = {
    "QUEUE": {"CREATED", "SCHEDULED"},
    "SCHEDULE": {"CREATED", "QUEUED"},
    "START": {"CREATED", "QUEUED", "SCHEDULED"},
    "FINISH": {"RUNNING"},
    "FINISH_PARTIALLY": {"RUNNING"},
    "FAIL": {"QUEUED", "SCHEDULED", "RUNNING"},
    "BLOCK": {"QUEUED", "SCHEDULED", "RUNNING"},
    "STOP": {"CREATED", "QUEUED", "SCHEDULED", "RUNNING", "BLOCKED"},
    "INVALIDATE": {"CREATED", "QUEUED", "SCHEDULED"},
}
STATUSES = ["CREATED", "INVALID", "QUEUED", "SCHEDULED", "BLOCKED", "STOPPED", "RUNNING",
            "FAILED", "PARTIAL_SUCCEEDED", "SUCCEEDED"]
EARLIER = "2025-12-31T00:00:00.000Z"


def make(emulator, status):
    return emulator.make(status, created_at=EARLIER, updated_at=EARLIER)


@pytest.mark.parametrize("event", TARGET)
def test_an_event_works_where_it_may_and_nowhere_else(empty, event):
    for status in STATUSES:
        run = make(empty, status)
        reply = empty.event(run["uid"], event)
        if status in ALLOWED[event]:
            assert reply.status == 200, reply
            assert reply.json["status"] == TARGET[event], f"{event} from {status}"
            assert empty.run(run["uid"]) == reply.json
        else:
            assert_refused_change(reply)
            assert empty.run(run["uid"]) == run, f"{event} from {status} was refused"


@pytest.mark.parametrize("event", TARGET)
def test_a_cancelled_run_accepts_no_event(empty, event):
    run = empty.make("RUNNING")
    empty.cancel(run["uid"])
    after = empty.run(run["uid"])
    assert_refused_change(empty.event(run["uid"], event))
    assert empty.run(run["uid"]) == after


@pytest.mark.parametrize("event", TARGET)
def test_an_event_sets_the_times_it_should(empty, event):
    status = sorted(ALLOWED[event])[0]
    before = make(empty, status)
    after = empty.event(before["uid"], event).json
    assert after["updated_at"] == NOW
    assert after["created_at"] == EARLIER
    assert after["finished_at"] == (NOW if TARGET[event] in FINISHED else None)
    assert after["started_at"] == (NOW if event == "START" else before["started_at"])


def test_a_run_may_live_a_whole_life(empty):
    run = empty.make("CREATED", uid=uid(1))
    for event in "SCHEDULE", "QUEUE", "START", "FINISH":
        assert empty.event(uid(1), event).status == 200
    done = empty.run(uid(1))
    assert (done["status"], done["started_at"], done["finished_at"]) == ("SUCCEEDED", NOW, NOW)
    assert {k: done[k] for k in ("id", "uid", "created_at")} == {
        k: run[k] for k in ("id", "uid", "created_at")}


@pytest.mark.parametrize("events, cancellable", [
    (["QUEUE"], True), (["SCHEDULE"], True), (["START"], True), (["QUEUE", "BLOCK"], False),
    (["START", "FINISH"], False), (["START", "FAIL"], False), (["STOP"], False),
    (["INVALIDATE"], False), (["START", "FINISH_PARTIALLY"], False)])
def test_cancel_follows_the_life_of_the_run(empty, events, cancellable):
    run = empty.make("CREATED")
    for event in events:
        assert empty.event(run["uid"], event).status == 200
    assert empty.cancel(run["uid"]).status == (200 if cancellable else 422)


def test_a_failure_may_bring_its_error(empty):
    run = empty.make("RUNNING")
    error = {"label": "LK_ERROR", "message": "the account is gone"}
    assert empty.event(run["uid"], "FAIL", error=error).json["last_error"] == error
    assert empty.run(run["uid"])["last_error"] == error


def test_a_failure_without_an_error_has_the_general_one(empty):
    run = empty.make("RUNNING")
    assert empty.event(run["uid"], "FAIL").json["last_error"]["label"] == "GENERIC_ERROR"


def test_an_event_reaches_only_its_own_world(empty):
    run = empty.make("RUNNING")
    assert_no_such_run(empty.member("another-key").event(run["uid"], "FINISH"))
    assert empty.run(run["uid"])["status"] == "RUNNING"


def test_an_unknown_run(empty):
    assert_no_such_run(empty.event(UNKNOWN, "FINISH"))


def test_a_malformed_uid_is_refused_before_the_body(empty):
    assert_bad_uid(empty.event("nope", "FINISH"))
    assert_bad_uid(empty.post("/_emulator/runs/nope/events", {"event": "NOPE"}))


@pytest.mark.parametrize("body, message", [
    ({}, "body must have required property 'event'"),
    ({"event": "NOPE"}, "body/event must be equal to one of the allowed values"),
    ({"event": "finish"}, "body/event must be equal to one of the allowed values"),
    ({"event": "CANCEL"}, "body/event must be equal to one of the allowed values"),
    ({"event": "RESUME"}, "body/event must be equal to one of the allowed values"),
    ({"event": "FINISH", "foo": 1}, "body must NOT have additional properties (foo)"),
    ({"event": "FAIL", "error": {"label": "X"}},
     "body/error must have required property 'message'"),
    ({"event": "FAIL", "error": {"label": "X", "message": "", "foo": 1}},
     "body/error must NOT have additional properties (foo)"),
    ([], "body must be object"),
], ids=str)
def test_a_bad_body_is_refused_and_named(emulator, body, message):
    reply = emulator.post(f"/_emulator/runs/{RUNNING}/events", body)
    assert_refused(reply, 400, "BAD_INPUT", "input", message)
    assert emulator.run(RUNNING)["status"] == "RUNNING"


@pytest.mark.parametrize("body", [b"", b"{", b'{"event":"FINISH"} x',
                                  b'{"event":"FINISH","event":"FINISH"}'])
def test_a_body_that_is_no_json_is_refused(emulator, body):
    reply = emulator.request("POST", f"/_emulator/runs/{RUNNING}/events", body,
                             {"Content-Type": "application/json"})
    assert_refused(reply, 400, "BAD_INPUT", "input")
    assert emulator.run(RUNNING)["status"] == "RUNNING"


def test_a_bad_body_is_refused_before_the_run_is_looked_for(empty):
    assert empty.event(UNKNOWN, "NOPE").status == 400
