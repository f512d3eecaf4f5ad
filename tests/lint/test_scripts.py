"""The commands a newcomer types are sound shell."""

import os
import subprocess

import pytest

from .sources import ROOT, text

SCRIPTS = ("run", "test", ".ci/run")
SOURCED = (".ci/install", ".ci/engine")


def shell_of(path):
    first = text(path).split("\n", 1)[0]
    assert first.startswith("#!"), f"{path}: no #! line"
    return "bash" if "bash" in first else "sh"


@pytest.mark.parametrize("path", SCRIPTS)
def test_script_can_be_executed(path):
    assert os.access(ROOT / path, os.X_OK), f"chmod +x {path}"


@pytest.mark.parametrize("path", SCRIPTS)
def test_shell_understands_it(path):
    done = subprocess.run([shell_of(path), "-n", path], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("path", SCRIPTS)
def test_shellcheck_has_nothing_to_say(path):
    command = ["shellcheck", "-s", shell_of(path), path]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("path", SOURCED)
def test_shellcheck_has_nothing_to_say_about_what_is_sourced(path):
    command = ["shellcheck", "-s", "bash", path]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
