"""The header Emulator-Race, or a fault rule, decides whether the end of a run or its cancel came first."""

import json

import pytest
from calling import call, of, settled
from facts import assert_refused
from living import ADA, GRACE, advance, flow, launch, outputs
from receiver import receiving

WORLD = "still"
RUNNING = "00000000-0000-4000-8000-000000000007"
ROUNDS = 1000


@pytest.fixture
def receiver():
    with receiving() as receiver:
        yield receiver


def race(emulator, uid, winner):
    return emulator.cancel(uid, headers={"Emulator-Race": winner})


def explained(emulator, reply):
    return emulator.get(f"/_emulator/explain/{reply.header('X-Request-Id')}").json


def assert_too_late(reply):
    assert (reply.status, reply.json["error_label"]) == (422, "INVALID_STATUS")


def test_the_end_wins_with_all_that_the_plan_still_held(emulator):
    uid = launch(emulator, inputs=(ADA, GRACE))
    assert_too_late(race(emulator, uid, "finish-wins"))
    run = emulator.run(uid)
    assert (run["status"], run["finished_at"]) == ("SUCCEEDED", "2026-01-01T00:00:00.000Z")
    assert run["output_count"] == len(outputs(emulator, uid)) > 0
    assert advance(emulator, "P30D") == []


def test_the_hint_and_the_explanation_know_the_end_that_won(emulator):
    reply = race(emulator, RUNNING, "finish-wins")
    assert_refused(reply, 422, "INVALID_STATUS", "param", "flow run is SUCCEEDED and cannot be cancelled")
    hint = "run is SUCCEEDED; cancellable: CREATED, QUEUED, SCHEDULED, RUNNING"
    assert reply.header("Emulator-Hint") == hint
    found = explained(emulator, reply)
    assert found["hint"] == hint
    assert found["state"] == {"run": RUNNING, "before": "RUNNING", "after": "SUCCEEDED"}


def test_what_strictness_takes_back_is_not_in_the_explanation(start):
    emulator = start("--strict-fidelity")
    for headers in {}, {"Emulator-Race": "finish-wins"}, {"Emulator-Race": "cancel-wins"}:
        reply = emulator.cancel(RUNNING, headers=headers)
        assert reply.status == 501
        assert explained(emulator, reply)["state"] == {
            "run": RUNNING, "before": "RUNNING", "after": "RUNNING"}
    reply = emulator.post("/v1/flows/linkedin-people-enrich/run/async", {"inputs": [ADA]})
    assert reply.status == 501
    assert explained(emulator, reply)["state"] == {"run": None, "before": None, "after": None}


def test_the_end_that_won_stays_under_strictness_too(start):
    emulator = start("--strict-fidelity", *(word for rule in (
        "not-cancellable.code=422", "not-cancellable.label=INVALID_STATUS", "absent-object=null")
        for word in ("--assume", rule)))
    reply = race(emulator, RUNNING, "finish-wins")
    assert_too_late(reply)
    assert reply.header("Emulator-Hint").startswith("run is SUCCEEDED; ")
    assert emulator.run(RUNNING)["status"] == "SUCCEEDED"


@pytest.mark.parametrize("slug, status", [
    ("demo-fails", "FAILED"), ("demo-partly", "PARTIAL_SUCCEEDED"),
    ("demo-blocks", "BLOCKED"), ("demo-never-ends", "SUCCEEDED")])
def test_the_end_is_the_one_of_the_plan(emulator, slug, status):
    uid = launch(emulator, slug)
    assert_too_late(race(emulator, uid, "finish-wins"))
    assert emulator.run(uid)["status"] == status


@pytest.mark.parametrize("number", [1, 3, 4, 7])
def test_a_run_without_a_plan_succeeds(emulator, number):
    uid = f"00000000-0000-4000-8000-{number:012}"
    assert_too_late(race(emulator, uid, "finish-wins"))
    assert emulator.run(uid)["status"] == "SUCCEEDED"


@pytest.mark.parametrize("winner", ["finish-wins", "cancel-wins"])
@pytest.mark.parametrize("number", [2, 5, 6, 8, 9, 10])
def test_what_ended_long_ago_is_no_race(emulator, number, winner):
    uid = f"00000000-0000-4000-8000-{number:012}"
    before = emulator.run(uid)
    assert_too_late(race(emulator, uid, winner))
    assert emulator.run(uid) == before


