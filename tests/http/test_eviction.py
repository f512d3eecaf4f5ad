"""--max-workspaces: for one more, the workspace that was used longest ago is forgotten, but none that was
used within the last minute. After a restart none has been used yet."""

import time
from contextlib import ExitStack

from calling import call, of
from living import advance, launch
from receiver import receiving

WORLD = "still"
RUNNING = "00000000-0000-4000-8000-000000000007"


def count(emulator):
    return emulator.get("/_emulator/info").json["counts"]["workspaces"]


def assert_full(reply):
    assert (reply.status, reply.json["error_label"]) == (429, "LIMIT_REACHED")
    assert "--max-workspaces" in reply.header("Emulator-Hint")


def restarted(start, emulator, *options):
    emulator.process.stop()
    return start(*options)


def test_one_that_was_used_a_moment_ago_stays(start):
    emulator = start("--max-workspaces", "3")
    members = [emulator.member(key) for key in "abc"]
    for each in members:
        assert each.cancel(RUNNING).status == 200
    for key in range(50):
        assert_full(emulator.member(f"key-{key}").get("/v1/flows/runs"))
        assert_full(emulator.member(f"key-{key}").post("/_emulator/reset"))
    assert count(emulator) == 3
    assert [each.run(RUNNING)["status"] for each in members] == ["STOPPED"] * 3


def test_the_one_used_longest_ago_goes(start, tmp_path):
    options = "--max-workspaces", "3", "--db", tmp_path / "db"
    emulator = start(*options)
    for key in "abc":
        assert emulator.member(key).cancel(RUNNING).status == 200
    emulator = restarted(start, emulator, *options)
    a, b, c, d = (emulator.member(key) for key in "abcd")
    c.runs()
    a.runs()
    assert d.run(RUNNING)["status"] == "RUNNING"
    assert count(emulator) == 3
    assert a.run(RUNNING)["status"] == "STOPPED"
    assert c.run(RUNNING)["status"] == "STOPPED"
    assert d.run(RUNNING)["workspace_uid"] != a.run(RUNNING)["workspace_uid"]
    assert_full(b.get("/v1/flows/runs"))
    emulator = restarted(start, emulator, *options)
    assert emulator.member("b").run(RUNNING)["status"] == "RUNNING", "it came back as a fresh one"


def test_one_that_a_fixture_names_stays(start, fixture_file):
    run = {"uid": RUNNING, "status": "RUNNING"}
    emulator = start("--max-workspaces", "1",
                     "--fixture", fixture_file(workspaces=[{"api_key": "pinned", "runs": [run]}]))
    pinned = emulator.member("pinned")
    assert pinned.cancel(RUNNING).status == 200
    reply = emulator.get("/v1/flows/runs")
    assert (reply.status, reply.json["error_label"]) == (429, "LIMIT_REACHED")
    assert (reply.header("Retry-After"), reply.json["retry_after"]) == ("1", 1)
    assert reply.header("X-RateLimit-Remaining") == "0" and \
        reply.header("X-RateLimit-Type") == "/v1/flows/runs"
    assert pinned.run(RUNNING)["status"] == "STOPPED"


def prepare_much(emulator, receiver):
    """Everything that a workspace can hold; the uid of a run of it."""
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
    return uid, member


def assert_nothing_is_left(start, other, uid, member):
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


def test_what_holds_a_minute_after_the_last_use(start):
    """One wait for three stories: it is a minute of real time."""
    much = start("--max-workspaces", "1", "--fixture", "demo")
    waited = start("--max-workspaces", "2", "--clock", "real")
    left = start("--max-workspaces", "1", "--clock", "real")
    with ExitStack() as stack:
        uid, member = prepare_much(much, stack.enter_context(receiving()))
        wire = stack.enter_context(waited.wire())
        target = f"/_emulator/wait?run={RUNNING}&status=STOPPED&timeout=120s"
        wire.send(waited.head("GET", target))
        with left.wire() as gone:
            gone.send(left.head("GET", target))
            left.runs()
        waited.member("a").cancel(RUNNING)
        assert_full(waited.member("b").get("/v1/flows/runs"))
        time.sleep(61)
        assert_nothing_is_left(start, much.member("somebody-else"), uid, member)
        for key in "bc":
            reply = waited.member(key).get("/v1/flows/runs")
            assert reply.status == (200 if key == "b" else 429)
        assert waited.cancel(RUNNING).status == 200
        assert waited.read(wire, "GET", target).json["run"]["status"] == "STOPPED"
        assert left.member("somebody-else").get("/v1/flows/runs").status == 200


def test_it_outlives_a_restart(start, tmp_path):
    options = "--max-workspaces", "2", "--db", tmp_path / "db"
    emulator = start(*options)
    for key in "ab":
        emulator.member(key).cancel(RUNNING)
    emulator = restarted(start, emulator, *options)
    emulator.member("b").runs()
    emulator.member("c").cancel(RUNNING)
    emulator = restarted(start, emulator, *options)
    assert [emulator.member(key).run(RUNNING)["status"] for key in "cb"] == ["STOPPED", "STOPPED"]
    emulator = restarted(start, emulator, *options)
    assert emulator.member("a").run(RUNNING)["status"] == "RUNNING"
    assert launch(emulator.member("a"))
