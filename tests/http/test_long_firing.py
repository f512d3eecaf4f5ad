"""A lot is due: it happens in parts, and everybody else is served between them."""

import http.client
import json
import re
import sqlite3
import threading
from contextlib import closing

import pytest
from emulator import Emulator
from living import advance, clock, put_clock, set_clock, touch
from scheduling import EVERY_MINUTE, MINUTELY, read

MINUTES_OF_THREE_DAYS = 4320
DAY = 86400000  # milliseconds
WORLD = "still"


def metric(emulator, name):
    text = emulator.get("/_emulator/metrics", key=None).body.decode()
    return int(re.search(rf"^edges_emulator_{name} (\d+)", text, re.M)[1])


@pytest.fixture
def every_minute(fixture_file):
    return fixture_file(**EVERY_MINUTE)


class Meanwhile:
    """Does something on a connection of its own, while the story goes on."""

    def __init__(self, emulator, work, patience=90):
        self.member = Emulator(emulator.process, emulator.key)
        self.member.connection.timeout = patience
        self.result = None
        self.thread = threading.Thread(target=self._work, args=(work,))
        self.thread.start()

    def _work(self, work):
        try:
            self.result = work(self.member)
        except (OSError, http.client.HTTPException) as error:
            self.result = error

    def count(self, others):
        """How many calls of somebody else are answered before it is done."""
        calls = 0
        while self.thread.is_alive():
            assert others.get("/_emulator/clock").status == 200
            calls += 1
        return calls

    def join(self):
        self.thread.join()
        return self.result


@pytest.mark.parametrize("durability", ["normal", "full"])
def test_who_changes_something_meanwhile_waits_for_a_slice_at_most(start, every_minute, tmp_path, durability):
    """Each such call waits for its commit; the reply that is released then is sent before the rest fires."""
    emulator = start("--fixture", every_minute, "--db", tmp_path / "world.db", "--durability", durability)
    other = emulator.member("other-key")
    run = other.make("RUNNING")["uid"]
    moving = Meanwhile(emulator, lambda member: advance(member, "P9D"))
    calls = 0
    while moving.thread.is_alive():
        assert other.event(run, "BLOCK").status == 200
        assert other.request("POST", f"/v1/flows/runs/{run}/resume").status == 200
        assert other.event(run, "START").status == 200
        calls += 3
    assert len(moving.join()) >= 3 * MINUTES_OF_THREE_DAYS
    assert calls >= 20


def test_others_are_served_while_a_clock_moves_far(start, every_minute):
    emulator = start("--fixture", every_minute)
    other = emulator.member("other-key")
    moving = Meanwhile(emulator, lambda member: advance(member, "P3D"))
    assert moving.count(other) >= 10
    fired = moving.join()
    emulator = emulator.member(emulator.key)  # the old connection may have been idle for too long
    starts = [each["at"] for each in fired if each.get("schedule") == MINUTELY]
    assert len(starts) == MINUTES_OF_THREE_DAYS
    assert starts == sorted(starts)
    assert starts[0] == "2026-01-01T00:01:00.000Z" and starts[-1] == "2026-01-04T00:00:00.000Z"
    assert clock(emulator)["now"] == "2026-01-04T00:00:00.000Z"
    assert read(emulator, MINUTELY)["last_executed_at"] == "2026-01-04T00:00:00.000Z"


def test_who_looks_meanwhile_sees_all_that_was_due_by_then(start, every_minute):
    """The clock goes along with what has happened: nothing is ever seen late or early."""
    emulator = start("--fixture", every_minute)
    moving = Meanwhile(emulator, lambda member: advance(member, "P3D"))
    looks = 0
    while moving.thread.is_alive():
        before, shown, after = clock(emulator), read(emulator, MINUTELY), clock(emulator)
        assert shown["next_execution_at"] > before["now"]
        assert (shown["last_executed_at"] or "") <= after["now"]
        looks += 1
    assert looks >= 10
    moving.join()


