"""An operation, a documented status or a cell of coverage that no story ever hit fails the suite.

Stories run in several processes; each leaves its hits in the folder EDGES_HITS. ./test runs this
file when they have ended.
"""

import json
import os
from pathlib import Path

import pytest
from contract import CONTRACT


@pytest.mark.skipif("EDGES_HITS" not in os.environ, reason="counts after the whole suite alone")
def test_every_operation_and_every_documented_status_was_hit():
    files = list(Path(os.environ["EDGES_HITS"]).glob("*.json"))
    assert files, "no story left its hits"
    missing = [f"{operation} {status}" for operation, status in CONTRACT.missing(files)]
    assert not missing, f"no story ever got: {', '.join(missing)}"


@pytest.mark.skipif("EDGES_HITS" not in os.environ, reason="counts after the whole suite alone")
def test_every_cell_of_coverage_was_covered():
    """Merged from the reports of all servers of the stories, but of those that run the commands of a report."""
    missing = None
    for file in Path(os.environ["EDGES_HITS"]).glob("*.coverage"):
        here = {(each["dimension"], each["cell"]) for each in json.loads(file.read_text())["missing"]}
        missing = here if missing is None else missing & here
    assert missing is not None, "no server left its report"
    assert not missing, f"no story ever tried: {sorted(missing)}"
