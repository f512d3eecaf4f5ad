"""A long call of one workspace runs in parts: the requests of other keys are served between them, those of its
own key wait. What it builds takes its place as a whole, or not at all."""

import json
import re
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest
from emulator import JSON

RUNS = 8000
MANY = [{"uid": f"{n * 2654435761 % 2**32:08x}-0000-4000-8000-{n:012x}", "status": "RUNNING"} for n in range(RUNS)]
LARGE = json.dumps({"version": 1, "runs": MANY}).encode()
WORLD = "large_world"
STATE = "/_emulator/state"


@pytest.fixture(scope="session")
def large_world(tmp_path_factory):
    """Every key has three runs; the key "large" has many."""
    path = tmp_path_factory.mktemp("large") / "large.json"
    path.write_text(json.dumps({
        "version": 1, "runs": [{"status": "RUNNING"}] * 3,
        "workspaces": [{"api_key": "large", "runs": MANY}]}))  # fmt: skip
    return path


def head(emulator, method, target, body=b"", key="large"):
    lines = [f"Content-Length: {len(body)}", "Content-Type: application/json"] if body else []
    return emulator.head(method, target, *lines, key=key) + body


class Call:
    """A call that was sent on a wire of its own, and has begun: others were answered since."""

    def __init__(self, emulator, method, target, body=b"", key="large"):
        self.emulator, self.target, self.method = emulator, target, method
        self.wire = emulator.wire(timeout=60)
        self.wire.send(head(emulator, method, target, body, key))
        assert emulator.get("/v1/flows/runs?limit=1", key="other").status == 200

    def is_answered(self):
        self.wire.socket.setblocking(False)
        try:
            return self.wire.socket.recv(1, 2) != b""  # MSG_PEEK
        except BlockingIOError:
            return False
        finally:
            self.wire.socket.settimeout(60)

    def reply(self):
        return self.emulator.read(self.wire, self.method, self.target)


def runs(emulator, key="large"):
    reply = emulator.get(STATE, key=key)
    assert reply.status == 200, reply
    return len(reply.json["runs"])


LONG = {
    "first use": ("GET", "/v1/flows/runs?limit=1", b"", 200),
    "GET state": ("GET", STATE, b"", 200),
    "PUT state": ("PUT", STATE, LARGE, 200),
    "reset": ("POST", "/_emulator/reset", b"", 200),
    "snapshot": ("POST", "/_emulator/snapshots/one", b"", 201),
    "restore": ("POST", "/_emulator/snapshots/before/restore", b"", 200),
    "list without an index": ("GET", "/v1/flows/runs?sort=-started_at&limit=100&offset=7900", b"", 200),
    "list that finds nothing": ("GET", "/v1/flows/runs?user_uid=00000000-0000-4000-8000-000000000000", b"", 200),
    "clock": ("PUT", "/_emulator/clock", b'{"now":"2026-02-01T00:00:00Z"}', 200),
}


STORES = {"memory": [], "file": ["--durability", "normal"], "full": ["--durability", "full"]}


@pytest.fixture
def start_large(start, tmp_path):
    """A server in which the keys "large" and "other" have been used."""

    def start_large(store="memory", *options):
        db = [] if store == "memory" else ["--db", tmp_path / "db"]
        emulator = start(*db, *STORES[store], *options)
        emulator.connection.timeout = 60
        assert len(emulator.member("other").runs()) == 3
        return emulator

    return start_large


def use(emulator, key="large"):
    assert emulator.get("/v1/flows/runs?limit=1", key=key).status == 200


@pytest.mark.parametrize("store,name", [*(("memory", name) for name in LONG), ("file", "PUT state"), ("full", "PUT state"),
                                        ("full", "snapshot")])  # fmt: skip
