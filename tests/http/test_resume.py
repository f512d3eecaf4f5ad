"""POST /v1/flows/runs/{flow_run_uid}/resume: who may go on, from where, and who may not."""

import pytest
from facts import (
    DEMO, FLOW_RUN, NOW, UNKNOWN, assert_bad_uid, assert_no_such_run, assert_refused,
    assert_refused_change, uid,
)
from living import (
    ADA, ENRICH_STEP, EXTRACT_STEP, GRACE, advance, assert_still, at, clock, flow, launch,
    outputs, resume, status,
)

WORLD = "still"

REFUSED = ["CREATED", "INVALID", "QUEUED", "SCHEDULED", "RUNNING", "FAILED", "PARTIAL_SUCCEEDED",
           "SUCCEEDED"]
ERROR = {"label": "NO_VALID_ACCOUNT_CONFIGURED",
         "message": "No valid account is configured for this integration"}


def blocked(emulator, inputs=(ADA,)):
    run = launch(emulator, "demo-blocks", inputs)
    advance(emulator, 900)
    assert status(emulator, run) == "BLOCKED"
    return run


@pytest.mark.parametrize("word", ["BLOCKED", "STOPPED"])
def test_a_resumed_run_is_scheduled_and_clean(emulator, word):
    before = emulator.run(DEMO[word])
    reply = resume(emulator, DEMO[word])
    assert reply.status == 200, reply
    run = reply.json
    assert list(run) == FLOW_RUN
    assert (run["uid"], run["status"]) == (DEMO[word], "SCHEDULED")
    assert (run["last_error"], run["finished_at"], run["updated_at"]) == (None, None, NOW)
    assert run["created_at"] == before["created_at"]
    after = emulator.run(DEMO[word])
    assert {key: after[key] for key in FLOW_RUN} == run


@pytest.mark.parametrize("word", REFUSED)
def test_any_other_run_refuses_by_its_status_and_stays(emulator, word):
    before = emulator.run(DEMO[word])
    reply = resume(emulator, DEMO[word])
    assert_refused_change(reply)
    assert word in reply.json["message"]
    assert emulator.run(DEMO[word]) == before
    assert_still(emulator, DEMO[word])


def test_a_cancelled_run_is_never_resumed(emulator):
    run = launch(emulator)
    advance(emulator, 300)
    emulator.cancel(run)
    assert_refused_change(resume(emulator, run))
    assert status(emulator, run) == "STOPPED"
    assert_still(emulator, run)


def test_a_second_resume_is_refused(emulator):
    assert resume(emulator, DEMO["BLOCKED"]).status == 200
    assert_refused_change(resume(emulator, DEMO["BLOCKED"]))


def test_a_resumed_run_can_be_cancelled_and_then_nothing_more_happens(emulator):
    run = blocked(emulator)
    assert resume(emulator, run).status == 200
    assert emulator.cancel(run).json["status"] == "STOPPED"
    assert_still(emulator, run)


def test_a_blocked_run_waits_for_ever(emulator):
    run = blocked(emulator)
    assert emulator.run(run)["last_error"] == ERROR
    assert emulator.run(run)["finished_at"] is None
    assert outputs(emulator, run) == [ADA]
    assert_still(emulator, run)


def test_a_blocked_run_is_not_cancellable(emulator):
    run = blocked(emulator)
    assert_refused_change(emulator.cancel(run))
    assert status(emulator, run) == "BLOCKED"


