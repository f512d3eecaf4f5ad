"""What the page shows of runs: all of them, and the life of one, its past and what its plan brings (CONTROL.md)."""

import json

import pytest
from facts import DEMO, NOW, RUNNING, UNKNOWN, VENDOR, assert_no_such_run, assert_refused, uid
from living import ADA, ENRICH, ENRICH_STEP, EXTRACT_STEP, GRACE, advance, launch, resume

WORLD = "still"
ROW = ["uid", "id", "status", "state", "flow_slug", "output_count", "last_error", "scheduled_flow_run_uid",
       "callback_url", "created_at", "started_at", "finished_at", "updated_at", "next"]
LIFE = ["past", "next", "callbacks", "requests", "events"]


def at(milliseconds):
    seconds, rest = divmod(milliseconds, 1000)
    return f"2026-01-01T00:00:{seconds:02}.{rest:03}Z"


def rows(emulator, query=""):
    reply = emulator.get(f"/_emulator/runs{query}")
    assert reply.status == 200, reply
    return reply.json


def uids(emulator, query=""):
    return [row["uid"] for row in rows(emulator, query)]


def life(emulator, run):
    reply = emulator.get(f"/_emulator/runs/{run}/life")
    assert reply.status == 200, reply
    assert list(reply.json) == LIFE
    return reply.json


def past(emulator, run):
    """Each thing without its cause: (instant, event or step, outputs or from, to)."""
    return [(p["at"], p["step_uid"], p["outputs"]) if "outputs" in p else (p["at"], p["event"], p["from"], p["to"])
            for p in life(emulator, run)["past"]]


def causes(emulator, run):
    return [p["cause"] for p in life(emulator, run)["past"]]


# All runs.


def test_runs_are_listed_newest_first_with_what_comes_next(emulator):
    run = launch(emulator)
    listed = rows(emulator)
    assert len(listed) == 12
    assert list(listed[0]) == ROW
    assert listed[0]["uid"] == run
    assert listed[0]["next"] == {"at": at(50), "position": 0, "event": "QUEUE", "to": "QUEUED"}
    assert [row["uid"] for row in listed[1:]] == sorted((row["uid"] for row in listed[1:]),
        key=lambda each: [r["created_at"] for r in listed if r["uid"] == each], reverse=True)
    assert {row["next"] is None for row in listed[1:]} == {True}


def test_a_row_tells_outputs_to_come_and_those_that_there_are(emulator):
    run = launch(emulator, inputs=[ADA, GRACE])
    advance(emulator, 200)
    assert rows(emulator, "?limit=1")[0]["next"] == {
        "at": at(800), "position": 2, "step_uid": EXTRACT_STEP, "outputs": 2}
    advance(emulator, 600)
    row = rows(emulator, "?limit=1")[0]
    assert (row["uid"], row["status"], row["output_count"], row["finished_at"]) == (run, "RUNNING", 2, None)


def test_a_cancelled_run_is_told_from_a_stopped_one(emulator):
    emulator.cancel(RUNNING)
    stopped = {row["uid"]: (row["status"], row["state"], row["next"]) for row in rows(emulator, "?status=STOPPED")}
    assert stopped == {RUNNING: ("STOPPED", "CANCELLED", None), DEMO["STOPPED"]: ("STOPPED", "STOPPED", None)}


def test_pages_follow_each_other(empty):
    made = [empty.make(created_at=f"2025-01-01T00:00:0{n // 2}Z", status="RUNNING" if n % 3 else "FAILED")["uid"]
            for n in range(10)]
    newest = sorted(made, key=lambda each: (empty.run(each)["created_at"], each), reverse=True)
    for query, wanted in ("", newest), ("status=FAILED&", [each for each in newest if made.index(each) % 3 == 0]), (
            "status=FAILED&status=RUNNING&", newest):
        found = uids(empty, f"?{query}limit=3")
        while page := uids(empty, f"?{query}limit=3&before={found[-1]}"):
            found += page
        assert found == wanted
    assert empty.get("/_emulator/runs?limit=1").header("X-Total-Count") == "10"
    assert empty.get(f"/_emulator/runs?status=FAILED&status=FAILED&before={newest[0]}").header("X-Total-Count") == "4"
    assert_no_such_run(empty.get(f"/_emulator/runs?before={UNKNOWN}"))
    assert_refused(empty.get("/_emulator/runs?before=x"), 400, "BAD_PARAMETERS", "param")


