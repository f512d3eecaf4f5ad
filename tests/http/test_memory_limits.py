"""Memory has a ceiling: what snapshots may take, and what a message repeats of a body."""

import json
import sqlite3
from contextlib import closing

import pytest
from facts import assert_refused

MIB = 1024 * 1024
JSON = {"Content-Type": "application/json"}


def take(emulator, name):
    return emulator.request("POST", f"/_emulator/snapshots/{name}")


def bytes_of(path):
    with closing(sqlite3.connect(path)) as file:
        return dict(file.execute("SELECT name, bytes FROM snapshot"))


def test_the_bytes_of_a_snapshot_are_counted(start, tmp_path):
    emulator = start("--db", tmp_path / "world.db", "--fixture", "empty")
    assert take(emulator, "small").status in (200, 201)
    for _ in range(8):
        emulator.make("RUNNING", outputs=[{"step_uid": "a", "data": {"text": "x" * (MIB // 4)}}])
    assert take(emulator, "large").status in (200, 201)
    emulator.process.stop()
    counted = bytes_of(tmp_path / "world.db")
    assert counted["small"] < MIB // 4
    assert 2 * MIB <= counted["large"] < 3 * MIB


@pytest.mark.parametrize("limit, refused", [(256 * MIB, ["test-key"]), (1024 * MIB, ["test-key", "another"])])
def test_snapshots_take_no_more_than_they_may(start, tmp_path, limit, refused):
    """One of this size is there, as far as its row says."""
    options = ("--db", tmp_path / "world.db")
    emulator = start(*options)
    assert take(emulator, "first").status in (200, 201)
    emulator.process.stop()
    with closing(sqlite3.connect(tmp_path / "world.db")) as file, file:
        file.execute("UPDATE snapshot SET bytes = ?", (limit - 1000,))
    again = start(*options)
    for key in "test-key", "another":
        member = again.member(key)
        reply = take(member, "second")
        if key in refused:
            assert_refused(reply, 422, "LIMIT_REACHED", "config")
            assert "DELETE /_emulator/snapshots/{name}" in reply.header("Emulator-Hint")
            explained = member.get(f"/_emulator/explain/{reply.header('X-Request-Id')}").json
            assert explained["rule"]["error"] == "SNAPSHOTS_TOO_LARGE"
            steps = [(step["method"], step["path"]) for step in explained["would_have_worked"]]
            drop, repeat = ("DELETE", "/_emulator/snapshots/first"), ("POST", "/_emulator/snapshots/second")
            assert steps == ([drop, repeat] if key == "test-key" else []), "it can drop its own alone"
        else:
            assert reply.status in (200, 201)
    listed = again.get("/_emulator/snapshots").json
    assert [each["name"] for each in listed] == ["first"], "what was refused is not there"
    assert again.request("DELETE", "/_emulator/snapshots/first").status in (200, 204)
    assert take(again, "second").status in (200, 201)


@pytest.mark.parametrize("make, size", [
    (lambda word: {"version": 1, word: 1}, MIB),
    (lambda word: {"version": 1, "runs": [{"status": word}]}, 60 * MIB),
    (lambda word: {"version": 1, "runs": [{"status": "RUNNING", "created_at": word}]}, MIB),
], ids=["name", "value", "time"])
def test_a_message_does_not_repeat_a_large_body(emulator, make, size):
    body = json.dumps(make("ä" * (size // 2)), ensure_ascii=False).encode()
    reply = emulator.request("PUT", "/_emulator/state", body, JSON)
    assert_refused(reply, 400, "BAD_INPUT", "input")
    assert len(reply.json["message"].encode()) <= 4096
    assert len(reply.body) < 5000
    emulator.assert_alive()
