"""An operation or a documented status that no story ever hit fails the suite.

Stories run in several processes; each leaves its hits in the folder EDGES_HITS. ./test runs this
file when they have ended.
"""

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
