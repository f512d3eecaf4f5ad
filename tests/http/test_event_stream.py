"""The stream of events tells which areas have changed, by a version number of each, and never what is in them
(PAGE.md "Live by version numbers")."""

import http.client
import json
import time
from contextlib import closing

import pytest
from facts import RUNNING, VENDOR
from living import ADA, ENRICH, advance, launch, put_clock
from reply import Reply

WORLD = "still"
AREAS = ["runs", "schedules", "callbacks", "clock", "journal", "faults", "assumptions", "workspaces", "coverage"]
JSON = {"Content-Type": "application/json"}
DEADLINE = 10  # seconds


class Stream:
    def __init__(self, emulator, **headers):
        self.connection = http.client.HTTPConnection(emulator.host, emulator.port, timeout=DEADLINE)
        self.connection.request("GET", "/_emulator/events", headers=headers or {"X-API-Key": emulator.key})
        self.reply = self.connection.getresponse()

    def next(self):
        """The areas and numbers of the next event; None: the stream has ended."""
        lines = []
        while (line := self.reply.readline()) not in (b"\n", b""):
            lines.append(line)
        if not lines:
            return None
        event, data = lines
        assert event == b"event: versions\n"
        assert data.startswith(b"data: ")
        return json.loads(data[6:])

    def until(self, *areas):
        """The areas of all events until each of these has come."""
        seen = set()
        while not set(areas) <= seen:
            seen |= set(self.next())
        return seen

    def close(self):
        self.reply.close()
        self.connection.close()


@pytest.fixture
def stream(emulator):
    emulator.runs()
    with closing(Stream(emulator)) as opened:
        yield opened


def test_it_begins_with_every_area(emulator, stream):
    emulator.record(Reply("GET", "/_emulator/events", stream.reply.status, stream.reply.getheaders(), b""))
    assert stream.reply.status == 200
    assert stream.reply.getheader("Content-Type") == "text/event-stream; charset=utf-8"
    assert stream.reply.getheader("Cache-Control") == "no-store"
    first = stream.next()
    assert list(first) == AREAS
    assert {type(number) for number in first.values()} == {int}


def put(emulator, path, value):
    assert emulator.request("PUT", path, json.dumps(value).encode(), JSON).status == 200


# What somebody does, and the areas that it changes.
CHANGES = {
    "a read of the API": (lambda e: e.run(RUNNING), {"journal", "coverage"}),
    "a cancel": (lambda e: e.cancel(RUNNING), {"runs", "journal", "coverage", "workspaces"}),
    "a cancel that is refused": (lambda e: e.cancel("x"), {"journal", "coverage"}),
    "an event by hand": (lambda e: e.event(RUNNING, "BLOCK"), {"runs", "workspaces"}),
    "a run by hand": (lambda e: e.make(), {"runs", "workspaces"}),
    "the clock": (lambda e: put_clock(e, {"mode": "real"}), {"clock", "workspaces"}),
    "a fault rule": (lambda e: e.post("/_emulator/faults", {"effect": {"status": 503}}), {"faults"}),
    "an assumption": (
        lambda e: put(e, "/_emulator/assumptions", {"list.limit": "20"}), {"assumptions", "workspaces"}),
    "an empty journal": (lambda e: e.request("DELETE", "/_emulator/journal"), {"journal"}),
    "a reset": (lambda e: e.reset(), set(AREAS) - {"coverage"}),
    "a schedule": (
        lambda e: e.post(f"/v1/flows/{ENRICH}/run/schedule", {
            "inputs": [ADA], "callback": {"url": "http://127.0.0.1:9/"}, "cron": "0 * * * *", "timezone": "UTC"}),
        {"schedules", "journal", "coverage", "workspaces"}),
    "a label": (lambda e: e.get("/_emulator/clock", headers={"Emulator-Label": "me"}), {"workspaces"}),
    "a state": (lambda e: put(e, "/_emulator/state", {"version": 1}), {"runs", "schedules", "callbacks", "clock", "workspaces"}),
}


@pytest.mark.parametrize("what", CHANGES)
def test_a_change_is_told_of_its_areas_alone(emulator, stream, what):
    change, areas = CHANGES[what]
    stream.next()
    change(emulator)
    assert areas <= stream.until(*areas) <= areas | ({"assumptions"} if what == "a state" else set())


