"""`verify` against a second emulator, with each assumption other than here."""

import json
import subprocess
from pathlib import Path

import pytest
from facts import uid
from process import PROGRAM, environment, run_program
from verifying import FINISHED, FLOW, KEY, LEVELS, against, differing, verdicts, verify

WORLD = "verify_world"
JSON = {"Content-Type": "application/json"}

# Each assumption that a probe settles: another value, the level and the probe that show it.
FLIPS = [
    ("unauthorized.label", "NO_KEY", "reads", "no-key"),
    ("absent-object", "omit", "reads", "list-runs"),
    ("not-found.label", "NOTHING_THERE", "reads", "unknown-run"),
    ("invalid-uid.code", "404", "reads", "bad-uid"),
    ("bad-parameters.label", "BAD_THINGS", "reads", "bad-uid"),
    ("bad-query.code", "422", "reads", "bad-limit"),
    ("unknown-query", "ignore", "reads", "unknown-query"),
    ("wrong-method.code", "405", "reads", "wrong-method"),
    ("list.order", "-created_at", "reads", "default-page"),
    ("list.limit", "20", "reads", "next-page"),
    ("list.limit", "100", "reads", "next-page"),
    ("list.nulls", "first", "reads", "sort-descending"),
    ("not-cancellable.code", "409", "refusals", "cancel-finished"),
    ("not-cancellable.label", "TOO_LATE", "refusals", "cancel-finished"),
    ("not-resumable.code", "400", "refusals", "resume-finished"),
    ("not-resumable.label", "NO_WAY_BACK", "refusals", "resume-finished"),
    ("action-body", "refuse", "refusals", "action-with-body"),
    ("start.callback", "required", "refusals", "no-callback"),
    ("media-type", "ignore", "refusals", "text-body"),
    ("body-coercion", "coerce", "refusals", "coerced-body"),
    ("body-too-large.code", "400", "refusals", "large-body"),
    ("start.code", "202", "writes", "start"),
    ("start.flow-run-uid", "omit", "writes", "start"),
    ("cancel.status", "FAILED", "writes", "cancel"),
    ("cancel.finished-at", "null", "writes", "cancel"),
    ("cancel.repeat", "accept", "writes", "cancel-again"),
    ("resume.cancelled", "allow", "writes", "resume-cancelled"),
    ("cancel.outputs", "keep", "writes", "outputs-left"),
    ("schedule.code", "201", "writes", "schedule"),
    ("schedule-refused.code", "409", "writes", "cancel-schedule-again"),
    ("schedule-refused.label", "NOT_NOW", "writes", "cancel-schedule-again"),
]


def world():
    plan = [{"after_ms": 0, "event": "START"}, {"after_ms": 0, "step_uid": "one", "count": 1}]
    runs = [{"uid": uid(i), "status": "CREATED", "created_at": f"2025-12-01T00:{i // 60:02}:{i % 60:02}Z"}
            for i in range(120)]
    runs += [{"uid": FINISHED, "status": "SUCCEEDED", "created_at": "2025-11-01T00:00:00Z"}]
    return {"flows": [{"slug": FLOW, "steps": ["one"], "plan": plan}], "runs": runs,
            "schedules": [{"status": "PAUSED", "flow_slug": FLOW, "cron": "0 9 * * *"}]}


@pytest.fixture(scope="module")
def verify_world(tmp_path_factory):
    file = tmp_path_factory.mktemp("verify") / "world.json"
    file.write_text(json.dumps({"version": 1, **world()}))
    return file


def assume(emulator, **options):
    reply = emulator.request("PUT", "/_emulator/assumptions", json.dumps(options).encode(), JSON)
    assert reply.status == 200, reply


def url(emulator):
    return f"http://127.0.0.1:{emulator.port}/v1"


def test_an_emulator_is_as_an_emulator_is(emulator):
    status, report, err = against(url(emulator), level="writes", key=emulator.key)
    assert (status, err, differing(report)) == (0, "", {})
    assert report["requests"] <= 40
    assert set(verdicts(report).values()) == {"same", "sent", "skipped"}
    assert [name for name, verdict in verdicts(report).items() if verdict == "skipped"] == ["cancel-resumed"]
    assert set(report["settled"]) == {flip[0] for flip in FLIPS}
    assert {run["status"] for run in emulator.runs("limit=100&offset=100") if run["uid"] > uid(200)} <= {
        "STOPPED", "SUCCEEDED"}, "each run that was started is cancelled"


