"""The other values of what is assumed about cancels, resumes, starts, schedules and lists."""

import json

import pytest
from calling import callbacks
from facts import DEMO, NOW, RUNNING, assert_refused, uid
from living import ADA, ENRICH, advance, launch, resume, run_path, status
from scheduling import HOOK, ask, firings, manage, managed, read, schedule

WORLD = "still"
CANCELLABLE = ["CREATED", "QUEUED", "SCHEDULED", "RUNNING"]


def assuming(start, *values, fixture="demo", **options):
    pairs = [word for value in values for word in ("--assume", value)]
    return start("--fixture", fixture, *pairs, **options)


def fidelity(reply):
    return reply.header("Emulator-Fidelity")


def failing(start, *more):
    return assuming(start, "cancel.status=FAILED", *more)


@pytest.mark.parametrize("before", CANCELLABLE)
def test_cancel_status_failed(start, before):
    emulator = failing(start)
    reply = emulator.cancel(DEMO[before])
    assert reply.status == 200
    assert (reply.json["status"], reply.json["finished_at"]) == ("FAILED", NOW)
    assert emulator.run(DEMO[before])["status"] == "FAILED"
    assert DEMO[before] in {run["uid"] for run in emulator.runs("status=FAILED")}
    assert_refused(emulator.cancel(DEMO[before]), 422, "INVALID_STATUS", "param")
    assert_refused(resume(emulator, DEMO[before]), 422, "INVALID_STATUS", "param")


def test_cancel_status_failed_is_still_a_cancel(start):
    emulator = failing(start, "cancel.repeat=accept", "resume.cancelled=allow")
    run = launch(emulator, callback=HOOK)
    emulator.cancel(run)
    assert [each for each in advance(emulator, "PT1H") if each["run"] == run] == []
    assert callbacks(emulator) == []
    assert [emulator.cancel(run).status for _ in "12"] == [200, 200]
    assert emulator.cancel(DEMO["FAILED"]).status == 422
    assert resume(emulator, run).json["status"] == "SCHEDULED"
    assert_refused(resume(emulator, DEMO["FAILED"]), 422, "INVALID_STATUS", "param")


def test_cancel_status_outlives_a_restart_and_a_round_of_the_state(start, tmp_path):
    emulator = failing(start, "resume.cancelled=allow", "cancel.repeat=accept")
    emulator.cancel(RUNNING)
    state = emulator.get("/_emulator/state").body
    emulator.reset()
    reply = emulator.request("PUT", "/_emulator/state", state, {"Content-Type": "application/json"})
    assert reply.status == 200, reply
    assert emulator.cancel(RUNNING).json["status"] == "FAILED"


def test_a_hint_tells_cancelled_runs_from_others(start):
    emulator = failing(start, "cancel.repeat=accept")
    assert emulator.cancel(DEMO["FAILED"]).header("Emulator-Hint") == (
        "run is FAILED; cancellable: CREATED, QUEUED, SCHEDULED, STOPPED (cancelled), RUNNING, "
        "FAILED (cancelled)")


def test_not_every_status_can_be_a_cancelled_one(emulator):
    body = {"status": "SUCCEEDED", "cancelled": True}
    assert_refused(emulator.post("/_emulator/runs", body), 400, "BAD_INPUT", "input")


def blocked(emulator):
    """A run that is blocked, and has said why."""
    emulator.make("RUNNING", uid=uid(1), last_error={"label": "LK_ERROR", "message": "no"})
    emulator.event(uid(1), "BLOCK")
    return uid(1)


@pytest.mark.parametrize("value, error", [
    ("clear", None), ("keep", {"label": "LK_ERROR", "message": "no"})])
def test_resume_last_error(start, value, error):
    emulator = assuming(start, f"resume.last-error={value}")
    run = blocked(emulator)
    assert emulator.run(run)["last_error"] == {"label": "LK_ERROR", "message": "no"}
    reply = resume(emulator, run)
    assert (reply.status, reply.json["last_error"]) == (200, error)
    assert emulator.run(run)["last_error"] == error
    assert "resume.last-error" in fidelity(reply)


