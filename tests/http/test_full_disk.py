"""A database that cannot be written: nothing is half done, nothing is said that is not so.

The disk is full because the server's write-ahead log may not grow (RLIMIT_FSIZE), or because it is a
real file system of 1 MB. All of it holds for both values of --durability.
"""

import json
import os
import resource
import signal
import subprocess
import threading
import time
from contextlib import contextmanager

import pytest
from calling import end, of, settled
from facts import RUNNING, assert_refused
from living import ADA, ENRICH, advance, clock, launch, run_path, set_clock
from receiver import receiving, reply

WORLD = "still"
DECIDED = [part for row in (
    "cancel.status=STOPPED", "cancel.finished-at=set", "cancel.outputs=discard",
    "absent-object=null", "start.code=200", "start.callback=optional", "start.flow-run-uid=set",
    "schedule.code=200", "callback.on=all") for part in ("--assume", row)]
NO_LIMIT = resource.RLIM_INFINITY


@pytest.fixture(params=["normal", "full"])
def durability(request):
    return request.param


@pytest.fixture
def begin(start, tmp_path, durability):
    """A server with a file, where a request was answered before."""
    def begin(*options, **more):
        emulator = start("--db", tmp_path / "world.db", "--durability", durability,
                         "--log-level", "error", *options, **more)
        emulator.runs("limit=1&sort=-created_at")
        return emulator
    return begin


@contextmanager
def full_pipe():
    """The end to be written of a pipe that takes no more."""
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    try:
        while True:
            os.write(writer, b"x")
    except BlockingIOError:
        os.set_blocking(writer, True)
    yield writer
    os.close(reader)
    os.close(writer)


@contextmanager
def full_disk(emulator, tmp_path):
    pid = emulator.process.child.pid
    size = (tmp_path / "world.db-wal").stat().st_size
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, NO_LIMIT))
    try:
        yield
    finally:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (NO_LIMIT, NO_LIMIT))


def state(emulator):
    return emulator.get("/_emulator/state").json


LARGE = {"version": 1, "runs": [{"status": "RUNNING", "inputs": [{"x": "x" * 8_000_000}]}]}  # more than SQLite keeps in memory


def put_state(emulator, state):
    return emulator.request("PUT", "/_emulator/state", json.dumps(state).encode(), {"Content-Type": "application/json"})


def assert_not_stored(reply):
    assert_refused(reply, 500, "INTERNAL_ERROR", "server")


def test_a_cancel_that_cannot_be_stored_did_not_happen(begin, tmp_path):
    emulator = begin()
    with full_disk(emulator, tmp_path):
        assert_not_stored(emulator.cancel(RUNNING))
        assert emulator.run(RUNNING)["status"] == "RUNNING"
    assert emulator.cancel(RUNNING).status == 200


@pytest.mark.parametrize("target, body", [
    (f"/v1/flows/runs/{RUNNING}/cancel", {}),
    (run_path(ENRICH), {"inputs": [ADA]}),
    (f"/v1/flows/{ENRICH}/run/schedule", {"inputs": [ADA], "cron": "0 9 * * *", "callback": {"url": "http://127.0.0.1:9/"}}),
])
def test_without_guesses_no_less(begin, tmp_path, target, body):
    emulator = begin("--strict-fidelity", *DECIDED)
    before = state(emulator)
    with full_disk(emulator, tmp_path):
        assert_not_stored(emulator.post(target, body))
        assert state(emulator) == before


def test_a_clock_that_cannot_be_stored_stands_still(begin, tmp_path):
    emulator = begin()
    uid = launch(emulator)
    before = clock(emulator)
    with full_disk(emulator, tmp_path):
        assert_not_stored(emulator.post("/_emulator/clock/advance", {"by": "PT1M"}))
        assert clock(emulator) == before
    assert emulator.run(uid)["status"] == "CREATED"
    assert len(advance(emulator, "PT1M")) > 0
    assert emulator.run(uid)["status"] == "SUCCEEDED"


def test_what_is_said_of_it_is_lost_where_nobody_reads_it(begin, tmp_path):
    with full_pipe() as log:
        emulator = begin(stderr=log)
        with full_disk(emulator, tmp_path):
            assert_not_stored(emulator.cancel(RUNNING))
            assert emulator.run(RUNNING)["status"] == "RUNNING"
        emulator.process.stop()


def test_a_run_that_cannot_be_stored_has_no_number(begin, tmp_path):
    emulator = begin()
    made = emulator.make()
    with full_disk(emulator, tmp_path):
        assert_not_stored(emulator.post("/_emulator/runs", {"status": "RUNNING"}))
        assert_not_stored(emulator.post(run_path(ENRICH), {"inputs": [ADA]}))
    assert emulator.make()["id"] == made["id"] + 1


def test_what_is_due_meanwhile_is_tried_now_and_then(begin, tmp_path):
    """Not as fast as the machine can: what is said of it grows by a line or two a second."""
    emulator = begin()
    set_clock(emulator, mode="real")
    uid = launch(emulator)
    with full_disk(emulator, tmp_path):
        threading.Event().wait(2)
        said = emulator.process.stderr().splitlines()
    assert 1 <= len(said) <= 12, said
    until = time.monotonic() + 20
    while emulator.run(uid)["status"] != "SUCCEEDED":
        assert time.monotonic() < until
        threading.Event().wait(0.05)


