"""Fixtures: the built-in ones, files, what is filled in, and what is refused by `validate`."""

import contextlib
import json
import os
import re
import signal
import subprocess
import threading

import pytest
from facts import DEMO, FINISHED, NEVER_STARTED, NOW, STATUSES, VENDOR, uid
from living import advance
from process import PROGRAM, environment, run_program


def test_demo_runs_stay_as_they_are_until_somebody_acts(emulator):
    first = emulator.runs("limit=100")
    emulator.cancel(DEMO["RUNNING"])
    emulator.reset()
    assert emulator.runs("limit=100") == first


def test_finished_demo_runs_have_outputs(emulator):
    assert emulator.run(DEMO["SUCCEEDED"])["output_count"] > 0
    assert emulator.run(DEMO["PARTIAL_SUCCEEDED"])["output_count"] > 0


def test_the_failed_demo_run_says_why(emulator):
    assert emulator.run(DEMO["FAILED"])["last_error"]["label"]


@pytest.mark.parametrize("status", STATUSES)
def test_missing_times_are_consistent_with_the_status(start, fixture_file, status):
    emulator = start("--fixture", fixture_file(runs=[{"status": status}]))
    run, = emulator.runs()
    assert run["status"] == status
    assert (run["started_at"] is None) == (status in NEVER_STARTED)
    assert (run["finished_at"] is not None) == (status in FINISHED)
    times = [run[name] for name in ("created_at", "started_at", "finished_at") if run[name]]
    assert times == sorted(times) and times[-1] <= NOW


@pytest.mark.parametrize("given, status", [
    ({"created_at": "2025-06-01T00:00:00Z"}, "SUCCEEDED"),
    ({"finished_at": "2025-06-01T00:00:00Z"}, "SUCCEEDED"),
    ({"started_at": "2025-06-01T00:00:00Z"}, "RUNNING"),
    ({"updated_at": "2025-06-01T00:00:00Z"}, "SUCCEEDED"),
    ({"created_at": "2025-06-01T00:00:00Z", "finished_at": "2025-06-01T00:00:01Z"}, "FAILED")])
def test_missing_times_are_consistent_with_those_given(start, fixture_file, given, status):
    emulator = start("--fixture", fixture_file(runs=[{"status": status, **given}]))
    run, = emulator.runs()
    for name, value in given.items():
        assert run[name] == value.replace("Z", ".000Z")
    times = [run[name] for name in ("created_at", "started_at", "finished_at", "updated_at")
             if run[name]]
    assert times == sorted(times) and times[-1] <= NOW


def test_a_file_is_named_in_the_ready_line(start, fixture_file):
    path = fixture_file("my world.json", runs=[])
    assert "my world.json" in start("--fixture", path).process.fixture


def test_everything_given_is_kept(start, fixture_file):
    given = {
        "id": 42, "uid": uid(1), "user_uid": uid(2), "last_error": {"label": "X", "message": "y"},
        "callback": {"url": "https://c.test/"}, "status": "FAILED", "output_count": 9,
        "scheduled_flow_run_uid": uid(4), "started_at": "2025-01-02T00:00:00.000Z",
        "finished_at": "2025-01-03T00:00:00.000Z", "created_at": "2025-01-01T00:00:00.000Z",
        "updated_at": "2025-01-04T00:00:00.000Z", "synced_at": "2025-01-05T00:00:00.000Z",
        "workflow": {"uid": uid(5), "metadata": {"account_rotation": True}},
    }
    run, = start("--fixture", fixture_file(runs=[given])).runs()
    del run["workspace_uid"]
    assert run == given


def test_several_fixtures_add_up(start, fixture_file):
    one = fixture_file("one.json", runs=[{"status": "QUEUED", "uid": uid(1)}])
    two = fixture_file("two.json", runs=[{"status": "RUNNING", "uid": uid(2)}])
    emulator = start("--fixture", one, "--fixture", two)
    assert {run["uid"] for run in emulator.runs()} == {uid(1), uid(2)}


