"""--export-on-exit: the state as a fixture, on a clean stop (CONTROL.md "Program")."""

import json
import os
import signal
import stat
import threading

import pytest
from living import advance, clock, launch
from process import run_program

RUNNING = "00000000-0000-4000-8000-000000000007"


def get(emulator):
    return emulator.get("/_emulator/state").body


@pytest.fixture
def path(tmp_path):
    return tmp_path / "export.json"


def test_every_workspace_goes_on_in_another_server(start, path):
    emulator = start("--export-on-exit", path)
    other = emulator.member("somebody-else")
    uid = launch(emulator)
    advance(emulator, "PT1S")
    other.cancel(RUNNING)
    states = [get(emulator), get(other)]
    before = [clock(emulator), clock(other)]
    runs = [emulator.run(uid), other.run(RUNNING)]
    emulator.process.stop()
    assert "somebody-else" not in path.read_text() and "test-key" not in path.read_text()
    again = start("--fixture", path, "--clock", "real")
    assert [get(again), get(again.member("somebody-else"))] == states
    assert [clock(again), clock(again.member("somebody-else"))] == before
    assert [again.run(uid), again.member("somebody-else").run(RUNNING)] == runs, "uids included"
    assert again.member("a-third").runs() == []


def test_export_import_export_gives_the_same_bytes(start, path, tmp_path):
    emulator = start("--export-on-exit", path)
    launch(emulator)
    advance(emulator, "PT1S")
    emulator.process.stop()
    second = tmp_path / "second.json"
    again = start("--fixture", path, "--export-on-exit", second)
    again.runs()
    again.process.stop()
    assert second.read_bytes() == path.read_bytes()
    assert path.read_bytes().endswith(b"}\n")


def test_every_workspace_and_every_item_begins_a_line(start, path):
    emulator = start("--export-on-exit", path, "--fixture", "empty")
    for member in emulator, emulator.member("somebody-else"):
        member.make("RUNNING")
        member.make("QUEUED")
    emulator.process.stop()
    lines = path.read_text().split("\n")
    assert lines[0] == '{"version":1,"workspaces":['
    assert [line[:5] for line in lines[1:]] == [
        '{"key', '{"id"', '{"id"', '],"sc', '{"key', '{"id"', '{"id"', '],"sc', "]}", ""]


def test_a_workspace_that_nobody_used_is_not_there(start, path):
    start("--export-on-exit", path).process.stop()
    assert json.loads(path.read_text()) == {"version": 1, "workspaces": []}


def test_the_older_file_is_there_until_the_newer_is_whole(start, path):
    """Killed at any moment of its stop, there is the older or the newer, never a part of one.

    A new file gets a name when it is whole, and takes the older one's place one call later. Killed
    between those two, it leaves the new one beside the older.
    """
    old = b'{"version": 1}\n'
    for delay in [0, 0.0005, 0.001, 0.002, 0.003, 0.005, 0.008, 0.012, 0.02, 0.05]:
        path.write_bytes(old)
        emulator = start("--export-on-exit", path, "--fixture", "empty")
        for _ in range(50):
            emulator.make("RUNNING", outputs=[{"step_uid": "a", "data": {"text": "x" * 5000}}])
        emulator.process.send(signal.SIGTERM)
        threading.Event().wait(delay)
        emulator.process.kill()
        assert path.exists()
        for left in path.parent.iterdir():
            found = left.read_bytes()
            assert left == path or left.name == f"{path.name}.new-{emulator.process.child.pid}"
            assert (left == path and found == old) or len(json.loads(found)["workspaces"][0]["runs"]) == 50
            if left != path:
                left.unlink()


def test_a_place_that_cannot_be_written_is_said_at_once(tmp_path):
    status, _, said = run_program("--port", "0", "--export-on-exit", tmp_path / "nowhere" / "x.json")
    assert status == 2
    assert said.startswith("edges-emulator: cannot write ") and "--export-on-exit" in said


@pytest.fixture
def odd(tmp_path):
    """What is there already and is no file, and a link to each."""
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    os.mknod(tmp_path / "socket", stat.S_IFSOCK | 0o600)  # bind() takes no path of more than 107 bytes
    (tmp_path / "null").symlink_to("/dev/null")
    (tmp_path / "link").symlink_to("folder")
    (tmp_path / "ring").symlink_to("ring")
    (tmp_path / "lost").symlink_to("nowhere/x.json")
    return tmp_path