def test_the_cancel_wins_over_an_end_of_the_last_second(emulator):
    emulator.event(RUNNING, "FAIL")
    emulator.post("/_emulator/clock/advance", {"by": 1000})
    reply = race(emulator, RUNNING, "cancel-wins")
    assert (reply.status, reply.json["status"]) == (200, "STOPPED")
    assert reply.json["output_count"] == 0 and reply.json["last_error"] is None
    assert reply.json["started_at"] is not None
    assert reply.json["finished_at"] == "2026-01-01T00:00:01.000Z"


def test_a_millisecond_more_is_too_late(emulator):
    emulator.event(RUNNING, "FAIL")
    emulator.post("/_emulator/clock/advance", {"by": 1001})
    assert_too_late(race(emulator, RUNNING, "cancel-wins"))
    assert emulator.run(RUNNING)["status"] == "FAILED"


def test_a_cancelled_run_is_not_cancelled_again(emulator):
    assert race(emulator, RUNNING, "cancel-wins").status == 200
    assert_too_late(race(emulator, RUNNING, "cancel-wins"))


QUICK = flow([{"after_ms": 1, "event": "START"}, {"after_ms": 1, "step_uid": "a", "count": 1},
              {"after_ms": 1, "event": "FINISH"}], slug="quick")


@pytest.mark.parametrize("winner, status, code", [
    ("finish-wins", "SUCCEEDED", 422), ("cancel-wins", "STOPPED", 200)])
def test_each_outcome_every_time_on_a_real_clock(start, fixture_file, winner, status, code):
    """The run ends by itself at about the moment in which the cancel comes."""
    emulator = start("--clock", "real", "--fixture", fixture_file(flows=[QUICK]))
    outcomes = set()
    for _ in range(ROUNDS):
        uid = launch(emulator, "quick")
        reply = race(emulator, uid, winner)
        outcomes.add((reply.status, emulator.run(uid)["status"]))
    assert outcomes == {(code, status)}


def test_the_client_is_told_the_end_that_won(emulator, receiver):
    uid = call(emulator, receiver.url(), on="final")
    race(emulator, uid, "finish-wins")
    settled(emulator, uid, 1, "SUCCESS")
    assert receiver.take().json["flow_run"]["status"] == "SUCCEEDED"
    assert receiver.is_quiet()


def test_the_client_never_hears_of_an_end_that_lost(emulator, receiver):
    receiver.answers = [receiver.hold]
    uid = call(emulator, receiver.url(), on="final")
    advance(emulator, "PT2S")
    assert emulator.run(uid)["status"] == "SUCCEEDED"
    receiver.take()
    assert race(emulator, uid, "cancel-wins").status == 200
    assert [c["status"] for c in of(emulator, uid)] == ["FAILED"]


@pytest.mark.parametrize("word", ["", "finish", "FINISH-WINS"])
def test_an_unknown_winner(emulator, word):
    reply = race(emulator, RUNNING, word)
    assert reply.status == 400 and "finish-wins or cancel-wins" in reply.json["message"]
    assert emulator.run(RUNNING)["status"] == "RUNNING"


def test_only_a_cancel_races(emulator):
    reply = emulator.get("/v1/flows/runs", headers={"Emulator-Race": "finish-wins"})
    assert reply.status == 400 and "cancelFlowRun" in reply.json["message"]


@pytest.mark.parametrize("callback", [None, {"url": "http://127.0.0.1:9/hook"}])
def test_a_refusal_rests_on_nothing_that_only_a_callback_says(start, callback):
    strict = start("--strict-fidelity", "--assume", "not-cancellable.code=422",
                   "--assume", "not-cancellable.label=INVALID_STATUS")
    body = json.dumps({"status": "RUNNING", "callback": callback}).encode()
    run = strict.request("POST", "/_emulator/runs", body, {"Content-Type": "application/json"}).json["uid"]
    reply = race(strict, run, "finish-wins")
    assert_too_late(reply)
    assert reply.header("Emulator-Fidelity") == "assumed; rule=not-cancellable.code, not-cancellable.label"


