"""Schedules that fire: the runs they start, and when (API.md section 8)."""

import json
import re
import sqlite3
import subprocess
import time
from contextlib import closing

import pytest
from facts import NOW, assert_refused
from living import ADA, ENRICH, advance, at, clock, launch, set_clock
from process import PROGRAM
from receiver import receiving
from scheduling import EVERY_MINUTE, HOOK, SCHEDULES, firings, managed, read, schedule

WORLD = "still"


def runs_of(emulator, made):
    return [run for run in emulator.runs("limit=100") if run["scheduled_flow_run_uid"] == made]


def test_a_firing_starts_a_run_that_lives(emulator):
    made = schedule(emulator, cron="* * * * *")
    fired = advance(emulator, "PT1M2S")
    [run] = runs_of(emulator, made)
    start = "2026-01-01T00:01:0"
    assert fired == [
        {"at": start + "0.000Z", "schedule": made, "run": run["uid"]},
        {"at": start + "0.050Z", "run": run["uid"], "event": "QUEUE", "status": "QUEUED"},
        {"at": start + "0.200Z", "run": run["uid"], "event": "START", "status": "RUNNING"},
        {"at": start + "0.800Z", "run": run["uid"], "step_uid": "linkedin-extract-people",
         "outputs": 1},
        {"at": start + "1.400Z", "run": run["uid"], "step_uid": "linkedin-enrich-people",
         "outputs": 1},
        {"at": start + "2.000Z", "run": run["uid"], "event": "FINISH", "status": "SUCCEEDED"}]
    assert (run["status"], run["created_at"]) == ("SUCCEEDED", start + "0.000Z")
    assert run["callback"] == {"url": HOOK["url"]}
    found = read(emulator, made)
    assert found["status"] == "ACTIVE"
    assert found["last_executed_at"] == found["updated_at"] == start + "0.000Z"
    assert found["next_execution_at"] == "2026-01-01T00:02:00.000Z"


def test_its_inputs_and_steps_are_those_it_was_given(emulator):
    made = schedule(emulator, cron="* * * * *", inputs=[{"linkedin_profile_url": "u", "n": 7}] * 2,
                    steps=["linkedin-enrich-people"])
    advance(emulator, "PT1M5S")
    [run] = runs_of(emulator, made)
    reply = emulator.get(f"/v1/flows/runs/{run['uid']}/outputs")
    assert reply.json == [{"linkedin_profile_url": "u", "n": 7}] * 2


def test_nothing_happens_a_moment_before(emulator):
    schedule(emulator, cron="0 9 * * *")
    assert advance(emulator, "PT8H59M59.999S") == []
    assert clock(emulator)["next_due_at"] == "2026-01-01T09:00:00.000Z"
    assert len(advance(emulator, 1)) == 1


def test_one_time_fires_once(emulator):
    made = schedule(emulator, schedule_at="2026-01-01T00:00:30.500Z")
    assert firings(advance(emulator, "P30D"), made) == [at("30.500")]
    found = read(emulator, made)
    assert (found["status"], found["next_execution_at"]) == ("COMPLETED", None)
    assert found["last_executed_at"] == found["updated_at"] == at("30.500")
    for action in "pause", "resume", "cancel":
        assert_refused(emulator.request("POST", f"{SCHEDULES}/{made}/{action}"), 422,
                       "INVALID_STATUS", "param")


def test_a_first_time_comes_before_the_cron(emulator):
    made = schedule(emulator, cron="0 0 * * *", schedule_at="2026-01-02T12:34:56Z")
    assert firings(advance(emulator, "P4D"), made) == [
        "2026-01-02T12:34:56.000Z", "2026-01-03T00:00:00.000Z", "2026-01-04T00:00:00.000Z",
        "2026-01-05T00:00:00.000Z"]


def test_a_first_time_on_a_time_of_the_cron_fires_once(emulator):
    made = schedule(emulator, cron="0 0 * * *", schedule_at="2026-01-02T00:00:00Z")
    assert firings(advance(emulator, "P2D"), made) == [
        "2026-01-02T00:00:00.000Z", "2026-01-03T00:00:00.000Z"]


