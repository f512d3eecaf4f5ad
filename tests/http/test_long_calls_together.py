"""Long calls of several keys at once: what becomes of one is not what becomes of another."""

import json
import threading

import pytest

JSON = {"Content-Type": "application/json"}
RUNS = 20000


def state(runs):
    return json.dumps({"version": 1, "runs": runs}).encode()


@pytest.mark.parametrize("durability", [None, "normal", "full"])
def test_one_that_is_refused_takes_nothing_of_another(start, tmp_path, durability):
    options = [] if durability is None else ["--db", tmp_path / "db", "--durability", durability]
    emulator = start("--fixture", "empty", "--log-level", "error", *options)
    emulator.connection.timeout = 300
    other, over, refusals = emulator.member("another-key"), threading.Event(), []
    twice = state([{"status": "RUNNING", "uid": "3c90c3cc-0d44-4b50-8888-8dd25736052a"}] * 2 + [{"status": "RUNNING"}] * 3000)
    assert other.get("/v1/flows/runs").status == 200

    def be_refused():
        while not over.is_set():
            reply = other.request("PUT", "/_emulator/state", twice, JSON)
            refusals.append((reply.status, reply.json["message"]))

    thread = threading.Thread(target=be_refused)
    thread.start()
    reply = emulator.request("PUT", "/_emulator/state", state([{"status": "RUNNING"}] * RUNS), JSON)
    over.set()
    thread.join()
    assert reply.status == 200 and len(reply.json["runs"]) == RUNS
    assert emulator.get("/_emulator/runs?limit=1").header("X-Total-Count") == str(RUNS)
    assert len(emulator.get("/_emulator/state").json["runs"]) == RUNS
    assert set(refusals) == {(400, "body/runs/1 has the same uid, slug or position as one before it")}
