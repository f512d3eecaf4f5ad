"""GET and PUT /_emulator/clock, POST /_emulator/clock/advance: time, each workspace its own."""

import json
import time
from datetime import datetime

import pytest
from emulator import JSON
from facts import NOW, RUNNING, assert_refused, assert_refused_change
from living import (
    ADA, DEMO_FLOWS, ENRICH, GRACE, advance, assert_bad_input, at, clock, flow, launch, outputs,
    put_clock, resume, set_clock, status,
)
from scheduling import ask, manage

WORLD = "still"

CLOCK, ADVANCE = "/_emulator/clock", "/_emulator/clock/advance"
MIB = 1024 * 1024
LATER = "2027-06-01T12:00:00.000Z"
POLL_SECONDS = 20


def shown(now, mode="frozen", due=None):
    return {"mode": mode, "now": now, "ahead_ms": None, "next_due_at": due}


def test_what_the_clock_shows(emulator):
    reply = emulator.get(CLOCK)
    assert (reply.status, reply.json) == (200, shown(NOW))
    assert list(reply.json) == ["mode", "now", "ahead_ms", "next_due_at"]


def test_the_clock_shows_what_is_due_next(emulator):
    launch(emulator)
    assert clock(emulator) == shown(NOW, due=at("00.050"))
    advance(emulator, 50)
    assert clock(emulator) == shown(at("00.050"), due=at("00.200"))
    advance(emulator, "PT1H")
    assert clock(emulator) == shown("2026-01-01T01:00:00.050Z")


def test_a_cancel_leaves_nothing_due(emulator):
    run = launch(emulator)
    emulator.cancel(run)
    assert clock(emulator) == shown(NOW)


def test_a_real_clock_runs_and_cannot_be_advanced(start):
    emulator = start("--clock", "real")
    first = clock(emulator)
    assert first["mode"] == "real"
    assert_refused_change(emulator.post(ADVANCE, {"by": 1}))
    assert clock(emulator)["now"] >= first["now"]


@pytest.mark.parametrize("by, now", [
    (0, NOW), (1, "2026-01-01T00:00:00.001Z"), (3600000, "2026-01-01T01:00:00.000Z"),
    (86400000, "2026-01-02T00:00:00.000Z"), ("PT0S", NOW), ("PT1S", "2026-01-01T00:00:01.000Z"),
    ("PT0.5S", "2026-01-01T00:00:00.500Z"), ("PT0.001S", "2026-01-01T00:00:00.001Z"),
    ("PT1M", "2026-01-01T00:01:00.000Z"), ("PT1H", "2026-01-01T01:00:00.000Z"),
    ("PT36H", "2026-01-02T12:00:00.000Z"), ("PT90M", "2026-01-01T01:30:00.000Z"),
    ("P1D", "2026-01-02T00:00:00.000Z"), ("P1W", "2026-01-08T00:00:00.000Z"),
    ("P59D", "2026-03-01T00:00:00.000Z"), ("P365D", "2027-01-01T00:00:00.000Z"),
    ("P1DT2H3M4.005S", "2026-01-02T02:03:04.005Z"), ("PT1H0M1S", "2026-01-01T01:00:01.000Z")])
def test_a_frozen_clock_moves_by_what_is_asked(emulator, by, now):
    reply = emulator.post(ADVANCE, {"by": by})
    assert (reply.status, reply.json) == (200, {"now": now, "fired": []})
    assert list(reply.json) == ["now", "fired"]
    assert clock(emulator) == shown(now)


@pytest.mark.parametrize("body, message", [
    ({}, "body must have property 'by' or 'to'"),
    ({"by": -1}, "body/by must be >= 0"),
    ({"by": 1, "foo": 1}, "body must NOT have additional properties (foo)"),
    ({"by": 1, "to": NOW}, "body must have property 'by' or 'to', and not both"),
    ([], "body must be object"), ("PT1H", "body must be object"), (1, "body must be object"),
], ids=json.dumps)
def test_a_bad_advance_is_refused_and_named(emulator, body, message):
    assert_bad_input(emulator.post(ADVANCE, body), message)
    assert clock(emulator) == shown(NOW)


@pytest.mark.parametrize("by", [
    "P1Y", "P1M", "P1Y2M3D", "P1MT1M", "", "P", "PT", "P1DT", "1H", "T1H", "PT1", "P1H", "PT1D",
    "PT1M1H", "PT1S1M", "P1DT1H1D", "-PT1H", "PT-1H", "+PT1H", "PT1H ", " PT1H", "PT1H\n",
    "PT.S", "PT1.S", "PTS", "PT0x1S", "1000 ms", "1h 30m", "30m1h", "1w", "1.5", "tomorrow", "P99999999999999999999W",
    1.5, None, True, [], {}, 10 ** 18, -(10 ** 18)], ids=str)
