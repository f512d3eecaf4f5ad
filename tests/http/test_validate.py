"""`validate` goes on behind a mistake, and warns of what is odd."""

import json
import os
import subprocess

import pytest
from facts import uid
from process import PROGRAM, environment, run_program

FORM = """{"version": 1,
 "people": [],
 "runs": [
  {"status": "DONE",
   "colour": "red",
   "uid": "x"},
  {"status": "QUEUED"},
  {"created_at": "yesterday"}],
 "flows": {}}
"""
CONTENT = """{"version": 1, "clock": "noon",
 "flows": [
  {"slug": "a/b"},
  {"slug": "own", "steps": ["find"], "plan": [
   {"after_ms": 1, "step_uid": "fnd"},
   {"after_ms": 1},
   {"after_ms": 1, "step_uid": "find"}]},
  {"slug": "own"}],
 "runs": [
  {"status": "RUNNING", "cancelled": true},
  {"status": "RUNNING", "uid": "00000000-0000-4000-8000-000000000001"},
  {"status": "RUNNING", "flow_slug": "own", "progress": {"position": 0}},
  {"status": "RUNNING", "flow_slug": "nobody", "progress": {"position": 0}},
  {"status": "RUNNING", "uid": "00000000-0000-4000-8000-000000000001"}],
 "schedules": [
  {"status": "ACTIVE", "cron": "61 * * * *", "flow_slug": "own"},
  {"status": "ACTIVE", "cron": "0 9 * * *", "flow_slug": "own"}],
 "workspaces": [
  {"runs": [{"status": "QUEUED"}]},
  {"api_key": "a", "clock": "noon", "runs": [{"status": "QUEUED", "cancelled": true}]},
  {"api_key": "b", "schedules": [{"status": "ACTIVE", "cron": "0 9 * * *"}]}]}
"""
NO_CLOCK = "must be real, frozen, an instant like 2026-01-01T00:00:00Z"
NO_CANCEL = "must have status STOPPED (or FAILED, see cancel.status) when it is cancelled"
SAME = "has the same uid, slug or position as one before it"


ODD = """{"version": 1, "runs": [
  {"status": "SUCCEEDED", "created_at": "2026-01-02T00:00:00Z", "started_at": "2026-01-02T00:00:01Z",
   "finished_at": "2026-01-01T00:00:00Z"},
  {"status": "RUNNING", "created_at": "2026-01-02T00:00:00Z", "started_at": "2026-01-01T23:59:59+00:00"},
  {"status": "RUNNING", "created_at": "2026-01-02T00:00:00Z", "started_at": "2026-01-02T01:00:00+02:00"},
  {"status": "SUCCEEDED", "output_count": 9},
  {"status": "SUCCEEDED", "output_count": 1, "outputs": [{"step_uid": "s", "data": {}}, {"step_uid": "s", "data": {}}]},
  {"status": "SUCCEEDED", "output_count": 1, "outputs": [{"step_uid": "s", "data": {}}]},
  {"status": "SUCCEEDED", "created_at": "2026-01-02T00:00:00Z", "finished_at": "2026-01-02T00:00:00Z", "output_count": null}],
 "workspaces": [{"api_key": "a", "runs": [{"status": "SUCCEEDED", "output_count": 2}]}]}
"""
ODDITIES = [
    (3, "/runs/0/finished_at", "is before started_at"), (3, "/runs/0/finished_at", "is before created_at"),
    (4, "/runs/1/started_at", "is before created_at"), (5, "/runs/2/started_at", "is before created_at"),
    (6, "/runs/3/output_count", "is 9, and the run has 0 outputs"), (7, "/runs/4/output_count", "is 1, and the run has 2 outputs"),
    (10, "/workspaces/0/runs/0/output_count", "is 2, and the run has 0 outputs")]


def told(path, *arguments):
    """Status, stdout, and the places and messages of stderr."""
    status, out, err = run_program("validate", *arguments, path)
    begins = f"edges-emulator: fixture {path}:"
    lines = err.splitlines()
    assert all(line.startswith((begins, "edges-emulator: warning: fixture ")) for line in lines), err
    return status, out, [line.replace(begins, "") for line in lines]


