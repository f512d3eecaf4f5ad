"""Every key is a world of its own."""

from facts import DEMO, NOW, RUNNING, VENDOR, assert_no_such_run, uid


def identity(emulator):
    world = emulator.reset()
    return world["workspace_uid"], world["user_uid"]


def test_an_unknown_key_gets_the_demo(emulator):
    for key in "first", "second", "a key with spaces", "x" * 200:
        runs = emulator.member(key).runs()
        assert [run["uid"] for run in runs] == list(DEMO.values())


def test_a_cancel_in_one_world_is_not_seen_in_another(emulator):
    other = emulator.member("another-key")
    assert emulator.cancel(RUNNING).status == 200
    assert other.run(RUNNING)["status"] == "RUNNING"
    assert other.cancel(RUNNING).status == 200


def test_two_hundred_worlds_do_not_see_each_other(emulator):
    members = [emulator.member(f"process-{n}") for n in range(200)]
    for member in members:
        assert member.cancel(VENDOR).status == 200
    assert len({member.run(VENDOR)["workspace_uid"] for member in members}) == 200


def test_the_uids_of_a_key_are_all_different(emulator):
    uids = {value for key in ("one", "two", "ONE") for value in identity(emulator.member(key))}
    assert len(uids) == 6


def test_the_uids_of_a_key_are_the_same_on_every_start(start):
    assert identity(start()) == identity(start("--fixture", "empty"))


def test_seeded_runs_carry_the_uids_of_their_world(emulator):
    workspace, user = identity(emulator)
    for run in emulator.runs("limit=100"):
        assert (run["workspace_uid"], run["user_uid"]) == (workspace, user)


def test_made_runs_carry_the_uids_of_their_world(empty):
    workspace, user = identity(empty)
    run = empty.make("QUEUED")
    assert (run["workspace_uid"], run["user_uid"]) == (workspace, user)


def test_two_worlds_may_hold_the_same_uid(empty):
    other = empty.member("another-key")
    empty.make("RUNNING", uid=uid(1))
    other.make("QUEUED", uid=uid(1))
    assert empty.cancel(uid(1)).status == 200
    assert other.run(uid(1))["status"] == "QUEUED"


def test_ids_count_in_each_world_for_itself(empty):
    other = empty.member("another-key")
    assert [empty.make()["id"] for _ in range(3)] == [1, 2, 3]
    assert [other.make()["id"] for _ in range(2)] == [1, 2]


def test_reset_puts_only_this_world_back(emulator):
    other = emulator.member("another-key")
    emulator.cancel(RUNNING)
    other.cancel(RUNNING)
    emulator.reset()
    assert emulator.run(RUNNING)["status"] == "RUNNING"
    assert other.run(RUNNING)["status"] == "STOPPED"


def test_a_world_of_the_fixture_holds_exactly_its_content(start, fixture_file):
    world = fixture_file(
        runs=[{"status": "QUEUED", "uid": uid(1)}],
        workspaces=[{"api_key": "theirs", "workspace_uid": uid(100), "user_uid": uid(101),
                     "runs": [{"status": "RUNNING", "uid": uid(2)}]}])
    emulator = start("--fixture", world)
    theirs = emulator.member("theirs")
    assert [run["uid"] for run in theirs.runs()] == [uid(2)]
    assert theirs.reset() == {
        "workspace_uid": uid(100), "user_uid": uid(101), "now": NOW, "runs": 1}
    run = theirs.cancel(uid(2)).json
    assert (run["workspace_uid"], run["user_uid"]) == (uid(100), uid(101))
    assert [run["uid"] for run in emulator.runs()] == [uid(1)]
    assert_no_such_run(emulator.cancel(uid(2)))


def test_a_reset_takes_the_uids_that_a_fixture_of_today_says(start, tmp_path, fixture_file):
    db = tmp_path / "db"
    first = start("--db", db).member("theirs")
    derived = first.run(VENDOR)["workspace_uid"]
    first.process.stop()
    world = fixture_file(workspaces=[{"api_key": "theirs", "workspace_uid": uid(100), "user_uid": uid(101),
                                      "runs": [{"uid": uid(1), "status": "RUNNING"}]}])
    theirs = start("--db", db, "--fixture", world).member("theirs")
    assert theirs.run(VENDOR)["workspace_uid"] == derived
    assert theirs.reset()["workspace_uid"] == uid(100)
    run = theirs.run(uid(1))
    assert (run["workspace_uid"], run["user_uid"]) == (uid(100), uid(101))
    theirs.process.stop()
    again = start("--db", db).member("theirs")
    assert again.run(uid(1))["workspace_uid"] == uid(100)
    assert again.reset()["workspace_uid"] == derived


def test_a_world_of_the_fixture_may_be_empty(start, fixture_file):
    world = fixture_file(runs=[{"status": "QUEUED"}], workspaces=[{"api_key": "theirs"}])
    emulator = start("--fixture", world)
    assert emulator.member("theirs").runs() == []
    assert len(emulator.runs()) == 1


def test_a_world_of_the_fixture_derives_the_uids_it_does_not_name(start, fixture_file):
    world = fixture_file(workspaces=[{"api_key": "theirs"}])
    assert identity(start("--fixture", world, key="theirs")) == identity(start(key="theirs"))