@pytest.mark.parametrize("which, value, level, probe", FLIPS, ids=[f"{flip[0]}={flip[1]}" for flip in FLIPS])
def test_a_rule_that_is_another_there_is_told_with_what_adopts_it(emulator, start, which, value, level, probe):
    if probe == "no-key":  # without a key there is no workspace that could assume it
        emulator = start("--assume", f"{which}={value}")
    else:
        assume(emulator, **{which: value})
    here = next(each["default"] for each in emulator.get("/_emulator/assumptions").json if each["id"] == which)
    status, report, _ = against(url(emulator), level=level, key=emulator.key)
    assert status == 1, report
    told = {name: found["assumptions"] for name, found in differing(report).items()}
    assert told == {probe: [{"id": which, "here": here, "there": value}]}
    assert report["settled"][which] == value


@pytest.mark.parametrize("level", ["reads", "refusals"])
def test_a_level_tells_nothing_of_those_above_it(emulator, level):
    above = list(LEVELS)[list(LEVELS).index(level) + 1:]
    assume(emulator, **{which: value for which, value, flipped, _ in FLIPS if flipped in above})
    status, report, _ = against(url(emulator), level=level, key=emulator.key)
    assert (status, differing(report)) == (0, {})


def test_text_says_how_to_adopt_a_difference(emulator):
    assume(emulator, **{"bad-query.code": 422})
    status, out, _ = verify("--against", url(emulator), "--self-test", key=emulator.key)
    assert status == 1
    assert ("differs  bad-limit: limit is below its minimum\n"
            "         status: 400 here, 422 there\n"
            "         --assume bad-query.code=422\n") in out
    assert out.endswith("17 requests sent: 16 same, 1 differs\n")


def test_what_is_assumed_here_is_what_is_compared(emulator):
    assume(emulator, **{"bad-query.code": 422})
    status, report, _ = against(url(emulator), "--assume", "bad-query.code=422", key=emulator.key)
    assert (status, report["settled"]["bad-query.code"]) == (0, "422")


def test_junit_and_markdown_tell_the_same(emulator):
    assume(emulator, **{"bad-query.code": 422})
    arguments = "--against", url(emulator), "--self-test", "--format"
    status, xml, _ = verify(*arguments, "junit", key=emulator.key)
    assert status == 1
    assert '<testsuite name="edges-emulator verify" tests="17" failures="1" errors="0">' in xml
    assert ('<testcase classname="verify.reads" name="bad-limit: limit is below its minimum"><failure message="'
            'status: 400 here, 422 there; --assume bad-query.code=422"/></testcase>') in xml
    status, table, _ = verify(*arguments, "markdown", key=emulator.key)
    assert status == 1
    assert ("| differs | `bad-limit` | limit is below its minimum | status: 400 here, 422 there"
            "; --assume bad-query.code=422 |\n") in table


def test_what_was_saved_is_assumed_and_said_to_be_verified(emulator, start, tmp_path):
    assume(emulator, **{"not-cancellable.code": 409})
    file = tmp_path / "verified.json"
    assert against(url(emulator), "--save", file, level="refusals", key=emulator.key)[0] == 1
    saved = json.loads(file.read_text())
    assert saved["assumptions"]["not-cancellable.code"] == "409"
    assert saved["assumptions"]["not-cancellable.label"] == "INVALID_STATUS"
    assert "cancel.repeat" not in saved["assumptions"]
    reply = start("--assume", f"@{file}").cancel(FINISHED)
    assert reply.status == 409
    assert reply.header("Emulator-Fidelity") == (
        f"verified; at={saved['verified_at']}; rule=not-cancellable.code, not-cancellable.label")


