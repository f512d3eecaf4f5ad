"""Faults of deliveries, as a receiver sees them on the wire (CONTROL.md "Control API", faults)."""

import json
import time

import pytest
from calling import call, end, of, replay, settled, tried
from facts import assert_refused, uid
from living import ADA, ENRICH_STEP, EXTRACT_STEP, advance, at, flow
from receiver import receiving, reply

WORLD = "still"
NOBODY = "http://127.0.0.1:9/"
CLIENT = {"Authorization": "Bearer x", "X-Own": "1"}


@pytest.fixture
def receiver():
    with receiving() as receiver:
        yield receiver


def rule(emulator, effect, **when):
    made = emulator.post("/_emulator/faults", {"callback": True, "effect": effect, **when})
    assert made.status == 201, made
    return made.json


def fired(emulator):
    return [(each["calls"], each["fired"]) for each in emulator.get("/_emulator/faults").json["rules"]]


def steps(heard):
    return [(each.json["flow_run"]["step_uid"], each.json["flow_run"]["status"]) for each in heard]


def tries(delivery):
    return [(each["http_status"], each["error"]) for each in delivery["attempts"]]


def marks(delivery):
    return [(each["fault"], each["fault_rule"]) for each in delivery["attempts"]]


# duplicate


@pytest.mark.parametrize("copies", [1, 3])
def test_duplicates_are_the_same_message_again(emulator, receiver, copies):
    rule(emulator, {"duplicate": copies})
    run = end(emulator, receiver.url())
    first, *others = receiver.take_all(1 + copies)
    for other in others:
        assert (other.path, other.headers, other.body) == (first.path, first.headers, first.body)
    assert first.header("Emulator-Attempt") == "1"
    [delivery] = settled(emulator, run, 1, "SUCCESS")
    assert tries(delivery) == [(200, None)] * (1 + copies)
    assert (delivery["retry_count"], delivery["http_status"]) == (0, 200)
    assert receiver.is_quiet()


@pytest.mark.parametrize("answers", [[200, 409], [500, 200]])
def test_one_copy_that_is_taken_is_enough(emulator, receiver, answers):
    receiver.answers = [reply(status) for status in answers]
    rule(emulator, {"duplicate": 1}, times=1)
    run = end(emulator, receiver.url())
    [delivery] = settled(emulator, run, 1, "SUCCESS")
    assert [status for status, _ in tries(delivery)] == answers
    assert (delivery["error"], delivery["next_attempt_at"]) == (None, None)


def test_copies_that_all_fail_are_one_failed_attempt(emulator, receiver):
    receiver.answers = [reply(500), reply(503), reply()]
    rule(emulator, {"duplicate": 1}, nth=1)
    run = end(emulator, receiver.url())
    [delivery] = tried(emulator, run, 2)
    assert (delivery["status"], delivery["retry_count"]) == ("PENDING", 0)
    assert delivery["next_attempt_at"] == at("05.000")
    advance(emulator, 5000)
    [delivery] = settled(emulator, run, 1, "SUCCESS")
    assert [status for status, _ in tries(delivery)] == [500, 503, 200]
    assert [each["attempt"] for each in delivery["attempts"]] == [1, 1, 2]
    assert [heard.header("Emulator-Attempt") for heard in receiver.take_all(3)] == ["1", "1", "2"]


def test_a_duplicate_comes_before_the_next_callback_of_its_run(emulator, receiver):
    rule(emulator, {"duplicate": 1}, nth=1)
    call(emulator, receiver.url())
    advance(emulator, 5000)
    assert steps(receiver.take_all(3)) == [(EXTRACT_STEP, "RUNNING")] * 2 + [
        (ENRICH_STEP, "SUCCEEDED")]


# drop


def test_a_dropped_callback_never_comes(emulator, receiver):
    rule(emulator, {"drop": True}, nth=1)
    run = call(emulator, receiver.url())
    advance(emulator, "PT1H")
    assert steps([receiver.take()]) == [(ENRICH_STEP, "SUCCEEDED")]
    lost, _ = settled(emulator, run, 2, "FAILED", "SUCCESS")
    assert (lost["status"], lost["error"]) == ("FAILED", "dropped by a fault rule")
    assert (lost["http_status"], lost["retry_count"], lost["next_attempt_at"]) == (None, 0, None)
    assert tries(lost) == [(None, "dropped by a fault rule")]
    advance(emulator, "P1D")
    assert receiver.is_quiet()


