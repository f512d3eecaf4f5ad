"""The further conditions of a wait: an end, attempts, a callback of any run, a schedule, idleness, an exact number."""

import re
import time

import pytest
from calling import call, end, of, replay, settled, tried
from facts import DEMO, NOW, RUNNING, UNKNOWN, assert_refused
from living import ENRICH, advance, launch
from receiver import receiving, reply as http_reply
from scheduling import schedule
from test_wait import QUICK, Waiting, wait

WORLD = "still"


def assert_bad_query(reply, message):
    assert_refused(reply, 400, "BAD_PARAMETERS", "param", message)


def assert_frozen(reply, text):
    assert_refused(reply, 422, "CLOCK_FROZEN", "param")
    assert reply.json["message"].startswith(f"{text}, and the clock is frozen")


@pytest.mark.parametrize("status", ["INVALID", "STOPPED", "FAILED", "PARTIAL_SUCCEEDED", "SUCCEEDED"])
def test_a_run_that_has_ended_is_finished(emulator, status):
    reply = wait(emulator, f"run={DEMO[status]}&finished=true")
    assert (reply.status, reply.json["run"]["status"], reply.json["count"]) == (200, status, None)


@pytest.mark.parametrize("status", ["CREATED", "QUEUED", "SCHEDULED", "BLOCKED", "RUNNING"])
def test_a_run_that_has_not_ended_is_not(emulator, status):
    reply = wait(emulator, f"run={DEMO[status]}&finished=true")
    assert_refused(reply, 422, "CLOCK_FROZEN", "param")
    assert reply.json["message"].startswith(f"the run is {status}, and nothing is due for it: ")


def test_a_run_that_follows_a_plan_has_not_ended_yet(emulator):
    assert_frozen(wait(emulator, f"run={launch(emulator)}&finished=true"), "the run is CREATED")


def test_a_run_finishes_by_itself_or_by_a_cancel(start, fixture_file):
    real = start("--clock", "real", "--fixture", fixture_file(flows=[QUICK]))
    run = launch(real, "quick")
    assert wait(real, f"run={run}&finished=true&timeout=20s").json["run"]["status"] == "SUCCEEDED"
    other = real.make("RUNNING")["uid"]
    waiting = Waiting(real, f"run={other}&finished=true&timeout=20s")
    real.cancel(other)
    assert waiting.reply().json["run"]["status"] == "STOPPED"


def failed_so_far(emulator, run, count, status, at="2026-01-01T00:00:07.000Z"):
    [uid] = [each["uid"] for each in of(emulator, run)]
    return (f"so far there are {count}: the last attempt of callback {uid} failed (the receiver answered {status}), "
            f"the next is due at {at}")


def test_copies_of_one_attempt_are_one_attempt(emulator):
    emulator.post("/_emulator/faults", {"callback": True, "nth": 1, "effect": {"duplicate": 10}})
    with receiving(*[http_reply(500)] * 11, http_reply(200)) as receiver:
        run = call(emulator, receiver.url(), on="final")
        advance(emulator, "PT2S")
        tried(emulator, run, 11)
        assert wait(emulator, f"run={run}&attempts=1").json["count"] == 1
        assert_frozen(wait(emulator, f"run={run}&attempts=2"), failed_so_far(emulator, run, 1, 500))
        advance(emulator, "PT5S")
        assert wait(emulator, f"run={run}&attempts=2&timeout=20s").json["count"] == 2


