"""Each target of libFuzzer: what once went wrong, the seeds, and a bounded run from there.

EDGES_FUZZ_SECONDS=3600 for an hour each. What is found is kept: put the file that is named into
regressions/TARGET/.
"""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
BUILD = Path(os.environ["EDGES_BUILD_DIR"]) / "tests" / "fuzz"
TARGETS = sorted(path.stem for path in HERE.glob("*.c"))
SECONDS = os.environ.get("EDGES_FUZZ_SECONDS")
RUNS = {"fixture": 3000}  # it loads a store for each; all others take less


def kept(target):
    return sorted((HERE / "seeds" / target).iterdir()) + sorted(
        (HERE / "regressions" / target).glob("*"))


def fuzz(target, *arguments):
    return subprocess.run([BUILD / f"fuzz_{target}", "-close_fd_mask=1", "-timeout=20",
                           "-rss_limit_mb=2048", *map(str, arguments)],
                          capture_output=True, text=True, errors="replace", check=False)


def test_there_is_something_to_fuzz():
    assert TARGETS == ["body", "cron", "duration", "effect", "fixture", "path", "query", "reply"]


@pytest.mark.parametrize("target", TARGETS)
def test_what_is_kept_does_no_harm(target):
    assert len(kept(target)) >= 2, "seeds"
    done = fuzz(target, *kept(target))
    assert done.returncode == 0, done.stderr[-4000:]


@pytest.mark.parametrize("target", TARGETS)
def test_a_bounded_run_finds_nothing(target, tmp_path):
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    for i, path in enumerate(kept(target)):
        shutil.copy(path, corpus / str(i))
    bound = [f"-max_total_time={SECONDS}"] if SECONDS else [f"-runs={RUNS.get(target, 20000)}", "-seed=1"]
    done = fuzz(target, *bound, f"-artifact_prefix={tmp_path}/", corpus)
    assert done.returncode == 0, f"kept in {tmp_path}:\n{done.stderr[-4000:]}"
