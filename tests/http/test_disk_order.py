"""What reaches the disk, and in which order: the server's system calls, as strace shows them.

After a loss of power a file has what was synced, and any part of what was written since. So the order is
what keeps a database whole; killing the process cannot show it, for the kernel then still writes all.
"""

import json
import re
import subprocess
import threading
import time

import pytest
from facts import assert_refused

CALLS = "openat,pwrite64,fsync,fdatasync,io_setup,io_submit,io_getevents,recvfrom,sendmsg"
CALL = re.compile(r"(?P<name>\w+)\((?P<arguments>.*)\) += (?P<result>-?\w+)")
FILE = re.compile(r"\d+<(?P<path>[^>]*)>")
PATIENCE = 20
LARGE = {"version": 1, "runs": [{"status": "RUNNING", "inputs": [{"x": "x" * 1500}]}] * 1000}
NO_LEAKS = {"ASAN_OPTIONS": "detect_leaks=0"}  # a process has one tracer, and that of leaks is another
WITHOUT_AIO = [None, "io_setup:error=ENOSYS", "io_submit:error=EAGAIN"]

pytestmark = pytest.mark.skipif(
    subprocess.run("strace -o /dev/null true", shell=True, capture_output=True).returncode != 0,
    reason="no process can be traced here")


class File:
    def __init__(self):
        self.written = self.durable = self.begun = self.syncs = 0

    def is_durable(self):
        return self.durable == self.written

    def has(self, written):
        self.syncs += written > self.durable
        self.durable = max(self.durable, written)


class Disk:
    """Follows the calls one by one, and complains about the first that comes too early."""

    def __init__(self, path, durability):
        self.database, self.wal, self.files = str(path), f"{path}-wal", {}
        self.full, self.in_progress = durability == "full", None
        self.syncs_before = {}  # by socket: of the log, before its request came
        self.replies = self.copies = self.restarts = self.in_background = 0

    def follow(self, line):
        call = CALL.search(line)
        if call and not call["result"].startswith("-"):
            getattr(self, f"on_{call['name']}", lambda *_: None)(call["arguments"], int(call["result"], 0))

    def file(self, path):
        return self.files.setdefault(path, File())

    def on_openat(self, arguments, _):
        if re.search("O_RDWR|O_WRONLY|O_CREAT", arguments):
            assert f'"{self.database}' in arguments, "a file that is not of the database"

    def on_pwrite64(self, arguments, _):
        path, offset = FILE.match(arguments)["path"], int(arguments.rpartition(" ")[2])
        if path == self.wal and offset == 0:
            assert self.file(self.database).is_durable(), "the log begins anew, and what it had is not on the disk"
            self.restarts += 1
        elif path == self.wal:
            assert self.head_is_durable, "a frame after a head that is not on the disk"
        elif path == self.database and self.wal in self.files:
            assert self.file(self.wal).is_durable(), "a page that could not be restored from the log"
            self.copies += 1
        self.file(path).written += 1
        self.head_is_durable = path != self.wal or offset != 0

    def on_fdatasync(self, arguments, _):
        file = self.file(FILE.match(arguments)["path"])
        file.has(file.written)
        self.head_is_durable = True

    on_fsync = on_fdatasync

    def on_io_submit(self, arguments, _):
        self.in_progress = self.file(FILE.search(arguments.partition("aio_fildes=")[2])["path"])
        self.in_progress.begun = self.in_progress.written

    def on_io_getevents(self, _, count):
        if count:
            self.in_progress.has(self.in_progress.begun)
            self.in_background += 1

    def on_recvfrom(self, arguments, _):
        self.syncs_before[FILE.match(arguments)["path"]] = self.file(self.wal).syncs

    def on_sendmsg(self, arguments, _):
        if "HTTP/1.1 201" in arguments:
            self.replies += 1
            new = self.file(self.wal).syncs - self.syncs_before[FILE.match(arguments)["path"]]
            assert not self.full or new > 0, "a reply to what is not on the disk"