def test_others_are_answered_before_a_long_call_ends(start_large, store, name):
    method, target, body, status = LONG[name]
    emulator = start_large(store)
    other = emulator.member("other")
    run = other.runs()[0]["uid"]
    if name != "first use":
        use(emulator)
    if name == "restore":
        assert emulator.post("/_emulator/snapshots/before", key="large").status == 201
        assert emulator.request("PUT", STATE, b'{"version":1}', JSON, key="large").status == 200, "nothing is as it was"
    call = Call(emulator, method, target, body)
    assert other.cancel(run).status == 200, "another key may change what is its own"
    assert not call.is_answered(), "there are too few runs for this story"
    assert call.reply().status == status
    assert runs(emulator) == RUNS


def test_a_list_that_may_not_guess_is_read_in_parts_too(start_large):
    decided = "absent-object=null", "list.limit=10", "list.order=created_at"
    emulator = start_large("memory", "--strict-fidelity", *(each for one in decided for each in ("--assume", one)))
    use(emulator)
    target = "/v1/flows/runs?sort=-started_at&limit=100&offset=7900"
    reply = Call(emulator, "GET", target).reply()
    assert reply.status == 501
    assert "(list.nulls)" in reply.json["message"]
    reply = emulator.request("PUT", "/_emulator/assumptions", b'{"list.nulls":"last"}', JSON, key="large")
    assert reply.status == 200, reply
    call = Call(emulator, "GET", target)
    assert not call.is_answered(), "there are too few runs for this story"
    assert len(call.reply().json) == 100