# The life of one.


def test_a_plan_to_come_has_its_instants(emulator):
    run = launch(emulator, inputs=[ADA, GRACE])
    whole = [
        {"at": at(50), "position": 0, "event": "QUEUE", "to": "QUEUED"},
        {"at": at(200), "position": 1, "event": "START", "to": "RUNNING"},
        {"at": at(800), "position": 2, "step_uid": EXTRACT_STEP, "outputs": 2},
        {"at": at(1400), "position": 3, "step_uid": ENRICH_STEP, "outputs": 2},
        {"at": at(2000), "position": 4, "event": "FINISH", "to": "SUCCEEDED"}]
    assert life(emulator, run)["next"] == whole
    advance(emulator, 300)
    assert life(emulator, run)["next"] == whole[2:]
    emulator.event(run, "BLOCK")
    assert life(emulator, run)["next"] == []


def test_what_was_planned_is_what_happens(emulator):
    for slug in ENRICH, "demo-fails", "demo-partly", "demo-blocks", "demo-invalid", "demo-never-ends":
        run = launch(emulator, slug)
        planned = life(emulator, run)["next"]
        advance(emulator, "PT1H")
        happened = [{key: p[key] for key in ("at", "event", "to", "step_uid", "outputs") if key in p}
                    for p in life(emulator, run)["past"][1:]]
        assert [{key: p[key] for key in p if key != "position"} for p in planned] == happened


def test_a_run_for_some_steps_shows_theirs_alone(emulator):
    run = launch(emulator, steps=[ENRICH_STEP])
    assert [p["step_uid"] for p in life(emulator, run)["next"] if "step_uid" in p] == [ENRICH_STEP]


def test_a_run_with_wrong_inputs_will_be_invalid(emulator, fixture_file):
    flow = {"slug": "strict", "required": ["name"], "plan": [{"after_ms": 50, "event": "START"}, {"after_ms": 5, "event": "FINISH"}]}
    emulator.request("PUT", "/_emulator/state", json.dumps({"version": 1, "flows": [flow]}).encode(),
                     {"Content-Type": "application/json"})
    assert life(emulator, launch(emulator, "strict", [{}]))["next"] == [
        {"at": at(50), "position": 0, "event": "INVALIDATE", "to": "INVALID"}]


def test_the_past_is_every_change_with_its_instant_and_cause(emulator):
    run = emulator.post(f"/v1/flows/{ENRICH}/run/async", {"inputs": [ADA]}, headers={"X-Request-Id": "begin"}).json["uid"]
    advance(emulator, 900)
    emulator.cancel(run, headers={"X-Request-Id": "end"})
    assert past(emulator, run) == [
        (NOW, None, None, "CREATED"),
        (at(50), "QUEUE", "CREATED", "QUEUED"),
        (at(200), "START", "QUEUED", "RUNNING"),
        (at(800), EXTRACT_STEP, 1),
        (at(900), "CANCEL", "RUNNING", "CANCELLED")]
    assert causes(emulator, run) == [
        {"kind": "request", "request_id": "begin"}, {"kind": "plan", "position": 0}, {"kind": "plan", "position": 1},
        {"kind": "plan", "position": 2}, {"kind": "request", "request_id": "end"}]


