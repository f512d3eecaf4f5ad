"""Where the system has too few file descriptors left, the start fails with a sentence, and cleanly."""

import signal
import subprocess
import sys

import pytest
from process import PROGRAM, assert_no_sanitizer_report, environment

# Fills its table of descriptors but for so many, and becomes the program.
FILLED = """
import os, resource, sys
resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
held = []
try:
    while True:
        held.append(os.dup(0))
        os.set_inheritable(held[-1], True)
except OSError:
    for fd in held[-int(sys.argv[1]):]:
        os.close(fd)
os.execv(sys.argv[2], sys.argv[2:])
"""
STARTS_WITH = 11  # of the signals, the listening socket, HTTP, the streams, the loop and the dispatcher
REFUSED = "edges-emulator: cannot start: out of file descriptors; raise the limit (ulimit -n)\n"


def start_with(free, *options):
    program = [sys.executable, "-c", FILLED, str(free), PROGRAM, "--port", "0",
               "--max-connections", "8", *map(str, options)]
    with subprocess.Popen(program, env=environment(), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True) as child:
        out = child.stdout.readline() + child.stdout.readline()
        if out.endswith("Ready.\n"):
            child.send_signal(signal.SIGTERM)
        more, err = child.communicate(timeout=20)
    assert_no_sanitizer_report(err)
    return child.returncode, out + more, err


@pytest.mark.parametrize("free", range(1, STARTS_WITH))
def test_each_step_of_the_start_can_fail(free):
    assert start_with(free) == (1, "", REFUSED)


def test_with_one_more_it_starts():
    status, out, _ = start_with(STARTS_WITH)
    assert (status, out.endswith("Ready.\n")) == (0, True)


@pytest.mark.parametrize("free", range(2, STARTS_WITH + 4))
def test_each_step_of_the_start_with_a_database_can_fail(free, tmp_path):
    status, out, err = start_with(free, "--db", tmp_path / "db")
    if status == 0:
        assert out.endswith("Ready.\n")
    else:
        assert (status, out) in [(1, ""), (5, "")] and err.startswith("edges-emulator: ")
        assert start_with(32, "--db", tmp_path / "db")[0] == 0, "the file is as it was"