def test_a_file_may_be_added_to_the_demo(start, fixture_file):
    one = fixture_file(runs=[{"status": "QUEUED", "uid": uid(1)}])
    emulator = start("--fixture", "demo", "--fixture", one)
    assert emulator.run(uid(1))["status"] == "QUEUED"
    assert emulator.run(VENDOR)["status"] == "RUNNING"


WORLD_OF_ONE = json.dumps({"version": 1, "runs": [{"status": "QUEUED", "uid": uid(1)}]})


def pipe_of(text):
    """The end to read of a pipe that holds this text."""
    reader, writer = os.pipe()
    threading.Thread(target=lambda: open(writer, "w").write(text), daemon=True).start()
    return reader


def test_a_fixture_may_come_from_stdin(start):
    emulator = start("--fixture", "-", stdin=pipe_of(WORLD_OF_ONE))
    assert emulator.process.fixture == "-"
    assert [run["uid"] for run in emulator.runs()] == [uid(1)]


def test_a_fixture_from_stdin_may_be_a_file(start, fixture_file):
    with open(fixture_file(text=WORLD_OF_ONE)) as file:
        assert [run["uid"] for run in start("--fixture", "-", stdin=file).runs()] == [uid(1)]


def test_a_large_fixture_may_come_through_a_pipe(start):
    runs = [{"status": "QUEUED", "uid": uid(number)} for number in range(5000)]
    emulator = start("--fixture", "demo", "--fixture", "/dev/stdin", stdin=pipe_of(json.dumps({"version": 1, "runs": runs})))
    assert emulator.run(uid(4999))["status"] == "QUEUED"
    assert emulator.run(VENDOR)["status"] == "RUNNING"


def test_a_reset_to_what_came_through_a_pipe(start, tmp_path):
    named = tmp_path / "pipe"
    os.mkfifo(named)
    threading.Thread(target=lambda: named.write_text('{"version": 1, "runs": []}'), daemon=True).start()
    emulator = start("--fixture", "-", "--fixture", named, stdin=pipe_of(WORLD_OF_ONE))
    for name, runs in ("empty", 0), ("-", 1), (str(named), 0), ("-", 1):
        assert emulator.post("/_emulator/reset", {"fixture": name}).json["runs"] == runs