# As a fault


def race_rule(emulator, winner, **when):
    return emulator.post("/_emulator/faults", {"operation": "cancelFlowRun", "effect": {"race": winner}, **when})


def fired(emulator):
    return [(each["calls"], each["fired"], each["used_up"]) for each in emulator.get("/_emulator/faults").json["rules"]]


def test_a_rule_lets_the_end_win_against_a_client_that_sends_no_header(emulator):
    made = race_rule(emulator, "finish-wins", times=1)
    assert (made.status, made.json["effect"]) == (201, {"race": "finish-wins"})
    first, second = launch(emulator, inputs=(ADA, GRACE)), launch(emulator)
    reply = emulator.cancel(first)
    assert_refused(reply, 422, "INVALID_STATUS", "param", "flow run is SUCCEEDED and cannot be cancelled")
    assert emulator.run(first)["output_count"] == len(outputs(emulator, first)) > 0
    assert emulator.cancel(second).json["status"] == "STOPPED"
    assert fired(emulator) == [(2, 1, True)]
    found = explained(emulator, reply)
    assert (found["fault"], found["exchange"]["fault_rule"]) == ("race", made.json["id"])
    assert found["state"] == {"run": first, "before": "CREATED", "after": "SUCCEEDED"}


def test_a_rule_lets_the_cancel_win(emulator):
    race_rule(emulator, "cancel-wins", run=RUNNING, nth=1)
    emulator.event(RUNNING, "FAIL")
    reply = emulator.cancel(RUNNING)
    assert (reply.status, reply.json["status"], reply.json["last_error"]) == (200, "STOPPED", None)


def test_a_rule_is_not_used_up_where_the_header_decides(emulator):
    race_rule(emulator, "finish-wins", times=1)
    assert race(emulator, RUNNING, "cancel-wins").status == 200
    assert fired(emulator) == [(1, 0, False)]


@pytest.mark.parametrize("header", ["race=finish-wins", "race=finish-wins; delay=1ms"])
def test_the_header_of_faults_has_it_too(emulator, header):
    assert_too_late(emulator.cancel(RUNNING, headers={"Emulator-Fault": header}))
    assert emulator.run(RUNNING)["status"] == "SUCCEEDED"


def test_the_header_of_races_goes_before_that_of_faults(emulator):
    reply = emulator.cancel(RUNNING, headers={"Emulator-Fault": "race=finish-wins", "Emulator-Race": "cancel-wins"})
    assert (reply.status, reply.json["status"]) == (200, "STOPPED")


@pytest.mark.parametrize("operation", [{}, {"operation": "resumeFlowRun"}])
def test_a_rule_of_what_cannot_race(emulator, operation):
    reply = emulator.post("/_emulator/faults", {**operation, "effect": {"race": "finish-wins"}})
    assert_refused(reply, 400, "BAD_INPUT", "input",
                   'body/effect race is for a cancel: such a rule has "operation": "cancelFlowRun"')


def test_a_rule_of_callbacks_cannot_race(emulator):
    reply = emulator.post("/_emulator/faults", {"callback": True, "effect": {"race": "finish-wins"}})
    assert_refused(reply, 400, "BAD_INPUT", "input",
                   "body/effect race is for calls of the API, and this rule is about callbacks")


def test_a_rule_with_an_unknown_winner(emulator):
    assert_refused(race_rule(emulator, "nobody"), 400, "BAD_INPUT", "input",
                   "body/effect/race must be equal to one of the allowed values")


@pytest.mark.parametrize("words", ["race", "race=", "race=nobody"])
def test_the_header_of_faults_with_an_unknown_winner(emulator, words):
    reply = emulator.cancel(RUNNING, headers={"Emulator-Fault": words})
    assert reply.status == 400 and "race must be finish-wins or cancel-wins" in reply.json["message"]


def test_the_header_of_faults_races_only_with_a_cancel(emulator):
    reply = emulator.get("/v1/flows/runs", headers={"Emulator-Fault": "race=finish-wins"})
    assert reply.status == 400 and "race is for cancelFlowRun" in reply.json["message"]
