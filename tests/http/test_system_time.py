"""The system's time jumps, or the process does not run for a while: real clocks, and what is due.

Debian's faketime moves the system's time of one process, by a file; CLOCK_MONOTONIC stays true, but for coverage and evictions,
which measure by it.
"""

import os
import sqlite3
import time
from contextlib import closing
from datetime import datetime, timedelta

import pytest
from covering import counts, report
from living import ADA, clock, flow, run_path
from scheduling import read, schedule

LIBRARY = next((path for path in (f"/usr/lib/{os.uname().machine}-linux-gnu/faketime/libfaketime.so.1",)
                if os.path.exists(path)), None)
needs_faketime = pytest.mark.skipif(LIBRARY is None, reason="the package faketime is not installed")
PATIENCE = 20


class SystemTime:
    def __init__(self, path):
        self.path = path
        self.shift(0)
        self.env = {"LD_PRELOAD": LIBRARY, "FAKETIME_TIMESTAMP_FILE": str(path), "FAKETIME_NO_CACHE": "1",
                    "FAKETIME_DONT_FAKE_MONOTONIC": "1", "DONT_FAKE_MONOTONIC": "1",
                    "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "") + ":verify_asan_link_order=0"}

    def shift(self, seconds):
        self.path.with_suffix(".new").write_text(f"{seconds:+d}\n")
        self.path.with_suffix(".new").rename(self.path)


@pytest.fixture
def system(tmp_path):
    return SystemTime(tmp_path / "shift")


def shown(emulator):
    return datetime.fromisoformat(clock(emulator)["now"].replace("Z", "+00:00"))


@needs_faketime
def test_a_real_clock_goes_on_when_the_system_is_set_back(start, system):
    emulator = start("--clock", "real", "--fixture", "empty", env=system.env)
    before, began = shown(emulator), time.monotonic()
    system.shift(-3600)
    time.sleep(0.3)
    after, elapsed = shown(emulator), time.monotonic() - began
    assert timedelta(seconds=0.29) <= after - before <= timedelta(seconds=elapsed + 0.1)
    assert 3599990 <= clock(emulator)["ahead_ms"] <= 3600100  # two clocks, each rounded to milliseconds
    new = emulator.member("a-key-that-comes-later")
    assert shown(new) < before - timedelta(minutes=59), "it has shown nothing yet"


@needs_faketime
def test_what_is_due_happens_although_the_system_is_set_back(start, system, fixture_file):
    plan = [{"after_ms": 500, "event": "START"}, {"after_ms": 100, "event": "FINISH"}]
    world = fixture_file(flows=[flow(plan)])
    emulator = start("--clock", "real", "--fixture", world, env=system.env)
    run = emulator.post(run_path("own"), {"inputs": [ADA]}).json["uid"]
    system.shift(-3600)
    reply = emulator.get(f"/_emulator/wait?run={run}&status=SUCCEEDED&timeout=20s")
    assert reply.status == 200, reply
    detail = emulator.run(run)
    assert detail["finished_at"] > detail["created_at"]


def test_the_process_rests_after_the_system_was_set(start):
    """It is set to what it is, which tells every process that it was set."""
    emulator = start("--clock", "real")
    emulator.runs()
    try:
        time.clock_settime_ns(time.CLOCK_REALTIME, time.time_ns())
    except PermissionError:
        pytest.skip("this takes the right to set the system's time")
    assert emulator.runs()
    before = cpu_seconds(emulator)
    time.sleep(1)
    assert cpu_seconds(emulator) - before < 0.2


def cpu_seconds(emulator):
    with open(f"/proc/{emulator.process.child.pid}/schedstat") as schedstat:
        return int(schedstat.read().split()[0]) / 1e9


def firings(emulator, made):
    runs = emulator.runs("limit=100&sort=created_at")
    return [run["created_at"] for run in runs if run["scheduled_flow_run_uid"] == made]


@needs_faketime
@pytest.mark.parametrize("rule, count", [(None, 3), ("once", 1), ("skip", 0)])
def test_what_a_schedule_missed_while_the_process_slept(start, system, rule, count):
    assume = ("--assume", f"schedule.asleep={rule}") if rule else ()
    emulator = start("--clock", "real", "--fixture", "demo", *assume, env=system.env)
    emulator.request("PUT", "/_emulator/clock", b'{"mode":"real","now":"2030-01-01T00:10:00Z"}',
                     {"Content-Type": "application/json"})
    made = schedule(emulator, cron="0 * * * *")
    system.shift(3 * 3600)
    assert len(firings(emulator, made)) == count
    assert read(emulator, made)["next_execution_at"] == "2030-01-01T04:00:00.000Z"


@pytest.mark.parametrize("rule, expected", [
    (None, ["2030-01-01T01:00", "2030-01-01T02:00", "2030-01-01T03:00"]),
    ("once", ["2030-01-01T03:10"]), ("skip", [])])
def test_what_a_schedule_missed_while_the_database_was_closed(start, tmp_path, rule, expected):
    """Three hours pass in which no process runs: a real clock is kept as what it differs from the system."""
    options = ("--clock", "real", "--db", tmp_path / "world.db",
               *(("--assume", f"schedule.asleep={rule}") if rule else ()))
    emulator = start(*options)
    emulator.request("PUT", "/_emulator/clock", b'{"mode":"real","now":"2030-01-01T00:10:00Z"}',
                     {"Content-Type": "application/json"})
    made = schedule(emulator, cron="0 * * * *")
    emulator.process.stop()
    with closing(sqlite3.connect(tmp_path / "world.db")) as file, file:
        file.execute("UPDATE workspace SET clock_at = clock_at + 3 * 3600000")
    again = start(*options)
    assert [at[:16] for at in firings(again, made)] == expected
    assert read(again, made)["next_execution_at"] == "2030-01-01T04:00:00.000Z"


@pytest.mark.parametrize("rule", ["each", "once", "skip"])
def test_a_clock_that_is_moved_misses_nothing(start, rule):
    """Neither a frozen one nor a real one."""
    emulator = start("--clock", "2030-01-01T00:10:00Z", "--assume", f"schedule.asleep={rule}")
    made = schedule(emulator, cron="0 * * * *")
    emulator.post("/_emulator/clock/advance", {"by": "PT3H"})
    assert len(firings(emulator, made)) == 3
    emulator.request("PUT", "/_emulator/clock", b'{"mode":"real","now":"2030-01-01T06:10:00Z"}',
                     {"Content-Type": "application/json"})
    assert len(firings(emulator, made)) == 6


@pytest.fixture
def hurried(start):
    """A server for which time runs forty times as fast, CLOCK_MONOTONIC too. It has one workspace."""
    return start("--max-workspaces", "1", env={"LD_PRELOAD": LIBRARY, "FAKETIME": "+0 x40"})


@needs_faketime
def test_a_client_that_waits_half_a_minute_for_a_fault_has_no_timeout(hurried):
    for delay in 10000, 32000:
        reply = hurried.get("/v1/flows/runs", headers={"Emulator-Fault": f"delay={delay}ms", "X-Request-Id": f"wait-{delay}"})
        assert reply.status == 200
    found = {each["rule"]: each["request_ids"] for each in report(hurried)["findings"]}
    assert found["no-timeout"] == ["wait-32000"]


@needs_faketime
def test_what_a_workspace_has_covered_outlives_its_eviction(hurried):
    """Each request has a connection of its own: an idle one is soon closed here."""
    assert hurried.member("first").cancel("00000000-0000-4000-8000-000000000007").status == 200
    until = time.monotonic() + PATIENCE
    while hurried.member("second").get("/v1/flows/runs").status == 429:
        assert time.monotonic() < until
        time.sleep(0.05)
    assert hurried.member("first").get("/v1/flows/runs").status == 429, "its workspace is gone"
    assert counts(hurried, "cancel") == {"RUNNING": 1}