def test_a_record_is_compared_again_without_network(start, tmp_path):
    there = start("--assume", "wrong-method.code=405", key=KEY)
    live = against(url(there), "--record", tmp_path / "record", level="refusals")
    there.process.stop()
    file = tmp_path / "verified.json"
    status, out, _ = verify("--replay", tmp_path / "record", "--format", "json", "--level", "refusals",
                            "--save", file, key=None)
    report = json.loads(out)
    assert status == live[0] == 1
    assert (report["probes"], report["settled"]) == (live[1]["probes"], live[1]["settled"])
    assert report["requests"] == 0
    recorded = json.loads((tmp_path / "record" / "list-runs.json").read_text())["recorded_at"]
    assert json.loads(file.read_text())["verified_at"] <= recorded


def test_a_probe_without_a_record_is_skipped(tmp_path):
    status, out, _ = verify("--replay", tmp_path, "--format", "json", key=None)
    assert status == 0
    assert set(verdicts(json.loads(out)).values()) == {"skipped"}


@pytest.mark.parametrize("text", ["", "{}", '{"recorded_at": "2026-01-01T00:00:00Z", "facts": [{"name": "<b>"}]}'])
def test_a_record_that_is_none_is_a_usage_error(tmp_path, text):
    (tmp_path / "no-key.json").write_text(text)
    status, _, err = verify("--replay", tmp_path, key=None)
    assert status == 2
    assert "a file of --replay is not one that --record wrote" in err


def test_a_workspace_that_does_not_show_a_rule_settles_nothing(start, fixture_file):
    there = start("--fixture", fixture_file(runs=[{"status": "CREATED"}]), key=KEY)
    status, report, _ = against(url(there))
    assert status == 0
    found = verdicts(report)
    assert [found[name] for name in ("default-page", "next-page", "sort-descending")] == ["not told"] * 3
    assert found["get-schedule"] == "skipped"
    assert not {"list.order", "list.limit", "list.nulls"} & set(report["settled"])


def test_an_empty_workspace_is_no_difference(start):
    status, report, _ = against(url(start("--fixture", "empty", key=KEY)))
    assert (status, differing(report)) == (0, {})


def test_a_flow_that_the_service_does_not_have_is_no_difference(emulator):
    status, out, _ = verify("--against", url(emulator), "--self-test", "--format", "json", "--level", "writes",
                            "--flow", "no-such-flow", "--most-credits", "2", "--i-own-this-workspace",
                            key=emulator.key)
    found = verdicts(json.loads(out))
    assert (status, found["start"], found["cancel"]) == (0, "not told", "skipped")


@pytest.mark.parametrize("credits, started", [("0", 0), ("1", 1), ("2", 2)])
def test_no_more_runs_are_started_than_were_allowed(emulator, credits, started):
    arguments = ["--against", url(emulator), "--self-test", "--format", "json", "--level", "writes", "--flow", FLOW,
                 "--most-credits", credits, "--i-own-this-workspace"]
    assert verify(*arguments, key=emulator.key)[0] == 0
    assert len(emulator.get("/_emulator/journal?operation=runFlow&status=200").json) == started


def test_a_run_that_is_not_finished_is_not_touched(emulator):
    status, _, err = verify("--against", url(emulator), "--self-test", "--level", "refusals", "--run", uid(7),
                              key=emulator.key)
    assert status == 2
    assert "--run names no finished run" in err
    assert emulator.run(uid(7))["status"] == "CREATED"
    assert emulator.get("/_emulator/journal?operation=cancelFlowRun").json == []


def test_what_was_not_sent_after_a_stop_is_one_line(emulator):
    first = "skipped  no-key: no key is sent (it stopped here)\n"
    _, out, _ = verify("--against", url(emulator), key=emulator.key)
    assert out == (f"{first}skipped  16 more, which --format json lists\n"
                   "1 request sent: 17 skipped; stopped: the target is an emulator; --self-test asks it\n")
    _, out, _ = verify("--against", url(emulator), "--format", "markdown", key=emulator.key)
    assert out.count("\n| ") == 2 and "| skipped | 16 more, which --format json lists | | |\n" in out
    _, out, _ = verify("--against", url(emulator), "--format", "json", key=emulator.key)
    assert [each["verdict"] for each in json.loads(out)["probes"]] == ["skipped"] * 17


