"""A frozen clock goes to an instant, or to the next one at which anything is due (CONTROL.md "Control API")."""

import pytest
from calling import callbacks
from facts import NOW, assert_refused
from living import ADA, ENRICH, clock, launch, put_clock

WORLD = "still"
ADVANCE = "/_emulator/clock/advance"


def go(emulator, **body):
    return emulator.post(ADVANCE, body)


def schedule(emulator, cron):
    reply = emulator.post(f"/v1/flows/{ENRICH}/run/schedule", {
        "inputs": [ADA], "callback": {"url": "http://127.0.0.1:9/"}, "cron": cron, "timezone": "UTC"})
    assert reply.status < 300, reply


def test_it_goes_to_an_instant(emulator):
    launch(emulator)
    reply = go(emulator, to="2026-01-01T00:00:00.200+00:00")
    assert (reply.status, reply.json["now"]) == (200, "2026-01-01T00:00:00.200Z")
    assert [fired["event"] for fired in reply.json["fired"]] == ["QUEUE", "START"]
    assert_refused(go(emulator, to=NOW), 422, "INVALID_STATUS", "param")


@pytest.mark.parametrize("by, now", [
    ("200ms", "2026-01-01T00:00:00.200Z"), ("90s", "2026-01-01T00:01:30.000Z"), ("1h30m0s", "2026-01-01T01:30:00.000Z"),
    ("7d", "2026-01-08T00:00:00.000Z"), ("1.5s", "2026-01-01T00:00:01.500Z"), ("250", "2026-01-01T00:00:00.250Z"),
])  # fmt: skip
def test_it_goes_by_a_short_duration(emulator, by, now):
    assert go(emulator, by=by).json["now"] == now


def test_it_goes_to_the_next_instant_and_fires_all_of_that_instant_and_no_more(emulator):
    first, second = launch(emulator), launch(emulator)
    reply = go(emulator, to="next")
    assert (reply.status, reply.json["now"]) == (200, "2026-01-01T00:00:00.050Z")
    assert [(fired["run"], fired["status"]) for fired in reply.json["fired"]] == [(first, "QUEUED"), (second, "QUEUED")]
    assert go(emulator, to="next").json["now"] == "2026-01-01T00:00:00.200Z"
    assert {emulator.run(run)["status"] for run in (first, second)} == {"RUNNING"}


def test_a_schedule_is_next_too(emulator):
    schedule(emulator, "0 12 * * *")
    reply = go(emulator, to="next")
    assert reply.json["now"] == "2026-01-01T12:00:00.000Z"
    assert [fired["schedule"] is not None for fired in reply.json["fired"]] == [True]


def test_a_retry_of_a_callback_is_next_too(emulator):
    run = launch(emulator, callback={"url": "http://127.0.0.1:9/", "on": "final"})
    go(emulator, by="PT2S")
    assert emulator.get(f"/_emulator/wait?run={run}&callback=PENDING").status == 200
    while len(callbacks(emulator)[0]["attempts"]) < 1:
        pass
    assert callbacks(emulator)[0]["next_attempt_at"] == "2026-01-01T00:00:07.000Z"
    assert clock(emulator)["next_due_at"] == "2026-01-01T00:00:07.000Z"
    assert go(emulator, to="next").json == {"now": "2026-01-01T00:00:07.000Z", "fired": []}


@pytest.mark.parametrize("within, status", [
    (None, 422), ("P30D", 422), ("P31D", 200), (31 * 86400000, 200), ("P365D", 200), (0, 422)])
def test_what_is_too_far_is_named(emulator, within, status):
    schedule(emulator, "0 0 1 2 *")  # 31 days
    body = {"to": "next"} if within is None else {"to": "next", "within": within}
    reply = go(emulator, **body)
    assert reply.status == status
    if status == 200:
        assert reply.json["now"] == "2026-02-01T00:00:00.000Z"
    else:
        assert_refused(reply, 422, "INVALID_STATUS", "param")
        assert "2026-02-01T00:00:00.000Z" in reply.json["message"]
        assert reply.header("Emulator-Hint") == (
            'POST /_emulator/clock/advance {"to":"2026-02-01T00:00:00.000Z"} goes there')
        assert clock(emulator)["now"] == NOW


def test_nothing_is_due(emulator):
    reply = go(emulator, to="next")
    assert_refused(reply, 422, "INVALID_STATUS", "param")
    assert "nothing is due" in reply.json["message"]


def test_a_real_clock_goes_by_itself(emulator):
    put_clock(emulator, {"mode": "real"})
    for body in {"to": "next"}, {"to": "2027-01-01T00:00:00Z"}, {"by": 1}:
        reply = go(emulator, **body)
        assert_refused(reply, 422, "INVALID_STATUS", "param")
        assert "freeze it first" in reply.json["message"]


@pytest.mark.parametrize("body", [
    {}, {"by": 1, "to": "next"}, {"to": "soon"}, {"to": 5}, {"to": "next", "within": "1 day"}, {"to": "next", "within": -1},
    {"by": 1, "within": 1}, {"within": 1}, {"to": "2027-01-01T00:00:00Z", "within": 1}])
def test_it_is_one_of_the_two(emulator, body):
    assert_refused(go(emulator, **body), 400, "BAD_INPUT", "input")
    assert clock(emulator)["now"] == NOW
