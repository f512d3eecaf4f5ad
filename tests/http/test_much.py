"""What takes long under sanitizers: these stories run against the build that people run."""

from facts import assert_refused
from living import clock, put_clock
from scheduling import schedule


def test_more_than_a_million_things_are_not_fired_at_once(start, fixture_file):
    flow = {"slug": "own", "name": "n", "steps": ["a"], "plan": [{"after_ms": 1, "event": "START"}]}
    emulator = start("--fixture", fixture_file(flows=[flow]))
    schedule(emulator, "own", cron="* * * * *", schedule_at="2026-01-01T00:10:00Z")
    before = clock(emulator)
    assert_refused(put_clock(emulator, {"now": "9998-01-01T00:00:00Z"}), 422, "INVALID_STATUS",
                   "param", "more than 1000000 things are due until then: go there in steps")
    assert clock(emulator) == before
    assert emulator.runs() == []
    assert emulator.make("RUNNING")["id"] == 1
