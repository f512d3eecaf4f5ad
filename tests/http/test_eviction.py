"""--max-workspaces: for one more, the workspace that was used longest ago is forgotten."""

import time

from calling import call, of
from living import advance, launch
from receiver import receiving

WORLD = "still"
RUNNING = "00000000-0000-4000-8000-000000000007"


def count(emulator):
    return emulator.get("/_emulator/info").json["counts"]["workspaces"]


def test_the_one_used_longest_ago_goes(start):
    emulator = start("--max-workspaces", "3")
    a, b, c, d = (emulator.member(key) for key in "abcd")
    for each in (a, b, c):
        assert each.cancel(RUNNING).status == 200
    a.runs()
    assert d.run(RUNNING)["status"] == "RUNNING"
    assert count(emulator) == 3
    assert a.run(RUNNING)["status"] == "STOPPED"
    assert c.run(RUNNING)["status"] == "STOPPED"
    assert b.run(RUNNING)["status"] == "RUNNING", "it came back as a fresh one"
    assert d.run(RUNNING)["workspace_uid"] != a.run(RUNNING)["workspace_uid"]


def test_nothing_of_it_is_left_to_the_next(start):
    emulator = start("--max-workspaces", "1", "--fixture", "demo")
    with receiving() as receiver:
        receiver.answers = [receiver.hold]
        uid = call(emulator, receiver.url())
        advance(emulator, "PT2S")
        receiver.take()
        emulator.post("/_emulator/snapshots/a")
        emulator.post("/_emulator/faults", {"effect": {"status": 503}})
        emulator.request("PUT", "/_emulator/assumptions", b'{"not-cancellable.code":"409"}',
                         {"Content-Type": "application/json"})
        member = emulator.post("/_emulator/reset").json
        emulator.post("/_emulator/faults", {"effect": {"status": 503}})
        other = emulator.member("somebody-else")
        assert other.get(f"/v1/flows/runs/{uid}").status == 404
    assert of(other, uid) == []
    assert other.get("/_emulator/snapshots").json == []
    assert [e["operation"] for e in other.get("/_emulator/journal").json] == ["getFlowRun"]
    assert other.get("/_emulator/faults").json == {"rules": [], "rate_limit": None}
    assert other.get("/_emulator/clock").json["now"] == "2026-01-01T00:00:00.000Z"
    assert other.cancel("00000000-0000-4000-8000-000000000010").status == 422
    assert other.run(RUNNING)["user_uid"] != member["user_uid"]
    fresh = start("--fixture", "demo").member("somebody-else")
    fresh.runs()
    assert other.post("/_emulator/reset").json == fresh.post("/_emulator/reset").json


def test_many_come_and_go(start):
    emulator = start("--max-workspaces", "50")
    members = [emulator.member(f"key-{i}") for i in range(200)]
    for _ in range(3):
        for each in members:
            assert each.cancel(RUNNING).status == 200
            assert each.cancel(RUNNING).status == 422
            each.connection.close()
    assert count(emulator) == 50


def test_one_that_a_fixture_names_stays(start, fixture_file):
    run = {"uid": RUNNING, "status": "RUNNING"}
    emulator = start("--max-workspaces", "1",
                     "--fixture", fixture_file(workspaces=[{"api_key": "pinned", "runs": [run]}]))
    pinned = emulator.member("pinned")
    assert pinned.cancel(RUNNING).status == 200
    reply = emulator.get("/v1/flows/runs")
    assert (reply.status, reply.json["error_label"]) == (429, "LIMIT_REACHED")
    assert (reply.header("Retry-After"), reply.json["retry_after"]) == ("1", 1)
    assert reply.header("X-RateLimit-Remaining") == "0" and reply.header("X-RateLimit-Type")
    assert pinned.run(RUNNING)["status"] == "STOPPED"


def test_one_that_is_waited_for_stays(start):
    emulator = start("--max-workspaces", "2", "--clock", "real")
    with emulator.wire() as wire:
        target = f"/_emulator/wait?run={RUNNING}&status=STOPPED&timeout=20s"
        wire.send(emulator.head("GET", target))
        for key in "abc":
            emulator.member(key).runs()
        assert emulator.cancel(RUNNING).status == 200
        assert emulator.read(wire, "GET", target).json["run"]["status"] == "STOPPED"


def test_one_that_is_waited_for_by_somebody_who_left_goes(start):
    emulator = start("--max-workspaces", "1", "--clock", "real")
    with emulator.wire() as wire:
        wire.send(emulator.head("GET", f"/_emulator/wait?run={RUNNING}&status=STOPPED&timeout=60s"))
        other = emulator.member("somebody-else")
        until = time.monotonic() + 10
        while other.get("/v1/flows/runs").status != 429:
            assert time.monotonic() < until, "nobody waits"
            emulator.runs()
    while other.get("/v1/flows/runs").status != 200:
        assert time.monotonic() < until, "its place is kept"


def test_it_outlives_a_restart(start, tmp_path):
    emulator = start("--max-workspaces", "2", "--db", tmp_path / "db")
    for key in "abc":
        emulator.member(key).cancel(RUNNING)
    emulator.process.stop()
    emulator = start("--max-workspaces", "2", "--db", tmp_path / "db")
    assert [emulator.member(key).run(RUNNING)["status"] for key in "cb"] == ["STOPPED", "STOPPED"]
    assert emulator.member("a").run(RUNNING)["status"] == "RUNNING"
    assert launch(emulator.member("a"))
