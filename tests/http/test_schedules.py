"""Schedules read and managed (API.md section 8)."""

import pytest
from facts import NOW, assert_refused, assert_refused_change, uid
from living import advance, clock, set_clock
from scheduling import SCHEDULE, SCHEDULES, manage, managed, read, schedule, schedules

DEMO = {status: f"10000000-0000-4000-8000-00000000000{n}" for n, status in
        enumerate(["ACTIVE", "PAUSED", "CANCELLED", "COMPLETED"], 1)}
AFTER = {("ACTIVE", "pause"): "PAUSED", ("ACTIVE", "cancel"): "CANCELLED",
         ("PAUSED", "resume"): "ACTIVE", ("PAUSED", "cancel"): "CANCELLED"}
NOT_FOUND = (404, "NOT_FOUND", "param")


def uids(found):
    return [each["uid"] for each in found]


@pytest.mark.parametrize("action", ["pause", "resume", "cancel"])
@pytest.mark.parametrize("status", DEMO)
def test_every_action_on_every_status(emulator, status, action):
    before = read(emulator, DEMO[status])
    assert before["status"] == status
    reply = manage(emulator, DEMO[status], action)
    if (status, action) not in AFTER:
        assert_refused_change(reply)
        assert reply.json["message"] == f"flow schedule is {status}: {action} is not possible"
        assert read(emulator, DEMO[status]) == before
        return
    next_time = "2026-01-01T00:30:00.000Z" if action == "resume" else None
    assert reply.status == 200, reply
    assert list(reply.json) == SCHEDULE
    assert reply.json == {**before, "status": AFTER[status, action], "updated_at": NOW,
                          "next_execution_at": next_time}
    assert read(emulator, DEMO[status]) == reply.json


def test_the_schedules_of_the_demo(emulator):
    found = schedules(emulator)
    assert uids(found) == list(DEMO.values())
    assert [(each["status"], each["cron"], each["next_execution_at"]) for each in found] == [
        ("ACTIVE", None, "2099-01-01T09:00:00.000Z"), ("PAUSED", "*/30 * * * *", None),
        ("CANCELLED", "0 0 1 * *", None), ("COMPLETED", None, None)]
    assert clock(emulator)["next_due_at"] == "2099-01-01T09:00:00.000Z"


@pytest.mark.parametrize("action", ["stop", "PAUSE", "pause%20", "run"])
def test_any_other_action_is_a_bad_parameter(emulator, action):
    assert_refused(manage(emulator, DEMO["ACTIVE"], action), 400, "BAD_PARAMETERS", "param",
                   "params/action must be equal to one of the allowed values")


def test_a_bad_action_stays_a_400_when_bad_uids_are_404(start):
    emulator = start("--assume", "invalid-uid.code=404")
    assert manage(emulator, DEMO["ACTIVE"], "stop").status == 400
    assert manage(emulator, "nope", "pause").status == 404


def test_unknown_and_malformed_uids(emulator):
    message = 'params/scheduled_flow_run_uid must match format "uuid"'
    assert_refused(emulator.get(f"{SCHEDULES}/{uid(1)}"), *NOT_FOUND)
    assert_refused(manage(emulator, uid(1), "pause"), *NOT_FOUND)
    assert_refused(emulator.get(f"{SCHEDULES}/nope"), 400, "BAD_PARAMETERS", "param", message)
    assert_refused(manage(emulator, "nope", "pause"), 400, "BAD_PARAMETERS", "param", message)
    assert_refused(emulator.get(f"{SCHEDULES}/{uid(1)}", key=None), 401, "UNAUTHORIZED", "auth")


def test_either_letter_case_finds_a_schedule(emulator):
    made = schedule(emulator, cron="0 9 * * *")
    assert read(emulator, made.upper())["uid"] == made
    assert managed(emulator, made.upper(), "pause")["uid"] == made


@pytest.mark.parametrize("body,headers", [
    (b"", {}), (b"", {"Content-Type": "application/json"}),
    (b"not JSON", {"Content-Type": "application/json"}), (b"{}", {})])
def test_a_body_is_ignored(emulator, body, headers):
    assert manage(emulator, DEMO["ACTIVE"], "pause", body=body, headers=headers).status == 200


def test_a_body_that_is_too_large_is_refused_and_changes_nothing(emulator):
    large = b" " * (1024 * 1024 + 1)
    assert_refused(manage(emulator, DEMO["ACTIVE"], "pause", body=large), 413, "BAD_INPUT", "input")
    reply = emulator.request("POST", "/v1/flows/linkedin-people-enrich/run/schedule", large,
                             {"Content-Type": "application/json"})
    assert_refused(reply, 413, "BAD_INPUT", "input")
    assert [each["status"] for each in schedules(emulator)] == list(DEMO)


