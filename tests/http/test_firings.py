"""When a schedule fires next, with notes where the clocks of its zone change (CONTROL.md "Control API")."""

import pytest
from facts import UNKNOWN, assert_refused
from living import ADA, ENRICH, advance

WORLD = "still"


def schedule(emulator, cron, zone="UTC", **fields):
    reply = emulator.post(f"/v1/flows/{ENRICH}/run/schedule", {
        "inputs": [ADA], "callback": {"url": "http://127.0.0.1:9/"}, "timezone": zone, **({"cron": cron} if cron else {}),
        **fields})
    assert reply.status < 300, reply
    return reply.json["schedule_flow_run_uid"]


def firings(emulator, uid, count=3):
    reply = emulator.get(f"/_emulator/schedules/{uid}/next?count={count}")
    assert reply.status == 200, reply
    return [(each["at"], each["local"], each["note"]) for each in reply.json]


def test_the_next_ones_in_utc_and_in_its_zone(emulator):
    assert firings(emulator, schedule(emulator, "0 9 * * *", "Europe/Paris")) == [
        ("2026-01-01T08:00:00.000Z", "2026-01-01T09:00:00+01:00", None),
        ("2026-01-02T08:00:00.000Z", "2026-01-02T09:00:00+01:00", None),
        ("2026-01-03T08:00:00.000Z", "2026-01-03T09:00:00+01:00", None)]
    assert firings(emulator, schedule(emulator, "30 12 * * 5", "America/St_Johns"), 1) == [
        ("2026-01-02T16:00:00.000Z", "2026-01-02T12:30:00-03:30", None)]


def test_where_clocks_go_forward(emulator):
    advance(emulator, "P86D")  # 2026-03-28
    assert firings(emulator, schedule(emulator, "0 9 * * *", "Europe/Paris")) == [
        ("2026-03-28T08:00:00.000Z", "2026-03-28T09:00:00+01:00", None),
        ("2026-03-29T07:00:00.000Z", "2026-03-29T09:00:00+02:00", "clocks went forward by 01:00 h since the firing before"),
        ("2026-03-30T07:00:00.000Z", "2026-03-30T09:00:00+02:00", None)]
    assert firings(emulator, schedule(emulator, "30 2 * * *", "Europe/Paris")) == [
        ("2026-03-28T01:30:00.000Z", "2026-03-28T02:30:00+01:00", None),
        ("2026-03-29T01:30:00.000Z", "2026-03-29T03:30:00+02:00",
         "02:30 does not exist that day: clocks go forward, so it fires at 03:30"),
        ("2026-03-30T00:30:00.000Z", "2026-03-30T02:30:00+02:00", None)]


def test_where_clocks_go_back(emulator):
    advance(emulator, "P296D")  # 2026-10-24
    assert firings(emulator, schedule(emulator, "30 2 * * *", "Europe/Paris")) == [
        ("2026-10-24T00:30:00.000Z", "2026-10-24T02:30:00+02:00", None),
        ("2026-10-25T00:30:00.000Z", "2026-10-25T02:30:00+02:00", "02:30 comes twice that day: clocks go back"),
        ("2026-10-26T01:30:00.000Z", "2026-10-26T02:30:00+01:00", "clocks went back by 01:00 h since the firing before")]


def test_they_are_those_that_happen(emulator):
    uid = schedule(emulator, "0 9 * * *", "Europe/Paris")
    planned = [at for at, _, _ in firings(emulator, uid, 100)]
    assert len(planned) == 100
    fired = advance(emulator, "P101D")
    assert [each["at"] for each in fired if each.get("schedule") == uid][:100] == planned


def test_one_time_and_none(emulator):
    once = schedule(emulator, None, schedule_at="2026-02-01T00:00:00Z")
    assert firings(emulator, once) == [("2026-02-01T00:00:00.000Z", "2026-02-01T00:00:00+00:00", None)]
    uid = schedule(emulator, "0 9 * * *")
    for action, count in ("pause", 0), ("resume", 3), ("cancel", 0):
        emulator.request("POST", f"/v1/flows/schedules/{uid}/{action}")
        assert len(firings(emulator, uid)) == count


def test_the_first_one_may_be_at_another_hour_than_those_of_the_cron(emulator):
    uid = schedule(emulator, "30 2 * * *", "Europe/Paris", schedule_at="2026-02-01T00:00:00Z")
    assert firings(emulator, uid, 2) == [
        ("2026-02-01T00:00:00.000Z", "2026-02-01T01:00:00+01:00", None),
        ("2026-02-01T01:30:00.000Z", "2026-02-01T02:30:00+01:00", None)]


def test_there_are_fifty_unless_it_is_said(emulator):
    uid = schedule(emulator, "* * * * *")
    assert len(emulator.get(f"/_emulator/schedules/{uid}/next").json) == 50
    assert len(firings(emulator, uid, 500)) == 500
    for count in "0", "501", "x":
        assert_refused(emulator.get(f"/_emulator/schedules/{uid}/next?count={count}"), 400, "BAD_PARAMETERS", "param")


@pytest.mark.parametrize("uid, status", [(UNKNOWN, 404), ("x", 400)])
def test_a_schedule_that_there_is_not(emulator, uid, status):
    assert emulator.get(f"/_emulator/schedules/{uid}/next").status == status
