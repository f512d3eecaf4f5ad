"""State and exports carry the workspace's clock, and it goes on from there when they are put back."""

import json

import pytest
from emulator import JSON
from facts import NOW, RUNNING
from living import advance, assert_bad_input, clock, launch, set_clock, status, touch

STATE = "/_emulator/state"
LATER = "2031-05-05T00:00:00.000Z"
EARLIER = "2024-01-01T00:00:00.000Z"


def state(emulator):
    reply = emulator.get(STATE)
    assert reply.status == 200, reply
    return reply.body


def put(emulator, body):
    body = body if isinstance(body, bytes) else json.dumps(body).encode()
    return emulator.request("PUT", STATE, body, JSON)


def is_about(shown, instant, seconds=600):
    """A clock that runs may have gone on since, by the time the test took."""
    return instant <= shown <= f"{instant[:11]}{seconds // 3600:02}:{seconds // 60 % 60:02}:00.000Z"


def test_the_clock_comes_second_and_is_an_instant_when_it_is_frozen(emulator):
    assert list(json.loads(state(emulator))) == ["version", "clock", "flows", "runs", "schedules"]
    assert json.loads(state(emulator))["clock"] == NOW
    advance(emulator, "PT1H")
    assert json.loads(state(emulator))["clock"] == "2026-01-01T01:00:00.000Z"


def test_a_real_clock_that_nobody_set_has_no_time_in_it(start):
    emulator = start("--clock", "real")
    before = state(emulator)
    assert json.loads(before)["clock"] == "real"
    assert put(emulator, before).body == before
    assert state(emulator) == before
    set_clock(emulator, mode="frozen")
    set_clock(emulator, mode="real")
    assert json.loads(state(emulator))["clock"] == "real"


def test_a_real_clock_that_was_set_has_its_mode_and_its_time(emulator):
    set_clock(emulator, mode="real", now=LATER)
    written = json.loads(state(emulator))["clock"]
    assert list(written) == ["mode", "now"] and written["mode"] == "real"
    assert is_about(written["now"], LATER)


def test_it_is_put_back_to_an_earlier_time_and_goes_on_from_there(emulator):
    run = launch(emulator)
    before = state(emulator)
    advance(emulator, "P30D")
    assert status(emulator, run) == "SUCCEEDED"
    reply = put(emulator, before)
    assert (reply.status, reply.body) == (200, before)
    assert (clock(emulator)["now"], status(emulator, run)) == (NOW, "CREATED")
    assert [each["at"] for each in advance(emulator, 200)] == ["2026-01-01T00:00:00.050Z", "2026-01-01T00:00:00.200Z"]


@pytest.mark.parametrize("written", [
    LATER, "2031-05-05T02:00:00+02:00", {"mode": "frozen", "now": LATER}, {"now": "2031-05-05T00:00:00Z"}], ids=str)
@pytest.mark.parametrize("mode", ["real", NOW])
def test_a_frozen_clock_is_read_however_it_is_written(start, mode, written):
    emulator = start("--clock", mode)
    assert put(emulator, {"clock": written, "runs": [{"status": "QUEUED"}]}).status == 200
    assert clock(emulator) == {"mode": "frozen", "now": LATER, "ahead_ms": None, "next_due_at": None}
    assert emulator.runs()[0]["created_at"] == "2031-05-04T23:59:00.000Z"


@pytest.mark.parametrize("now", [EARLIER, LATER])
def test_a_real_clock_that_was_set_runs_on(emulator, now):
    assert put(emulator, {"clock": {"mode": "real", "now": now}}).status == 200
    assert clock(emulator)["mode"] == "real" and is_about(clock(emulator)["now"], now)
    assert is_about(emulator.make()["created_at"], now)


@pytest.mark.parametrize("written", ["real", {"mode": "real"}], ids=str)
def test_a_real_clock_shows_the_time_of_the_system_again(emulator, written):
    set_clock(emulator, now="2099-01-01T00:00:00Z")
    touch(emulator)
    put(emulator, {"clock": written})
    assert clock(emulator)["mode"] == "real" and NOW < clock(emulator)["now"] < "2099"
    assert json.loads(state(emulator))["clock"] == "real"