@pytest.mark.parametrize("value, time", [("null", None), ("keep", "2025-12-31T12:00:00.000Z")])
def test_resume_finished_at(start, value, time):
    emulator = assuming(start, f"resume.finished-at={value}")
    earlier = "2025-12-31T12:00:00.000Z"
    emulator.make("STOPPED", uid=uid(1), created_at=earlier, started_at=earlier,
                  finished_at=earlier, updated_at=earlier)
    reply = resume(emulator, uid(1))
    assert reply.json["finished_at"] == time
    assert "resume.finished-at" in fidelity(reply)
    emulator.event(uid(1), "START")
    assert emulator.run(uid(1))["finished_at"] == time
    emulator.event(uid(1), "FINISH")
    assert emulator.run(uid(1))["finished_at"] == NOW


@pytest.mark.parametrize("code", [422, 409, 400])
def test_not_resumable(start, code):
    emulator = assuming(start, f"not-resumable.code={code}", "not-resumable.label=NO_WAY_BACK")
    reply = resume(emulator, DEMO["SUCCEEDED"])
    assert_refused(reply, code, "NO_WAY_BACK", "param")
    assert fidelity(reply) == "assumed; rule=not-resumable.code, not-resumable.label"
    assert emulator.cancel(DEMO["SUCCEEDED"]).status == 422


@pytest.mark.parametrize("code", [422, 409, 400])
def test_schedule_refused(start, code):
    emulator = assuming(start, f"schedule-refused.code={code}", "schedule-refused.label=NOT_NOW")
    made = schedule(emulator, cron="* * * * *")
    reply = manage(emulator, made, "resume")
    assert_refused(reply, code, "NOT_NOW", "param")
    assert "schedule-refused.code, schedule-refused.label" in fidelity(reply)


@pytest.mark.parametrize("code", [200, 201, 202])
def test_start_code(start, code):
    emulator = assuming(start, f"start.code={code}")
    reply = emulator.post(run_path(ENRICH), {"inputs": [ADA]})
    assert reply.status == code
    assert emulator.run(reply.json["uid"])["status"] == reply.json["status"]
    assert "start.code" in fidelity(reply)


@pytest.mark.parametrize("code", [200, 201, 202])
def test_schedule_code(start, code):
    emulator = assuming(start, f"schedule.code={code}")
    reply = ask(emulator, cron="0 9 * * *")
    assert reply.status == code
    assert read(emulator, reply.json["schedule_flow_run_uid"])["cron"] == "0 9 * * *"
    assert "schedule.code" in fidelity(reply)


def test_start_callback(start):
    strict = assuming(start, "start.callback=required")
    reply = strict.post(run_path(ENRICH), {"inputs": [ADA]})
    assert_refused(reply, 400, "BAD_INPUT", "input", "body must have required property 'callback'")
    assert "start.callback" in fidelity(reply)
    reply = strict.post(run_path(ENRICH), {"inputs": [ADA], "callback": HOOK})
    assert reply.status == 200
    assert "start.callback" not in fidelity(reply)


def test_start_callback_optional_is_the_usual(emulator):
    reply = emulator.post(run_path(ENRICH), {"inputs": [ADA]})
    assert reply.status == 200
    assert "start.callback" in fidelity(reply)


def test_start_flow_run_uid(start):
    reply = assuming(start, "start.flow-run-uid=omit").post(run_path(ENRICH), {"inputs": [ADA]})
    assert "flow_run_uid" not in reply.json
    reply = assuming(start, "start.flow-run-uid=set").post(run_path(ENRICH), {"inputs": [ADA]})
    assert reply.json["flow_run_uid"] == reply.json["uid"]