def test_by_hand_and_by_a_schedule_are_causes_too(emulator):
    run = emulator.post("/_emulator/runs", {"status": "QUEUED"}, headers={"X-Request-Id": "made"}).json["uid"]
    emulator.post(f"/_emulator/runs/{run}/events", {"event": "START"}, headers={"X-Request-Id": "moved"})
    assert causes(emulator, run) == [{"kind": "hand", "request_id": "made"}, {"kind": "hand", "request_id": "moved"}]
    schedule = emulator.post(f"/v1/flows/{ENRICH}/run/schedule", {
        "inputs": [ADA], "callback": {"url": "http://127.0.0.1:9/"}, "cron": "0 * * * *", "timezone": "UTC"}).json
    advance(emulator, "PT1H")
    run = uids(emulator, "?limit=1")[0]
    assert past(emulator, run)[0] == ("2026-01-01T01:00:00.000Z", None, None, "CREATED")
    assert causes(emulator, run)[0] == {"kind": "schedule", "schedule_uid": schedule["schedule_flow_run_uid"]}


def test_a_resume_goes_on_with_the_past(emulator):
    run = launch(emulator, "demo-blocks")
    advance(emulator, "PT1H")
    before = past(emulator, run)
    assert before[-1][3] == "BLOCKED"
    resume(emulator, run)
    assert past(emulator, run) == [*before, ("2026-01-01T01:00:00.000Z", "RESUME", "BLOCKED", "SCHEDULED")]


def test_a_run_that_nothing_happened_to_shows_its_own_times(emulator):
    run = emulator.run(DEMO["SUCCEEDED"])
    assert past(emulator, DEMO["SUCCEEDED"]) == [
        (run["created_at"], None, None, None), (run["started_at"], None, None, "RUNNING"),
        (run["finished_at"], None, None, "SUCCEEDED")]
    assert causes(emulator, DEMO["SUCCEEDED"]) == [None] * 3
    emulator.cancel(RUNNING)
    run = emulator.run(RUNNING)
    assert past(emulator, RUNNING) == [
        (run["created_at"], None, None, None), (run["started_at"], None, None, "RUNNING"),
        (NOW, "CANCEL", "RUNNING", "CANCELLED")]


@pytest.mark.parametrize("status", ["BLOCKED", "QUEUED", "SCHEDULED", "STOPPED", "INVALID"])
def test_the_status_that_a_run_came_with_is_part_of_its_past(emulator, status):
    run = emulator.run(DEMO[status])
    own = [(run["created_at"], None, None, None)]
    if run["started_at"]:
        own.append((run["started_at"], None, None, "RUNNING"))
    own.append((run["updated_at"], None, None, status))
    assert past(emulator, DEMO[status]) == own
    if status in ("BLOCKED", "STOPPED"):
        resume(emulator, DEMO[status])
        assert past(emulator, DEMO[status]) == [*own, (NOW, "RESUME", status, "SCHEDULED")]
    elif status != "INVALID":
        emulator.event(DEMO[status], "START")
        assert past(emulator, DEMO[status]) == [*own, (NOW, "START", status, "RUNNING")]


def test_a_run_that_started_in_the_instant_of_its_cancel_was_running(start, fixture_file):
    emulator = start("--fixture", fixture_file(runs=[{"status": "RUNNING", "uid": uid(7), "created_at": NOW, "started_at": NOW}]))
    emulator.cancel(uid(7))
    assert past(emulator, uid(7)) == [
        (NOW, None, None, None), (NOW, None, None, "RUNNING"), (NOW, "CANCEL", "RUNNING", "CANCELLED")]


def test_the_workspace_names_the_run_whose_status_changed_last(emulator):
    def last():
        uid_of = emulator.runs("limit=1")[0]["workspace_uid"]
        return emulator.get(f"/_emulator/workspaces?workspace={uid_of}").json[0]["last_changed_run"]

    assert last() is None
    emulator.event(DEMO["CREATED"], "QUEUE")
    emulator.cancel(RUNNING)
    emulator.event(DEMO["SCHEDULED"], "START")
    assert last() == DEMO["SCHEDULED"]
    emulator.cancel(DEMO["SUCCEEDED"])
    emulator.make()
    assert last() == DEMO["SCHEDULED"]
    emulator.cancel(DEMO["CREATED"])
    assert last() == DEMO["CREATED"]
    emulator.reset()
    assert last() is None