def test_a_request_of_the_same_key_waits_for_the_long_call(start_large):
    emulator = start_large()
    use(emulator)
    run = MANY[RUNS // 2]["uid"]
    assert emulator.cancel(run, key="large").status == 200
    call = Call(emulator, "POST", "/_emulator/reset")
    assert emulator.cancel(run, key="large").status == 200, "it is RUNNING again"
    assert call.is_answered()
    call = Call(emulator, "GET", STATE)
    assert emulator.cancel(MANY[1]["uid"], key="large").status == 200
    assert call.is_answered()
    status = {each["uid"]: each["status"] for each in call.reply().json["runs"]}
    assert status[run] == "STOPPED"
    assert status[MANY[1]["uid"]] == "RUNNING", "the call does not see what came after it"


def test_two_first_uses_of_a_key_make_one_workspace(start_large):
    emulator = start_large()
    calls = [Call(emulator, "GET", "/v1/flows/runs?limit=1") for _ in range(3)]
    assert [call.reply().status for call in calls] == [200, 200, 200]
    assert emulator.get("/_emulator/workspaces", key=None).header("X-Total-Count") == "2"
    assert runs(emulator) == RUNS


def test_long_calls_of_one_key_follow_each_other(start_large):
    emulator = start_large()
    use(emulator)
    calls = [Call(emulator, *LONG[name][:3]) for name in ("snapshot", "PUT state", "reset", "GET state", "PUT state")]
    assert [call.reply().status for call in calls] == [201, 200, 200, 200, 200]
    assert runs(emulator) == RUNS


def test_long_calls_of_several_keys_all_come_to_their_end(start_large):
    emulator = start_large()
    keys = [f"key {n}" for n in range(3)]
    calls = [Call(emulator, "PUT", STATE, LARGE, key=key) for key in keys]
    assert [len(call.reply().json["runs"]) for call in calls] == [RUNS] * 3
    assert [runs(emulator, key) for key in keys] == [RUNS] * 3


def test_a_long_call_ends_while_others_come_one_after_the_other(start_large):
    emulator = start_large()
    use(emulator)
    assert Call(emulator, "PUT", STATE, LARGE, key="second").reply().status == 200
    target = "/v1/flows/runs?sort=-started_at&limit=1&offset=7990"
    call = Call(emulator, "PUT", STATE, LARGE)
    with emulator.wire(timeout=60) as second:
        second.send(head(emulator, "GET", target, key="second") * 30)
        for _ in range(24):
            assert emulator.read(second, "GET", target).status == 200
        assert call.is_answered(), "they take half of the time at most"


def test_a_state_that_is_refused_at_its_last_run_leaves_the_old_one(start_large):
    emulator = start_large()
    emulator.reset()
    twice = json.dumps({"version": 1, "runs": [*MANY, MANY[0]]}).encode()
    reply = Call(emulator, "PUT", STATE, twice, key="test-key").reply()
    assert reply.status == 400
    assert f"body/runs/{RUNS} has the same uid" in reply.json["message"]
    assert runs(emulator, "test-key") == 3


@pytest.mark.parametrize("name", ["PUT state", "reset", "snapshot", "restore"])
def test_a_client_that_leaves_in_the_middle_leaves_the_old_state(start_large, name):
    emulator = start_large()
    use(emulator)
    if name == "restore":
        assert emulator.post("/_emulator/snapshots/before", key="large").status == 201
    uid = MANY[7]["uid"]
    assert emulator.cancel(uid, key="large").status == 200
    method, target, body, _ = LONG[name]
    call = Call(emulator, method, target, body)
    assert not call.is_answered()
    call.wire.close()
    assert emulator.get(f"/v1/flows/runs/{uid}", key="large").json["status"] == "STOPPED"
    assert "one" not in [each["name"] for each in emulator.get("/_emulator/snapshots", key="large").json]
    assert Call(emulator, method, target, body).reply().status in (200, 201), "and the next one has the workspace"


def discarded_rows(db):
    """Rows of runs that belong to no workspace, snapshot or template."""
    with closing(sqlite3.connect(db)) as database:
        return database.execute("SELECT count(*) FROM run WHERE workspace > 0"
                                " AND workspace NOT IN (SELECT id FROM workspace)").fetchone()[0]  # fmt: skip


def wait_until_idle(process):
    """It does nothing for half a second: for less, it may wait for the disk."""
    before, times = -1, 0
    while times < 5:
        now = process.cpu_seconds()
        before, times = now, times + 1 if now == before else 0
        time.sleep(0.1)


def written(process):
    """How many bytes it has written into files so far."""
    counts = Path(f"/proc/{process.child.pid}/io").read_text()
    return int(re.search(r"^wchar: (\d+)$", counts, re.M)[1])


def make_until_begun(begin, other):
    """Begins a call; another key makes runs until more is written than they take. (The call, their uids.)"""
    other.make("RUNNING")
    before = written(other.process)
    made = [other.make("RUNNING")["uid"]]
    own = 2 * (written(other.process) - before)
    call = begin()
    while written(other.process) < before + own * len(made) + 100_000:
        made.append(other.make("RUNNING")["uid"])
        assert not call.is_answered(), "there are too few runs for this story"
    return call, made


@pytest.mark.parametrize("store", ["file", "full"])
@pytest.mark.parametrize("end", ["kill", "stop", "leave"])
def test_a_call_that_ends_in_the_middle_leaves_the_old_state(start, start_large, tmp_path, store, end):
    """And what other keys were told beside it is so."""
    emulator = start_large(store)
    emulator.reset()
    run = emulator.runs()[1]["uid"]
    assert emulator.cancel(run).status == 200
    larger = json.dumps({"version": 1, "runs": [{"status": "RUNNING"}] * (3 * RUNS)}).encode()
    call, made = make_until_begun(lambda: Call(emulator, "PUT", STATE, larger, key="test-key"), emulator.member("other"))
    if end == "leave":
        call.wire.close()
        emulator.run(run)
        emulator.process.kill()
    else:
        getattr(emulator.process, end)()
        assert call.wire.rest() == b""
    assert end == "leave" or discarded_rows(tmp_path / "db") > 0, "it had begun"

    again = start("--db", tmp_path / "db")
    assert [each["status"] for each in again.runs()].count("STOPPED") == 1
    assert runs(again, "test-key") == 3
    assert {each["uid"] for each in again.get(STATE, key="other").json["runs"]} >= set(made)
    wait_until_idle(again.process)
    again.process.stop()
    assert discarded_rows(tmp_path / "db") == 0, "what was begun is deleted"


@pytest.mark.parametrize("store", ["file", "full"])
def test_the_log_of_a_file_is_copied_into_it_meanwhile(start_large, tmp_path, store):
    """The -wal begins anew each time that it is in the file, so it stays far smaller than what is written; killed in between,
    the server has lost nothing."""
    emulator = start_large(store)
    for _ in range(3):
        assert Call(emulator, "PUT", STATE, LARGE).reply().status == 200
    assert emulator.cancel(MANY[0]["uid"], key="large").status == 200
    assert (tmp_path / "db-wal").stat().st_size < 12_000_000
    assert (tmp_path / "db").stat().st_size > 1_000_000
    before = emulator.get(STATE, key="large").body
    emulator.process.kill()
    emulator = start_large(store)
    assert emulator.get(STATE, key="large").body == before


@pytest.mark.parametrize("store", ["file", "full"])
def test_the_log_is_copied_also_while_others_read(start_large, tmp_path, store):
    """What they read keeps no checkpoint off, so the -wal does not grow with what is written."""
    emulator = start_large(store)
    wires = [emulator.wire(timeout=60) for _ in range(4)]
    outputs = [{"step_uid": "find", "data": {"text": "x" * 50_000}}]
    state = {"version": 1, "runs": [{"status": "SUCCEEDED", "outputs": outputs}] * 400}
    call, most = Call(emulator, "PUT", STATE, json.dumps(state).encode()), 0
    while not call.is_answered():
        for wire in wires:
            wire.send(head(emulator, "GET", "/v1/flows/runs?limit=1", key="other"))
        for wire in wires:
            assert emulator.read(wire, "GET", "/v1/flows/runs?limit=1").status == 200
        most = max(most, (tmp_path / "db-wal").stat().st_size)
    assert call.reply().status == 200
    assert most < 12_000_000 < (tmp_path / "db").stat().st_size


def test_a_client_that_has_ended_its_own_stream_gets_its_list(start_large):
    """A connection that is half closed looks like one whose client has left."""
    emulator = start_large("memory")
    target = "/v1/flows/runs?sort=-started_at&limit=1&offset=7900"
    with emulator.wire(timeout=60) as wire:
        wire.send(head(emulator, "GET", target))
        wire.no_more()
        assert emulator.read(wire, "GET", target).status == 200


def test_more_runs_than_are_copied_at_once_are_each_there_once(start, tmp_path):
    """Three of four were created at one instant, and each other one a second after the one before."""
    given = {f"{n * 2654435761 % 2**32:08x}-0000-4000-8000-{n:012x}":
             f"2025-01-0{n // 36000 + 1}T{n // 3600 % 10:02}:{n // 60 % 60:02}:{n % 60:02}.000Z" if n % 4 == 3 else "2024-12-31T00:00:00.000Z"
             for n in range(40_000)}  # fmt: skip
    path, db = tmp_path / "many.json", tmp_path / "db"
    path.write_text(json.dumps({"version": 1, "runs": [{"uid": uid, "status": "RUNNING", "created_at": at} for uid, at in given.items()]}))
    emulator = start("--db", db, "--fixture", path)
    emulator.connection.timeout = 60
    assert len(emulator.runs("limit=1")) == 1
    emulator.process.stop()
    with closing(sqlite3.connect(db)) as database:
        rows = database.execute("SELECT uid, created_at FROM runs").fetchall()
    assert len(rows) == len(given)
    assert dict(rows) == given


def test_two_may_load_the_same_fixture_at_once(start, tmp_path):
    """What both are copied from is the same: neither sees a part of it."""
    path = tmp_path / "many.json"
    path.write_bytes(LARGE)
    emulator = start("--fixture", path)
    emulator.connection.timeout = 60
    for key in "one", "two", "other":
        use(emulator, key)
    first, second = (Call(emulator, "POST", "/_emulator/reset", json.dumps({"fixture": str(path)}).encode(), key)
                     for key in ("one", "two"))  # fmt: skip
    for call in first, second:
        reply = call.reply()
        assert (reply.status, reply.json["runs"]) == (200, RUNS)