@pytest.mark.parametrize("value, fired", [("skip", []), ("fire", ["2026-01-01T03:00:00.000Z"])])
def test_schedule_missed_of_a_cron(start, value, fired):
    emulator = assuming(start, f"schedule.missed={value}")
    made = schedule(emulator, cron="30 * * * *")
    managed(emulator, made, "pause")
    advance(emulator, "PT3H")  # three times are missed, and at most one is made up for
    reply = manage(emulator, made, "resume")
    assert "schedule.missed" in fidelity(reply)
    assert firings(advance(emulator, "PT29M"), made) == fired
    assert firings(advance(emulator, "PT1M"), made) == ["2026-01-01T03:30:00.000Z"]


def test_schedule_missed_says_nothing_where_nothing_was_missed(start):
    emulator = assuming(start, "schedule.missed=fire")
    made = schedule(emulator, cron="30 * * * *")
    managed(emulator, made, "pause")
    advance(emulator, "PT29M")
    reply = manage(emulator, made, "resume")
    assert "schedule.missed" not in fidelity(reply)
    assert reply.json["next_execution_at"] == "2026-01-01T00:30:00.000Z"


@pytest.mark.parametrize("value, next_time, end", [
    ("skip", None, "ACTIVE"), ("fire", "2026-01-01T02:00:00.000Z", "COMPLETED")])
def test_schedule_missed_of_a_single_time(start, value, next_time, end):
    emulator = assuming(start, f"schedule.missed={value}")
    made = schedule(emulator, schedule_at="2026-01-01T01:00:00Z")
    managed(emulator, made, "pause")
    advance(emulator, "PT2H")
    assert managed(emulator, made, "resume")["next_execution_at"] == next_time
    advance(emulator, "PT1H")
    assert read(emulator, made)["status"] == end


@pytest.mark.parametrize("value", ["10", "20", "25", "50", "100"])
def test_list_limit(start, value):
    emulator = assuming(start, f"list.limit={value}", fixture="empty")
    for i in range(101):
        emulator.make("CREATED", uid=uid(i))
    reply = emulator.get("/v1/flows/runs")
    assert len(reply.json) == int(value)
    assert "list.limit" in fidelity(reply)
    assert len(emulator.runs("limit=3")) == 3
    assert "list.limit" not in fidelity(emulator.get("/v1/flows/runs?limit=3"))


def test_list_limit_is_for_schedules_too_and_not_for_outputs(start):
    emulator = assuming(start, "list.limit=20")
    for _ in range(21):
        schedule(emulator, cron="0 9 * * *")
    reply = emulator.get("/v1/flows/schedules")
    assert len(reply.json) == 20
    assert fidelity(reply) == "assumed; rule=list.limit, list.order"
    emulator.make("RUNNING", uid=uid(1), outputs=[{"step_uid": "a", "data": {}}] * 30)
    assert len(emulator.get(f"/v1/flows/runs/{uid(1)}/outputs").json) == 30


@pytest.mark.parametrize("value, order", [("created_at", [1, 2, 3]), ("-created_at", [3, 2, 1])])
def test_list_order(start, value, order):
    emulator = assuming(start, f"list.order={value}", fixture="empty")
    for i in 1, 2, 3:
        emulator.make("CREATED", uid=uid(i), created_at=f"2025-12-31T12:00:0{i}.000Z")
    reply = emulator.get("/v1/flows/runs")
    assert [run["uid"] for run in reply.json] == [uid(i) for i in order]
    assert "list.order" in fidelity(reply)
    reply = emulator.get("/v1/flows/runs?sort=created_at")
    assert [run["uid"] for run in reply.json] == [uid(i) for i in (1, 2, 3)]
    assert "list.order" not in fidelity(reply)