def test_a_dropped_callback_can_be_sent_after_all(emulator, receiver):
    rule(emulator, {"drop": True}, times=1)
    run = end(emulator, receiver.url())
    [lost] = settled(emulator, run, 1, "FAILED")
    assert replay(emulator, lost["uid"]).status == 200
    assert receiver.take().header("Emulator-Callback") == lost["uid"]


# hold_behind_next


def test_a_held_callback_comes_after_the_next_one(emulator, receiver):
    rule(emulator, {"hold_behind_next": True}, nth=1)
    run = call(emulator, receiver.url())
    advance(emulator, 5000)
    assert steps(receiver.take_all(2)) == [(ENRICH_STEP, "SUCCEEDED"), (EXTRACT_STEP, "RUNNING")]
    settled(emulator, run, 2, "SUCCESS")
    assert fired(emulator) == [(2, 1)]


def test_it_waits_for_one_that_is_not_there_yet(emulator, receiver):
    rule(emulator, {"hold_behind_next": True}, nth=1)
    run = call(emulator, receiver.url())
    advance(emulator, 900)
    settled(emulator, end(emulator, receiver.url()), 1, "SUCCESS")
    receiver.take()
    [waiting] = of(emulator, run)
    assert (waiting["status"], waiting["attempts"]) == ("PENDING", [])
    assert receiver.is_quiet()
    advance(emulator, 5000)
    assert steps(receiver.take_all(2)) == [(ENRICH_STEP, "SUCCEEDED"), (EXTRACT_STEP, "RUNNING")]


def test_nothing_is_due_while_it_waits(emulator, receiver):
    rule(emulator, {"hold_behind_next": True}, nth=1)
    run = call(emulator, receiver.url())
    advance(emulator, 900)
    assert emulator.get("/_emulator/wait?idle=true&timeout=5s").status == 200
    assert [each["status"] for each in of(emulator, run)] == ["PENDING"]
    assert emulator.cancel(run).status == 200
    assert [each["error"] for each in of(emulator, run)] == ["the run was cancelled"]
    assert emulator.get("/_emulator/wait?idle=true&timeout=5s").status == 200
    assert receiver.is_quiet()


def test_those_behind_it_keep_their_order(start, fixture_file, receiver):
    items = [{"step_uid": name} for name in "abab"]
    emulator = start("--fixture", fixture_file(flows=[flow(
        [{"after_ms": 10, **item} for item in [*items, {"event": "FINISH"}]])]))
    rule(emulator, {"hold_behind_next": True}, nth=2)
    run = call(emulator, receiver.url(), "own", inputs=[{"n": 1}])
    advance(emulator, 1000)
    settled(emulator, run, 4, "SUCCESS")
    first, third, second, last = of_number(emulator, run, receiver.take_all(4))
    assert (first, third, second, last) == (0, 2, 1, 3)


def of_number(emulator, run, heard):
    uids = [each["uid"] for each in of(emulator, run)]
    return [uids.index(each.header("Emulator-Callback")) for each in heard]


def test_the_end_of_a_run_is_held_behind_nothing(emulator, receiver):
    rule(emulator, {"hold_behind_next": True})
    run = end(emulator, receiver.url())
    assert marks(settled(emulator, run, 1, "SUCCESS")[0]) == [(None, None)]
    run = call(emulator, receiver.url())
    advance(emulator, 5000)
    settled(emulator, run, 2, "SUCCESS")
    assert steps(receiver.take_all(3))[1:] == [(ENRICH_STEP, "SUCCEEDED"), (EXTRACT_STEP, "RUNNING")]


def test_a_cancel_drops_what_is_held(emulator, receiver):
    rule(emulator, {"hold_behind_next": True})
    run = call(emulator, receiver.url())
    advance(emulator, 900)
    end(emulator, receiver.url())
    receiver.take()
    emulator.cancel(run)
    [delivery] = of(emulator, run)
    assert (delivery["status"], delivery["error"]) == ("FAILED", "the run was cancelled")
    advance(emulator, "P1D")
    assert receiver.is_quiet()


def test_what_is_held_outlives_a_restart(start, tmp_path, receiver):
    emulator = start("--db", tmp_path / "state.db")
    rule(emulator, {"hold_behind_next": True}, nth=1)
    run = call(emulator, receiver.url())
    advance(emulator, 900)
    settled(emulator, end(emulator, receiver.url()), 1, "SUCCESS")
    receiver.take()
    emulator.process.stop()
    emulator = start("--db", tmp_path / "state.db")
    advance(emulator, 5000)
    assert steps(receiver.take_all(2)) == [(ENRICH_STEP, "SUCCEEDED"), (EXTRACT_STEP, "RUNNING")]
    settled(emulator, run, 2, "SUCCESS")


