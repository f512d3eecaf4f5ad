"""POST /_emulator/schedules: a schedule made by hand, as in a fixture."""

import pytest
from facts import NOW, assert_refused, uid
from living import ADA, ENRICH, advance, assert_bad_input, at, put_clock
from scheduling import HOOK, SCHEDULE, firings, managed, read, schedules


def make(emulator, **fields):
    return emulator.post("/_emulator/schedules", {"status": "ACTIVE", "flow_slug": ENRICH, **fields})


def made(emulator, **fields):
    reply = make(emulator, **fields)
    assert reply.status == 201, reply
    return reply.json


def test_what_is_missing_gets_a_sensible_value(emulator):
    schedule = made(emulator, cron="0 9 * * *", timezone="Europe/Paris", inputs=[ADA])
    assert list(schedule) == SCHEDULE
    assert (schedule["status"], schedule["created_at"], schedule["updated_at"]) == ("ACTIVE", NOW, None)
    assert schedule["next_execution_at"] == "2026-01-01T08:00:00.000Z"
    assert schedule["flow_preset_name"] == "Enrich people on LinkedIn"
    assert read(emulator, schedule["uid"]) == schedule
    fired = advance(emulator, "PT9H")
    assert firings(fired, schedule["uid"]) == ["2026-01-01T08:00:00.000Z"]
    run = next(each["run"] for each in fired if each.get("schedule") == schedule["uid"])
    assert emulator.run(run)["scheduled_flow_run_uid"] == schedule["uid"]
    assert emulator.run(run)["status"] == "SUCCEEDED"


def test_what_is_given_stays(emulator):
    fields = {"uid": uid(1), "user_uid": uid(2), "flow_preset_uid": uid(3), "flow_preset_name": "Mine",
              "cron": "0 9 * * *", "timezone": "UTC", "created_at": "2025-05-05T00:00:00.000Z",
              "updated_at": "2025-05-06T00:00:00.000Z", "last_executed_at": "2025-05-06T00:00:00.000Z",
              "next_execution_at": "2026-01-01T00:00:05.000Z", "postponed_until": None}
    schedule = made(emulator, **fields)
    assert {name: schedule[name] for name in fields} == fields
    assert firings(advance(emulator, "PT1M"), uid(1)) == ["2026-01-01T00:00:05.000Z"]
    assert read(emulator, uid(1))["next_execution_at"] == "2026-01-01T09:00:00.000Z"


@pytest.mark.parametrize("given, fires", [
    ({"schedule_at": at("07.000")}, "2026-01-01T00:00:07.000Z"),
    ({"schedule_at": "2025-01-01T00:00:00Z"}, NOW),
    ({"cron": "1 0 * * *", "next_execution_at": "2025-01-01T00:00:00Z"}, "2026-01-01T00:01:00.000Z")])
def test_a_time_that_has_passed(emulator, given, fires):
    schedule = made(emulator, **given)["uid"]
    assert firings(advance(emulator, "PT5M"), schedule) == [fires]


@pytest.mark.parametrize("status", ["PAUSED", "CANCELLED", "COMPLETED"])
def test_one_that_is_not_active_waits(emulator, status):
    schedule = made(emulator, status=status, cron="* * * * *", next_execution_at=at("05.000"))
    assert (schedule["status"], schedule["next_execution_at"]) == (status, None)
    assert firings(advance(emulator, "PT5M"), schedule["uid"]) == []
    if status == "PAUSED":
        managed(emulator, schedule["uid"], "resume")
        assert firings(advance(emulator, "PT1M"), schedule["uid"]) == ["2026-01-01T00:06:00.000Z"]


def test_one_that_never_fires_needs_no_flow(empty):
    schedule = empty.post("/_emulator/schedules", {"status": "COMPLETED", "cron": "0 9 * * *"})
    assert schedule.status == 201
    assert schedules(empty) == [schedule.json]
    assert schedules(empty)[0]["flow_preset_name"] == ""


def test_a_uid_that_is_taken_is_refused(emulator):
    made(emulator, uid=uid(1), cron="0 9 * * *")
    assert_refused(make(emulator, uid=uid(1), cron="0 9 * * *"), 409, "ALREADY_EXISTS", "input")
    assert len({made(emulator, cron="0 9 * * *")["uid"] for _ in range(9)}) == 9


def test_something_has_happened_then(emulator):
    made(emulator, cron="0 9 * * *")
    assert put_clock(emulator, {"now": "2024-01-01T00:00:00Z"}).status == 422


@pytest.mark.parametrize("fields, message", [
    ({"status": "GONE"}, "body/status must be equal to one of the allowed values"),
    ({"flow_slug": "nope", "cron": "* * * * *"},
     "body/flow_slug must name a flow that is there, because the schedule may fire"),
    ({"cron": "0 9 31 2 *"}, "body/cron must be a cron expression that fires some day"),
    ({"cron": "0 9 * * *", "timezone": "Mars/Base"},
     "body/timezone must be a time zone of the IANA database, such as Europe/Paris"),
    ({"cron": "* * * * *", "callback": {**HOOK, "headers": {"Host": "x"}}}, None),
    ({"crown": 1}, "body must NOT have additional properties (crown)"),
], ids=str)
def test_one_that_cannot_be_is_refused(emulator, fields, message):
    before = schedules(emulator, "?limit=100")
    assert_bad_input(make(emulator, **fields), message)
    assert schedules(emulator, "?limit=100") == before