@pytest.mark.parametrize("value, order", [("last", [1, 3, 2]), ("first", [2, 1, 3])])
def test_list_nulls(start, value, order):
    emulator = assuming(start, f"list.nulls={value}", fixture="empty")
    for i, time in (1, "2025-12-31T12:00:01.000Z"), (2, None), (3, "2025-12-31T12:00:03.000Z"):
        emulator.make("BLOCKED", uid=uid(i), started_at=time)
    for query, expected in ("started_at", order), ("-started_at", order[::-1]):
        for also in "", "&status=BLOCKED&status=QUEUED":
            reply = emulator.get(f"/v1/flows/runs?limit=9&sort={query}{also}")
            assert [run["uid"] for run in reply.json] == [uid(i) for i in expected]
            assert fidelity(reply) == "assumed; rule=list.nulls, absent-object"
    for query in "created_at", "-status", "uid":
        reply = emulator.get(f"/v1/flows/runs?limit=9&sort={query}")
        assert "list.nulls" not in fidelity(reply)


@pytest.mark.parametrize("value, first", [("last", "0 9 * * *"), ("first", None)])
def test_list_nulls_is_for_schedules_too(start, value, first):
    emulator = assuming(start, f"list.nulls={value}", fixture="empty")
    state = {"version": 1, "flows": [{"slug": "f"}], "schedules": [
        {"status": "PAUSED", "flow_slug": "f", "schedule_at": "2030-01-01T00:00:00Z"},
        {"status": "ACTIVE", "flow_slug": "f", "cron": "0 9 * * *"}]}
    reply = emulator.request("PUT", "/_emulator/state", json.dumps(state).encode(),
                             {"Content-Type": "application/json"})
    assert reply.status == 200, reply
    reply = emulator.get("/v1/flows/schedules?limit=9&sort=next_execution_at")
    assert [each["cron"] for each in reply.json][0] == first
    assert fidelity(reply) == "assumed; rule=list.nulls"


@pytest.mark.parametrize("value, count", [("all", 2), ("final", 1)])
def test_callback_on(start, value, count):
    emulator = assuming(start, f"callback.on={value}")
    reply = emulator.post(run_path(ENRICH), {"inputs": [ADA], "callback": {"url": HOOK["url"]}})
    assert "callback.on" in fidelity(reply)
    advance(emulator, "PT10S")
    assert status(emulator, reply.json["uid"]) == "SUCCEEDED"
    assert len(callbacks(emulator, f"?run={reply.json['uid']}")) == count


def test_callback_on_that_is_said_rests_on_nothing(start):
    emulator = assuming(start, "callback.on=final")
    reply = emulator.post(run_path(ENRICH), {"inputs": [ADA], "callback": {**HOOK, "on": "all"}})
    assert "callback.on" not in fidelity(reply)


def test_unknown_query(start):
    emulator = assuming(start, "unknown-query=ignore")
    reply = emulator.get("/v1/flows/runs?nonsense=1&limit=2&x[]=3")
    assert (reply.status, len(reply.json)) == (200, 2)
    assert "unknown-query" in fidelity(reply)
    reply = emulator.request("POST", f"/v1/flows/runs/{RUNNING}/cancel?force=true")
    assert (reply.status, reply.json["status"]) == (200, "STOPPED")
    assert emulator.get("/v1/flows/runs?nonsense=1&limit=0").status == 400
    assert emulator.get("/_emulator/callbacks?nonsense=1").status == 400


def test_unknown_query_refuse_is_the_usual(emulator):
    reply = emulator.get("/v1/flows/runs?nonsense=1")
    assert_refused(reply, 400, "BAD_PARAMETERS", "param")
    assert fidelity(reply) == "assumed; rule=bad-query.code, bad-parameters.label, unknown-query"


@pytest.mark.parametrize("code", [413, 400])
def test_body_too_large(start, code):
    emulator = assuming(start, f"body-too-large.code={code}")
    body = json.dumps({"inputs": ["x" * (2 << 20)]}).encode()
    reply = emulator.request("POST", run_path(ENRICH), body, {"Content-Type": "application/json"})
    assert_refused(reply, code, "BAD_INPUT", "input")