def test_an_emulator_is_refused_unless_it_is_a_self_test(emulator):
    status, _, err = verify("--against", url(emulator), key=emulator.key)
    assert status == 2
    assert "the target is an emulator; --self-test asks it" in err
    assert len(emulator.get("/_emulator/journal").json) == 0, "only the call without a key was sent"


@pytest.mark.parametrize("arguments, word", [
    (["--against", "http://example.com/v1"], "http only to this machine"),
    (["--against", "http://127.0.0.1.example.com/v1"], "http only to this machine"),
    (["--against", "http://localhost.example.com/v1"], "http only to this machine"),
    (["--against", "ftp://127.0.0.1/v1"], "takes a URL"),
    (["--against", "https://me:secret@example.com/v1"], "takes a URL"),
    (["--against", f"https://example.com/v1?key={KEY}"], "takes a URL"),
    (["--against", f"https://example.com/{KEY}"], "the key is on the command line"),
    (["--against", "https://example.com/v1", "--self-test"], "--self-test is for an emulator on this machine"),
    (["--against", "https://example.com/v1", "--api-key", KEY], "a key on the command line is refused"),
    (["--against", "https://example.com/v1", "--level", "refusals"], "needs --run"),
    (["--against", "https://example.com/v1", "--level", "writes"], "needs --flow"),
    (["--against", "https://example.com/v1", "--level", "writes", "--flow", "a", "--most-credits", "1"],
     "--i-own-this-workspace"),
    (["--against", "https://example.com/v1", "--run", "12"], "the uid of a finished run"),
    (["--against", "https://example.com/v1", "--flow", "a/../b"], "the slug of a flow"),
    (["--against", "https://example.com/v1", "--input", "[]"], "a JSON object"),
    (["--replay", "x", "--record", "y"], "--replay sends nothing"),
    ([], "--against URL is missing"),
])
def test_what_is_refused_is_refused_before_anything_is_sent(arguments, word):
    status, out, err = verify(*arguments)
    assert (status, out) == (2, "")
    assert word in err
    assert KEY not in err


@pytest.mark.parametrize("key", [None, "", "two\nlines"])
def test_without_a_key_nothing_is_sent(key):
    status, out, err = verify("--against", "https://example.com/v1", key=None, env={"EDGES_API_KEY": key} if key else None)
    assert (status, out) == (2, "")
    assert "EDGES_API_KEY has no key" in err


def test_validate_has_no_junit():
    assert run_program("validate", "--format", "junit", "-")[0] == 2


def test_what_was_made_and_not_cancelled_is_told(emulator):
    rule = {"operation": "cancelFlowRun", "nth": 2, "effect": {"status": 429}}  # the first is of no run
    assert emulator.post("/_emulator/faults", rule).status == 201
    status, _, err = verify("--against", url(emulator), "--self-test", "--level", "writes", "--flow", FLOW,
                            "--most-credits", "1", "--i-own-this-workspace", key=emulator.key)
    made = next(run["uid"] for run in emulator.runs("status=RUNNING"))
    assert status == 6
    assert f"verify made {made} and did not cancel it" in err


@pytest.mark.parametrize("option", ["--save", "--record"])
def test_a_place_that_cannot_be_written_is_told_before_anything_is_sent(emulator, tmp_path, option):
    status, out, err = verify("--against", url(emulator), "--self-test", option, tmp_path / "no" / "such",
                              key=emulator.key)
    assert (status, out) == (2, "")
    assert "cannot write" in err


def test_nothing_runs_on_afterwards(emulator):
    child = subprocess.Popen([PROGRAM, "verify", "--against", url(emulator), "--self-test"], start_new_session=True,
                             env=environment({"EDGES_API_KEY": emulator.key}), stdout=subprocess.DEVNULL)
    assert child.wait(20) == 0
    assert child.pid not in sessions()


def sessions():
    """The sessions that any process belongs to."""
    found = set()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            found.add(int(stat.read_text().rpartition(")")[2].split()[3]))
        except OSError:
            pass
    return found


def test_levels_are_as_in_the_manual():
    assert list(LEVELS) == ["reads", "refusals", "writes"]
