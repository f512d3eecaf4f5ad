"""Long calls of several keys at once: what becomes of one is not what becomes of another."""

import json
import random
import threading

import pytest

JSON = {"Content-Type": "application/json"}
RUNS = 12000


def state(runs):
    return json.dumps({"version": 1, "runs": runs}).encode()


@pytest.fixture(params=[None, "normal", "full"], ids=["memory", "normal", "full"])
def options(request, tmp_path):
    return [] if request.param is None else ["--db", tmp_path / "db", "--durability", request.param]


def test_one_that_is_refused_takes_nothing_of_another(start, options):
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


TWICE = [{"status": "RUNNING", "uid": "3c90c3cc-0d44-4b50-8888-8dd25736052a"}] * 2


class Client:
    """Calls one key at random, and knows how many runs it has."""

    def __init__(self, emulator, seed):
        self.emulator, self.chance = emulator, random.Random(seed)
        self.at_start = self.runs = self.total()
        self.saved = None

    def total(self):
        reply = self.emulator.get("/_emulator/runs?limit=1")
        assert reply.status == 200
        return int(reply.header("X-Total-Count"))

    def act(self):
        self.chance.choice([self.put, self.put, self.be_refused, self.get, self.reset, self.save, self.restore, self.make])()
        assert self.total() == self.runs

    def put(self):
        self.runs = self.chance.choice([5, 300, 3500])
        reply = self.emulator.request("PUT", "/_emulator/state", state([{"status": "RUNNING"}] * self.runs), JSON)
        assert (reply.status, len(reply.json["runs"])) == (200, self.runs)

    def be_refused(self):
        others = [{"status": "RUNNING"}] * self.chance.choice([5, 300, 3500])
        body = state(self.chance.choice([TWICE + others, others + TWICE]))
        assert self.emulator.request("PUT", "/_emulator/state", body, JSON).status == 400

    def get(self):
        assert len(self.emulator.get("/_emulator/state").json["runs"]) == self.runs

    def reset(self):
        assert self.emulator.post("/_emulator/reset").status == 200
        self.runs = self.at_start

    def save(self):
        assert self.emulator.post("/_emulator/snapshots/s").json["runs"] == self.runs
        self.saved = self.runs

    def restore(self):
        if self.saved is not None:
            assert self.emulator.post("/_emulator/snapshots/s/restore").status == 200
            self.runs = self.saved

    def make(self):
        self.emulator.make("RUNNING")
        self.runs += 1


def test_each_key_has_what_its_own_calls_left(start, options):
    emulator = start("--fixture", "demo", "--log-level", "error", *options)
    failures = []

    def call(seed):
        member = emulator.member(f"key-{seed}")
        member.connection.timeout = 300
        try:
            client = Client(member, seed)
            for _ in range(25):
                client.act()
        except BaseException as failure:
            failures.append(failure)

    threads = [threading.Thread(target=call, args=(seed,)) for seed in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
