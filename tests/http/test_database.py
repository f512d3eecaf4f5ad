"""--db FILE: state over a restart, and files we must not touch."""

import contextlib
import os
import sqlite3
import subprocess
from contextlib import closing

import pytest
from facts import NOW, RUNNING, VENDOR, uid
from process import PROGRAM, run_program


# What a view of a file shows as the API does, and the other views.
READABLE = (
    "uid", "user_uid", "workspace_uid", "status", "created_at", "started_at", "finished_at", "updated_at",
)  # fmt: skip
VIEWS = "run_inputs", "outputs", "flows", "schedules", "callbacks", "callback_attempts"


@pytest.fixture
def db(tmp_path):
    return tmp_path / "a world.db"


def restart(start, emulator, *options):
    emulator.process.stop()
    return start(*options)


def assert_refused(path):
    """Exit 5, and neither the file nor its folder has changed."""
    folder = sorted(os.listdir(path.parent))
    before = path.read_bytes() if path.is_file() else None
    status, out, err = run_program("--port", 0, "--db", path)
    assert status == 5, err
    assert "Ready." not in out
    assert path.name in err
    assert sorted(os.listdir(path.parent)) == folder
    if before is not None:
        assert path.read_bytes() == before


def test_a_cancelled_run_stays_cancelled(start, db):
    emulator = start("--db", db)
    answered = emulator.cancel(RUNNING).json
    again = restart(start, emulator, "--db", db)
    run = again.run(RUNNING)
    assert {key: run[key] for key in answered} == answered
    assert again.cancel(RUNNING).status == 422


def test_everything_reads_the_same_after_a_restart(start, db):
    emulator = start("--db", db)
    emulator.make("FAILED", uid=uid(1), last_error={"label": "X", "message": "ä"})
    emulator.event(VENDOR, "FINISH")
    before, world = emulator.runs("limit=100"), emulator.member("another-key").runs()
    again = restart(start, emulator, "--db", db)
    assert again.runs("limit=100") == before
    assert again.member("another-key").runs() == world


def test_ids_go_on_after_a_restart(start, db):
    options = "--db", db, "--fixture", "empty"
    emulator = start(*options)
    first = emulator.make()
    second = restart(start, emulator, *options).make()
    assert (first["id"], second["id"]) == (1, 2)
    assert first["uid"] != second["uid"]


def test_a_seed_does_not_make_uids_collide_after_a_restart(start, db):
    options = "--db", db, "--fixture", "empty", "--random-seed", 7
    emulator = start(*options)
    emulator.make()
    assert restart(start, emulator, *options).make()["id"] == 2


def test_a_reset_is_remembered_too(start, db):
    emulator = start("--db", db)
    emulator.cancel(RUNNING)
    emulator.reset()
    assert restart(start, emulator, "--db", db).run(RUNNING)["status"] == "RUNNING"


def test_a_world_of_the_fixture_is_seeded_once(start, db, fixture_file):
    world = fixture_file(workspaces=[
        {"api_key": "theirs", "runs": [{"status": "RUNNING", "uid": uid(1)}]}])
    emulator = start("--db", db, "--fixture", world)
    assert emulator.member("theirs").cancel(uid(1)).status == 200
    again = restart(start, emulator, "--db", db, "--fixture", world).member("theirs")
    assert [run["status"] for run in again.runs()] == ["STOPPED"]


def test_a_new_world_has_the_new_clock(start, db):
    emulator = start("--db", db)
    emulator.cancel(RUNNING)
    again = restart(start, emulator, "--db", db, "--clock", "2027-01-01T00:00:00Z")
    assert again.run(RUNNING)["finished_at"] == NOW
    assert again.member("new-key").make("QUEUED")["created_at"] == "2027-01-01T00:00:00.000Z"


def test_what_was_answered_survives_a_crash(start, db):
    emulator = start("--db", db)
    assert emulator.cancel(RUNNING).status == 200
    emulator.make("QUEUED", uid=uid(1))
    emulator.process.kill()
    again = start("--db", db)
    assert again.run(RUNNING)["status"] == "STOPPED"
    assert again.run(uid(1))["status"] == "QUEUED"