@pytest.mark.parametrize("action", ["pause", "cancel"])
def test_what_is_not_active_does_not_fire(emulator, action):
    made = schedule(emulator, cron="* * * * *")
    managed(emulator, made, action)
    assert advance(emulator, "P1D") == []
    assert clock(emulator)["next_due_at"] is None


def test_a_cancelled_schedule_leaves_its_runs_alone(emulator):
    made = schedule(emulator, cron="* * * * *")
    advance(emulator, "PT1M")
    managed(emulator, made, "cancel")
    advance(emulator, "PT1M")
    assert [run["status"] for run in runs_of(emulator, made)] == ["SUCCEEDED"]


def test_a_cancelled_run_leaves_its_schedule_alone(emulator):
    made = schedule(emulator, cron="* * * * *")
    advance(emulator, "PT1M")
    before = read(emulator, made)
    [run] = runs_of(emulator, made)
    cancelled = emulator.cancel(run["uid"])
    assert (cancelled.status, cancelled.json["scheduled_flow_run_uid"]) == (200, made)
    assert read(emulator, made) == before
    assert firings(advance(emulator, "PT1M"), made) == ["2026-01-01T00:02:00.000Z"]


def test_what_is_due_together_fires_in_the_order_of_arming(emulator):
    first = schedule(emulator, cron="0 1 * * *")
    second = schedule(emulator, schedule_at="2026-01-01T01:00:00Z")
    third = schedule(emulator, cron="0 * * * *")
    fired = advance(emulator, "PT1H")
    assert [each["schedule"] for each in fired] == [first, second, third]
    managed(emulator, first, "pause")
    managed(emulator, first, "resume")
    fired = advance(emulator, "P1D")
    assert [each["schedule"] for each in fired if each["at"] == "2026-01-02T01:00:00.000Z"
            and "schedule" in each] == [first, third]


def test_runs_and_schedules_share_one_order(emulator):
    set_clock(emulator, now="2026-01-01T00:00:59.950Z")
    before = schedule(emulator, cron="* * * * *")
    run = launch(emulator)
    after = schedule(emulator, cron="1 * * * *")
    fired = advance(emulator, 50)
    assert [each.get("schedule", each["run"]) for each in fired] == [before, run, after]


def test_thirty_days_at_once_are_thirty_days_one_by_one(start):
    def month(emulator, steps):
        emulator.reset()
        schedule(emulator, cron="0 */6 * * *", timezone="America/New_York")
        schedule(emulator, "demo-fails", cron="*/50 7 1-15 * mon", schedule_at="2026-01-03T00:00:01Z")
        schedule(emulator, "demo-blocks", schedule_at="2026-01-10T00:00:00Z")
        fired = [each for by in steps for each in advance(emulator, by)]
        return json.dumps([fired, emulator.runs("limit=100"), emulator.get(SCHEDULES).json])

    options = ("--random-seed", 3)
    assert month(start(*options), ["P30D"]) == month(start(*options), ["P1D"] * 30)


def test_the_clock_can_be_set_past_firings(emulator):
    made = schedule(emulator, cron="0 12 * * *")
    set_clock(emulator, now="2026-01-04T00:00:00Z")
    assert [run["created_at"] for run in runs_of(emulator, made)] == [
        f"2026-01-0{day}T12:00:00.000Z" for day in (1, 2, 3)]


def test_on_a_real_clock_a_schedule_fires_without_any_request(start):
    emulator = start("--clock", "real")
    with receiving() as receiver:
        set_clock(emulator, mode="real", now="2036-01-01T00:00:59.500Z")
        made = schedule(emulator, cron="* * * * *", callback={"url": receiver.url(), "on": "final"})
        heard = receiver.take().json
    run = emulator.run(heard["flow_run"]["flow_run_uid"])
    assert (run["scheduled_flow_run_uid"], run["created_at"]) == (made, "2036-01-01T00:01:00.000Z")


