"""The clock of a world: real, frozen, or standing at an instant."""

import re
import time

import pytest
from facts import NOW, RUNNING
from process import run_program


def shown(seconds):
    whole = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds))
    return f"{whole}.{int(seconds * 1000) % 1000:03d}Z"


def test_the_clock_of_the_stories_stands_still(emulator):
    assert emulator.reset()["now"] == NOW
    assert emulator.cancel(RUNNING).json["finished_at"] == NOW
    assert emulator.make("QUEUED")["created_at"] == NOW
    assert emulator.reset()["now"] == NOW


@pytest.mark.parametrize("given, means", [
    ("2030-06-01T12:34:56Z", "2030-06-01T12:34:56.000Z"),
    ("2030-06-01T12:34:56.789Z", "2030-06-01T12:34:56.789Z"),
    ("2030-06-01T14:34:56+02:00", "2030-06-01T12:34:56.000Z"),
    ("2030-06-01T08:04:56.5-04:30", "2030-06-01T12:34:56.500Z"),
    ("2024-02-29T00:00:00Z", "2024-02-29T00:00:00.000Z"),
    ("2000-12-31T23:59:59.999Z", "2000-12-31T23:59:59.999Z"),
    ("2100-03-01T00:00:00Z", "2100-03-01T00:00:00.000Z"),
])
def test_an_instant_is_where_the_clock_stands(start, given, means):
    emulator = start("--clock", given)
    assert emulator.process.clock == means
    assert emulator.reset()["now"] == means
    assert emulator.cancel(RUNNING).json["finished_at"] == means


def test_real_time_is_the_systems(start):
    emulator = start("--clock", "real")
    assert emulator.process.clock == "real"
    before = time.time()
    finished = emulator.cancel(RUNNING).json["finished_at"]
    assert shown(before - 0.01) <= finished <= shown(time.time() + 0.001)


def test_real_time_goes_on(start):
    emulator = start("--clock", "real", "--fixture", "empty")
    first = emulator.make()["created_at"]
    deadline = time.monotonic() + 10
    while emulator.make()["created_at"] == first:
        assert time.monotonic() < deadline, "the real clock stands still"
    times = [run["created_at"] for run in emulator.runs("limit=100&sort=-created_at")]
    assert times == sorted(times, reverse=True)


def test_frozen_stands_at_the_start_of_the_world(start):
    before = time.time()
    emulator = start("--clock", "frozen", "--fixture", "empty")
    now = emulator.reset()["now"]
    assert re.fullmatch(r"frozen|20\d\d-.*Z", emulator.process.clock)
    assert shown(before - 0.01) <= now <= shown(time.time() + 0.001)
    assert {emulator.make()["created_at"] for _ in range(50)} == {now}


@pytest.mark.parametrize("clock", ["real", "2026-01-01T00:00:00Z", "1990-01-01T00:00:00Z"])
def test_no_seeded_run_lies_in_the_future(start, clock):
    emulator = start("--clock", clock)
    now = emulator.reset()["now"]
    for run in emulator.runs("limit=100"):
        times = [run[name] for name in ("created_at", "started_at", "finished_at") if run[name]]
        assert times == sorted(times)
        assert times[-1] <= now


def test_a_world_of_the_fixture_may_have_a_clock_of_its_own(start, fixture_file):
    world = fixture_file(workspaces=[
        {"api_key": "later", "clock": "2040-01-01T00:00:00Z", "runs": [{"status": "QUEUED"}]}])
    later = start("--fixture", world).member("later")
    assert later.reset()["now"] == "2040-01-01T00:00:00.000Z"
    run = later.runs()[0]
    assert later.cancel(run["uid"]).json["finished_at"] == "2040-01-01T00:00:00.000Z"
    assert later.member("test-key").reset()["now"] == NOW


@pytest.mark.parametrize("text", [
    "2025-13-01T00:00:00Z", "2025-02-29T00:00:00Z", "2026-01-01", "2026-01-01T00:00:00", "now",
    "tomorrow", "2026-01-01T25:00:00Z", "2026-01-01T00:00:00Zx", ""])
def test_a_clock_that_is_none_is_a_usage_error(text):
    status, _, err = run_program("--port", 0, "--clock", text)
    assert status == 2
    assert "clock" in err
