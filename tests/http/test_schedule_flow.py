"""scheduleFlow: what it takes and what it answers (API.md section 7)."""

import pytest
from facts import NOW, assert_no_route, assert_refused
from living import ADA, ENRICH, assert_bad_input, launch
from scheduling import HOOK, SCHEDULE, SCHEDULED, SCHEDULES, ask, read, schedule, schedules

WORLD = "still"
EVERY_DAY = {"cron": "0 9 * * *"}


def test_a_cron_is_scheduled(emulator):
    reply = ask(emulator, **EVERY_DAY)
    assert reply.status == 200, reply
    assert list(reply.json) == SCHEDULED
    assert {**reply.json, "schedule_flow_run_uid": "-"} == {
        "schedule_flow_run_uid": "-", "status": "ACTIVE", "cron": "0 9 * * *", "timezone": "UTC",
        "next_execution_at": "2026-01-01T09:00:00.000Z", "created_at": NOW}


def test_a_time_is_scheduled(emulator):
    reply = ask(emulator, schedule_at="2026-02-03T04:05:06.789+01:00")
    assert {**reply.json, "schedule_flow_run_uid": "-"} == {
        "schedule_flow_run_uid": "-", "status": "ACTIVE", "cron": None, "timezone": "UTC",
        "next_execution_at": "2026-02-03T03:05:06.789Z", "created_at": NOW}


def test_both_together_fire_first_at_the_time(emulator):
    reply = ask(emulator, **EVERY_DAY, schedule_at="2026-02-03T04:05:06Z", timezone="Europe/Paris")
    assert reply.json["next_execution_at"] == "2026-02-03T04:05:06.000Z"
    assert reply.json["timezone"] == "Europe/Paris"


def test_it_reads_as_a_schedule_afterwards(emulator):
    uid = schedule(emulator, **EVERY_DAY, timezone="Asia/Kolkata")
    member = emulator.run(launch(emulator))
    found = read(emulator, uid)
    assert list(found) == SCHEDULE
    assert {**found, "flow_preset_uid": "-"} == {
        "uid": uid, "flow_preset_uid": "-", "flow_preset_name": "Enrich people on LinkedIn",
        "user_uid": member["user_uid"], "workspace_uid": member["workspace_uid"],
        "status": "ACTIVE", "postponed_until": None, "cron": "0 9 * * *",
        "timezone": "Asia/Kolkata", "next_execution_at": "2026-01-01T03:30:00.000Z",
        "last_executed_at": None, "created_at": NOW, "updated_at": None}
    assert schedules(emulator) == [found]


@pytest.mark.parametrize("fields,message", [
    ({"inputs": ...}, "body must have required property 'inputs'"),
    ({"callback": ...}, "body must have required property 'callback'"),
    ({"cron": ...}, "body must have required property 'cron' or 'schedule_at'"),
    ({"inputs": []}, "body/inputs must NOT have fewer than 1 items"),
    ({"inputs": [{}] * 1001}, "body/inputs must NOT have more than 1000 items"),
    ({"inputs": [{"custom_data": {"foo": 1}}]},
     "body/inputs/0/custom_data must NOT have additional properties (foo)"),
    ({"callback": {}}, "body/callback must have required property 'url'"),
    ({"callback": {"url": "nope"}}, 'body/callback/url must match format "uri"'),
    ({"callback": {**HOOK, "on": "x"}},
     "body/callback/on must be equal to one of the allowed values"),
    ({"callback": None}, "body/callback must be object"),
    ({"cron": ""}, "body/cron must NOT have fewer than 1 characters"),
    ({"cron": "0 9 * * " + "1," * 124 + "1"}, "body/cron must NOT have more than 256 characters"),
    ({"cron": 5}, "body/cron must be string"),
    ({"cron": None}, "body/cron must be string"),
    ({"schedule_at": "tomorrow"}, 'body/schedule_at must match format "date-time"'),
    ({"schedule_at": 5}, "body/schedule_at must be string"),
    ({"timezone": ""}, "body/timezone must NOT have fewer than 1 characters"),
    ({"timezone": "x" * 65}, "body/timezone must NOT have more than 64 characters"),
    ({"timezone": "Mars/Olympus"},
     "body/timezone must be a time zone of the IANA database, such as Europe/Paris"),
    ({"timezone": "../../etc/passwd"},
     "body/timezone must be a time zone of the IANA database, such as Europe/Paris"),
    ({"steps": ["foreign"]}, "body/steps/0 must be a step of the flow"),
    ({"parameters": []}, "body/parameters must be object"),
    ({"identity_ids": []}, "body/identity_ids must NOT have fewer than 1 items"),
    ({"identity_mode": "x"}, "body/identity_mode must be equal to one of the allowed values"),
    ({"foo": 1}, "body must NOT have additional properties (foo)"),
    ({"callback": ..., "foo": 1}, "body must have required property 'callback'"),
    ({"callback": ..., "inputs": ..., "foo": 1}, "body must have required property 'inputs'"),
    ({"callback": ..., "inputs": []}, "body must have required property 'callback'")])