@pytest.mark.parametrize("name, said", [
    ("/", "it is a folder"), ("folder", "it is a folder"), ("link", "it is a folder"),
    ("not-there/", "it is a folder"), ("pipe", "it is a pipe"),
    ("socket", "it is a device or a socket"), ("null", "it is a device or a socket"),
    ("ring", "Too many levels of symbolic links"), ("lost", "No such file or directory"),
])
def test_what_is_no_file_is_not_replaced_by_one(odd, name, said):
    path = f"{odd}/{name}" if name != "/" else name
    before = sorted(os.listdir(odd))
    status, _, err = run_program("--port", "0", "--export-on-exit", path)
    assert (status, err) == (2, f"edges-emulator: cannot write {path}: {said}; "
                                "name another file by --export-on-exit\n")
    assert sorted(os.listdir(odd)) == before


@pytest.mark.parametrize("there", [True, False], ids=["there", "dangling"])
@pytest.mark.parametrize("absolute", [True, False], ids=["absolute", "relative"])
def test_a_link_stays_one(start, tmp_path, there, absolute):
    target, link = tmp_path / "kept" / "export.json", tmp_path / "links" / "export.json"
    target.parent.mkdir()
    link.parent.mkdir()
    (tmp_path / "links" / "second").symlink_to(target if absolute else "../kept/export.json")
    link.symlink_to("second")
    if there:
        target.write_text("old")
    start("--export-on-exit", link).process.stop()
    assert link.is_symlink() and not target.is_symlink()
    assert json.loads(target.read_text()) == {"version": 1, "workspaces": []}
    assert os.listdir(target.parent) == ["export.json"], "nothing is left lying about"


def test_what_took_its_place_meanwhile_is_not_replaced(start, path):
    emulator = start("--export-on-exit", path)
    os.mkfifo(path)
    emulator.process.send(signal.SIGTERM)
    assert emulator.process.wait() == 1
    assert "it is a pipe" in emulator.process.stderr()
    assert stat.S_ISFIFO(path.stat().st_mode)


def test_a_write_that_fails_is_said_and_loses_nothing(start, path, tmp_path):
    path.write_bytes(b"old")
    emulator = start("--export-on-exit", path)
    emulator.runs()
    path.unlink()
    path.mkdir()  # it cannot be replaced by a file
    emulator.process.send(signal.SIGTERM)
    assert emulator.process.wait() == 1
    assert "cannot write" in emulator.process.stderr()
    assert os.listdir(tmp_path) == ["export.json"], "nothing is left lying about"


@pytest.mark.parametrize("workspace, message", [
    ({}, "must have property 'api_key' or 'key_hash', and not both"),
    ({"api_key": "a", "key_hash": "0123456789abcdef"}, "and not both"),
    ({"key_hash": "0123456789ABCDEF"}, "/workspaces/0/key_hash must be 16 hexadecimal digits"),
    ({"key_hash": "012"}, "/workspaces/0/key_hash must NOT have fewer than 16 characters"),
])
def test_a_workspace_needs_a_key(fixture_file, workspace, message):
    status, _, said = run_program("validate", fixture_file(workspaces=[workspace]))
    assert status == 3 and message in said


def test_a_key_and_its_hash_are_the_same_workspace(start, path, fixture_file):
    emulator = start("--export-on-exit", path)
    emulator.runs()
    emulator.process.stop()
    (workspace,) = json.loads(path.read_text())["workspaces"]
    status, _, said = run_program("validate", fixture_file(
        workspaces=[{"api_key": "test-key"}, {"key_hash": workspace["key_hash"]}]))
    assert status == 3 and "/workspaces/1 has the same key as one before it" in said


def test_an_export_of_an_earlier_version_names_its_workspaces_by_key_print(start, path, fixture_file):
    emulator = start("--export-on-exit", path)
    emulator.runs()
    emulator.process.stop()
    (workspace,) = json.loads(path.read_text())["workspaces"]
    workspace["key_print"] = workspace.pop("key_hash")
    again = start("--fixture", fixture_file(workspaces=[workspace]))
    assert len(again.runs()) == 10