def test_a_fault_that_is_met_is_a_change_of_faults(emulator):
    emulator.post("/_emulator/faults", {"nth": 2, "effect": {"status": 503}})
    with closing(Stream(emulator)) as stream:
        stream.next()
        emulator.runs()
        assert stream.until("faults", "journal") == {"faults", "journal", "coverage"}


def test_outputs_and_callbacks_that_the_clock_brings_are_told(emulator, stream):
    launch(emulator, callback={"url": "http://127.0.0.1:9/hook"})
    stream.next()
    advance(emulator, "PT1H")
    assert stream.until("runs", "callbacks", "clock")


def test_calls_of_the_control_api_that_read_change_nothing(emulator, stream):
    stream.next()
    for path in "/_emulator/clock", "/_emulator/journal", "/_emulator/runs", f"/_emulator/runs/{VENDOR}/life", "/_emulator/workspaces":
        assert emulator.get(path).status == 200
    emulator.run(RUNNING)
    assert not stream.until("journal") & {"runs", "schedules", "callbacks", "clock", "faults", "assumptions"}


def test_another_workspace_is_told_of_in_the_list_alone(emulator, stream):
    stream.next()
    emulator.member("other").cancel(RUNNING)
    assert stream.until("workspaces", "coverage") == {"workspaces", "coverage"}


def test_many_changes_are_told_together(emulator, stream):
    stream.next()
    begun = time.monotonic()
    for _ in range(300):
        emulator.run(RUNNING)
    last = emulator.get("/_emulator/journal?limit=1").header("X-Total-Count")
    events, number = 0, 0
    while number < int(last):
        number = stream.next()["journal"]
        events += 1
    assert events <= (time.monotonic() - begun) * 10 + 1


def test_it_is_in_no_journal(emulator):
    stream = Stream(emulator, **{"X-API-Key": "test-key", "X-Request-Id": "my-stream"})
    stream.next()
    stream.close()
    assert emulator.get("/_emulator/journal").json == []
    assert emulator.get("/_emulator/explain/my-stream").status == 404


def test_it_is_read_by_the_uid_of_a_workspace(start):
    emulator = start("--page", "read-only")
    workspace = emulator.reset()["workspace_uid"]
    with closing(Stream(emulator, **{"Emulator-Workspace": workspace})) as stream:
        assert list(stream.next()) == AREAS
        emulator.cancel(RUNNING)
        assert "runs" in stream.until("runs")


def test_there_are_thirty_two_at_once_and_one_that_closes_makes_room(emulator):
    streams = [Stream(emulator) for _ in range(32)]
    for stream in streams:
        assert list(stream.next()) == AREAS
    refused = emulator.get("/_emulator/events")
    assert (refused.status, refused.header("Retry-After"), refused.json["error_label"]) == (503, "5", "LIMIT_REACHED")
    streams.pop().close()
    until = time.monotonic() + DEADLINE
    while (reopened := Stream(emulator)).reply.status == 503:
        reopened.close()
        assert time.monotonic() < until
    assert list(reopened.next()) == AREAS
    emulator.cancel(RUNNING)
    for stream in [*streams, reopened]:
        assert "runs" in stream.until("runs")
        stream.close()


def test_a_server_that_stops_ends_it(start):
    emulator = start()
    streams = [Stream(emulator) for _ in range(3)]
    for stream in streams:
        stream.next()
    emulator.process.stop()
    for stream in streams:
        with pytest.raises((http.client.IncompleteRead, ConnectionError, AssertionError)):
            stream.reply.read()
            raise AssertionError
        stream.close()


def test_a_workspace_that_is_given_to_another_key_ends_it(start, tmp_path):
    options = "--db", tmp_path / "db", "--max-workspaces", 1
    emulator = start(*options)
    workspace = emulator.reset()["workspace_uid"]
    emulator.process.stop()
    emulator = start(*options)
    with closing(Stream(emulator, **{"Emulator-Workspace": workspace})) as stream:
        stream.next()
        emulator.member("other").runs()
        assert stream.next() is None


def test_a_disk_does_not_hold_it(start, tmp_path):
    emulator = start("--db", tmp_path / "db", "--durability", "full")
    emulator.reset()
    with closing(Stream(emulator)) as stream:
        stream.next()
        emulator.cancel(RUNNING)
        assert "runs" in stream.until("runs")
