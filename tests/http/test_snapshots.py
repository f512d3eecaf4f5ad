"""Snapshots: remember a workspace, and go back (CONTROL.md "Control API")."""

import json
import time


from calling import call, of, settled
from facts import assert_refused
from living import advance, clock, launch, outputs, set_clock
from receiver import receiving

JSON = {"Content-Type": "application/json"}
RUNNING = "00000000-0000-4000-8000-000000000007"


def take(emulator, name="before", **options):
    return emulator.post(f"/_emulator/snapshots/{name}", **options)


def restore(emulator, name="before"):
    return emulator.post(f"/_emulator/snapshots/{name}/restore")


def drop(emulator, name="before"):
    return emulator.request("DELETE", f"/_emulator/snapshots/{name}", headers=JSON)


def names(emulator):
    return [each["name"] for each in emulator.get("/_emulator/snapshots").json]


def state(emulator):
    return emulator.get("/_emulator/state").body


def test_everything_is_as_it_was(emulator):
    uid = launch(emulator)
    advance(emulator, "PT1S")
    before, results, runs = state(emulator), outputs(emulator, uid), emulator.runs("limit=100")
    assert take(emulator).json == {"name": "before", "now": "2026-01-01T00:00:01.000Z", "runs": 12}
    emulator.cancel(uid)
    emulator.make("QUEUED")
    launch(emulator)
    fired = advance(emulator, "P2D")
    assert fired and state(emulator) != before
    reply = restore(emulator)
    assert (reply.status, reply.json) == (
        200, {"name": "before", "now": "2026-01-01T00:00:01.000Z", "runs": 12})
    assert state(emulator) == before and emulator.runs("limit=100") == runs
    assert outputs(emulator, uid) == results
    assert clock(emulator)["now"] == "2026-01-01T00:00:01.000Z"
    advance(emulator, "PT1M")
    assert emulator.run(uid)["status"] == "SUCCEEDED", "it goes on from there"


def test_what_happens_afterwards_happens_again_alike(emulator):
    launch(emulator)
    take(emulator)
    first = advance(emulator, "P2D")
    restore(emulator)
    assert advance(emulator, "P2D") == first and first


def test_restored_as_often_as_one_likes(emulator):
    take(emulator)
    for _ in range(5):
        assert emulator.cancel(RUNNING).status == 200
        assert restore(emulator).status == 200


def test_a_real_clock_goes_on_from_where_it_was(start):
    emulator = start("--clock", "real")
    set_clock(emulator, now="2099-01-01T00:00:00Z")
    take(emulator)
    set_clock(emulator, now="2099-06-01T00:00:00Z")
    restore(emulator)
    first = clock(emulator)
    assert first["mode"] == "real" and first["now"].startswith("2099-01-01T00:")
    while clock(emulator)["now"] == first["now"]:
        pass  # it goes


def test_a_mode_comes_back_too(emulator):
    take(emulator)
    set_clock(emulator, mode="real", now="2030-01-01T00:00:00Z")
    restore(emulator)
    assert clock(emulator)["mode"] == "frozen"
    assert clock(emulator)["now"] == "2026-01-01T00:00:00.000Z"


def test_callbacks_are_as_they_were(emulator):
    with receiving() as receiver:
        uid = call(emulator, receiver.url(), on="final")
        take(emulator)
        advance(emulator, "PT2S")
        settled(emulator, uid, 1, "SUCCESS")
        take(emulator, "told")
        restore(emulator)
        assert of(emulator, uid) == []
        advance(emulator, "PT2S")
        settled(emulator, uid, 1, "SUCCESS")
        assert len(receiver.take_all(2)) == 2
        restore(emulator, "told")
        (told,) = of(emulator, uid)
        assert told["status"] == "SUCCESS" and len(told["attempts"]) == 1
        assert receiver.is_quiet()


def test_one_on_its_way_is_sent_again(emulator):
    with receiving() as receiver:
        receiver.answers = [receiver.hold]
        uid = call(emulator, receiver.url(), on="final")
        advance(emulator, "PT2S")
        receiver.take()
        take(emulator)
        restore(emulator)
        receiver.take()
        receiver.release.set()
        settled(emulator, uid, 1, "SUCCESS")


def test_a_name_is_taken_again(emulator):
    take(emulator)
    emulator.cancel(RUNNING)
    take(emulator)
    assert names(emulator) == ["before"]
    restore(emulator)
    assert emulator.run(RUNNING)["status"] == "STOPPED"


def test_they_are_listed_and_forgotten(emulator):
    for name in ("b", "a", "c%20d", "%C3%A9"):
        assert take(emulator, name).status == 201
    assert names(emulator) == ["a", "b", "c d", "é"]
    assert drop(emulator, "b").json["name"] == "b"
    assert names(emulator) == ["a", "c d", "é"]
    assert_refused(restore(emulator, "b"), 404, "NOT_FOUND", "param")
    assert_refused(drop(emulator, "b"), 404, "NOT_FOUND", "param")
    assert restore(emulator, "a").status == 200


def test_each_workspace_has_its_own(emulator):
    other = emulator.member("somebody-else")
    take(emulator)
    assert names(other) == []
    assert_refused(restore(other), 404, "NOT_FOUND", "param")
    take(other)
    emulator.cancel(RUNNING)
    restore(other)
    assert emulator.run(RUNNING)["status"] == "STOPPED"
    assert other.run(RUNNING)["status"] == "RUNNING"


def test_a_reset_leaves_them(emulator):
    emulator.cancel(RUNNING)
    take(emulator)
    emulator.reset()
    assert emulator.run(RUNNING)["status"] == "RUNNING"
    restore(emulator)
    assert emulator.run(RUNNING)["status"] == "STOPPED"


def test_they_outlive_a_restart_with_a_file(start, tmp_path):
    emulator = start("--db", tmp_path / "db")
    take(emulator)
    emulator.cancel(RUNNING)
    before = state(emulator)
    emulator.process.stop()
    emulator = start("--db", tmp_path / "db")
    assert state(emulator) == before and names(emulator) == ["before"]
    restore(emulator)
    assert emulator.run(RUNNING)["status"] == "RUNNING"


def test_they_are_limited(empty):
    for i in range(100):
        assert take(empty, f"n{i}").status == 201
    assert_refused(take(empty, "one-more"), 422, "LIMIT_REACHED", "config")
    assert take(empty, "n99").status == 201
    drop(empty, "n0")
    assert take(empty, "one-more").status == 201


def test_a_name_that_is_too_long(empty):
    assert_refused(take(empty, "x" * 65), 400, "BAD_PARAMETERS", "param")


def test_a_thousand_runs(empty):
    for _ in range(1000):
        empty.make("RUNNING", outputs=[{"step_uid": "a", "data": {"n": 1}}])
    take(empty)
    for run in empty.runs("limit=100"):
        empty.cancel(run["uid"])
    began = time.monotonic()
    restore(empty)
    print(f"restored 1,000 runs in {(time.monotonic() - began) * 1000:.1f} ms")
    assert all(run["status"] == "RUNNING" for run in empty.runs("limit=100"))
    assert len(json.loads(state(empty))["runs"]) == 1000