# delay


def end_delayed(emulator, receiver, effect):
    run = emulator.make("RUNNING", callback={"url": receiver.url("/slow"), "headers": CLIENT})["uid"]
    rule(emulator, effect, run=run, times=1)
    emulator.event(run, "FINISH")
    return run


def test_a_delayed_callback_is_late(emulator, receiver):
    began = time.monotonic()
    run = end_delayed(emulator, receiver, {"delay_ms": 60})
    receiver.take()
    assert time.monotonic() - began >= 0.06
    settled(emulator, run, 1, "SUCCESS")


def test_a_delay_holds_up_no_other_run(emulator, receiver):
    slow = end_delayed(emulator, receiver, {"delay_ms": 60_000})
    settled(emulator, end(emulator, receiver.url("/other")), 1, "SUCCESS")
    assert receiver.take().path == "/other"
    assert [each["status"] for each in of(emulator, slow)] == ["RUNNING"]
    assert receiver.is_quiet()


def test_the_shorter_of_two_delays_ends_first(emulator, receiver):
    rule(emulator, {"delay_ms": 60_000}, nth=1)
    rule(emulator, {"delay_ms": 1}, nth=2)
    end(emulator, receiver.url("/first"))
    end(emulator, receiver.url("/second"))
    assert receiver.take().path == "/second"


def test_a_cancel_ends_a_delay(emulator, receiver):
    rule(emulator, {"delay_ms": 60_000})
    run = call(emulator, receiver.url())
    advance(emulator, 900)
    settled(emulator, run, 1, "RUNNING")
    emulator.cancel(run)
    [delivery] = of(emulator, run)
    assert (delivery["status"], delivery["error"]) == ("FAILED", "the run was cancelled")
    assert tries(delivery) == [(None, "broken off: the run was cancelled")]


def test_a_reset_ends_all_delays(emulator, receiver):
    """As many as may be under way: what comes after them needs their places."""
    rule(emulator, {"delay_ms": 60_000})
    runs = [end(emulator, receiver.url("/delayed")) for _ in range(60)]
    assert "PENDING" in [of(emulator, run)[0]["status"] for run in runs]
    emulator.reset()
    for _ in range(60):
        settled(emulator, end(emulator, receiver.url("/after")), 1, "SUCCESS")
    assert {heard.path for heard in receiver.take_all(60)} == {"/after"}


def test_a_stop_of_the_server_ends_a_delay_and_the_next_start_sends(start, tmp_path, receiver):
    emulator = start("--db", tmp_path / "state.db")
    run = end_delayed(emulator, receiver, {"delay_ms": 60_000})
    settled(emulator, run, 1, "RUNNING")
    emulator.process.stop()
    emulator = start("--db", tmp_path / "state.db")
    assert receiver.take().path == "/slow"
    settled(emulator, run, 1, "SUCCESS")


def test_a_delay_goes_with_another_effect(emulator, receiver):
    end_delayed(emulator, receiver, {"delay_ms": 50, "without_headers": True})
    assert receiver.take().header("X-Own") is None


# truncate


@pytest.mark.parametrize("size", [0, 1, 40])
def test_a_body_that_breaks_off_has_the_length_of_the_whole(emulator, receiver, size):
    rule(emulator, {"truncate": size}, times=1)
    run = end(emulator, receiver.url())
    half = receiver.take()
    [delivery] = tried(emulator, run, 1)
    assert (delivery["status"], delivery["http_status"]) == ("PENDING", None)
    assert delivery["error"] == "broken off by a fault rule"
    advance(emulator, 5000)
    whole = receiver.take()
    assert half.body == whole.body[:size]
    assert half.header("Content-Length") == whole.header("Content-Length") == str(len(whole.body))
    settled(emulator, run, 1, "SUCCESS")


def test_a_large_body_breaks_off_where_it_should(emulator, receiver):
    rule(emulator, {"truncate": 300_000}, times=1)
    call(emulator, receiver.url(), inputs=[{**ADA, "note": "x" * 900}] * 1000)
    advance(emulator, 900)
    assert len(receiver.take().body) == 300_000


def test_a_body_that_is_no_longer_than_that_comes_whole(emulator, receiver):
    rule(emulator, {"truncate": 100_000})
    run = end(emulator, receiver.url())
    assert receiver.take().json["flow_run"]["status"] == "SUCCEEDED"
    settled(emulator, run, 1, "SUCCESS")