def test_a_callback_was_tried_so_often_whatever_came_of_it(emulator):
    with receiving(http_reply(500), http_reply(404), http_reply(200)) as receiver:
        run = call(emulator, receiver.url(), on="final")
        assert_frozen(wait(emulator, f"run={run}&attempts=1"), "so far there are 0")
        advance(emulator, "PT2S")
        reply = wait(emulator, f"run={run}&attempts=1&timeout=20s")
        assert (reply.status, reply.json["count"], reply.json["run"]["uid"]) == (200, 1, run)
        tried(emulator, run, 1)
        assert_frozen(wait(emulator, f"run={run}&attempts=2"), failed_so_far(emulator, run, 1, 500))
        waiting = Waiting(emulator, f"run={run}&attempts=3&timeout=20s&patient=true")
        advance(emulator, "PT5S")
        assert wait(emulator, f"run={run}&attempts=2&timeout=20s").json["count"] == 2
        advance(emulator, "PT30S")
        assert waiting.reply().json["count"] == 3
        assert wait(emulator, f"run={run}&callback=SUCCESS&timeout=20s").status == 200


@pytest.mark.parametrize("condition", ["finished=true", "status=SUCCEEDED"])
def test_a_run_to_which_nothing_happens_is_told(emulator, condition):
    """One made by hand follows no plan; to advance the clock would not help."""
    run = emulator.make("RUNNING")["uid"]
    hint = (f"POST /_emulator/runs/{run}/events: possible are FINISH, FINISH_PARTIALLY, FAIL, BLOCK, STOP; a run that a flow is started "
            "with follows the plan of that flow")  # fmt: skip
    reply = wait(emulator, f"run={run}&{condition}")
    assert_refused(reply, 422, "CLOCK_FROZEN", "param")
    assert reply.json["message"] == ("the run is RUNNING, and nothing is due for it: apply an event to it, or wait for somebody who acts "
                                     "with patient=true")  # fmt: skip
    assert reply.header("Emulator-Hint") == hint
    reply = wait(emulator, f"run={run}&{condition}&patient=true&timeout=1ms")
    assert (reply.status, reply.json["message"]) == (408, "waited 1 ms, but the run is RUNNING, and nothing is due for it")
    assert reply.header("Emulator-Hint") == hint
    assert emulator.post(f"/_emulator/runs/{run}/events", {"event": "FINISH"}).status == 200
    assert wait(emulator, f"run={run}&{condition}").status == 200


@pytest.mark.parametrize("status", ["CREATED", "QUEUED", "SCHEDULED", "RUNNING"])
def test_each_event_that_is_advised_is_possible(emulator, status):
    run = emulator.make(status)["uid"]
    hint = wait(emulator, f"run={run}&finished=true").header("Emulator-Hint")
    events = re.search(r"possible are (.+?);", hint)[1].split(", ")
    assert "STOP" in events
    for event in events:
        other = emulator.make(status)["uid"]
        assert emulator.post(f"/_emulator/runs/{other}/events", {"event": event}).status == 200


def test_a_blocked_run_is_resumed(emulator):
    run = emulator.make("BLOCKED")["uid"]
    assert wait(emulator, f"run={run}&finished=true").header("Emulator-Hint") == f"POST /v1/flows/runs/{run}/resume goes on with it"
    assert emulator.request("POST", f"/v1/flows/runs/{run}/resume").status == 200


def test_a_run_that_ended_otherwise_is_told(emulator):
    run = emulator.make("FAILED")["uid"]
    reply = wait(emulator, f"run={run}&status=SUCCEEDED")
    assert_refused(reply, 422, "CLOCK_FROZEN", "param")
    assert reply.json["message"] == ("the run is FAILED, and has ended: wait for finished=true, or wait for somebody who acts with "
                                     "patient=true")  # fmt: skip
    assert reply.header("Emulator-Hint") == f"GET /_emulator/runs/{run}/life tells what happened to the run"


@pytest.mark.parametrize("of_run", [True, False])
def test_a_callback_that_failed_says_why_and_when_it_is_tried_again(emulator, of_run):
    run = call(emulator, "http://127.0.0.1:9/", on="final")
    advance(emulator, "PT2S")
    [uid] = [each["uid"] for each in tried(emulator, run, 1)]
    reply = wait(emulator, "callback=SUCCESS" + f"&run={run}" * of_run)
    assert reply.json["message"] == (
        f"so far there are 0: the last attempt of callback {uid} failed (Couldn't connect to server), the next is due at "
        "2026-01-01T00:00:07.000Z, and the clock is frozen, so nothing happens by itself: advance it, or wait for somebody "
        "who acts with patient=true")
    reply = wait(emulator, f"callback=SUCCESS&run={run}&patient=true&timeout=1ms")
    assert reply.status == 408 and "failed (Couldn't connect to server), the next is due at" in reply.json["message"]


