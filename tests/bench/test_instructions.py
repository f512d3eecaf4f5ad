"""What a request and a start cost does not grow unseen, and a request not with what else a workspace holds.

A change that makes them cheaper lowers the table, so that the gain is kept.
"""

import os
import pathlib
import platform

import instructions
import load
import pytest

EMULATOR = os.environ.get("EDGES_EMULATOR") or str(
    pathlib.Path(__file__).parents[2] / "build/release/edges-emulator"
)
WITHIN = 0.03

pytestmark = pytest.mark.skipif(platform.machine() != "x86_64", reason="the table is about x86-64")


def count(folder, runs):
    fixture = load.write_fixture(folder / f"{runs}.json", runs)
    options = ["--port", "0", "--log-level", "error", "--clock", "2026-01-01T00:00:00Z"]
    return instructions.count([EMULATOR, *options, "--fixture", str(fixture)], folder)


def test_requests_and_a_start_take_the_instructions_of_the_table(tmp_path):
    counted = {}
    for _ in range(3):  # on a machine with much else to do, requests come in more pieces, which costs a little
        once = count(tmp_path, instructions.RUNS)
        once["ready"] = instructions.count_ready(EMULATOR, tmp_path)
        counted = {kind: min(once[kind], counted.get(kind, once[kind])) for kind in once}
        wrong = {
            kind: (round(counted[kind]), most)
            for kind, most in instructions.table().items()
            if abs(counted[kind] / most - 1) > WITHIN
        }
        if not wrong:
            break
    assert not wrong, f"counted, and what {instructions.TABLE.name} says: {wrong}"


def test_a_cancel_among_many_runs_costs_little_more(tmp_path):
    counted = [count(tmp_path, runs)["cancel"] for runs in (1_000, 30_000)]
    assert counted[1] / counted[0] < 1.2
