"""The command `coverage`, the forms of its report, and --coverage FILE (CONTROL.md "coverage")."""

import json
import os
import re
import signal
import xml.etree.ElementTree as xml

import pytest
from covering import report
from process import run_program
from receiver import receiving, reply as answer

RUNNING, FAILED = "00000000-0000-4000-8000-000000000007", "00000000-0000-4000-8000-000000000008"


@pytest.fixture
def emulator(start):
    return start()


def url(emulator):
    return f"http://127.0.0.1:{emulator.port}"


def run(emulator, *options):
    return run_program("coverage", "--url", url(emulator), *options)


def form(emulator, name):
    reply = emulator.get(f"/_emulator/coverage?format={name}", key=None)
    assert reply.status == 200, reply
    return reply


def break_a_rule(emulator, level):
    """Once."""
    if level == "error":
        emulator.get("/v1/flows/runs?api_key=x", headers={"X-Request-Id": "wrong`<1>&"})
    else:
        emulator.runs("limit=1")


# The forms


def test_text_begins_with_what_was_never_tried_each_with_its_command(emulator):
    emulator.cancel(RUNNING)
    reply = form(emulator, "text")
    assert reply.header("Content-Type") == "text/plain; charset=utf-8"
    lines = reply.body.decode().splitlines()
    found = report(emulator)
    assert lines[0].startswith(f"{found['covered']} of {found['cells']} cells are covered ({found['percent']}%), by 1 calls since 20")
    assert lines[2] == "Never tried, the most useful first:"
    assert lines[4].startswith("cancel: a cancel of a run in each status; ")
    assert lines[5] == "  QUEUED" and lines[6].startswith("    curl -s ")
    assert lines[-12:][0] == "  cancel            1 of  11"


def test_a_brief_text_only_names_it(emulator):
    emulator.cancel(RUNNING)
    lines = form(emulator, "text&brief=true").body.decode().splitlines()
    assert lines[4].startswith("cancel: a cancel of a run in each status; ")
    assert lines[5].startswith("  QUEUED, SCHEDULED, CREATED, ") and lines[-12] == "  cancel            1 of  11"
    assert len(lines) < 60 and not any("curl" in line for line in lines)


def test_text_has_the_findings_behind_it(emulator):
    break_a_rule(emulator, "error")
    text = form(emulator, "text").body.decode()
    assert text.index("Never tried") < text.index("What clients do wrong:\n\nerror key-in-url (1): an API key in the query\n")
    assert "\n  requests: wrong'<1>&\n" in text


@pytest.mark.parametrize("name", ["json", "text", "markdown", "junit"])
def test_what_is_expected_is_left_out(emulator, name):
    break_a_rule(emulator, "error")
    break_a_rule(emulator, "warning")
    one, both = form(emulator, f"{name}&ignore=key-in-url"), form(emulator, f"{name}&ignore=key-in-url&ignore=stops-at-page-1")
    assert one.header("Emulator-Coverage").endswith("errors=0; warnings=1") and "wrong'<1>" not in one.body.decode()
    assert both.header("Emulator-Coverage").endswith("errors=0; warnings=0")


def test_a_rule_that_does_not_exist_cannot_be_ignored(emulator):
    reply = emulator.get("/_emulator/coverage?ignore=key-in-urls", key=None)
    assert reply.status == 400 and reply.header("Emulator-Hint") == "did you mean key-in-url"


def test_markdown_fits_the_summary_of_a_job(emulator):
    break_a_rule(emulator, "error")
    reply = form(emulator, "markdown")
    assert reply.header("Content-Type") == "text/markdown; charset=utf-8"
    text = reply.body.decode()
    assert text.startswith("## Coverage of the Edges Flows API\n")
    assert "\n| a cancel of a run in each status | 0 | 11 |\n" in text
    assert "\n- **error** `key-in-url` (1): an API key in the query. " in text and "Requests: `wrong'<1>&`\n" in text
    assert text.count("```") % 2 == 0 and text.endswith("</details>\n")


def test_junit_has_a_case_for_each_cell_and_each_rule(emulator):
    break_a_rule(emulator, "error")
    emulator.cancel(RUNNING)
    reply = form(emulator, "junit")
    assert reply.header("Content-Type") == "application/xml; charset=utf-8"
    suites = list(xml.fromstring(reply.body))
    found = report(emulator)
    assert [suite.get("name") for suite in suites] == [each["dimension"] for each in found["dimensions"]] + ["lint"]
    for suite, dimension in zip(suites, found["dimensions"]):
        assert [case.get("name") for case in suite] == [each["cell"] for each in dimension["counts"]]
        assert int(suite.get("tests")) == dimension["cells"]
        assert int(suite.get("skipped")) == dimension["cells"] - dimension["covered"] == len(suite.findall("testcase/skipped"))
    assert len(suites[-1]) == 12 and suites[-1].get("failures") == "1"
    failure = suites[-1].find("testcase/failure")
    assert failure.get("type") == "error" and "wrong'<1>&" in failure.text