def test_a_callback_that_has_failed_for_good_can_only_be_sent_again(emulator):
    emulator.post("/_emulator/faults", {"callback": True, "times": 1, "effect": {"drop": True}})
    run = end(emulator, "http://127.0.0.1:9/")
    [uid] = [each["uid"] for each in settled(emulator, run, 1, "FAILED")]
    reply = wait(emulator, f"callback=SUCCESS&run={run}")
    assert reply.json["message"] == (
        f"so far there are 0: callback {uid} has FAILED (dropped by a fault rule), and the clock is frozen, so nothing happens "
        "by itself: send it again, or wait for somebody who acts with patient=true")
    assert reply.header("Emulator-Hint") == f"POST /_emulator/callbacks/{uid}/replay sends it again"
    emulator.post("/_emulator/faults", {"callback": True, "effect": {"status": 200}})
    assert replay(emulator, uid).status == 200
    assert wait(emulator, f"callback=SUCCESS&run={run}&timeout=20s").status == 200


def test_a_callback_of_a_cancelled_run_is_not_sent_again(emulator):
    run = call(emulator, "http://127.0.0.1:9/")
    advance(emulator, 900)
    tried(emulator, run, 1)
    emulator.cancel(run)
    reply = wait(emulator, f"callback=SUCCESS&run={run}")
    assert "has FAILED (the run was cancelled), and the clock is frozen" in reply.json["message"]
    assert reply.json["message"].endswith(": advance it, or wait for somebody who acts with patient=true")
    assert reply.header("Emulator-Hint") == "POST /_emulator/clock/advance, or add patient=true"


def test_a_callback_of_any_run(emulator):
    with receiving() as receiver:
        assert_frozen(wait(emulator, "callback=SUCCESS"), "so far there are 0")
        waiting = Waiting(emulator, "callback=SUCCESS&count=2&timeout=20s&patient=true")
        for _ in range(2):
            call(emulator, receiver.url(), on="final")
        advance(emulator, "PT2S")
        reply = waiting.reply()
    assert (reply.status, reply.json["count"], reply.json["run"]) == (200, 2, None)
    assert wait(emulator, "callback=SUCCESS&timeout=20s").json["count"] == 1, "counted no further than asked"


def test_a_schedule_has_started_a_run(emulator):
    uid = schedule(emulator, cron="*/5 * * * *")
    assert_frozen(wait(emulator, f"schedule={uid}"), "the schedule has started no run")
    waiting = Waiting(emulator, f"schedule={uid.upper()}&timeout=20s&patient=true")
    emulator.runs()
    advance(emulator, "PT5M")
    reply = waiting.reply()
    assert (reply.status, reply.json["count"]) == (200, None)
    assert reply.json["run"] == emulator.run(reply.json["run"]["uid"])
    assert (reply.json["run"]["scheduled_flow_run_uid"], reply.json["run"]["created_at"]) == (
        uid, "2026-01-01T00:05:00.000Z")


def test_a_schedule_of_a_fixture_that_says_it_ran_has_started_none_here(emulator):
    made = emulator.post("/_emulator/schedules", {
        "status": "ACTIVE", "flow_slug": ENRICH, "cron": "* * * * *", "last_executed_at": NOW})
    assert_frozen(wait(emulator, f"schedule={made.json['uid']}"), "the schedule has started no run")
    assert_refused(wait(emulator, f"schedule={UNKNOWN}"), 404, "NOT_FOUND", "param")


