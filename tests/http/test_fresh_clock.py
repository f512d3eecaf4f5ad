"""A workspace in which nothing has happened takes any time; a reset begins anew at any time."""

import json

import pytest
from emulator import JSON
from facts import DEMO, NOW, RUNNING, assert_refused_change
from living import ENRICH, assert_bad_input, clock, launch, put_clock, set_clock

PAST = "2024-01-01T00:00:00.000Z"
RESET = "/_emulator/reset"
FINISHED = DEMO["SUCCEEDED"]

TOUCHES = {
    "make": lambda e: e.make(),
    "cancel": lambda e: e.cancel(RUNNING),
    "event": lambda e: e.event(RUNNING, "FINISH"),
    "start": launch,
    "resume": lambda e: e.request("POST", f"/v1/flows/runs/{DEMO['STOPPED']}/resume"),
    "schedule": lambda e: e.post(f"/v1/flows/{ENRICH}/run/schedule", {
        "inputs": [{"linkedin_profile_url": "https://x.test"}], "cron": "0 9 * * *",
        "callback": {"url": "http://127.0.0.1:9/"}}),
    "pause": lambda e: e.request(
        "POST", f"/v1/flows/schedules/{e.get('/v1/flows/schedules?status=ACTIVE').json[0]['uid']}/pause"),
    "state": lambda e: e.request("PUT", "/_emulator/state", b"{}", JSON),
    "schedule by hand": lambda e: e.post("/_emulator/schedules", {"status": "CANCELLED"}),
}
LEAVES = {
    "reads": lambda e: (e.runs(), e.get("/v1/flows/schedules"), e.get("/_emulator/state")),
    "refused": lambda e: e.cancel(FINISHED),
    "faults": lambda e: e.post("/_emulator/faults", {"effect": {"status": 503}, "operation": "runFlow"}),
    "assumptions": lambda e: e.request(
        "PUT", "/_emulator/assumptions", b'{"not-cancellable.code": "409"}', JSON),
    "flow": lambda e: e.request("PUT", f"/_emulator/flows/{ENRICH}", b"{}", JSON),
    "clock": lambda e: set_clock(e, now="2030-01-01T00:00:00Z"),
    "advance": lambda e: e.post("/_emulator/clock/advance", {"by": "P1D"}),
    "snapshot": lambda e: e.post("/_emulator/snapshots/a"),
}


@pytest.mark.parametrize("mode", ["real", "frozen", NOW])
def test_a_new_workspace_takes_a_past_time(start, mode):
    emulator = start("--clock", mode)
    assert set_clock(emulator, mode="frozen", now="2024-01-01T00:00:00Z")["now"] == PAST
    assert set_clock(emulator, now="1999-12-31T00:00:00Z")["now"] == "1999-12-31T00:00:00.000Z"
    assert set_clock(emulator, now="2024-01-01T00:00:00Z")["now"] == PAST
    assert emulator.cancel(RUNNING).json["finished_at"] == PAST


@pytest.mark.parametrize("now", [PAST, "2031-05-05T00:00:00.000Z"])
def test_it_is_as_if_it_had_begun_there(start, now):
    first, other = (start("--random-seed", 1, "--clock", each) for each in (now, NOW))
    set_clock(other, now=now)
    assert other.runs("limit=100") == first.runs("limit=100")
    assert other.get("/v1/flows/schedules").json == first.get("/v1/flows/schedules").json
    assert other.make()["uid"] == first.make()["uid"]


@pytest.mark.parametrize("mode", ["frozen", "real"])
def test_the_time_that_it_shows_moves_no_run(emulator, mode):
    before = emulator.runs("limit=100")
    now = emulator.post("/_emulator/clock/advance", {"by": "P1D"}).json["now"]
    assert set_clock(emulator, mode=mode, now=now)["now"] >= now
    assert emulator.runs("limit=100") == before