@pytest.mark.parametrize("name", ["json", "text", "markdown", "junit"])
def test_a_header_sums_it_up(emulator, name):
    break_a_rule(emulator, "error")
    break_a_rule(emulator, "warning")
    found = report(emulator)
    assert form(emulator, name).header("Emulator-Coverage") == f"cells={found['cells']}; covered={found['covered']}; errors=1; warnings=1"


def test_there_is_no_other_form(emulator):
    assert emulator.get("/_emulator/coverage?format=html", key=None).status == 400


# The command


def test_it_prints_text_by_default(emulator):
    status, out, err = run(emulator)
    assert status == 0 and err == "" and out.startswith("0 of ") and "\nNever tried, the most useful first:\n" in out
    assert f" '{url(emulator)}/_emulator/runs'" in out
    assert f" '{url(emulator)}/_emulator/runs'" not in run(emulator, "--brief")[1]


@pytest.mark.parametrize("name, first", [("json", '{"since":'), ("markdown", "## Cov"), ("junit", "<?xml")])
def test_it_prints_the_other_forms(emulator, name, first):
    status, out, err = run(emulator, "--format", name)
    assert status == 0 and err == "" and out.startswith(first) and out.endswith("\n")


def test_fail_under(emulator):
    emulator.cancel(RUNNING)
    percent = report(emulator)["percent"]
    assert percent >= 2
    assert run(emulator, "--fail-under", percent)[0] == 0
    status, out, err = run(emulator, "--fail-under", percent + 1)
    assert status == 1 and "Never tried" in out
    assert err == f"edges-emulator: {percent}% of the cells are covered, fewer than --fail-under {percent + 1}\n"


@pytest.mark.parametrize("broken, level, expected", [
    ("error", "error", 1), ("error", "warning", 1), ("warning", "error", 0), ("warning", "warning", 1), (None, "warning", 0)])
def test_lint_fails_for_findings_of_its_level_or_worse(emulator, broken, level, expected):
    if broken:
        break_a_rule(emulator, broken)
    status, _, err = run(emulator, "--lint", level)
    assert status == expected
    assert err == (f"edges-emulator: clients break 1 rule of --lint {level}\n" if expected else "")


def test_lint_does_not_fail_for_what_is_ignored(emulator):
    break_a_rule(emulator, "error")
    break_a_rule(emulator, "warning")
    assert run(emulator, "--lint", "warning", "--ignore", "key-in-url")[0] == 1
    assert run(emulator, "--lint", "warning", "--ignore", "key-in-url", "--ignore", "stops-at-page-1")[0] == 0


def test_ignore_takes_a_rule(emulator):
    status, out, err = run(emulator, "--ignore", "stop-at-page-1")
    assert (status, out) == (2, "")
    assert err == 'edges-emulator: --ignore cannot be "stop-at-page-1"; it takes a rule that edges-emulator docs lint lists; did you mean stops-at-page-1?\n'


def test_without_lint_findings_do_not_fail(emulator):
    break_a_rule(emulator, "error")
    assert run(emulator)[0] == 0


def test_the_server_may_be_named_by_the_environment(emulator):
    status, out, _ = run_program("coverage", env={"EDGES_EMULATOR_URL": url(emulator)})
    assert status == 0 and out.startswith("0 of ")


def test_no_server_is_6():
    status, out, err = run_program("coverage", "--url", "http://127.0.0.1:9")
    assert (status, out) == (6, "") and err == "edges-emulator: no coverage from 127.0.0.1 port 9: no server answers; start edges-emulator, or name another by --url or --port\n"


def test_a_reply_that_is_no_report_is_6():
    def closing(*reply):
        return lambda connection: connection.sendall(answer(*reply))

    with receiving(closing(200, b"{}"), closing(403, b"not here"), closing(200)) as receiver:
        for expected in "{}", "not here", "":
            status, out, err = run_program("coverage", "--url", f"http://127.0.0.1:{receiver.port}")
            assert (status, out) == (6, "") and err.endswith(f" port {receiver.port}: {expected}\n")


@pytest.mark.parametrize("options", [
    ["--fail-under", "101"], ["--fail-under", "most"], ["--lint", "all"], ["--format", "html"], ["--url", "ftp://x"], ["now"], ["--journal", "x"]])
def test_wrong_usage_is_2(options):
    assert run_program("coverage", *options)[0] == 2


def test_validate_has_no_other_form(tmp_path):
    status, _, err = run_program("validate", "--format", "junit", "x.json")
    assert status == 2 and "--format" in err


# --coverage FILE


def test_the_report_is_written_on_a_clean_stop(start, tmp_path):
    file = tmp_path / "coverage.json"
    emulator = start("--coverage", file)
    emulator.cancel(RUNNING)
    assert not file.exists()
    emulator.process.stop()
    found = json.loads(file.read_text())
    assert found["requests"] == 1 and found["cells"] == found["covered"] + len(found["missing"])
    assert f"'http://127.0.0.1:{emulator.port}/" in found["missing"][0]["command"]
    assert [each.name for each in tmp_path.iterdir()] == ["coverage.json"]


