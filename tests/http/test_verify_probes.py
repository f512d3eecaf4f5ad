"""The table of probes, as `verify --dry-run` and `docs probes` print it."""

import json
import re
import socket

from process import run_program
from verifying import LEVELS, verify


def planned(level):
    status, out, err = verify("--dry-run", "--level", level, "--format", "json", key=None)
    assert (status, err) == (0, "")
    report = json.loads(out)
    assert report["requests"] == 0
    assert {probe["verdict"] for probe in report["probes"]} == {"planned"}
    return report["probes"]


def rows(name):
    out = run_program("docs", name)[1]
    return [[cell.strip(" `") for cell in line.strip("|").split(" | ")] for line in out.splitlines()[2:]]


def test_no_row_of_level_reads_is_anything_but_a_get():
    assert {probe["level"] for probe in planned("reads")} == {"reads"}
    assert {probe["method"] for probe in planned("writes") if probe["level"] == "reads"} == {"GET"}
    assert {request.split()[0].strip("`") for _, level, request, *_ in rows("probes") if level == "reads"} == {"GET"}


def test_each_level_has_those_below_it():
    found = [[probe["id"] for probe in planned(level)] for level in LEVELS]
    assert found[1][:len(found[0])] == found[0] and found[2][:len(found[1])] == found[1]
    assert [probe["id"] for probe in planned("writes")] == [row[0] for row in rows("probes")]


def test_all_rows_fit_into_40_requests():
    polls = sum(2 for probe in planned("writes") if probe["id"] == "await-outputs")
    assert len(planned("writes")) + polls <= 40


def test_a_dry_run_sends_nothing():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/v1"
        for form in "text", "json", "junit", "markdown":
            status, out, err = verify("--dry-run", "--against", url, "--level", "writes", *LEVELS["writes"],
                                      "--format", form)
            assert (status, err) == (0, "")
            assert "list-runs" in out
        listener.settimeout(0)
        try:
            listener.accept()
            raise AssertionError("it connected")
        except BlockingIOError:
            pass


def test_a_dry_run_shows_each_request():
    out = verify("--dry-run", key=None)[1]
    assert "planned  no-key: GET /flows/runs?limit=1 (without the key)\n" in out
    assert "planned  get-run: GET /flows/runs/{run}\n" in out


def test_each_assumption_is_settled_by_a_probe_or_listed_with_the_reason():
    assumptions = {row[0] for row in rows("assumptions")}
    settled = {name for row in rows("probes") for name in re.findall(r"[a-z.-]+[a-z]", row[-1])}
    not_settled = {row[0] for row in rows("not-settled")}
    assert settled | not_settled == assumptions
    assert not settled & not_settled
    assert all(len(row[1]) > 20 for row in rows("not-settled"))