def test_a_clean_stop_leaves_one_file(start, db):
    emulator = start("--db", db)
    emulator.cancel(RUNNING)
    emulator.process.stop()
    assert os.listdir(db.parent) == [db.name]


def test_the_file_does_not_hold_the_key(start, db):
    emulator = start("--db", db, key="a-very-secret-key")
    emulator.cancel(RUNNING)
    emulator.process.stop()
    assert b"a-very-secret-key" not in db.read_bytes()


def test_a_file_that_is_no_database_is_refused(tmp_path):
    path = tmp_path / "letter.txt"
    path.write_text("Dear Sir or Madam,\n" * 1000)
    assert_refused(path)


def test_a_database_of_somebody_else_is_refused(tmp_path):
    path = tmp_path / "other.db"
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE runs (uid TEXT PRIMARY KEY)")
        other.execute("INSERT INTO runs VALUES ('precious')")
    other.close()
    assert_refused(path)


def test_a_database_of_somebody_else_with_our_number_is_refused(tmp_path):
    path = tmp_path / "other.db"
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE precious (x)")
        other.execute("PRAGMA user_version = 1")
    other.close()
    assert_refused(path)


def test_a_database_of_a_newer_version_is_refused(start, db):
    start("--db", db).process.stop()
    with sqlite3.connect(db) as ours:
        ours.execute("PRAGMA user_version = 1000000")
    ours.close()
    assert_refused(db)


def test_a_database_of_an_earlier_version_is_refused_with_the_way_out(start, db):
    start("--db", db).process.stop()
    with sqlite3.connect(db) as ours:
        ours.execute("PRAGMA user_version = 5")
    ours.close()
    assert_refused(db)
    _, _, err = run_program("--port", 0, "--db", db)
    assert err == (
        f"edges-emulator: database {db} cannot be opened: an earlier version of edges-emulator made it; to keep "
        "its content, run that version once more with --export-on-exit FILE, then this one with "
        "--fixture FILE and a new --db\n")


def test_a_folder_is_refused(tmp_path):
    folder = tmp_path / "folder"
    folder.mkdir()
    assert_refused(folder)


def test_a_file_in_a_folder_that_is_not_there_is_refused(tmp_path):
    status, _, err = run_program("--port", 0, "--db", tmp_path / "none" / "x.db")
    assert status == 5, err
    assert os.listdir(tmp_path) == []


def test_a_half_written_database_is_refused(start, db):
    start("--db", db).process.stop()
    db.write_bytes(db.read_bytes()[:100] + b"\xff" * 4000)
    assert_refused(db)


def test_a_database_in_use_by_another_emulator_is_refused(start, db):
    emulator = start("--db", db)
    assert emulator.cancel(RUNNING).status == 200
    status, out, err = run_program("--port", 0, "--db", db)
    assert status == 5, err
    assert "Ready." not in out
    assert emulator.run(RUNNING)["status"] == "STOPPED"
    assert emulator.cancel(VENDOR).status == 200


def test_memory_is_forgotten(start):
    emulator = start("--db", ":memory:")
    emulator.cancel(RUNNING)
    assert restart(start, emulator, "--db", ":memory:").run(RUNNING)["status"] == "RUNNING"


def test_a_path_that_looks_like_a_uri_is_a_path(tmp_path, start):
    foreign = tmp_path / "f.db"
    sqlite3.connect(foreign).execute("CREATE TABLE mine (a)").connection.close()
    before = foreign.read_bytes()
    emulator = start("--db", "file:f.db", cwd=tmp_path)
    assert emulator.cancel(VENDOR).status == 200
    emulator.process.stop()
    assert foreign.read_bytes() == before
    assert (tmp_path / "file:f.db").is_file()


def test_a_pipe_is_refused_and_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    assert_refused(tmp_path / "pipe")