def test_a_real_clock_that_is_frozen_and_runs_on_moves_no_run(start):
    emulator = start("--clock", "real")
    before = emulator.runs("limit=100")
    now = clock(emulator)["now"]
    while clock(emulator)["now"] == now:
        pass
    frozen = set_clock(emulator, mode="frozen")
    assert set_clock(emulator, mode="real", now=frozen["now"])["mode"] == "real"
    assert emulator.runs("limit=100") == before


@pytest.mark.parametrize("touch", TOUCHES)
def test_once_something_has_happened_it_never_goes_backwards(emulator, touch):
    reply = TOUCHES[touch](emulator)
    assert isinstance(reply, (str, dict)) or 200 <= reply.status < 300, reply
    before = clock(emulator)["now"]
    reply = put_clock(emulator, {"now": "2024-01-01T00:00:00Z"})
    assert_refused_change(reply)
    assert reply.header("Emulator-Hint") == (
        'POST /_emulator/reset {"clock":"2024-01-01T00:00:00Z"} starts again at that time')
    assert clock(emulator)["now"] == before


@pytest.mark.parametrize("leave", LEAVES)
def test_what_changes_no_run_leaves_it_new(emulator, leave):
    LEAVES[leave](emulator)
    assert set_clock(emulator, now="2024-01-01T00:00:00Z")["now"] == PAST


def test_a_reset_makes_it_new_again(emulator):
    emulator.cancel(RUNNING)
    emulator.reset()
    assert set_clock(emulator, now="2024-01-01T00:00:00Z")["now"] == PAST


def test_a_new_time_keeps_faults_and_assumptions(emulator):
    LEAVES["faults"](emulator)
    LEAVES["assumptions"](emulator)
    set_clock(emulator, now="2024-01-01T00:00:00Z")
    assert len(emulator.get("/_emulator/faults").json["rules"]) == 1
    assert emulator.cancel(FINISHED).status == 409


def test_what_happens_by_itself_counts(start, fixture_file):
    fixture = fixture_file(flows=[{"slug": "f"}], schedules=[
        {"status": "ACTIVE", "flow_slug": "f", "schedule_at": "2026-01-02T00:00:00Z"}])
    emulator = start("--fixture", fixture)
    assert len(emulator.post("/_emulator/clock/advance", {"by": "P2D"}).json["fired"]) > 0
    assert_refused_change(put_clock(emulator, {"now": NOW}))


@pytest.mark.parametrize("touched", [False, True])
def test_a_file_remembers_whether_something_happened(start, tmp_path, touched):
    emulator = start("--db", tmp_path / "a.db")
    emulator.runs()
    if touched:
        emulator.cancel(RUNNING)
    emulator.process.stop()
    emulator = start("--db", tmp_path / "a.db")
    assert put_clock(emulator, {"now": "2024-01-01T00:00:00Z"}).status == (422 if touched else 200)


@pytest.mark.parametrize("given, mode, now", [
    ("2024-01-01T00:00:00Z", "frozen", PAST), ("2040-06-01T02:00:00+02:00", "frozen",
                                               "2040-06-01T00:00:00.000Z")])
def test_a_reset_takes_a_clock(emulator, given, mode, now):
    emulator.cancel(RUNNING)
    reply = emulator.post(RESET, {"clock": given})
    assert (reply.status, reply.json["now"]) == (200, now)
    assert (clock(emulator)["mode"], clock(emulator)["now"]) == (mode, now)
    assert emulator.run(RUNNING)["status"] == "RUNNING"
    assert emulator.cancel(RUNNING).json["finished_at"] == now
    assert emulator.reset()["now"] == NOW


def test_a_reset_takes_the_word_for_a_clock(emulator):
    emulator.post(RESET, {"clock": "real"})
    assert clock(emulator)["mode"] == "real" and clock(emulator)["now"] > NOW
    emulator.post(RESET, {"clock": "frozen"})
    assert clock(emulator)["mode"] == "frozen" and clock(emulator)["now"] > NOW