def test_a_resumed_run_goes_on_after_the_block_instant_by_instant(emulator):
    run = blocked(emulator)
    advance(emulator, 100)
    assert resume(emulator, run).json["updated_at"] == at("01.000")
    assert clock(emulator)["next_due_at"] == at("01.050")
    assert advance(emulator, 49) == []
    assert advance(emulator, 1) == [
        {"at": at("01.050"), "run": run, "event": "START", "status": "RUNNING"}]
    assert advance(emulator, 599) == []
    assert advance(emulator, 1) == [
        {"at": at("01.650"), "run": run, "step_uid": ENRICH_STEP, "outputs": 1}]
    assert advance(emulator, 599) == []
    assert advance(emulator, 1) == [
        {"at": at("02.250"), "run": run, "event": "FINISH", "status": "SUCCEEDED"}]
    assert (emulator.run(run)["finished_at"], emulator.run(run)["last_error"]) == (
        at("02.250"), None)
    assert_still(emulator, run)


def test_a_resumed_run_repeats_no_output(emulator):
    run = blocked(emulator, [ADA, GRACE])
    resume(emulator, run)
    advance(emulator, "PT1H")
    assert outputs(emulator, run, f"?step_uid={EXTRACT_STEP}") == [ADA, GRACE]
    assert outputs(emulator, run, f"?step_uid={ENRICH_STEP}") == [ADA, GRACE]
    assert emulator.run(run)["output_count"] == 4


def test_the_time_a_run_was_blocked_does_not_count(emulator):
    run = blocked(emulator)
    advance(emulator, "P30D")
    resume(emulator, run)
    assert clock(emulator)["next_due_at"] == "2026-01-31T00:00:00.950Z"
    assert advance(emulator, 49) == []
    assert status(emulator, run) == "SCHEDULED"


def test_a_blocked_run_of_the_fixture_goes_on_after_the_block_of_its_flow(emulator):
    run = DEMO["BLOCKED"]
    resume(emulator, run)
    assert clock(emulator)["next_due_at"] == at("00.050")
    advance(emulator, 49)
    assert status(emulator, run) == "SCHEDULED"
    advance(emulator, 1)
    assert status(emulator, run) == "RUNNING"
    advance(emulator, 1199)
    assert status(emulator, run) == "RUNNING"
    advance(emulator, 1)
    done = emulator.run(run)
    assert (done["status"], done["finished_at"]) == ("SUCCEEDED", at("01.250"))
    assert outputs(emulator, run, f"?step_uid={EXTRACT_STEP}") == []
    assert_still(emulator, run)


def test_a_stopped_run_of_the_fixture_begins_its_plan(emulator):
    run = DEMO["STOPPED"]
    resume(emulator, run)
    for by, word in (49, "SCHEDULED"), (1, "QUEUED"), (149, "QUEUED"), (1, "RUNNING"), (
            1799, "RUNNING"), (1, "SUCCEEDED"):
        advance(emulator, by)
        assert status(emulator, run) == word
    assert emulator.run(run)["finished_at"] == at("02.000")


@pytest.mark.parametrize("word", ["BLOCKED", "STOPPED"])
def test_a_run_without_a_flow_stays_scheduled(empty, word):
    empty.make(word, uid=uid(1))
    assert resume(empty, uid(1)).json["status"] == "SCHEDULED"
    assert_still(empty, uid(1))


def test_a_run_that_blocks_twice_is_resumed_twice(start, fixture_file):
    block = {"after_ms": 100, "event": "BLOCK", "error": ERROR}
    plan = [{"after_ms": 100, "event": "START"}, block, {"after_ms": 100, "event": "START"}, block,
            {"after_ms": 100, "step_uid": "a"}, {"after_ms": 100, "event": "FINISH"}]
    emulator = start("--fixture", fixture_file(flows=[flow(plan)]))
    run = launch(emulator, "own")
    for _ in range(2):
        advance(emulator, "PT1H")
        assert status(emulator, run) == "BLOCKED"
        assert resume(emulator, run).status == 200
    advance(emulator, "PT1H")
    assert status(emulator, run) == "SUCCEEDED"
    assert outputs(emulator, run) == [ADA]


