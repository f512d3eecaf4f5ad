"""What takes long under sanitizers: these stories run against the build that people run."""

from facts import assert_refused
from living import ADA, advance, clock, flow, put_clock
from scheduling import schedule

PATIENCE = 120  # seconds


def test_more_than_a_million_things_are_not_fired_at_once(start, fixture_file):
    plan = [{"after_ms": 1, "event": "START"}, *[{"after_ms": 0, "step_uid": "a"}] * 99]
    emulator = start("--fixture", fixture_file(flows=[flow(plan)]))
    schedule(emulator, "own", cron="* * * * *", schedule_at="2026-01-01T00:10:00Z")
    emulator.connection.sock.settimeout(PATIENCE)
    before = clock(emulator)
    reply = put_clock(emulator, {"now": "9998-01-01T00:00:00Z"})
    assert_refused(reply, 422, "INVALID_STATUS", "param",
                   "more than 1000000 things are due until then: go there in steps")
    assert clock(emulator) == before
    explained = emulator.get(f"/_emulator/explain/{reply.header('X-Request-Id')}").json
    assert explained["rule"]["error"] == "TOO_MUCH_DUE"
    (step,) = explained["would_have_worked"]
    assert (step["method"], step["path"]) == ("PUT", "/_emulator/clock")
    assert put_clock(emulator, step["body"]).status == 200
    assert emulator.runs() == []
    assert emulator.make("RUNNING")["id"] == 1


def test_more_runs_than_are_kept_in_memory_fire_in_order(start, fixture_file):
    """70,000 with two events each: all first events come before all second ones."""
    plan = [{"after_ms": 50, "event": "QUEUE"}, {"after_ms": 100, "event": "START"}]
    runs = [{"uid": f"77777777-7777-4777-8777-{70000 - n:012d}", "status": "CREATED",
             "flow_slug": "own", "inputs": [ADA],
             "progress": {"position": 0, "due_at": "2026-01-01T00:00:00.050Z", "order": n}}
            for n in range(1, 70001)]
    emulator = start("--fixture", fixture_file(flows=[flow(plan)], runs=runs))
    emulator.connection.timeout = PATIENCE
    fired = advance(emulator, 1000)
    uids = [run["uid"] for run in runs]
    assert [(each["run"], each["event"], each["at"][-5:]) for each in fired] == [
        *((uid, "QUEUE", ".050Z") for uid in uids), *((uid, "START", ".150Z") for uid in uids)]
    assert emulator.run(uids[-1])["status"] == "RUNNING"
