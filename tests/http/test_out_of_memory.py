"""Too little memory for one request is an error of that request: the others are served, and nothing is half done.

The address space of the process is limited when it is ready. Sanitizers need more of it than there
is, so these stories run against the build that people run.
"""

import http.client
import json
import random
import resource
import threading
import time

import pytest
from facts import RUNNING, assert_refused

MIB = 1024 * 1024
JSON = {"Content-Type": "application/json"}


def address_space(emulator):
    """Bytes."""
    with open(f"/proc/{emulator.process.child.pid}/statm") as statm:
        return int(statm.read().split()[0]) * 4096


@pytest.fixture
def tight(start):
    """A server that can take 24 MiB more than it has, with 30 MiB of outputs: no two are the same, nor a part of one."""
    emulator = start("--fixture", "empty")
    emulator.connection.timeout = 60
    emulator.make("RUNNING", uid=RUNNING)
    noise = random.Random(1)
    for _ in range(34):
        text = noise.randbytes(MIB * 7 // 16).hex()
        emulator.make("FAILED", outputs=[{"step_uid": "a", "data": {"text": text}}])
    limit = address_space(emulator) + 24 * MIB
    resource.prlimit(emulator.process.child.pid, resource.RLIMIT_AS, (limit, limit))
    return emulator


def assert_out_of_memory(reply):
    assert_refused(reply, 500, "INTERNAL_ERROR", "server")
    assert reply.json["message"] == "out of memory: nothing was changed"
    assert reply.header("Emulator-Hint") == "ask for less at once, or give the emulator more memory"


def assert_as_before(emulator):
    assert [run["uid"] for run in emulator.runs("offset=34&sort=-created_at")] == [RUNNING]


def large_state(runs):
    body = {"version": 1, "runs": [{"status": "RUNNING", "outputs": [
        {"step_uid": "a", "data": {"text": "y" * MIB}}]}] * runs}
    return json.dumps(body).encode()


def test_a_body_that_does_not_fit(tight):
    assert_out_of_memory(tight.request("PUT", "/_emulator/state", large_state(48), JSON))
    assert_as_before(tight)
    assert tight.cancel(RUNNING).status == 200


def test_a_state_that_cannot_be_stored(tight):
    """Its body fits, but not what is made of it."""
    assert_out_of_memory(tight.request("PUT", "/_emulator/state", large_state(11), JSON))
    assert_as_before(tight)
    assert tight.cancel(RUNNING).status == 200


def test_many_parts_that_do_not_fit(tight):
    """A tree of small values, each in memory of its own."""
    body = b'{"version":1,"flows":[' + b",".join([b"{}"] * 450000) + b"]}"
    assert_out_of_memory(tight.request("PUT", "/_emulator/state", body, JSON))
    assert tight.cancel(RUNNING).status == 200


def test_an_error_says_whether_the_change_was_made(start, tmp_path):
    """A state of some size fits, but not its reply beside it."""
    emulator, told = start("--fixture", "empty", "--db", tmp_path / "db"), set()
    limit = address_space(emulator) + 24 * MIB
    resource.prlimit(emulator.process.child.pid, resource.RLIMIT_AS, (limit, limit))
    for runs in range(2, 28):
        emulator.request("PUT", "/_emulator/state", b'{"version": 1}', JSON)
        output = {"step_uid": "a", "data": {"text": "y" * (MIB // 4)}}
        body = {"version": 1, "runs": [{"status": "RUNNING", "outputs": [output]}] * runs}
        reply = emulator.request("PUT", "/_emulator/state", json.dumps(body).encode(), JSON)
        said = reply.status == 200 or reply.json["message"]
        told.add(said)
        there = {True: runs, "out of memory: nothing was changed": 0,
                 "out of memory for the reply: what was changed stays changed": runs}  # fmt: skip
        listed = emulator.get("/_emulator/runs?limit=1")
        assert int(listed.header("X-Total-Count")) == there[said]
    assert told == {*there}


def test_a_reply_that_does_not_fit(tight):
    assert_out_of_memory(tight.get("/_emulator/state"))
    other = tight.member("another-key")
    other.make("RUNNING")
    assert tight.cancel(RUNNING).status == 200
    assert tight.get("/_emulator/health").status == 200


@pytest.mark.parametrize("mib", range(22, 38, 2))
def test_what_others_did_stays(start, mib):
    """A state takes the last memory, at another moment each time, while another key makes runs."""
    emulator, made = start("--fixture", "empty", "--log-level", "error"), set()
    other, over = emulator.member("another-key"), threading.Event()
    emulator.get("/v1/flows/runs")
    other.get("/v1/flows/runs")
    limit = address_space(emulator) + mib * MIB
    resource.prlimit(emulator.process.child.pid, resource.RLIMIT_AS, (limit, limit))

    def make():
        while not over.is_set():
            reply = patiently(other, lambda: other.post("/_emulator/runs", {"status": "RUNNING"}))
            made.add(reply.json["uid"])

    thread = threading.Thread(target=make)
    thread.start()
    body = json.dumps({"version": 1, "runs": [{"status": "RUNNING"}] * 60000})
    reply = emulator.request("PUT", "/_emulator/state", body.encode(), JSON)
    over.set()
    thread.join()
    assert_refused(reply, 500, "INTERNAL_ERROR", "server")
    assert reply.json["message"].startswith("out of memory")
    listed = {run["uid"] for offset in range(0, 2 * len(made), 100)
              for run in patiently(other, lambda: other.get(f"/v1/flows/runs?limit=100&offset={offset}")).json}  # fmt: skip
    assert made and listed >= made


def patiently(emulator, call):
    """The reply, when memory that somebody else took has been given back. Meanwhile there is too
    little for a connection, or for a request."""
    end = time.monotonic() + 20
    while time.monotonic() < end:
        try:
            reply = call()
        except (http.client.HTTPException, ConnectionError):
            assert emulator.process.is_running()
            emulator.connection.close()
            continue
        if reply.status < 300:
            return reply
        assert_out_of_memory(reply)
        time.sleep(0.01)
    raise AssertionError("the memory was never given back")