def test_methods_and_neighbours_are_no_routes(emulator):
    for method, path in [("POST", SCHEDULES), ("POST", f"{SCHEDULES}/"), ("GET", f"{SCHEDULES}/{DEMO['ACTIVE']}/pause"),
                         ("DELETE", f"{SCHEDULES}/{DEMO['ACTIVE']}"),
                         ("POST", f"{SCHEDULES}/{DEMO['ACTIVE']}/pause/")]:
        assert_refused(emulator.request(method, path), *NOT_FOUND)


@pytest.mark.parametrize("query,statuses", [
    ("?status=ACTIVE", ["ACTIVE"]), ("?status=PAUSED&status=COMPLETED", ["PAUSED", "COMPLETED"]),
    ("?status=COMPLETED&status=PAUSED", ["PAUSED", "COMPLETED"]),
    ("?flow_preset_slug=linkedin-people-enrich", list(DEMO)), ("?flow_preset_slug=other", []),
    ("?flow_preset_slug=other&flow_preset_slug=linkedin-people-enrich&status=PAUSED", ["PAUSED"]),
    (f"?user_uid={uid(1)}", []), ("?limit=2", ["ACTIVE", "PAUSED"]),
    ("?limit=2&offset=1", ["PAUSED", "CANCELLED"]), ("?offset=9", []),
    ("?sort=-uid", list(DEMO)[::-1]), ("?sort=status", ["ACTIVE", "CANCELLED", "COMPLETED", "PAUSED"]),
    ("?sort=next_execution_at&limit=1", ["ACTIVE"]), ("?sort=-created_at", list(DEMO)[::-1])])
def test_the_list_is_filtered_sorted_and_paged(emulator, query, statuses):
    assert [each["status"] for each in schedules(emulator, query)] == statuses


def test_the_list_by_its_member(emulator):
    member = read(emulator, DEMO["ACTIVE"])["user_uid"]
    assert len(schedules(emulator, f"?user_uid={member}&user_uid={uid(1)}")) == 4


def test_ten_is_the_usual_page(emulator):
    made = [schedule(emulator, cron="0 9 * * *") for _ in range(8)]
    found = uids(schedules(emulator))
    assert found == list(DEMO.values()) + sorted(made)[:6]
    assert uids(schedules(emulator, "?limit=100&sort=-uid"))[::-1] == sorted([*DEMO.values(), *made])


@pytest.mark.parametrize("query,message", [
    ("?limit=0", "querystring/limit must be >= 1"),
    ("?limit=101", "querystring/limit must be <= 100"),
    ("?offset=-1", "querystring/offset must be >= 0"),
    ("?status=RUNNING", "querystring/status/0 must be equal to one of the allowed values"),
    ("?user_uid=x", 'querystring/user_uid/0 must match format "uuid"'),
    ("?sort=cron", "querystring/sort/0 must be equal to one of the allowed values"),
    ("?foo=1", "querystring must NOT have additional properties (foo)"),
    ("?workspace_uid=x", 'querystring/workspace_uid/0 must match format "uuid"')])
def test_a_bad_query_is_named(emulator, query, message):
    assert_refused(emulator.get(SCHEDULES + query), 400, "BAD_PARAMETERS", "param", message)


def test_a_pause_keeps_the_cron_and_makes_up_for_nothing(emulator):
    made = schedule(emulator, cron="0 * * * *")
    assert managed(emulator, made, "pause")["cron"] == "0 * * * *"
    managed(emulator, DEMO["ACTIVE"], "pause")
    assert advance(emulator, "PT5H30M") == []
    resumed = managed(emulator, made, "resume")
    assert (resumed["next_execution_at"], resumed["last_executed_at"]) == (
        "2026-01-01T06:00:00.000Z", None)
    assert resumed["updated_at"] == "2026-01-01T05:30:00.000Z"


def test_resumed_at_the_very_minute_it_fires_next_time(emulator):
    made = schedule(emulator, cron="0 9 * * *")
    managed(emulator, made, "pause")
    set_clock(emulator, now="2026-01-01T09:00:00Z")
    assert managed(emulator, made, "resume")["next_execution_at"] == "2026-01-02T09:00:00.000Z"


def test_a_time_missed_while_paused_never_comes(emulator):
    made = schedule(emulator, schedule_at="2026-01-01T01:00:00Z")
    managed(emulator, made, "pause")
    managed(emulator, DEMO["ACTIVE"], "cancel")
    advance(emulator, "PT2H")
    resumed = managed(emulator, made, "resume")
    assert (resumed["status"], resumed["next_execution_at"]) == ("ACTIVE", None)
    assert advance(emulator, "P30D") == []


@pytest.mark.parametrize("wait,first", [("PT1H", "2026-01-01T02:30:00.000Z"),
                                        ("PT3H", "2026-01-02T00:00:00.000Z")])
def test_a_first_time_is_kept_through_a_pause_that_ends_before_it(emulator, wait, first):
    made = schedule(emulator, cron="0 0 * * *", schedule_at="2026-01-01T02:30:00Z")
    managed(emulator, made, "pause")
    advance(emulator, wait)
    assert managed(emulator, made, "resume")["next_execution_at"] == first