# without_headers


def test_a_callback_without_the_clients_headers_has_ours_alone(emulator, receiver):
    rule(emulator, {"without_headers": True}, times=1)
    run = emulator.make("RUNNING", callback={"url": receiver.url(), "headers": CLIENT})["uid"]
    emulator.event(run, "FINISH")
    heard = receiver.take()
    assert [heard.header(name) for name in CLIENT] == [None, None]
    assert heard.header("Content-Type") == "application/json"
    assert heard.header("Emulator-Attempt") == "1"
    [delivery] = settled(emulator, run, 1, "SUCCESS")
    replay(emulator, delivery["uid"])
    heard = receiver.take()
    assert [heard.header(name) for name in CLIENT] == ["Bearer x", "1"]


# status


@pytest.mark.parametrize("status", [200, 299])
def test_a_success_of_a_receiver_that_is_not_there(emulator, status):
    rule(emulator, {"status": status})
    run = end(emulator, NOBODY)
    [delivery] = settled(emulator, run, 1, "SUCCESS")
    assert (delivery["http_status"], delivery["error"], delivery["next_attempt_at"]) == (status, None, None)
    [attempt] = delivery["attempts"]
    assert (attempt["http_status"], attempt["error"], *marks(delivery)) == (status, None, ("status", 1))
    assert json.loads(attempt["request"]["body"]["text"])["flow_run"] == {
        "flow_run_uid": run, "step_uid": None, "status": "SUCCEEDED"}
    assert attempt["request"]["headers"]["Emulator-Callback"] == delivery["uid"]
    assert attempt["response"] == {"status": status, "headers": {}, "body": {"size": 0, "text": ""}}


def test_two_attempts_fail_and_the_third_is_really_sent(emulator, receiver):
    rule(emulator, {"status": 503}, times=2)
    run = emulator.make("RUNNING", callback={"url": receiver.url(), "headers": CLIENT})["uid"]
    emulator.event(run, "FINISH")
    [delivery] = tried(emulator, run, 1)
    assert (delivery["status"], delivery["http_status"]) == ("PENDING", 503)
    assert (delivery["error"], delivery["next_attempt_at"]) == ("a fault rule answered 503", at("05.000"))
    assert receiver.is_quiet()
    advance(emulator, "PT1H")
    heard = receiver.take()
    assert (heard.header("Emulator-Attempt"), heard.header("X-Own")) == ("3", "1")
    [delivery] = settled(emulator, run, 1, "SUCCESS")
    failed = (503, "a fault rule answered 503")
    assert tries(delivery) == [failed, failed, (200, None)]
    assert marks(delivery) == [("status", 1), ("status", 1), (None, None)]
    assert {each["request"]["body"]["text"] for each in delivery["attempts"]} == {heard.body.decode()}
    sent = [each["request"]["headers"] for each in delivery["attempts"]]
    assert [each["Emulator-Attempt"] for each in sent] == ["1", "2", "3"]
    assert {each["X-Own"] for each in sent} == {"1"}
    assert {*sent[0]} == {*sent[1]} == {*sent[2]} - {"Host", "Accept", "Content-Length"}
    assert receiver.is_quiet()


def test_all_five_attempts_fail_without_a_receiver(emulator):
    rule(emulator, {"status": 500, "delay_ms": 1})
    run = end(emulator, NOBODY)
    advance(emulator, "PT1H")
    [delivery] = settled(emulator, run, 1, "FAILED")
    assert tries(delivery) == [(500, "a fault rule answered 500")] * 5


def test_coverage_knows_what_no_receiver_met(start):
    emulator = start()
    rule(emulator, {"status": 200})
    settled(emulator, end(emulator, NOBODY), 1, "SUCCESS")
    deliveries = [each for each in emulator.get("/_emulator/coverage").json["dimensions"]
                  if each["dimension"] == "deliveries"]
    assert [each["covered"] for each in deliveries] == [0]


def test_an_attempt_names_the_fault_that_it_met(emulator, receiver):
    rule(emulator, {"delay_ms": 1}, nth=1)
    rule(emulator, {"duplicate": 1}, nth=2)
    for run in (end(emulator, receiver.url()), end(emulator, receiver.url())):
        found = settled(emulator, run, 1, "SUCCESS")[0]
        assert marks(found) in ([("delay", 1)], [("duplicate", 2)] * 2)


