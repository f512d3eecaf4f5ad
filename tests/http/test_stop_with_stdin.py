"""--stop-with-stdin: the server ends with the process that has the other end of its stdin."""

import os
import select
import signal
import subprocess
import sys

import pytest
from process import PROGRAM, Process, environment

OPTIONS = ["--port", "0", "--stop-with-stdin"]


@pytest.fixture
def pipe():
    ends = list(os.pipe())
    yield ends
    for end in ends:
        if end is not None:
            os.close(end)


def close(pipe, end):
    os.close(pipe[end])
    pipe[end] = None


def test_the_end_of_stdin_is_a_clean_stop(pipe, tmp_path):
    server = Process([*OPTIONS, "--export-on-exit", str(tmp_path / "state.json")], stdin=pipe[0])
    try:
        os.write(pipe[1], b"something that means nothing\n" * 1000)
        assert server.is_running()
        close(pipe, 1)
        assert server.wait() == 0
        assert (tmp_path / "state.json").read_text().startswith('{"version":1')
    finally:
        server.close()


def test_what_is_written_to_stdin_does_not_stop_it(pipe, start):
    emulator = start("--stop-with-stdin", stdin=pipe[0])
    for _ in range(3):
        os.write(pipe[1], b"x" * 10000)
        assert emulator.get("/_emulator/health").status == 200


def test_without_the_option_the_end_of_stdin_means_nothing(pipe, start):
    emulator = start(stdin=pipe[0])
    close(pipe, 1)
    assert emulator.get("/_emulator/health").status == 200


def test_it_ends_with_a_process_that_is_killed():
    """The one that started it cannot stop it any more."""
    starts = (f"import subprocess, time; p = subprocess.Popen({[PROGRAM, *OPTIONS]!r}, stdin=subprocess.PIPE)\n"
              "print(p.pid, flush=True); time.sleep(60)")
    parent = subprocess.Popen([sys.executable, "-c", starts], stdout=subprocess.PIPE, env=environment())
    try:
        lines = [parent.stdout.readline() for _ in range(3)]
        assert b"Ready.\n" in lines
        server = int(next(line for line in lines if line.strip().isdigit()))
        parent.send_signal(signal.SIGKILL)
        ended = select.select([parent.stdout], [], [], 20)[0]  # when the server has closed it, too
        if not ended:
            os.kill(server, signal.SIGKILL)
        assert ended and parent.stdout.read() == b""
    finally:
        parent.kill()
        parent.wait()
        parent.stdout.close()


@pytest.mark.parametrize("options, stdin, message", [
    (["--fixture", "-"], subprocess.PIPE, "cannot be used with --fixture -, which reads stdin to its end; give the fixture as a file"),
    (["--fixture", "/dev/stdin"], subprocess.PIPE, "cannot be used with --fixture /dev/stdin, which reads stdin to its end; give the fixture as a file"),
    ([], subprocess.DEVNULL, "needs a pipe as stdin; start the program with one, and keep it open")], ids=["fixture", "path", "null"])  # fmt: skip
def test_a_stdin_that_does_not_do_is_refused(options, stdin, message):
    done = subprocess.run([PROGRAM, *OPTIONS, *options], stdin=stdin, capture_output=True, timeout=20, env=environment())
    assert (done.returncode, done.stderr.decode()) == (2, f"edges-emulator: --stop-with-stdin {message}\n")