def test_a_schedule_of_a_fixture_fires(start, fixture_file):
    schedules = [{"status": "ACTIVE", "flow_slug": ENRICH, "cron": "0 9 * * *", "inputs": [ADA],
                  "timezone": "Asia/Kolkata", "callback": HOOK, "steps": ["linkedin-enrich-people"]},
                 {"status": "ACTIVE", "flow_slug": ENRICH, "next_execution_at": "2026-01-01T00:00:05Z",
                  "inputs": [ADA]},
                 {"status": "ACTIVE"}]
    emulator = start("--fixture", "demo", "--fixture", fixture_file(schedules=schedules))
    fired = [each for each in advance(emulator, "PT4H") if "schedule" in each]
    assert [each["at"] for each in fired] == [at("05.000"), "2026-01-01T03:30:00.000Z"]
    run = emulator.run(fired[1]["run"])
    assert (run["output_count"], run["callback"]) == (1, {"url": HOOK["url"]})
    assert NOW < run["created_at"]


@pytest.mark.parametrize("fields,complaint", [
    ({"cron": "61 * * * *"}, '/schedules/0/cron must be a cron expression: "61" is no minute'),
    ({"cron": "0 0 30 2 *"}, "/schedules/0/cron must be a cron expression that fires some day"),
    ({"timezone": "Nowhere"}, "/schedules/0/timezone must be a time zone of the IANA database"),
    ({"cron": "0 0 * * *", "flow_slug": "nobody"}, "/schedules/0/flow_slug must name a flow"),
    ({"cron": "0 0 * * *"}, "/schedules/0/flow_slug must name a flow")])
def test_a_fixture_with_a_schedule_that_cannot_be_is_refused(fixture_file, fields, complaint):
    path = fixture_file(schedules=[{"status": "ACTIVE", **fields}])
    done = subprocess.run([PROGRAM, "validate", str(path)], capture_output=True, text=True,
                          timeout=20)
    assert done.returncode == 3
    assert complaint in done.stderr


LAST_YEAR = {"version": 1, "flows": [{"slug": "own", "name": "Own", "steps": ["a"]}],
             "schedules": [{"uid": "20000000-0000-4000-8000-000000000001", "status": "ACTIVE",
                            "flow_slug": "own", "cron": "* * * * *", "timezone": "UTC",
                            "inputs": [{}], "next_execution_at": "2025-01-01T00:01:00Z"}]}


@pytest.mark.parametrize("way", ["fixture", "state"])
def test_a_schedule_makes_up_for_nothing_that_passed_before_it_came(start, tmp_path, way):
    """As an export of last year that is put into place today."""
    (tmp_path / "last-year.json").write_text(json.dumps(LAST_YEAR))
    if way == "fixture":
        emulator = start("--fixture", tmp_path / "last-year.json")
    else:
        emulator = start("--fixture", "empty")
        assert emulator.request("PUT", "/_emulator/state", json.dumps(LAST_YEAR).encode(),
                                {"Content-Type": "application/json"}).status == 200
    found = read(emulator, "20000000-0000-4000-8000-000000000001")
    assert found["next_execution_at"] == "2026-01-01T00:01:00.000Z"
    assert emulator.runs() == []


def fired_so_far(emulator):
    text = emulator.get("/_emulator/metrics", key=None).body.decode()
    return int(re.search(r"^edges_emulator_events_fired_total (\d+)", text, re.M)[1])


def test_what_a_long_pause_made_due_fires_while_others_are_served(start, tmp_path, fixture_file):
    """Two days without the server: 2880 runs. Nobody asks for the workspace itself. A program that is so fast that nobody can look
    in between gets eight times as much."""
    options = ("--db", tmp_path / "world.db", "--clock", "real",
               "--fixture", fixture_file(**EVERY_MINUTE))
    emulator = start(*options)
    assert emulator.runs() == []
    for days in 2, 16, 128:
        emulator.process.stop()
        with closing(sqlite3.connect(tmp_path / "world.db")) as db, db:
            db.execute("UPDATE workspace SET clock_at = clock_at + ? * 86400000", [days])
        emulator = start(*options)
        due = 2 * (days * 1440 - 1)
        seen = [fired_so_far(emulator)]
        until = time.monotonic() + 120
        while seen[-1] < due:
            assert time.monotonic() < until, seen
            seen.append(fired_so_far(emulator))
        assert seen == sorted(seen)
        between = {count for count in seen if 0 < count < due}
        if len(between) >= 2:
            break
    assert len(between) >= 2, seen
    assert emulator.runs("sort=-created_at&limit=1")[0]["id"] >= 2879