def test_a_pipe_that_does_not_end_does_not_keep_it_from_stopping():
    child = subprocess.Popen([PROGRAM, "--port", "0", "--fixture", "-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                             env=environment())
    try:
        child.stdin.write(b" " * 1_000_000)  # a pipe holds less: the program has begun to read
        child.send_signal(signal.SIGTERM)
        assert (child.wait(20), child.stdout.read()) == (0, b"")
    finally:
        child.kill()
        child.stdout.close()
        with contextlib.suppress(BrokenPipeError):
            child.stdin.close()


def test_a_pipe_with_a_bad_fixture_exits_with_3():
    status, _, err = run_program("--port", 0, "--fixture", "-", stdin=BAD["unknown status"][0])
    assert status == 3
    assert err.startswith("edges-emulator: fixture -:5: /runs/1/status must be equal to one of")


def test_a_platform_stop_and_a_cancel_are_told_apart(start, fixture_file):
    world = fixture_file(runs=[{"status": "STOPPED", "uid": uid(1)},
                               {"status": "STOPPED", "uid": uid(2), "cancelled": True}])
    emulator = start("--fixture", world, "--assume", "cancel.repeat=accept")
    assert emulator.cancel(uid(1)).status == 422
    assert emulator.cancel(uid(2)).status == 200


def test_flows_and_schedules_may_be_in_a_fixture(start, fixture_file):
    world = fixture_file(
        flows=[{"slug": "a", "name": "A", "steps": ["s"], "plan": [
            {"after_ms": 50, "event": "QUEUE"}, {"after_ms": 100, "event": "START"},
            {"after_ms": 150, "step_uid": "s", "count": 2, "template": {"n": 1}},
            {"after_ms": 200, "event": "FAIL", "error": {"label": "LK_ERROR", "message": "m"}}]}],
        schedules=[{"status": "ACTIVE", "flow_slug": "a", "cron": "0 9 * * *"}],
        runs=[{"status": "SUCCEEDED", "flow_slug": "a",
               "outputs": [{"step_uid": "s", "data": {"n": 1}}]}])
    assert run_program("validate", world)[0] == 0
    run, = start("--fixture", world).runs()
    assert run["output_count"] == 1


def lines(*text):
    return "\n".join(text) + "\n"


BAD = {  # name: (text, JSON pointer, line, word)
    "unknown status": (lines('{"version": 1,', ' "runs": [', '  {"status": "QUEUED"},',
                             '  {', '   "status": "DONE"}', ' ]}'), "/runs/1/status", 5, "(allowed: CREATED, INVALID,"),
    "unknown member": (lines('{"version": 1,', ' "runs": [',
                             '  {"status": "QUEUED", "color": "red"}]}'),
                       "/runs/0", 3, "color"),
    "a slip": (lines('{"version": 1, "runs": [{"status": "RUNING"}]}'), "/runs/0/status", 1, "(did you mean RUNNING)"),
    "no time": (lines('{"version": 1, "runs": [{"status": "RUNNING", "created_at": "2026-01-01"}]}'), "/runs/0/created_at", 1,
                "(a time with an offset, such as 2026-01-01T09:00:00Z)"),
    "no uid": (lines('{"version": 1, "runs": [{"status": "RUNNING", "uid": "1"}]}'), "/runs/0/uid", 1,
               "(a UUID, such as 00000000-0000-4000-8000-000000000001)"),
    "a slip in a name": (lines('{"version": 1, "flows": [{"slug": "a", "plan": [{"afterms": 50, "event": "QUEUE"}]}]}'),
                         "/flows/0/plan/0", 1, "(did you mean after_ms)"),
    "a plan's item that is nothing": (
        lines('{"version": 1, "flows": [{"slug": "a", "plan": [', '{"after_ms": 50, "event": "QUEUE"},',
              '{"after_ms": 50}]}]}'), "/flows/0/plan/1", 3, "an event or a step_uid"),
    "a plan's item that is two": (
        lines('{"version": 1, "flows": [{"slug": "a", "plan": [',
              '{"after_ms": 50, "event": "QUEUE", "step_uid": "s"}]}]}'),
        "/flows/0/plan/0", 2, "and not both"),
    "a plan's step that the flow has not": (
        lines('{"version": 1, "workspaces": [{"api_key": "a", "flows": [', '{"slug": "a", "steps": ["find"], "plan": [',
              '{"after_ms": 50, "step_uid": "fnd"}]}]}]}'),
        "/workspaces/0/flows/0/plan/0/step_uid", 3, "one of the flow's steps"),
    "unknown part": (lines('', '{"version": 1, "people": []}'), "", 2, "people"),
    "missing status": (lines('{"version": 1, "runs": [', ' {"status": "QUEUED"},', '',
                             ' {}]}'), "/runs/1", 4, "status"),
    "wrong kind": (lines('{"version": 1,', '', '', ' "runs": {}}'), "/runs", 4, "array"),
    "bad uid": (lines('{"version": 1, "runs": [', '{"status": "QUEUED",', '"uid": "x"}]}'),
                "/runs/0/uid", 3, "uuid"),
    "bad time": (lines('{"version": 1, "runs": [', '{"status": "QUEUED",',
                       '"created_at": "2025-02-30T00:00:00Z"}]}'),
                 "/runs/0/created_at", 3, "date-time"),
    "wrong version": (lines('{', '', '"version": 2}'), "/version", 3, "version"),
    "in a workspace": (lines('{"version": 1, "workspaces": [', '{"api_key": "a", "runs": [',
                             '{"status": "QUEUED"},', '{"status": "nope"}]}]}'),
                       "/workspaces/0/runs/1/status", 4, "allowed"),
    "a key nobody can send": (lines('{"version": 1, "workspaces": [', '{"api_key": "a"},',
                                    '{"api_key": "a "}]}'),
                              "/workspaces/1/api_key", 3, "visible ASCII"),
    "two headers in one": (lines('{"version": 1, "runs": [{"status": "QUEUED", "callback":',
                                 '{"url": "https://x/", "headers":',
                                 '{"ok": "a\\tb", "bad": "a\\r\\nInjected: b"}}}]}'),
                           "/runs/0/callback/headers/bad", 3, "must be a header"),
    "a header without a name": (lines('{"version": 1, "schedules": [{"status": "PAUSED",',
                                      '"callback": {"url": "https://x/", "headers":',
                                      '{"a b/c": "d"}}}]}'),
                                "/schedules/0/callback/headers/a b~1c", 3, "must be a header"),
    "a name to escape": (lines('{"version": 1, "runs": [{"status": "QUEUED", "callback":',
                               '{"url": "https://x/", "headers":', '{"a/b~c": 1}}}]}'),
                         "/runs/0/callback/headers/a~1b~0c", 3, "string"),
}
BROKEN = {  # name: (text, line)
    "a comma too many": (lines('{"version": 1,', ' "runs": [],}'), 2),
    "cut off": ('{"version": 1,\n"runs": [\n{"status": "QUE', 3),
    "more behind it": (lines('{"version": 1}', '', '{}'), 3),
    "a member twice": (lines('', '', '{"version": 1, "runs": [], "runs": []}'), 3),
    "no JSON": (lines('version: 1'), 1),
}


def complaint(path):
    """What was said beside the name of the file, which may hold digits itself."""
    status, out, err = run_program("validate", path)
    assert status == 3, out + err
    assert path.name in out + err
    return (out + err).replace(str(path), "FILE").replace(path.name, "FILE")


@pytest.mark.parametrize("name", BAD)
def test_validate_names_file_pointer_line_and_what_is_wrong(fixture_file, name):
    text, pointer, line, word = BAD[name]
    said = complaint(fixture_file(text=text))
    assert pointer in said
    assert re.search(rf"\b{line}\b", said), said
    assert word in said


@pytest.mark.parametrize("name", BROKEN)
def test_validate_names_the_line_where_json_breaks(fixture_file, name):
    text, line = BROKEN[name]
    assert re.search(rf"\b{line}\b", complaint(fixture_file(text=text)))


@pytest.mark.parametrize("text", ["", " ", "[]", "null", "1", '"x"', '{"runs": {}}',
                                  '{"version": "1"}', '{"version": 1.5}', "\x00", "{" * 100000])
def test_validate_refuses_what_is_no_fixture(fixture_file, text):
    complaint(fixture_file(text=text))


def test_validate_refuses_invalid_utf_8(tmp_path):
    path = tmp_path / "x.json"
    path.write_bytes(b'{"version": 1, "runs": [{"status": "QUEUED", "flow_slug": "\xff"}]}')
    complaint(path)


@pytest.mark.parametrize("world", [
    {}, {"runs": []}, {"version": 1}, {"version": 1, "runs": []}, {"version": 1, "workspaces": []},
    {"version": 1, "runs": [{"status": status} for status in STATUSES]},
    {"version": 1, "workspaces": [{"api_key": "a", "clock": "frozen", "runs": []}]}],
    ids=lambda world: json.dumps(world)[:40])
def test_validate_accepts_a_good_file(fixture_file, world):
    status, out, err = run_program("validate", fixture_file(text=json.dumps(world)))
    assert status == 0, out + err


def test_validate_refuses_two_runs_of_one_uid(fixture_file):
    run = {"status": "QUEUED", "uid": uid(1)}
    assert "/runs/1" in complaint(fixture_file(runs=[run, run]))


def test_validate_reads_stdin():
    assert run_program("validate", "-", stdin=WORLD_OF_ONE) == (0, "- is a valid fixture\n", "")
    status, out, err = run_program("validate", "-", stdin=BROKEN["no JSON"][0])
    assert (status, out) == (3, "") and err.startswith("edges-emulator: fixture -:1: / is not valid JSON: ")


def test_validate_as_json(tmp_path, fixture_file):
    def result(*arguments, **options):
        status, out, err = run_program("validate", "--format", "json", *arguments, **options)
        assert err == ""
        return status, json.loads(out)

    good, bad = fixture_file(text="{}"), fixture_file("bad.json", BAD["a slip"][0])
    assert result(good) == (0, {"file": str(good), "valid": True, "errors": [], "warnings": [], "more": False})
    status, told = result(bad)
    assert status == 3
    assert told == {"file": str(bad), "valid": False, "errors": [
        {"line": 1, "pointer": "/runs/0/status", "message": "must be equal to one of the allowed values (did you mean RUNNING)"}],
                    "warnings": [], "more": False}
    status, told = result("-", stdin=BROKEN["cut off"][0])
    assert (status, told["file"], told["errors"][0]["line"], told["errors"][0]["pointer"]) == (3, "-", 3, "")
    status, told = result(tmp_path / "not-there.json")
    assert (status, told["errors"][0]["line"]) == (3, None)
    assert "No such file" in told["errors"][0]["message"]


def test_validate_of_a_missing_file(tmp_path):
    complaint(tmp_path / "not-there.json")


def test_validate_of_a_folder(tmp_path):
    complaint(tmp_path)


def test_a_server_with_a_bad_fixture_exits_with_3(fixture_file):
    path = fixture_file(text=BAD["unknown status"][0])
    status, out, err = run_program("--port", 0, "--fixture", path)
    assert status == 3
    assert "Ready." not in out
    assert path.name in err and "/runs/1/status" in err


@pytest.mark.parametrize("name", ["dmo", "not-there.json"])
def test_a_fixture_nobody_knows_exits_with_3(name):
    status, out, err = run_program("--port", 0, "--fixture", name)
    assert status == 3, err
    assert "Ready." not in out


@pytest.mark.parametrize("slug, reason", [
    ("runs", "must not be a word that stands in its place in other paths"),
    ("schedules", "must not be a word that stands in its place in other paths"),
    ("a/b", "must not hold a /"), ("/", "must not hold a /")])
def test_a_flow_that_no_path_can_name_is_refused(fixture_file, slug, reason):
    assert f"/flows/1/slug {reason}" in complaint(fixture_file(flows=[{"slug": "run"}, {"slug": slug}]))


PLACED = {"status": "CREATED", "progress": {"position": 0, "due_at": "2026-01-01T00:00:01Z"}}
NO_FLOW = "flow_slug must name a flow that is there, because the run follows its plan"


@pytest.mark.parametrize("slug", ["other", None])
def test_a_run_that_follows_a_plan_needs_its_flow(empty, fixture_file, slug):
    run, still = {**PLACED, "flow_slug": slug}, {"status": "CREATED", "flow_slug": slug}
    assert f"/runs/1/{NO_FLOW}" in complaint(fixture_file(flows=[{"slug": "own"}], runs=[still, run]))
    assert run_program("validate", fixture_file(flows=[{"slug": "other"}], runs=[
        still, {**PLACED, "flow_slug": "other"}]))[0] == 0
    reply = empty.post("/_emulator/runs", run)
    assert (reply.status, reply.json["message"]) == (400, f"body/{NO_FLOW}")
    assert empty.make(**still)["status"] == "CREATED"


def test_nothing_in_demo_happens_by_itself_before_2099(start):
    emulator = start("--fixture", "demo", "--clock", "2026-01-01T00:00:00Z")
    before = emulator.get("/_emulator/state").json
    assert advance(emulator, "P26600D") == []  # to 2098-10-30
    assert emulator.get("/_emulator/state").json == {**before, "clock": "2098-10-30T00:00:00.000Z"}
    assert len(advance(emulator, "P100D")) > 0, "its ACTIVE schedule is a one-shot in 2099"