# Which attempts a rule hits


def test_a_rule_counts_attempts_of_its_run_with_their_retries(emulator, receiver):
    receiver.answers = [reply(500), reply(500), reply()]
    run = emulator.make("RUNNING", callback={"url": receiver.url(), "headers": CLIENT})["uid"]
    rule(emulator, {"without_headers": True}, run=run.upper(), nth=2)
    emulator.event(run, "FINISH")
    advance(emulator, "PT1H")
    settled(emulator, run, 1, "SUCCESS")
    assert [heard.header("X-Own") for heard in receiver.take_all(3)] == ["1", None, "1"]
    settled(emulator, end(emulator, receiver.url()), 1, "SUCCESS")
    assert fired(emulator) == [(3, 1)]


def test_calls_and_callbacks_are_counted_apart(emulator, receiver):
    emulator.post("/_emulator/faults", {"operation": "cancelFlowRun", "effect": {"status": 500}})
    emulator.post("/_emulator/faults", {"run": uid(1), "effect": {"status": 500}})
    rule(emulator, {"without_headers": True})
    emulator.make("RUNNING", uid=uid(1), callback={"url": receiver.url()})
    emulator.event(uid(1), "FINISH")
    settled(emulator, uid(1), 1, "SUCCESS")
    assert fired(emulator) == [(0, 0), (0, 0), (1, 1)]
    assert emulator.get(f"/v1/flows/runs/{uid(1)}").status == 500
    assert fired(emulator) == [(0, 0), (1, 1), (1, 1)]


def test_rules_are_of_one_workspace(emulator, receiver):
    rule(emulator, {"drop": True})
    other = emulator.member("another-key")
    settled(other, end(other, receiver.url()), 1, "SUCCESS")


def test_a_rule_shows_itself(emulator):
    assert rule(emulator, {"duplicate": 2, "delay_ms": 5}, run=uid(1), nth=3) == {
        "id": 1, "callback": True, "operation": None, "run": uid(1), "nth": 3, "probability": 1,
        "effect": {"duplicate": 2, "delay_ms": 5}, "calls": 0, "fired": 0, "used_up": False}


@pytest.mark.parametrize("effect", [
    {"duplicate": 1}, {"drop": True}, {"hold_behind_next": True}, {"delay_ms": 250},
    {"truncate": 40}, {"without_headers": True}, {"status": 200}, {"status": 599}])
def test_every_effect_is_read_back(emulator, effect):
    assert rule(emulator, effect)["effect"] == effect


@pytest.mark.parametrize("body, message", [
    ({"callback": True, "effect": {"status": 503, "label": "X"}},
     "body/effect has a label or a retry-after, which are for calls of the API"),
    ({"callback": True, "effect": {"status": 600}}, "body/effect/status must be <= 599"),
    ({"callback": True, "effect": {"reset": True}},
     "body/effect reset is for calls of the API, and this rule is about callbacks"),
    ({"effect": {"drop": True}},
     'body/effect drop is for callbacks: such a rule has "callback": true'),
    ({"callback": False, "effect": {"duplicate": 1}},
     'body/effect duplicate is for callbacks: such a rule has "callback": true'),
    ({"callback": True, "effect": {"drop": True, "duplicate": 1}},
     "body/effect has both duplicate and drop: a fault has one effect, and perhaps a delay"),
    ({"callback": True, "effect": {"drop": True, "label": "X"}},
     "body/effect has a label or a retry-after without a status"),
    ({"callback": True, "effect": {"duplicate": 0}}, "body/effect/duplicate must be >= 1"),
    ({"callback": True, "effect": {"duplicate": 11}}, "body/effect/duplicate must be <= 10"),
    ({"callback": True, "operation": "cancelFlowRun", "effect": {"drop": True}},
     "body/operation is for calls of the API, and callback for callbacks"),
    ({"callback": "yes", "effect": {"drop": True}}, "body/callback must be boolean")])
def test_a_rule_that_makes_no_sense(emulator, body, message):
    assert_refused(emulator.post("/_emulator/faults", body), 400, "BAD_INPUT", "input", message)


@pytest.mark.parametrize("words", ["drop", "duplicate=1", "without-headers"])
def test_the_header_has_no_effects_of_deliveries(emulator, words):
    reply_ = emulator.get("/v1/flows/runs", headers={"Emulator-Fault": words})
    assert reply_.status == 400 and "has the unknown word" in reply_.json["message"]
    assert reply_.json["message"].endswith("truncate, wrong-length, slow, race")