def test_no_duration_no_advance(emulator, by):
    assert_bad_input(emulator.post(ADVANCE, {"by": by}))
    assert clock(emulator) == shown(NOW)


@pytest.mark.parametrize("value, means", [
    ({"mode": "frozen", "now": "2027-06-01T12:00:00Z"}, LATER),
    ({"now": "2027-06-01T14:00:00+02:00"}, LATER), ({"now": LATER}, LATER),
    ({"mode": "frozen"}, NOW), ({"mode": "frozen", "now": NOW}, NOW), ({"now": NOW}, NOW)])
def test_a_frozen_clock_is_set(emulator, value, means):
    reply = put_clock(emulator, value)
    assert (reply.status, reply.json) == (200, shown(means))
    assert clock(emulator) == shown(means)
    assert emulator.cancel(RUNNING).json["finished_at"] == means


def test_the_clock_never_goes_backwards(emulator):
    emulator.make()
    for value in ({"now": "2025-12-31T23:59:59.999Z"},
                  {"mode": "frozen", "now": "2000-01-01T00:00:00Z"},
                  {"mode": "real", "now": "2025-01-01T00:00:00Z"}):
        assert_refused_change(put_clock(emulator, value))
        assert clock(emulator) == shown(NOW)


def test_a_real_clock_never_goes_backwards(start):
    emulator = start("--clock", "real")
    emulator.make()
    assert_refused_change(put_clock(emulator, {"now": "2000-01-01T00:00:00Z"}))
    assert_refused_change(put_clock(emulator, {"mode": "frozen", "now": "2000-01-01T00:00:00Z"}))
    assert clock(emulator)["mode"] == "real"


def test_a_clock_ahead_of_the_system_runs_on_from_where_it_stands(start):
    emulator = start("--clock", "2199-01-01T00:00:00Z")
    advance(emulator, "PT1H")
    for _ in range(3):
        reply = set_clock(emulator, mode="real")
        assert (reply["mode"], reply["now"][:17]) == ("real", "2199-01-01T01:00:")
    runs_on(emulator, reply["now"])
    assert set_clock(emulator, mode="frozen")["now"] > reply["now"]


@pytest.mark.parametrize("body, message", [
    ({"mode": "stopped"}, "body/mode must be equal to one of the allowed values"),
    ({"mode": "Frozen"}, "body/mode must be equal to one of the allowed values"),
    ({"now": "yesterday"}, 'body/now must match format "date-time"'),
    ({"now": "2027-02-29T00:00:00Z"}, 'body/now must match format "date-time"'),
    ({"now": "2027-01-01T00:00:00"}, 'body/now must match format "date-time"'),
    ({"now": LATER, "foo": 1}, "body must NOT have additional properties (foo)"),
    ({"next_due_at": LATER}, "body must NOT have additional properties (next_due_at)"),
    ([], "body must be object"), (None, "body must be object")], ids=json.dumps)
def test_a_bad_setting_is_refused_and_named(emulator, body, message):
    assert_bad_input(put_clock(emulator, body), message)
    assert clock(emulator) == shown(NOW)


def test_what_lies_between_fires_in_order(emulator):
    run = launch(emulator)
    assert set_clock(emulator, now=at("00.800")) == shown(at("00.800"), due=at("01.400"))
    assert (status(emulator, run), outputs(emulator, run)) == ("RUNNING", [ADA])
    assert emulator.run(run)["started_at"] == at("00.200")
    set_clock(emulator, now=LATER)
    done = emulator.run(run)
    assert (done["status"], done["finished_at"]) == ("SUCCEEDED", at("02.000"))


def test_what_fired_on_the_way_is_not_fired_again(emulator):
    launch(emulator)
    set_clock(emulator, now=LATER)
    assert advance(emulator, "P30D") == []


def test_a_real_clock_may_be_frozen_where_it_is(start):
    emulator = start("--clock", "real")
    before = clock(emulator)["now"]
    frozen = set_clock(emulator, mode="frozen")
    assert frozen["mode"] == "frozen" and frozen["now"] >= before
    assert {clock(emulator)["now"] for _ in range(50)} == {frozen["now"]}
    assert advance(emulator, 0) == []


def runs_on(emulator, since):
    deadline = time.monotonic() + POLL_SECONDS
    while clock(emulator)["now"] == since:
        assert time.monotonic() < deadline, "the clock stands still"
    assert clock(emulator)["now"] > since