@pytest.mark.parametrize("written", ["frozen", {"mode": "frozen"}], ids=str)
def test_frozen_is_where_the_clock_of_the_system_stands(emulator, written):
    put(emulator, {"clock": written})
    assert clock(emulator)["mode"] == "frozen" and clock(emulator)["now"] > NOW


def test_without_a_clock_it_stays_as_it_is(emulator):
    advance(emulator, "PT1H")
    put(emulator, {"runs": []})
    assert clock(emulator)["now"] == "2026-01-01T01:00:00.000Z"


@pytest.mark.parametrize("written, message", [
    ("yesterday", "body/clock must be real, frozen, or an instant like 2026-01-01T00:00:00Z"),
    ({"mode": "slow"}, "body/clock/mode must be equal to one of the allowed values"),
    ({"now": "yesterday"}, 'body/clock/now must match format "date-time"'),
    ({"mode": "real", "then": NOW}, "body/clock must NOT have additional properties (then)"),
    ({}, "body/clock must be real, frozen, or an instant like 2026-01-01T00:00:00Z"),
    (7, None), ([], None)], ids=str)
def test_a_clock_that_cannot_be_is_refused_and_changes_nothing(emulator, written, message):
    before = state(emulator)
    assert_bad_input(put(emulator, {"clock": written}), message)
    assert_bad_input(emulator.post("/_emulator/reset", {"clock": written}), message)
    assert state(emulator) == before


def test_a_reset_takes_a_clock_as_a_state_has_it(emulator):
    assert emulator.post("/_emulator/reset", {"clock": {"mode": "frozen", "now": EARLIER}}).json["now"] == EARLIER
    emulator.post("/_emulator/reset", {"clock": {"mode": "real", "now": LATER}})
    assert clock(emulator)["mode"] == "real" and is_about(clock(emulator)["now"], LATER)


def test_a_state_is_a_fixture_whose_clock_every_workspace_has(start, emulator, tmp_path):
    run = launch(emulator)
    advance(emulator, 100)
    (tmp_path / "state.json").write_bytes(state(emulator))
    copy = start("--fixture", tmp_path / "state.json", "--clock", "real")
    for each in copy, copy.member("other"):
        assert state(each) == state(emulator)
        assert each.cancel(run).json["finished_at"] == "2026-01-01T00:00:00.100Z"
    copy.post("/_emulator/reset", {"clock": "real", "fixture": "demo"})
    again = copy.post("/_emulator/reset", {"fixture": str(tmp_path / "state.json")})
    assert again.json["now"] == "2026-01-01T00:00:00.100Z"
    assert copy.post("/_emulator/reset", {"fixture": str(tmp_path / "state.json"), "clock": LATER}).json["now"] == LATER


def test_an_export_has_the_clock_of_each_workspace(start, tmp_path):
    path = tmp_path / "out.json"
    emulator = start("--clock", "real", "--export-on-exit", path)
    other, third = emulator.member("other"), emulator.member("third")
    emulator.runs()
    set_clock(other, mode="frozen", now=EARLIER)
    set_clock(third, mode="real", now=LATER)
    emulator.process.stop()
    first, second, last = (each["clock"] for each in json.loads(path.read_text())["workspaces"])
    assert (first, second, last["mode"]) == ("real", EARLIER, "real") and is_about(last["now"], LATER)
    again = start("--fixture", path, "--clock", NOW)
    assert clock(again)["mode"] == "real" and clock(again)["now"] > NOW
    assert clock(again.member("other"))["now"] == EARLIER
    assert clock(again.member("third"))["mode"] == "real" and is_about(clock(again.member("third"))["now"], LATER)
    assert clock(again.member("somebody-else"))["now"] == NOW


def test_a_state_of_many_workspaces_gives_the_clock_of_its_own(emulator):
    assert put(emulator, {"workspaces": [
        {"api_key": "other", "clock": EARLIER}, {"api_key": emulator.key, "clock": LATER}]}).status == 200
    assert clock(emulator)["now"] == LATER


def test_a_snapshot_has_it_too(emulator):
    advance(emulator, "PT1H")
    emulator.post("/_emulator/snapshots/a")
    before = state(emulator)
    emulator.cancel(RUNNING)
    advance(emulator, "P1D")
    emulator.post("/_emulator/snapshots/a/restore")
    assert state(emulator) == before