def test_a_field_out_of_its_limits_is_named_and_schedules_nothing(emulator, fields, message):
    assert_bad_input(ask(emulator, **{**EVERY_DAY, **fields}), message)
    assert schedules(emulator) == []


@pytest.mark.parametrize("cron,message", [
    ("* * * *", "five fields (minute, hour, day of month, month, day of week), and has 4"),
    ("0 0 9 * * *", "five fields (minute, hour, day of month, month, day of week), and has 6"),
    ("@daily", "five fields (minute, hour, day of month, month, day of week), and has 1"),
    ("61 * * * *", '"61" is no minute (0-59, lists, ranges and steps)'),
    ("* 24 * * *", '"24" is no hour (0-23, lists, ranges and steps)'),
    ("* * 0 * *", '"0" is no day of month (1-31, lists, ranges and steps)'),
    ("* * * 13 *", '"13" is no month (1-12, lists, ranges and steps)'),
    ("* * * * 8", '"8" is no day of week (0-7, lists, ranges and steps)'),
    ("*/0 * * * *", '"*/0" is no minute'), ("5-1 * * * *", '"5-1" is no minute'),
    ("* * ? * *", '"?" is no day of month'), ("* * L * *", '"L" is no day of month'),
    ("* * 15W * *", '"15W" is no day of month'), ("* * * * 5#2", '"5#2" is no day of week'),
    ("1,,2 * * * *", '"1,,2" is no minute'), ("x" * 20 + " * * * *", '"xxxxxxxxxxxxxxxx..."'),
    ("0 0 30 2 *", "must be a cron expression that fires some day")])
def test_what_is_no_cron_is_refused_and_named(emulator, cron, message):
    reply = ask(emulator, cron=cron)
    assert_bad_input(reply)
    assert reply.json["message"].startswith("body/cron must be a cron expression")
    assert message in reply.json["message"]
    assert schedules(emulator) == []


@pytest.mark.parametrize("fields", [
    {"identity_ids": [], "identity_mode": "managed"}, {"parameters": {"a": 1}},
    {"steps": ["linkedin-enrich-people"]}, {"cron": "*/30 * * * *"},
    {"timezone": "America/Argentina/Buenos_Aires"}, {"cron": "0 9 * * MON-fri"},
    {"inputs": [ADA] * 1000}, {"cron": "0 9 * * " + "1," * 123 + "1"}])
def test_what_is_within_the_limits_is_taken(emulator, fields):
    assert ask(emulator, **{**EVERY_DAY, **fields}).status == 200


def test_an_unknown_flow_and_a_missing_key_are_refused(emulator):
    assert_refused(ask(emulator, "nobody", **EVERY_DAY), 404, "NOT_FOUND", "param")
    assert_refused(emulator.post(f"/v1/flows/{ENRICH}/run/schedule", {}, key=None), 401,
                   "UNAUTHORIZED", "auth")
    assert_bad_input(emulator.post(f"/v1/flows/{ENRICH}/run/schedule"))
    assert_no_route(emulator.get(f"/v1/flows/{ENRICH}/run/schedule"))


def test_a_time_that_has_passed_fires_at_once(emulator):
    reply = ask(emulator, schedule_at="2020-01-01T00:00:00Z")
    assert reply.json["next_execution_at"] == NOW
    uid = reply.json["schedule_flow_run_uid"]
    [run] = emulator.runs("sort=-created_at&limit=1")
    assert (run["scheduled_flow_run_uid"], run["created_at"]) == (uid, NOW)
    found = read(emulator, uid)
    assert (found["status"], found["next_execution_at"]) == ("COMPLETED", None)
    assert found["last_executed_at"] == found["updated_at"] == NOW


def test_schedules_belong_to_a_workspace(emulator):
    uid = schedule(emulator, **EVERY_DAY)
    other = emulator.member("another-key")
    assert schedules(other) == []
    assert_refused(other.get(f"{SCHEDULES}/{uid}"), 404, "NOT_FOUND", "param")
    assert_refused(other.request("POST", f"{SCHEDULES}/{uid}/cancel"), 404, "NOT_FOUND", "param")
    assert read(emulator, uid)["status"] == "ACTIVE"