@pytest.mark.parametrize("forget", ["reset", "state", "snapshot", "restart"])
def test_a_reset_a_state_a_restore_and_a_restart_begin_anew(start, tmp_path, forget):
    emulator = start("--db", tmp_path / "db")
    run = emulator.make(uid=uid(1))["uid"]
    emulator.post("/_emulator/snapshots/a")
    emulator.cancel(RUNNING)
    assert len(past(emulator, RUNNING)) == 3
    if forget == "reset":
        emulator.reset()
    elif forget == "state":
        state = emulator.get("/_emulator/state").body
        assert emulator.request("PUT", "/_emulator/state", state, {"Content-Type": "application/json"}).status == 200
    elif forget == "snapshot":
        emulator.post("/_emulator/snapshots/a/restore")
    else:
        emulator.process.stop()
        emulator = start("--db", tmp_path / "db")
    assert {p["cause"] is None for p in life(emulator, RUNNING)["past"]} == {True}
    if forget != "reset":
        assert {p["cause"] is None for p in life(emulator, run)["past"]} == {True}


def test_what_was_rolled_back_has_not_happened(start):
    emulator = start("--strict-fidelity")
    before = past(emulator, RUNNING)
    assert emulator.cancel(RUNNING).status == 501
    assert past(emulator, RUNNING) == before
    emulator.event(RUNNING, "FINISH")
    assert past(emulator, RUNNING) == [*before, (NOW, "FINISH", "RUNNING", "SUCCEEDED")]


def test_the_last_two_thousand_of_a_workspace_are_kept(emulator):
    other = emulator.make()["uid"]
    for _ in range(700):
        for event in "BLOCK", "RESUME", "START":
            done = resume(emulator, RUNNING) if event == "RESUME" else emulator.event(RUNNING, event)
            assert done.status == 200
    kept = [p for p in life(emulator, RUNNING)["past"] if p["event"]]
    assert len(kept) == 2000
    assert [p["event"] for p in kept[-3:]] == ["BLOCK", "RESUME", "START"]
    assert causes(emulator, other) == [None, None]


def test_it_has_the_calls_about_it_and_what_each_event_would_do(emulator):
    emulator.run(RUNNING)
    emulator.run(VENDOR)
    emulator.cancel(RUNNING, headers={"X-Request-Id": "one"})
    emulator.cancel(RUNNING, headers={"X-Request-Id": "two"})
    found = life(emulator, RUNNING)
    assert found["requests"][1:] == [
        {"number": 3, "request_id": "one", "at": NOW, "operation": "cancelFlowRun", "method": "POST",
         "path": f"/v1/flows/runs/{RUNNING}/cancel", "status": 200, "before": "RUNNING", "after": "STOPPED",
         "past_count": 3, "workspace_header": False},
        {"number": 4, "request_id": "two", "at": NOW, "operation": "cancelFlowRun", "method": "POST",
         "path": f"/v1/flows/runs/{RUNNING}/cancel", "status": 422, "before": "STOPPED", "after": "STOPPED",
         "past_count": 3, "workspace_header": False}]
    assert {event["event"]: event["to"] for event in found["events"] if event["to"]} == {}
    vendor = {event["event"]: event["to"] for event in life(emulator, VENDOR)["events"] if not event["refusal"]}
    assert vendor == {"CANCEL": "CANCELLED", "FINISH": "SUCCEEDED", "FINISH_PARTIALLY": "PARTIAL_SUCCEEDED",
                      "FAIL": "FAILED", "BLOCK": "BLOCKED", "STOP": "STOPPED"}