@pytest.mark.parametrize("event", ["BLOCK", "STOP"])
def test_a_run_held_by_hand_goes_on_and_repeats_nothing(emulator, event):
    run = launch(emulator)
    advance(emulator, 800)
    assert emulator.event(run, event).status == 200
    assert clock(emulator)["next_due_at"] is None
    assert resume(emulator, run).json["status"] == "SCHEDULED"
    advance(emulator, "PT1H")
    assert status(emulator, run) == "SUCCEEDED"
    assert outputs(emulator, run, f"?step_uid={EXTRACT_STEP}") == [ADA]
    assert outputs(emulator, run, f"?step_uid={ENRICH_STEP}") == [ADA]


def test_two_resumed_runs_do_not_meet(emulator):
    first, second = blocked(emulator), blocked(emulator)
    resume(emulator, first)
    advance(emulator, "PT1H")
    assert (status(emulator, first), status(emulator, second)) == ("SUCCEEDED", "BLOCKED")


@pytest.mark.parametrize("word", ["SCHEDULED", "QUEUED", "RUNNING"])
def test_resume_status_is_what_was_assumed(start, word):
    emulator = start("--assume", f"resume.status={word}")
    assert resume(emulator, DEMO["BLOCKED"]).json["status"] == word
    advance(emulator, "PT1H")
    assert status(emulator, DEMO["BLOCKED"]) == "SUCCEEDED"


def test_resume_cancelled_allow_lets_a_cancelled_run_go_on(start):
    emulator = start("--assume", "resume.cancelled=allow")
    run = launch(emulator)
    emulator.cancel(run)
    reply = resume(emulator, run)
    assert reply.status == 200, reply
    assert (reply.json["status"], reply.json["finished_at"]) == ("SCHEDULED", None)
    assert emulator.cancel(run).json["status"] == "STOPPED"
    assert_still(emulator, run)


def test_resume_cancelled_refuse_is_the_usual(start):
    emulator = start("--assume", "resume.cancelled=refuse")
    emulator.cancel(DEMO["RUNNING"])
    assert_refused_change(resume(emulator, DEMO["RUNNING"]))


@pytest.mark.parametrize("name, default, also", [
    ("resume.cancelled", "refuse", ["allow"]), ("resume.status", "SCHEDULED", ["QUEUED", "RUNNING"])])
def test_the_table_has_the_row(emulator, name, default, also):
    rows = {row["id"]: row for row in emulator.get("/_emulator/assumptions", key=None).json}
    assert (rows[name]["default"], rows[name]["value"]) == (default, default)
    assert set(rows[name]["also"]) == set(also)


@pytest.mark.parametrize("body", [b"", b"{}", b"{not json", b"\x00\xff"])
def test_a_body_is_ignored(emulator, body):
    reply = resume(emulator, DEMO["BLOCKED"], body=body,
                   headers={"Content-Type": "application/json"})
    assert reply.status == 200


def test_a_body_that_is_too_large_is_refused(emulator):
    reply = resume(emulator, DEMO["BLOCKED"], body=b" " * (1024 * 1024 + 1))
    assert_refused(reply, 413, "BAD_INPUT", "input")
    assert status(emulator, DEMO["BLOCKED"]) == "BLOCKED"


def test_a_query_is_refused_by_name_and_nothing_is_resumed(emulator):
    reply = emulator.request("POST", f"/v1/flows/runs/{DEMO['BLOCKED']}/resume?foo=1")
    assert_refused(reply, 400, "BAD_PARAMETERS", "param",
                   "querystring must NOT have additional properties (foo)")
    assert status(emulator, DEMO["BLOCKED"]) == "BLOCKED"


def test_who_cannot_be_found(emulator):
    assert_bad_uid(resume(emulator, "nope"))
    assert_no_such_run(resume(emulator, UNKNOWN))
    assert_refused(resume(emulator, DEMO["BLOCKED"], key=None), 401, "UNAUTHORIZED", "auth")
    run = blocked(emulator)
    assert_no_such_run(resume(emulator.member("another-key"), run))
    assert resume(emulator, run.upper()).json["uid"] == run