def test_a_link_stays_a_link_to_the_new_database(start, tmp_path):
    (tmp_path / "disk").mkdir()
    link, target = tmp_path / "link.db", tmp_path / "disk" / "real.db"
    link.symlink_to(target)
    emulator = start("--db", link)
    assert emulator.cancel(RUNNING).status == 200
    again = restart(start, emulator, "--db", link)
    assert link.is_symlink()
    assert target.is_file()
    assert again.run(RUNNING)["status"] == "STOPPED"


def test_an_empty_file_stays_the_same_file(start, db):
    """As one that is mounted into a container has to."""
    db.touch()
    inode = db.stat().st_ino
    emulator = start("--db", db)
    assert emulator.cancel(RUNNING).status == 200
    again = restart(start, emulator, "--db", db)
    assert db.stat().st_ino == inode
    assert again.run(RUNNING)["status"] == "STOPPED"


def test_a_database_whose_making_is_killed_is_made_again(start, db):
    for moment in range(40):
        making = subprocess.Popen([PROGRAM, "--port", "0", "--db", db], stdin=subprocess.DEVNULL,
                                  stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        with contextlib.suppress(subprocess.TimeoutExpired):
            making.wait(moment / 1000)
        making.kill()
        making.wait(10)
        start("--db", db).process.stop()
        db.unlink()


def test_of_two_that_start_at_once_on_a_new_file_one_has_it(db):
    for _ in range(20):
        pair = [subprocess.Popen([PROGRAM, "--port", "0", "--db", db], stdin=subprocess.DEVNULL,
                                 stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(2)]
        first = [process.stdout.readline() for process in pair]
        assert sorted(line.startswith(b"edges-emulator") for line in first) == [False, True]
        winner, loser = pair if first[0] else reversed(pair)
        said = loser.communicate(timeout=10)[1]
        assert loser.returncode == 5 and b"another process" in said, said
        winner.terminate()
        winner.communicate(timeout=10)
        assert winner.returncode == 0
        db.unlink()


def test_an_empty_name_is_refused():
    status, _, err = run_program("--port", 0, "--db", "")
    assert status == 2 and "db" in err


def test_a_file_that_has_lost_a_table_is_refused(start, db):
    start("--db", db).process.stop()
    with closing(sqlite3.connect(db)) as damaged, damaged:
        damaged.execute("DROP TABLE callback_attempt")
    status, out, err = run_program("--port", 0, "--db", db)
    assert (status, out) == (5, "")
    assert db.name in err


def test_a_file_with_a_workspace_out_of_range_is_refused(start, db):
    emulator = start("--db", db)
    emulator.runs()
    emulator.process.stop()
    with closing(sqlite3.connect(db)) as damaged, damaged:
        damaged.execute("UPDATE workspace SET id = 300000")
    status, out, err = run_program("--port", 0, "--db", db)
    assert (status, out) == (5, "")
    assert db.name in err


def test_people_read_uids_statuses_and_times_as_text(start, db):
    """The views of a file, with plain SQLite."""
    emulator = start("--db", db)
    run = emulator.run(RUNNING)
    cancelled = emulator.make("STOPPED", uid=uid(2), cancelled=True)
    emulator.process.stop()
    with closing(sqlite3.connect(db)) as file:
        file.row_factory = sqlite3.Row
        shown = dict(file.execute("SELECT * FROM runs WHERE uid = ?", (RUNNING,)).fetchone())
        assert {name: shown[name] for name in READABLE} == {name: run[name] for name in READABLE}
        assert shown["workflow_uid"] in (run["workflow"]["uid"], None)
        stopped = file.execute("SELECT status, cancelled FROM runs WHERE uid = ?", (cancelled["uid"],))
        assert tuple(stopped.fetchone()) == ("STOPPED", 1)
        (owner,) = file.execute("SELECT * FROM workspaces WHERE user_uid = ?", (run["user_uid"],))
        assert owner["uid"] == run["workspace_uid"]
        for view in VIEWS:
            file.execute(f"SELECT * FROM {view}").fetchall()
