"""Too little memory for one request is an error of that request: the others are served, and nothing is half done.

The address space of the process is limited when it is ready. Sanitizers need more of it than there
is, so these stories run against the build that people run.
"""

import json
import random
import resource

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


def test_a_reply_that_does_not_fit(tight):
    assert_out_of_memory(tight.get("/_emulator/state"))
    other = tight.member("another-key")
    other.make("RUNNING")
    assert tight.cancel(RUNNING).status == 200
    assert tight.get("/_emulator/health").status == 200
