"""The benchmark works; how fast it was is for a person to read."""

import pathlib
import subprocess

import pytest

HERE = pathlib.Path(__file__).resolve().parent


@pytest.mark.parametrize("command", ["run", "others"])
def test_the_benchmark_runs_and_every_reply_in_it_is_right(command):
    done = subprocess.run([HERE / command, "--quick"], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