def test_it_stands_beside_an_export_and_replaces_what_was_there(start, tmp_path):
    file, export = tmp_path / "coverage.json", tmp_path / "export.json"
    file.write_text("old")
    start("--coverage", file, "--export-on-exit", export).process.stop()
    assert json.loads(file.read_text())["covered"] == 0 and json.loads(export.read_text())["version"] == 1


def test_a_file_that_cannot_be_written_is_told_at_once(tmp_path):
    status, _, err = run_program("--port", "0", "--coverage", tmp_path / "nowhere" / "x.json")
    assert status == 2 and "name another file by --coverage" in err


def test_a_file_that_cannot_be_written_at_the_end_is_1(start, tmp_path):
    folder = tmp_path / "folder"
    folder.mkdir()
    emulator = start("--coverage", folder / "x.json")
    folder.rmdir()
    emulator.process.send(signal.SIGTERM)
    assert emulator.process.wait() == 1
    assert "name another file by --coverage" in emulator.process.stderr()


def without_uids(text):
    """Those in the commands are others each time."""
    return re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "UID", text)


@pytest.fixture
def written(start, tmp_path):
    """A server that has stopped, its file, and what the command said of it before: status and output for each choice of options."""
    file = tmp_path / "coverage.json"
    emulator = start("--coverage", file)
    emulator.cancel(RUNNING)
    emulator.get("/v1/flows/runs?limit=1", headers={"Emulator-Fault": "status=503"})
    emulator.runs("limit=1")
    for level in "error", "warning":
        break_a_rule(emulator, level)
    said = {options: run(emulator, *options)[:2] for options in CHOICES}
    emulator.process.stop()
    return emulator, file, said


CHOICES = [
    (), ("--brief",), ("--format", "json"), ("--format", "markdown"), ("--format", "junit"), ("--fail-under", "100"), ("--lint", "error"),
    ("--lint", "warning", "--ignore", "key-in-url", "--ignore", "stops-at-page-1"),
]


def test_the_command_says_of_the_file_what_it_said_of_the_server(written):
    emulator, file, said = written
    assert [status for status, _ in said.values()] == [0, 0, 0, 0, 0, 1, 1, 0]
    for options, (status, out) in said.items():
        found = run_program("coverage", file, *options, "--url", url(emulator))
        assert (found[0], without_uids(found[1])) == (status, without_uids(out)), options


def test_the_file_may_be_stdin(written):
    _, file, said = written
    assert run_program("coverage", "-", "--brief", stdin=file.read_text())[:2] == said["--brief",]


@pytest.mark.parametrize("content, reason", [
    (None, "No such file or directory"), ("", "it is no report that serve --coverage has written"), ("[]", "it is no report that serve --coverage has written"),
    ('{"since": "2026-01-01T00:00:00Z"}', "it is no report that serve --coverage has written"),
    ('{"since": 1, "dimensions": []}', "it is no report that serve --coverage has written")])
def test_a_file_without_a_report_is_2(tmp_path, content, reason):
    file = tmp_path / "x.json"
    if content is not None:
        file.write_text(content)
    assert run_program("coverage", file) == (2, "", f"edges-emulator: no coverage from the file {file}: {reason}\n")


def test_what_no_report_has_is_left_out(tmp_path):
    file = tmp_path / "x.json"
    file.write_text(json.dumps({
        "since": "2026-01-01T00:00:00Z", "requests": "many", "findings": [1, {"rule": "none"}, {"rule": "key-in-url", "count": -1, "request_ids": [1]}],
        "dimensions": [1, {"dimension": "resume"}, {"dimension": "cancel", "counts": [1, {"cell": "none"}, {"cell": "RUNNING", "count": 1}]}]}))
    status, out, _ = run_program("coverage", file, "--brief", "--lint", "warning")
    assert status == 0 and out.startswith("1 of ") and "by 0 calls since 2026-01-01T00:00:00.000Z." in out


@pytest.mark.parametrize("wrong", ["\n\u001b[31mok", "", "é" * 100, "x" * 129], ids=["control", "empty", "not ASCII", "long"])
def test_what_is_no_id_of_a_request_is_left_out(tmp_path, wrong):
    file = tmp_path / "x.json"
    file.write_text(json.dumps({
        "since": "2026-01-01T00:00:00Z", "dimensions": [],
        "findings": [{"rule": "key-in-url", "level": "error", "count": 2, "request_ids": [wrong, "own-id"], "labels": ["a", "\x1b" + "b" * 200]}]}))
    assert "\x1b" not in run_program("coverage", file)[1]
    finding, = json.loads(run_program("coverage", file, "--format", "json")[1])["findings"]
    assert finding["request_ids"] == ["own-id"] and finding["labels"] == ["\x1b" + "b" * 127]


def test_it_may_be_a_variable(start, tmp_path):
    file = tmp_path / "coverage.json"
    start(env={"EDGES_EMULATOR_COVERAGE": os.fspath(file)}).process.stop()
    assert file.exists()