def test_a_call_has_its_place_in_the_past_also_where_a_status_comes_twice_in_one_instant(emulator):
    """At first what the row tells, created and started; then each event."""
    emulator.run(RUNNING)
    emulator.run(VENDOR)
    for event in "BLOCK", "RESUME", "START":
        done = resume(emulator, RUNNING) if event == "RESUME" else emulator.event(RUNNING, event)
        assert done.status == 200
        emulator.run(RUNNING)
    emulator.cancel(RUNNING, headers={"Emulator-Fault": "status=503"})
    found = life(emulator, RUNNING)
    assert [p["event"] for p in found["past"]] == [None, None, "BLOCK", "RESUME", "START"]
    assert [(r["operation"], r["past_count"]) for r in found["requests"]] == [
        ("getFlowRun", 2), ("getFlowRun", 3), ("resumeFlowRun", 4), ("getFlowRun", 4), ("getFlowRun", 5), ("cancelFlowRun", 5)]


def test_it_has_its_callbacks(emulator):
    run = launch(emulator, callback={"url": "http://127.0.0.1:9/hook"})
    launch(emulator, callback={"url": "http://127.0.0.1:9/hook"})
    advance(emulator, 900)
    assert [(each["flow_run_uid"], each["url"]) for each in life(emulator, run)["callbacks"]] == [
        (run, "http://127.0.0.1:9/hook")]
    oldest, newest = ([each["uid"] for each in emulator.get(f"/_emulator/callbacks?sort={sort}").json]
                      for sort in ("created_at", "-created_at"))
    assert (len(newest), newest) == (2, oldest[::-1])


def test_a_run_that_there_is_not_has_no_life(emulator):
    assert_no_such_run(emulator.get(f"/_emulator/runs/{UNKNOWN}/life"))
    assert_refused(emulator.get("/_emulator/runs/x/life"), 400, "BAD_PARAMETERS", "param")


def test_the_journal_pages_backwards(emulator):
    for n in range(7):
        emulator.run(RUNNING if n % 2 else VENDOR)
    page = emulator.get("/_emulator/journal?limit=3")
    assert [entry["number"] for entry in page.json] == [5, 6, 7]
    page = emulator.get("/_emulator/journal?limit=3&before=5")
    assert ([entry["number"] for entry in page.json], page.header("X-Total-Count")) == ([2, 3, 4], "7")
    assert [entry["number"] for entry in emulator.get(f"/_emulator/journal?run={RUNNING}&before=5").json] == [2, 4]


def test_a_refused_cancel_or_resume_names_the_status_and_those_in_which_it_is_possible(emulator):
    def refused(run):
        return {e["event"]: e["refusal"] for e in life(emulator, run)["events"] if e["event"] in ("CANCEL", "RESUME")}

    assert refused(DEMO["SUCCEEDED"]) == {
        "CANCEL": "run is SUCCEEDED; cancellable: CREATED, QUEUED, SCHEDULED, RUNNING",
        "RESUME": "run is SUCCEEDED; resumable: BLOCKED, STOPPED"}
    emulator.cancel(RUNNING)
    assert refused(RUNNING)["CANCEL"] == "run is STOPPED (cancelled); cancellable: CREATED, QUEUED, SCHEDULED, RUNNING"
    assert refused(DEMO["QUEUED"])["CANCEL"] is None


def test_a_read_of_a_run_tells_its_status(emulator):
    emulator.run(RUNNING)
    emulator.cancel(RUNNING)
    emulator.run(RUNNING)
    told = [(each["operation"], each["before"], each["after"]) for each in life(emulator, RUNNING)["requests"]]
    assert told == [("getFlowRun", "RUNNING", "RUNNING"), ("cancelFlowRun", "RUNNING", "STOPPED"), ("getFlowRun", "STOPPED", "STOPPED")]