def test_a_reset_takes_a_fixture(emulator):
    reply = emulator.post(RESET, {"fixture": "empty"})
    assert (reply.status, reply.json["runs"], emulator.runs()) == (200, 0, [])
    set_clock(emulator, now="2024-01-01T00:00:00Z")
    assert emulator.runs() == []
    reply = emulator.post(RESET, {"fixture": "demo", "clock": "2024-01-01T00:00:00Z"})
    assert (reply.status, reply.json["runs"], reply.json["now"]) == (200, 11, PAST)
    assert emulator.run(RUNNING)["status"] == "RUNNING"
    emulator.post(RESET, {"fixture": "empty"})
    assert emulator.reset()["runs"] == 11


def test_a_reset_takes_a_fixture_of_the_start(start, fixture_file):
    name = str(fixture_file(runs=[{"status": "QUEUED"}] * 3))
    emulator = start("--fixture", "demo", "--fixture", name)
    assert emulator.reset()["runs"] == 14
    assert emulator.post(RESET, {"fixture": name}).json["runs"] == 3
    assert emulator.post(RESET, {"fixture": "demo"}).json["runs"] == 11
    assert emulator.reset()["runs"] == 14


@pytest.mark.parametrize("name, runs", [("world.json", 3), ("world", 3), ("other", 2), ("other.json", 2)])
def test_a_reset_takes_a_fixture_by_the_name_of_its_file(start, tmp_path, name, runs):
    files = [tmp_path / "world.json", tmp_path / "other.json"]
    for count, file in zip([3, 2], files):
        file.write_text(json.dumps({"version": 1, "runs": [{"status": "QUEUED"}] * count}))
    emulator = start("--fixture", files[0], "--fixture", files[1])
    assert emulator.post(RESET, {"fixture": name}).json["runs"] == runs


def test_a_name_of_two_files_is_refused(start, tmp_path):
    """Only the path tells them apart; and a file beside them is no choice."""
    files = [tmp_path / "a" / "world.json", tmp_path / "b" / "world.json"]
    for file in files:
        file.parent.mkdir()
        file.write_text('{"version": 1, "runs": [{"status": "QUEUED"}]}')
    emulator = start("--fixture", files[0], "--fixture", files[1])
    for name in "world", "world.json", "a/world.json", "", ".json", "orld":
        reply = emulator.post(RESET, {"fixture": name})
        assert reply.status == 400
        assert (reply.json["message"] == "body/fixture must be a path: several files have that name") == (name in ("world", "world.json"))
        if name:
            assert reply.header("Emulator-Hint") == f"allowed: demo, empty, {files[0]}, {files[1]}"
    assert emulator.post(RESET, {"fixture": str(files[1])}).json["runs"] == 1


def test_a_file_that_is_given_twice_is_one(start, tmp_path):
    (tmp_path / "world.json").write_text('{"version": 1, "runs": [{"status": "QUEUED"}]}')
    emulator = start("--fixture", "empty", "--fixture", tmp_path / "world.json", "--fixture", tmp_path / "world.json")
    assert emulator.post(RESET, {"fixture": "world"}).json["runs"] == 1


@pytest.mark.parametrize("body, message", [
    ({"clok": "real"}, "body must NOT have additional properties (clok)"),
    ({"clock": 1}, "body/clock must be string,object"), ([], "body must be object"),
    ({"clock": "yesterday"}, "body/clock must be real, frozen, or an instant like 2026-01-01T00:00:00Z"),
    ({"fixture": "/etc/passwd"}, "body/fixture must be demo, empty, or a file given by --fixture"),
], ids=str)
def test_a_bad_reset_is_refused_and_resets_nothing(emulator, body, message):
    emulator.cancel(RUNNING)
    assert_bad_input(emulator.post(RESET, body), message)
    assert emulator.run(RUNNING)["status"] == "STOPPED"