def test_a_stop_does_not_wait_for_a_clock_that_moves_far(start, every_minute):
    emulator = start("--fixture", every_minute)
    moving = Meanwhile(emulator, lambda member: advance(member, "P300D"))
    while metric(emulator, "events_fired_total") == 0:
        pass
    emulator.process.stop()
    assert isinstance(moving.join(), (OSError, http.client.HTTPException))


def test_two_may_move_a_clock_at_once(start, every_minute):
    emulator = start("--fixture", every_minute)
    touch(emulator)

    def move(member):
        return put_clock(member, {"now": "2026-01-04T00:00:00Z"})

    both = [Meanwhile(emulator, move) for _ in range(2)]
    replies = [each.join() for each in both]
    assert [reply.status for reply in replies] == [200, 200]
    assert {reply.json["now"] for reply in replies} == {"2026-01-04T00:00:00.000Z"}
    emulator = emulator.member(emulator.key)
    assert emulator.runs("sort=-created_at&limit=1")[0]["id"] == MINUTES_OF_THREE_DAYS


@pytest.fixture
def far_behind(start, tmp_path, every_minute):
    """Nine days without the server, on a real clock."""
    options = ("--db", tmp_path / "world.db", "--clock", "real", "--fixture", every_minute)
    emulator = start(*options)
    assert emulator.runs() == []
    emulator.process.stop()
    with closing(sqlite3.connect(tmp_path / "world.db")) as db, db:
        db.execute("UPDATE workspace SET clock_at = clock_at + 9 * ?", (DAY,))
    return start(*options)


def test_others_are_served_while_a_workspace_catches_up(far_behind):
    catching = Meanwhile(far_behind, lambda member: member.runs("sort=-created_at&limit=1"))
    assert catching.count(far_behind.member("other-key")) >= 5
    (last,) = catching.join()
    assert last["id"] >= 3 * MINUTES_OF_THREE_DAYS  # it waited until all of it had happened


def stale(emulator):
    """A world in which things should have happened a year ago, on a clock that stands."""
    runs = [{"status": "CREATED", "flow_slug": "own", "inputs": [{}],
             "progress": {"position": 0, "due_at": "2026-01-01T00:01:00Z", "order": n}}
            for n in range(1, 100)]
    state = {"version": 1, "flows": [{"slug": "own", "name": "Own", "steps": ["a"]}], "runs": runs}
    reply = emulator.request("PUT", "/_emulator/state", json.dumps(state).encode(),
                             {"Content-Type": "application/json"})
    assert reply.status == 200, reply


@pytest.mark.parametrize("way_out", ["reset", "state", "restore"])
def test_what_is_thrown_away_does_not_happen_first(start, way_out):
    emulator = start("--clock", "2026-12-31T00:00:00Z")
    assert emulator.post("/_emulator/snapshots/before").status == 201
    stale(emulator)
    if way_out == "reset":
        emulator.reset()
    elif way_out == "restore":
        assert emulator.post("/_emulator/snapshots/before/restore").status == 200
    else:
        reply = emulator.request("PUT", "/_emulator/state", b'{"version": 1}',
                                 {"Content-Type": "application/json"})
        assert reply.status == 200, reply
    assert metric(emulator, "events_fired_total") == 0
    assert len(emulator.runs("limit=100")) < 20


def test_a_clock_that_is_told_twice_where_to_go_gets_there(start):
    emulator = start()
    assert set_clock(emulator, now="2026-01-02T00:00:00Z")["now"] == "2026-01-02T00:00:00.000Z"
    assert set_clock(emulator, now="2026-01-02T00:00:00Z")["now"] == "2026-01-02T00:00:00.000Z"


def test_an_advance_counts_all_and_lists_what_happened(start, every_minute):
    emulator = start("--fixture", every_minute)
    reply = emulator.post("/_emulator/clock/advance", {"by": "PT3M1S"})
    assert reply.header("X-Total-Count") == str(len(reply.json["fired"]))
    assert len(reply.json["fired"]) == 6