def test_how_a_callback_went_is_written_as_soon_as_it_can_be(begin, tmp_path):
    emulator = begin()
    with receiving() as receiver:
        reached, full = threading.Event(), threading.Event()

        def slowly(connection):
            reached.set()
            full.wait(20)
            connection.sendall(reply(200))

        receiver.answers = [slowly]
        run = end(emulator, receiver.url())
        assert reached.wait(20)
        with full_disk(emulator, tmp_path):
            full.set()
            until = time.monotonic() + 20
            while "database" not in emulator.process.stderr():
                assert time.monotonic() < until
                threading.Event().wait(0.01)
            assert of(emulator, run)[0]["status"] == "RUNNING"
        [delivery] = settled(emulator, run, 1, "SUCCESS")
        assert (delivery["http_status"], delivery["error"]) == (200, None)
        assert len(receiver.take_all(1)) == 1
        assert receiver.is_quiet()


def test_a_key_that_comes_while_the_disk_is_full_has_its_workspace_afterwards(begin, tmp_path):
    emulator = begin()
    new = emulator.member("a-new-key")
    with full_disk(emulator, tmp_path):
        for _ in range(3):
            assert_not_stored(new.get("/v1/flows/runs"))
        assert len(emulator.runs()) == 10, "others are served"
    assert len(new.runs("limit=100")) == 11
    assert new.cancel(RUNNING).status == 200


def test_what_was_set_or_reset_is_as_before(begin, tmp_path):
    emulator = begin()
    assert emulator.cancel(RUNNING).status == 200
    before, shown = state(emulator), clock(emulator)
    path = "/_emulator/assumptions"
    rule = json.dumps({"not-cancellable.code": "409"}).encode()
    with full_disk(emulator, tmp_path):
        assert_not_stored(emulator.post("/_emulator/reset"))
        assert_not_stored(emulator.post("/_emulator/reset", {"fixture": "demo"}))
        assert_not_stored(put_state(emulator, before))
        assert_not_stored(put_state(emulator, LARGE))
        assert_not_stored(emulator.request("PUT", path, rule, {"Content-Type": "application/json"}))
        assert (state(emulator), clock(emulator)) == (before, shown)
        assert emulator.cancel(RUNNING).status == 422
    assert emulator.reset()
    assert emulator.run(RUNNING)["status"] == "RUNNING"


def test_a_long_call_and_what_comes_beside_it_fail_each_for_itself(begin, tmp_path):
    emulator = begin()
    other, before = emulator.member("another-key"), state(emulator)
    run = other.make("RUNNING")["uid"]
    long = json.dumps({"version": 1, "runs": [{"status": "RUNNING"}] * 4000}).encode()
    head = emulator.head("PUT", "/_emulator/state", f"Content-Length: {len(long)}", "Content-Type: application/json")
    with emulator.wire(timeout=60) as wire, full_disk(emulator, tmp_path):
        wire.send(head + long)
        assert_not_stored(other.cancel(run))
        assert other.run(run)["status"] == "RUNNING"
        assert_not_stored(emulator.read(wire, "PUT", "/_emulator/state"))
        assert state(emulator) == before
    assert other.cancel(run).status == 200


def test_the_journal_has_the_reply_that_was_sent(begin, tmp_path):
    emulator = begin()
    with full_disk(emulator, tmp_path):
        reply = emulator.cancel(RUNNING, headers={"X-Request-Id": "lost"})
        assert_not_stored(reply)
        assert reply.header("X-Request-Id") == "lost"
        entries = emulator.get("/_emulator/journal?operation=cancelFlowRun").json
        assert [entry["status"] for entry in entries] == [500]
        assert emulator.get("/_emulator/explain/lost").json["rule"]["error"] == "INTERNAL"


def test_those_who_share_a_commit_share_its_failure(begin, tmp_path):
    """While the process stands still they gather: each has 500, and nothing of any has happened."""
    emulator = begin()
    uids = [emulator.make("RUNNING")["uid"] for _ in range(8)]
    with full_disk(emulator, tmp_path):
        before = state(emulator)
        emulator.process.send(signal.SIGSTOP)
        wires = [emulator.wire() for _ in uids]
        for wire, uid in zip(wires, uids, strict=True):
            wire.send(emulator.head("POST", f"/v1/flows/runs/{uid}/cancel"))
        emulator.process.send(signal.SIGCONT)
        for wire, uid in zip(wires, uids, strict=True):
            with wire:
                assert_not_stored(emulator.read(wire, "POST", f"/v1/flows/runs/{uid}/cancel"))
        assert state(emulator) == before
    assert [emulator.cancel(uid).status for uid in uids] == [200] * 8


SMALL = ("unshare", "-rm", "sh", "-c", 'mount -t tmpfs -o size=1m tmpfs "$0" && exec "$@"')


def test_a_real_disk_that_is_full(start, tmp_path, durability):
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run([*SMALL, disk, "true"], capture_output=True).returncode:
        pytest.skip("no file system can be mounted here")
    options = ("--durability", durability, "--log-level", "error", "--journal", "0")
    emulator = start("--db", disk / "world.db", *options, within=(*SMALL, str(disk)))
    seen = f"/proc/{emulator.process.child.pid}/root{disk}"
    made = [emulator.make("RUNNING")["uid"]]
    with open(f"{seen}/filler", "wb", buffering=0) as filler, pytest.raises(OSError, match="No space"):
        for _ in range(1 << 12):  # not without end, where it is another disk than meant
            filler.write(b"x" * 512)
    while (reply := emulator.post("/_emulator/runs", {"status": "RUNNING", "inputs": [{"x": "x" * 9000}]})).status == 201:
        made.append(reply.json["uid"])
    assert_not_stored(reply)
    assert "database or disk is full" in emulator.process.stderr()
    assert_not_stored(emulator.post("/_emulator/runs", {"status": "RUNNING", "inputs": [{"x": "x" * 9000}]}))
    assert {run["uid"] for run in emulator.runs("limit=100&status=RUNNING")} >= set(made)
    os.unlink(f"{seen}/filler")
    assert emulator.cancel(made[-1]).status == 200