def test_all_mistakes_of_form_are_told(fixture_file):
    status, out, lines = told(fixture_file(text=FORM))
    assert (status, out) == (3, "")
    assert [line.split(" must")[0] for line in lines] == [
        "1: /", "4: /runs/0", "4: /runs/0/status", "6: /runs/0/uid", "8: /runs/2", "8: /runs/2/created_at", "9: /flows"]
    assert "(people)" in lines[0] and "(colour)" in lines[1] and "'status'" in lines[4]


def test_all_mistakes_of_content_are_told(fixture_file):
    status, out, lines = told(fixture_file(text=CONTENT))
    assert (status, out) == (3, "")
    places = [line.split(" ")[:2] for line in lines]
    assert places == [
        ["1:", "/clock"], ["3:", "/flows/0/slug"], ["5:", "/flows/1/plan/0/step_uid"], ["6:", "/flows/1/plan/1"],
        ["8:", "/flows/2"], ["10:", "/runs/0"], ["13:", "/runs/3/flow_slug"], ["14:", "/runs/4"],
        ["16:", "/schedules/0/cron"], ["19:", "/workspaces/0"], ["20:", "/workspaces/1/clock"],
        ["20:", "/workspaces/1/runs/0"], ["21:", "/workspaces/2/schedules/0/flow_slug"]]
    assert lines[4].endswith(SAME) and lines[5].endswith(NO_CANCEL) and lines[7].endswith(SAME)


def test_a_mistake_in_one_run_hides_none_in_another(fixture_file):
    """Also where runs are stored together."""
    runs = [{"status": "QUEUED", "uid": uid(number % 30)} for number in range(40)]
    runs[35]["cancelled"] = True
    lines = told(fixture_file(text=json.dumps({"runs": runs})))[2]
    assert [line.split(" ")[1] for line in lines] == [f"/runs/{place}" for place in range(30, 40)]


@pytest.mark.parametrize("run", [{"status": "DONE"}, {"status": "QUEUED", "cancelled": True}], ids=["form", "content"])
def test_twenty_mistakes_are_told_and_that_there_are_more(fixture_file, run):
    def lines_of(count):
        path = fixture_file(text=json.dumps({"runs": [run] * count}))
        return path, told(path)

    path, (status, _, lines) = lines_of(20)
    assert (status, len(lines)) == (3, 20)
    assert lines[19].startswith("1: /runs/19")
    path, (status, _, lines) = lines_of(21)
    assert (status, len(lines)) == (3, 21)
    assert lines[19].startswith("1: /runs/19")
    assert lines[20] == " only these 20 are told; there are more"


def test_all_mistakes_as_json(fixture_file):
    path = fixture_file(text=FORM)
    status, out, err = run_program("validate", "--format", "json", path)
    result = json.loads(out)
    assert (status, err, result["file"], result["valid"], result["more"]) == (3, "", str(path), False, False)
    assert [(each["line"], each["pointer"]) for each in result["errors"]] == [
        (1, ""), (4, "/runs/0"), (4, "/runs/0/status"), (6, "/runs/0/uid"), (8, "/runs/2"), (8, "/runs/2/created_at"), (9, "/flows")]
    path = fixture_file(text=json.dumps({"runs": [{"status": "DONE"}] * 100}))
    result = json.loads(run_program("validate", "--format", "json", path)[1])
    assert (len(result["errors"]), result["more"]) == (20, True)


def test_a_mistake_is_one_line_without_control_characters(tmp_path, fixture_file):
    path = fixture_file("a\n.json", text=r'{"x\n\r\t\b\f\u001b[31m\u007f\u0080\u009b\u00a0é\"\\": 1}')
    line = f"edges-emulator: fixture {tmp_path}/a\\n.json:1: / must NOT have additional properties " \
        "(x\\n\\r\\t\\b\\f\\u001b[31m\\u007f\\u0080\\u009b\u00a0é\"\\) (allowed: version, workspaces, clock, flows, runs, schedules)\n"
    assert run_program("validate", path) == (3, "", line)
    assert run_program("--port", 0, "--fixture", path) == (3, "", line)
    path = fixture_file("a\n.json", text=json.dumps({"runs": [{"status": "DONE"}] * 21}))
    assert len(run_program("validate", path)[2].splitlines()) == 21
    path = fixture_file("a\n.json", text='{"runs": [{"status": "SUCCEEDED", "output_count": 9}]}')
    assert run_program("validate", path) == (0, f"{tmp_path}/a\\n.json is a valid fixture\n",
        f"edges-emulator: warning: fixture {tmp_path}/a\\n.json:1: /runs/0/output_count is 9, and the run has 0 outputs\n")