def test_a_clock_may_run_on_from_an_instant(emulator):
    reply = set_clock(emulator, mode="real", now="2199-01-01T00:00:00Z")
    assert (reply["mode"], reply["now"][:17]) == ("real", "2199-01-01T00:00:")
    runs_on(emulator, reply["now"])


def test_a_real_clock_set_forward_stays_real(start):
    emulator = start("--clock", "real")
    reply = set_clock(emulator, now="2199-01-01T00:00:00Z")
    assert (reply["mode"], reply["now"][:17]) == ("real", "2199-01-01T00:00:")


def test_a_clock_may_follow_the_system_again(start):
    emulator = start("--clock", "2000-01-01T00:00:00Z")
    before = time.time()
    now = datetime.fromisoformat(set_clock(emulator, mode="real")["now"]).timestamp()
    assert before - 0.01 <= now <= time.time() + 0.01


def test_a_clock_that_follows_the_system_is_not_ahead(emulator):
    assert set_clock(emulator, mode="real")["ahead_ms"] == 0
    assert clock(emulator)["ahead_ms"] == 0


@pytest.mark.parametrize("now", ["2199-01-01T00:00:00Z", "2026-01-01T00:00:01Z"])
def test_a_clock_that_runs_on_says_how_far_it_is_ahead(emulator, now):
    before = time.time()
    ahead = set_clock(emulator, mode="real", now=now)["ahead_ms"]
    wanted = datetime.fromisoformat(now.replace("Z", "+00:00")).timestamp()
    assert (wanted - time.time()) * 1000 - 10 <= ahead <= (wanted - before) * 1000 + 10
    assert clock(emulator)["ahead_ms"] == ahead
    assert set_clock(emulator, mode="frozen")["ahead_ms"] is None


def test_reset_puts_the_clock_back(emulator):
    set_clock(emulator, mode="real", now=LATER)
    assert emulator.reset()["now"] == NOW
    assert clock(emulator) == shown(NOW)


def test_two_workspaces_live_in_different_years(emulator):
    other = emulator.member("another-key")
    set_clock(other, now="2031-05-05T05:05:05Z")
    ours, theirs = launch(emulator), launch(other)
    assert [f["run"] for f in advance(other, "PT1H")] == [theirs] * 5
    assert other.run(theirs)["finished_at"] == "2031-05-05T05:05:07.000Z"
    assert status(emulator, ours) == "CREATED"
    assert clock(emulator) == shown(NOW, due=at("00.050"))
    assert [f["run"] for f in advance(emulator, "PT1H")] == [ours] * 5
    assert clock(other) == shown("2031-05-05T06:05:05.000Z")


LONG = [{"after_ms": 129600000, "event": "QUEUE"}, {"after_ms": 43200000, "event": "START"},
        {"after_ms": 604800000, "step_uid": "a", "count": 2},
        {"after_ms": 0, "step_uid": "b"}, {"after_ms": 864000001, "event": "FINISH"}]


def month(emulator, steps):
    """A month of many runs, in so many equal steps: what fired, and all that can be read."""
    runs = [launch(emulator, slug, [ADA, GRACE]) for slug in ["own", *DEMO_FLOWS] * 3]
    happened = [f for by in steps for f in advance(emulator, by)]
    paths = ["/v1/flows/runs?limit=100", *(f"/v1/flows/runs/{run}/outputs" for run in runs)]
    return happened, clock(emulator), [emulator.get(path).body for path in paths]


def test_one_advance_of_thirty_days_is_thirty_of_one_day(start, fixture_file):
    working_days = {"status": "ACTIVE", "flow_slug": "linkedin-people-enrich", "cron": "0 9 * * 1-5", "inputs": [ADA]}
    options = ("--fixture", "demo", "--fixture", fixture_file(flows=[flow(LONG)], schedules=[working_days]),
               "--random-seed", 7)
    at_once, by_day = month(start(*options), ["P30D"]), month(start(*options), ["P1D"] * 30)
    # three times 5 + 5 + 4 + 4 + 4 + 2 + 3, and at nine of 22 working days a schedule and its run
    assert len(at_once[0]) == 81 + 22 * 6
    assert at_once == by_day