@pytest.fixture
def traced(start, tmp_path):
    """Starts a server whose calls are written to a file: (it, the file)."""
    def traced(*options, inject=None):
        log = tmp_path / "calls"
        strace = ["strace", "-D", "-f", "--seccomp-bpf", "-y", "-s", "16", "-e", "abbrev=none", "-e", f"trace={CALLS}", "-o", str(log)]
        strace += ["-e", f"inject={inject}"] if inject else []
        return start(*options, "--fixture", "empty", "--log-level", "error", env=NO_LEAKS, within=strace), log
    return traced


def calls_of(emulator, log):
    """Stops the server, and waits until its tracer has told its end."""
    emulator.process.stop()
    deadline = time.monotonic() + PATIENCE
    while not (text := log.read_text()).endswith("+++ exited with 0 +++\n"):
        assert time.monotonic() < deadline, text[-1000:]
        time.sleep(0.05)
    return text.splitlines()


def put_state(emulator, state):
    reply = emulator.request("PUT", "/_emulator/state", json.dumps(state).encode(), {"Content-Type": "application/json"})
    assert reply.status == 200, reply


def work(emulator, key="another-key"):
    """Large changes of one workspace, and beside them small ones of another."""
    other = emulator.member(key)
    small = threading.Thread(target=lambda: [other.make("RUNNING") for _ in range(60)])
    small.start()
    for _ in range(4):
        put_state(emulator, LARGE)
    small.join()


@pytest.mark.parametrize("inject", WITHOUT_AIO)
@pytest.mark.parametrize("durability", ["normal", "full"])
def test_nothing_is_overwritten_before_its_copy_is_on_the_disk(traced, tmp_path, durability, inject):
    path = tmp_path / "world.db"
    emulator, log = traced("--db", path, "--durability", durability, inject=inject)
    work(emulator)
    disk = Disk(path, durability)
    for line in calls_of(emulator, log):
        try:
            disk.follow(line)
        except AssertionError as error:
            raise AssertionError(f"{error}: {line}") from None
    assert disk.replies == 60 and disk.copies > 1000 and disk.restarts > 1
    assert (disk.in_background > 0) == (inject is None)


def test_no_file_is_written_but_those_of_the_database(traced, tmp_path):
    """Whatever is sorted: the folder of temporary files may be read-only, or missing."""
    emulator, log = traced()
    runs = [{"status": "RUNNING", "started_at": "2024-01-01T00:00:00Z", "created_at": "2024-01-01T00:00:00Z"}] * 30_000
    put_state(emulator, {"version": 1, "runs": runs})
    assert len(emulator.runs("status=RUNNING&sort=-started_at&limit=100&offset=29950")) == 50
    disk = Disk(tmp_path / "none", "normal")
    for line in calls_of(emulator, log):
        disk.follow(line)


def test_after_a_sync_that_failed_nothing_is_written(start, traced, tmp_path):
    """The kernel tells of it once, and then takes the pages for written."""
    path = tmp_path / "world.db"
    failed = "00" * 16 + "fbffffffffffffff"  # struct io_event: its result is -EIO
    emulator, _ = traced("--db", path, "--durability", "full", inject=f"io_getevents:poke_exit=@arg4={failed}")
    made = []
    while (reply := emulator.post("/_emulator/runs", {"status": "RUNNING", "inputs": [{"x": "x" * 20_000}]})).status == 201:
        made.append(reply.json["uid"])
    assert_refused(reply, 500, "INTERNAL_ERROR", "server")
    assert_refused(emulator.cancel(made[0]), 500, "INTERNAL_ERROR", "server")
    assert emulator.run(made[0])["status"] == "RUNNING"
    assert "the database could not be written to the disk; nothing is written to it any more" in emulator.process.stderr()
    emulator.process.stop()
    again = start("--db", path, "--fixture", "empty")
    assert len(made) > 50
    assert {run["status"] for run in map(again.run, made)} == {"RUNNING"}
