"""--durability full: killed at any instant, nothing that was answered is lost, nothing is doubled."""

import json
import random
import select
import signal
import threading

import pytest
from living import advance

ROUNDS = 200
AT_ONCE = 8
JSON = "Content-Type: application/json"
WORLD = "still"


class Client:
    """A connection that has sent one request and perhaps got its answer."""

    def __init__(self, emulator, method, path, body=b""):
        self.emulator, self.method, self.path = emulator, method, path
        self.wire = emulator.wire()
        self.wire.send(emulator.head(method, path, JSON, f"Content-Length: {len(body)}") + body)

    def answer(self):
        """The status, None when the server died before it answered."""
        with self.wire:
            try:
                reply = self.wire.reply(self.method, self.path)
            except (ConnectionResetError, AssertionError):  # the latter: a reply that breaks off
                return None
            return reply and reply.status


def restart(start, path):
    return start("--db", path, "--durability", "full", "--fixture", "empty", "--journal", "0",
                 "--log-level", "error")


def test_killed_at_any_instant(start, tmp_path):
    """Cancels, ends that are told to a client, and new runs, all at once; then kill -9."""
    chance = random.Random(20261124)
    emulator = restart(start, tmp_path / "db")
    known, acknowledged = set(), 0
    for _ in range(ROUNDS):
        cancels = [emulator.make("RUNNING")["uid"] for _ in range(AT_ONCE)]
        ends = [emulator.make("RUNNING", callback={"url": "http://127.0.0.1:9/"})["uid"]
                for _ in range(AT_ONCE // 2)]
        known |= {*cancels, *ends}
        clients = [(uid, "STOPPED", Client(emulator, "POST", f"/v1/flows/runs/{uid}/cancel"))
                   for uid in cancels]
        clients += [(uid, "SUCCEEDED", Client(emulator, "POST", f"/_emulator/runs/{uid}/events",
                                              b'{"event":"FINISH"}')) for uid in ends]
        new = [f"99999999-9999-4999-8999-{len(known) + i:012}" for i in range(AT_ONCE // 2)]
        known |= set(new)
        clients += [(uid, "QUEUED", Client(emulator, "POST", "/_emulator/runs",
                                           b'{"status":"QUEUED","uid":"%s"}' % uid.encode()))
                    for uid in new]
        threading.Event().wait(chance.random() * 0.008)
        emulator.process.kill()
        answered = [(uid, status) for uid, status, client in clients
                    if client.answer() in (200, 201)]
        acknowledged += len(answered)
        emulator = restart(start, tmp_path / "db")
        for uid, status in answered:
            assert emulator.run(uid)["status"] == status, "an answered change is lost"
        for uid in ends:
            told = emulator.get(f"/_emulator/callbacks?run={uid}").json
            ended = emulator.run(uid)["status"] == "SUCCEEDED"
            assert len(told) == ended, "its end and the telling of it are one"
    assert 0.02 < acknowledged / (2 * AT_ONCE * ROUNDS) < 0.98, "killed too early, or too late"
    listed, offset = set(), 0
    while page := emulator.runs(f"limit=100&offset={offset}"):
        assert not listed & {run["uid"] for run in page}
        listed |= {run["uid"] for run in page}
        offset += 100
    assert listed <= known


def test_requests_that_come_together_share_a_commit(start, tmp_path):
    """While the process stands still they gather; then all are answered, after one commit."""
    emulator = restart(start, tmp_path / "db")
    uids = [emulator.make("RUNNING")["uid"] for _ in range(32)]
    size = (tmp_path / "db-wal").stat().st_size
    emulator.process.send(signal.SIGSTOP)
    clients = [Client(emulator, "POST", f"/v1/flows/runs/{uid}/cancel") for uid in uids]
    emulator.process.send(signal.SIGCONT)
    assert [client.answer() for client in clients] == [200] * 32
    grown = (tmp_path / "db-wal").stat().st_size - size
    assert grown < 32 * 2 * 4096, "fewer pages than 32 commits of their own would write"
    assert advance(emulator, 1000) == []


def test_a_reader_does_not_see_what_may_still_be_lost(start, tmp_path):
    """One after the other on one connection: each answer is that of a file that has it all."""
    emulator = restart(start, tmp_path / "db")
    for _ in range(20):
        uid = emulator.make("RUNNING")["uid"]
        assert emulator.cancel(uid).status == 200
        assert emulator.run(uid)["status"] == "STOPPED"
    emulator.process.kill()
    emulator = restart(start, tmp_path / "db")
    assert len(emulator.runs("limit=100&status=STOPPED")) == 20


@pytest.mark.parametrize("durability", ["normal", "full"])
def test_a_refusal_takes_back_only_itself(start, tmp_path, durability):
    emulator = start("--db", tmp_path / "db", "--durability", durability, "--fixture", "empty")
    uid = emulator.make("RUNNING")["uid"]
    bad = {"version": 1, "runs": [{"status": "RUNNING", "uid": uid}] * 2}
    reply = emulator.request("PUT", "/_emulator/state", json.dumps(bad).encode(),
                             {"Content-Type": "application/json"})
    assert reply.status == 400
    assert emulator.cancel(uid).status == 200
    emulator.process.stop()
    again = start("--db", tmp_path / "db", "--fixture", "empty")
    assert again.run(uid)["status"] == "STOPPED"


def test_a_delay_and_a_reset_come_after_the_commit(start, tmp_path):
    emulator = restart(start, tmp_path / "db")
    uids = [emulator.make("RUNNING")["uid"] for _ in range(2)]
    for uid, fault in zip(uids, ["delay=50ms", "reset-after-commit"], strict=True):
        with emulator.wire() as wire:
            wire.send(emulator.head("POST", f"/v1/flows/runs/{uid}/cancel", f"Emulator-Fault: {fault}"))
            select.select([wire.socket], [], [], 10)
    emulator.process.kill()
    again = restart(start, tmp_path / "db")
    assert [again.run(uid)["status"] for uid in uids] == ["STOPPED"] * 2