def session(emulator):
    """A bit of everything; what the client sees of it."""
    emulator.reset()
    other, seen = emulator.member("another-key"), []

    def keep(reply):
        seen.append((reply.status, reply.header("X-Request-Id"), reply.body))
        return reply

    for slug in DEMO_FLOWS:
        run = keep(emulator.post(f"/v1/flows/{slug}/run/async", {"inputs": [ADA]})).json["uid"]
        keep(emulator.post(ADVANCE, {"by": 1000}))
        keep(resume(emulator, run))
        keep(emulator.cancel(run))
        keep(other.post(f"/v1/flows/{slug}/run/async", {"inputs": []}))
        keep(emulator.get(f"/v1/flows/runs/{run}/outputs"))
    for world, fields in (emulator, {"cron": "30 2 * * 1"}), (other, {"schedule_at": "2026-01-05T00:00:00Z"}):
        made = keep(ask(world, timezone="Europe/Paris", **fields)).json["schedule_flow_run_uid"]
        keep(world.post(ADVANCE, {"by": "P6D"}))
        keep(manage(world, made, "pause"))
    keep(other.post("/_emulator/runs", {"status": "QUEUED"}))
    keep(emulator.post(ADVANCE, {"by": "P30D"}))
    for world in emulator, other:
        keep(world.get("/v1/flows/runs?limit=100"))
        keep(world.get("/v1/flows/schedules?limit=100"))
        keep(world.get("/_emulator/state"))
        keep(world.get(CLOCK))
    return seen


def test_the_same_seed_gives_the_same_bytes(start):
    first, second = (session(start("--random-seed", 42)) for _ in range(2))
    assert first == second


def test_another_seed_gives_other_uids(start):
    assert launch(start("--random-seed", 1)) != launch(start("--random-seed", 2))


def poll(emulator, run, word):
    """As clients do, until it is so; the statuses on the way."""
    seen, deadline = [], time.monotonic() + POLL_SECONDS
    while not seen or seen[-1] != word:
        assert time.monotonic() < deadline, f"never {word}: {seen}"
        now = status(emulator, run)
        seen += [now] if not seen or seen[-1] != now else []
    return seen


def assert_took_two_seconds(run):
    created, finished = (datetime.fromisoformat(run[k]) for k in ("created_at", "finished_at"))
    assert (finished - created).total_seconds() == 2.0


def test_on_a_real_clock_a_run_ends_by_itself_while_it_is_polled(start):
    emulator = start("--clock", "real")
    run = launch(emulator)
    seen = poll(emulator, run, "SUCCEEDED")
    order = ["CREATED", "QUEUED", "RUNNING", "SUCCEEDED"]
    assert seen == [word for word in order if word in seen]
    assert_took_two_seconds(emulator.run(run))
    assert outputs(emulator, run) == [ADA, ADA]


@pytest.mark.parametrize("end", ["stop", "kill"])
def test_a_database_keeps_a_run_under_way_over_a_restart(start, tmp_path, end):
    options = "--db", tmp_path / "a world.db"
    emulator = start(*options)
    run = launch(emulator)
    advance(emulator, 900)
    before = emulator.run(run), clock(emulator)
    getattr(emulator.process, end)()
    again = start(*options)
    assert (again.run(run), clock(again)) == before
    assert clock(again) == shown(at("00.900"), due=at("01.400"))
    assert [f["at"] for f in advance(again, "PT1H")] == [at("01.400"), at("02.000")]
    assert (status(again, run), outputs(again, run)) == ("SUCCEEDED", [ADA, ADA])


def test_a_real_run_ends_after_a_restart_at_the_time_it_should(start, tmp_path):
    options = "--clock", "real", "--db", tmp_path / "a world.db"
    emulator = start(*options)
    run = launch(emulator)
    emulator.process.stop()
    again = start(*options)
    poll(again, run, "SUCCEEDED")
    assert_took_two_seconds(again.run(run))


@pytest.mark.parametrize("method, path, body", [
    ("GET", CLOCK, b""), ("PUT", CLOCK, b'{"mode":"frozen"}'), ("POST", ADVANCE, b'{"by":1}')])
def test_the_guards_of_the_clock(emulator, method, path, body):
    send = emulator.request
    assert_refused(send(method, path, body, JSON, key=None), 401, "UNAUTHORIZED", "auth")
    assert_refused(send(method, path + "?foo=1", body, JSON), 400, "BAD_PARAMETERS", "param",
                   "querystring must NOT have additional properties (foo)")
    if method != "GET":
        foreign = send(method, path, body, {**JSON, "Origin": "http://page.example"})
        assert_refused(foreign, 403, "FORBIDDEN", "auth")
        assert send(method, path, body, {"Content-Type": "text/plain"}).status == 415
        assert send(method, path, body + b" " * MIB, JSON).status == 413
        assert_bad_input(send(method, path, b"{", JSON))
    assert clock(emulator) == shown(NOW)


def test_a_run_is_created_at_the_time_of_its_own_world(emulator):
    other = emulator.member("another-key")
    set_clock(other, now=LATER)
    assert other.run(launch(other, ENRICH))["created_at"] == LATER