def test_idle_is_when_nothing_is_due_and_nothing_is_sent(emulator):
    assert wait(emulator, "idle=true").json["run"] is None
    with receiving() as receiver:
        receiver.answers = [receiver.hold]
        call(emulator, receiver.url(), on="final")
        assert wait(emulator, "idle=true").status == 200, "what is due later does not count"
        advance(emulator, "PT2S")
        receiver.take()
        reply = wait(emulator, "idle=true&timeout=100ms")
        assert_refused(reply, 408, "TIMEOUT", "param", "waited 100 ms, but a callback is due or being sent")
        waiting = Waiting(emulator, "idle=true&timeout=20s")
        emulator.runs()
        receiver.release.set()
        assert (reply := waiting.reply()).status == 200 and reply.json["count"] is None


def test_a_retry_that_is_due_later_leaves_it_idle(emulator):
    with receiving(http_reply(500)) as receiver:
        run = call(emulator, receiver.url(), on="final")
        advance(emulator, "PT2S")
        assert wait(emulator, "idle=true&timeout=20s").status == 200
        assert [each["http_status"] for each in tried(emulator, run, 1)[0]["attempts"]] == [500]


def test_exactly_so_many_calls(emulator):
    emulator.runs()
    assert wait(emulator, "journal=1&exactly=true").json["count"] == 1
    emulator.runs()
    reply = wait(emulator, "journal=1&exactly=true&timeout=20s")
    assert_refused(reply, 422, "TOO_MANY", "param", "there are 2, more than 1")
    assert reply.header("Emulator-Hint") == "GET /_emulator/journal lists them"
    assert wait(emulator, "journal=1").json["count"] == 2
    assert wait(emulator, "journal=3&exactly=true&timeout=50ms").status == 408


def test_one_too_many_while_it_settles(emulator):
    emulator.runs()
    began = time.monotonic()
    assert wait(emulator, "journal=1&exactly=true&settle=200ms").json["count"] == 1
    assert time.monotonic() - began >= 0.2
    waiting = Waiting(emulator, "journal=2&exactly=true&settle=20s&timeout=5s")
    emulator.runs()
    emulator.get("/_emulator/clock")
    emulator.runs()
    assert_refused(waiting.reply(), 422, "TOO_MANY", "param", "there are 3, more than 2")


def test_the_journal_must_keep_one_more_to_be_exact(start):
    emulator = start("--journal", "3")
    assert_bad_query(wait(emulator, "journal=3&exactly=true"),
                     "querystring/journal must be <= 2, one less than --journal keeps")
    emulator.runs()
    emulator.runs()
    assert wait(emulator, "journal=2&exactly=true").status == 200


WHAT = ("querystring must name what to wait for: run with status, finished, attempts or callback; "
        "or callback, schedule, idle or journal")


@pytest.mark.parametrize("query, message", [
    ("finished=true", WHAT), ("attempts=1", WHAT), (f"run={RUNNING}&idle=true", WHAT),
    (f"run={RUNNING}&finished=false", WHAT), (f"run={RUNNING}&finished=true&attempts=1", WHAT),
    (f"run={RUNNING}&schedule={RUNNING}", WHAT), ("idle=false", WHAT), ("idle=true&journal=1", WHAT),
    ("idle=yes", "querystring/idle must be boolean"), (f"run={RUNNING}&attempts=0", "querystring/attempts must be >= 1"),
    ("schedule=x", 'querystring/schedule must match format "uuid"'),
    ("idle=true&exactly=true", "querystring/exactly goes with journal"),
    ("journal=1&settle=1s", "querystring/settle goes with exactly=true"),
    ("journal=1&exactly=true&settle=soon", "querystring/settle must be a time such as 200ms, at most ten minutes"),
])
def test_a_wait_for_nothing_or_for_two_things(emulator, query, message):
    assert_bad_query(wait(emulator, query), message)


def test_a_run_of_another_workspace_is_not_there(emulator):
    run = emulator.make()["uid"]
    for query in "finished=true", "attempts=1", "callback=SUCCESS":
        assert_refused(wait(emulator.member("other"), f"run={run}&{query}"), 404, "NOT_FOUND", "param")