def test_the_name_of_a_file_may_be_no_text(tmp_path, start):
    path = os.fsencode(tmp_path) + b"/\xff\xc3.json"
    with open(path, "w", encoding="utf-8") as file:
        file.write("{}")
    out = subprocess.run([PROGRAM, "validate", "--format", "json", path], env=environment(), capture_output=True, timeout=20).stdout
    assert json.loads(out.decode("utf-8"))["file"] == f"{tmp_path}/\ufffd\ufffd.json"
    database = os.fsdecode(os.fsencode(tmp_path) + b"/\xff.db")
    info = start("--db", database).get("/_emulator/info")
    assert json.loads(info.body.decode("utf-8"))["options"]["db"]["value"] == f"{tmp_path}/\ufffd.db"


def test_a_server_tells_the_first_mistake(fixture_file):
    status, _, err = run_program("--port", 0, "--fixture", fixture_file(text=CONTENT))
    assert status == 3
    assert len(err.splitlines()) == 1 and ":1: /clock must be" in err


def test_what_is_odd_is_a_warning_of_a_valid_fixture(fixture_file):
    path = fixture_file(text=ODD)
    assert run_program("validate", path) == (0, f"{path} is a valid fixture\n", "".join(
        f"edges-emulator: warning: fixture {path}:{line}: {place} {message}\n" for line, place, message in ODDITIES))
    status, out, err = run_program("validate", "--format", "json", path)
    assert (status, err, json.loads(out)) == (0, "", {
        "file": str(path), "valid": True, "errors": [], "more": False,
        "warnings": [{"line": line, "pointer": place, "message": message} for line, place, message in ODDITIES]})


def test_warnings_come_beside_mistakes(fixture_file):
    path = fixture_file(text=ODD.replace('"RUNNING"', '"RUNNING", "cancelled": true'))
    status, _, lines = told(path)
    assert status == 3
    assert [line.split(" ")[0] for line in lines if "warning" not in line] == ["4:", "5:"]
    assert len([line for line in lines if "warning" in line]) == len(ODDITIES)


def test_what_an_emulator_exports_is_taken_again(start, fixture_file):
    """A clock that was set before the times of a fixture: a run is cancelled before it was made."""
    late = {"status": "RUNNING", "uid": uid(1), "created_at": "2026-01-01T00:00:00Z"}
    emulator = start("--fixture", fixture_file(runs=[late]), "--clock", "2024-01-01T00:00:00Z")
    assert emulator.cancel(uid(1)).json["finished_at"] == "2024-01-01T00:00:00.000Z"
    state = emulator.get("/_emulator/state").body
    path = fixture_file("state.json", text=state.decode())
    status, _, err = run_program("validate", path)
    assert status == 0 and "/runs/0/finished_at is before created_at" in err
    assert emulator.request("PUT", "/_emulator/state", state, {"Content-Type": "application/json"}).body == state


def test_nothing_is_odd_in_what_the_engine_makes(start, fixture_file):
    emulator = start()
    for slug in "linkedin-people-enrich", "demo-fails", "demo-partly", "demo-blocks", "demo-never-ends":
        assert emulator.post(f"/v1/flows/{slug}/run/async", {"inputs": [{"n": 1}] * 3}).status == 200
    for _ in range(5):
        emulator.post("/_emulator/clock/advance", {"by": 500})
        path = fixture_file(text=emulator.get("/_emulator/state").body.decode())
        assert run_program("validate", path) == (0, f"{path} is a valid fixture\n", "")
