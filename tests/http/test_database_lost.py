"""A database file that somebody deletes, replaces or cuts while the server uses it: it is said."""

import os
import shutil
import time

import pytest
from facts import RUNNING, VENDOR


def delete(path):
    path.unlink()


def cut(path):
    os.truncate(path, path.stat().st_size // 2)


def replace(path):
    shutil.copy(path, path.with_suffix(".copy"))
    path.with_suffix(".copy").rename(path)


def look_again(emulator):
    """It looks once a second, when it is called; the first of two replies may come before that."""
    time.sleep(1.01)
    assert [emulator.get("/_emulator/health").status for _ in range(2)] == [200] * 2


def said(emulator):
    return [line for line in emulator.process.stderr().splitlines() if "while the emulator uses it" in line]


@pytest.fixture
def emulator(start, tmp_path):
    emulator = start("--db", tmp_path / "world.db", "--log-level", "error")
    assert emulator.cancel(RUNNING).status == 200
    return emulator


@pytest.mark.parametrize("act, words", [
    (delete, "was deleted or moved"), (cut, "was cut"), (replace, "was replaced by another")])
def test_it_is_said_once_and_the_server_lives(emulator, tmp_path, act, words):
    files = [tmp_path / "world.db", tmp_path / "world.db-wal"]
    look_again(emulator)
    assert said(emulator) == []
    for file in files:
        act(file)
    look_again(emulator)
    look_again(emulator)
    assert said(emulator) == [
        f"edges-emulator: {file} {words} while the emulator uses it: what is changed from now on may be lost "
        "when it stops; save it with GET /_emulator/state" for file in files]


def test_a_copy_of_the_file_and_its_wal_has_everything(emulator, start, tmp_path):
    """As the manual says; a copy of the file alone lacks the last changes."""
    assert emulator.cancel(VENDOR).status == 200
    (tmp_path / "copy").mkdir()
    for name in "world.db", "world.db-wal":
        shutil.copy(tmp_path / name, tmp_path / "copy")
    again = start("--db", tmp_path / "copy" / "world.db")
    assert [again.run(uid)["status"] for uid in (RUNNING, VENDOR)] == ["STOPPED"] * 2
