"""The program as a process: started, waited for by its ready line, stopped by its own pid."""

import os
import re
import select
import signal
import subprocess
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = Path(os.environ.get("EDGES_EMULATOR") or ROOT / "build" / "release" / "edges-emulator")
PROGRAM = str(PROGRAM.absolute())

PREFIX = "EDGES_EMULATOR"
READY = re.compile(
    r"edges-emulator 0\.1\.0 listening on http://(?P<host>\S+):(?P<port>\d+)"
    r" \(fixture (?P<fixture>.+), clock (?P<clock>.+), (?P<ms>\d+) ms\)")
START_SECONDS = 20
STOP_SECONDS = 10
SANITIZERS = ("AddressSanitizer", "runtime error:", "LeakSanitizer")

signal.signal(signal.SIGHUP, signal.SIG_DFL)  # under nohup it is ignored, and a program would inherit that


def environment(extra=None):
    clean = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    return {**clean, **(extra or {})}


def assert_no_sanitizer_report(text):
    for word in SANITIZERS:
        assert word not in text, f"a sanitizer complains:\n{text[-8000:]}"


def run_program(*arguments, env=None, cwd=None, stdin=""):
    """Runs to the end: (exit status, stdout, stderr)."""
    done = subprocess.run([PROGRAM, *map(str, arguments)], env=environment(env), cwd=cwd,
                          input=stdin.encode(), capture_output=True, timeout=START_SECONDS)
    out, err = done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace")
    assert_no_sanitizer_report(out + err)
    return done.returncode, out, err


class Process:
    """One running server. Its log goes to a file, unless the story has another place for it.

    `within` is a command that runs the rest of the line in its own place, such as unshare.
    """

    def __init__(self, arguments, env=None, cwd=None, stderr=None, stdin=subprocess.DEVNULL, within=()):
        self.log = tempfile.TemporaryFile()
        self.lines = b""
        self.child = subprocess.Popen(
            [*within, PROGRAM, *map(str, arguments)], env=environment(env), cwd=cwd,
            stdin=stdin, stdout=subprocess.PIPE,
            stderr=self.log if stderr is None else stderr)
        try:
            self.ready_line = self._line()
            match = READY.fullmatch(self.ready_line)
            assert match, f"no ready line: {self.ready_line!r}\n{self.stderr()}"
            assert self._line() == "Ready."
        except BaseException:
            self.kill()
            raise
        self.host, self.port = match["host"], int(match["port"])
        self.fixture, self.clock = match["fixture"], match["clock"]

    def _line(self):
        deadline = time.monotonic() + START_SECONDS
        while b"\n" not in self.lines:
            wait = max(0, deadline - time.monotonic())
            if not select.select([self.child.stdout], [], [], wait)[0]:
                raise AssertionError(f"not ready after {START_SECONDS} s\n{self.stderr()}")
            piece = os.read(self.child.stdout.fileno(), 4096)
            if not piece:
                raise AssertionError(
                    f"ended with {self.child.wait(STOP_SECONDS)} before it was ready\n"
                    f"{self.lines!r}\n{self.stderr()}")
            self.lines += piece
        line, self.lines = self.lines.split(b"\n", 1)
        return line.decode()

    def stderr(self):
        """What it has said. Read without a seek(), which would move where the server writes next."""
        log = self.log.fileno()
        return os.pread(log, os.fstat(log).st_size, 0).decode("utf-8", "replace")

    def send(self, number):
        self.child.send_signal(number)

    def wait(self):
        """The exit status; a server that does not end is killed, and that is a failure."""
        try:
            status = self.child.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"still running {STOP_SECONDS} s after the signal") from None
        assert_no_sanitizer_report(self.stderr())
        return status

    def cpu_seconds(self):
        """What it has taken of the processor so far."""
        with open(f"/proc/{self.child.pid}/stat") as stat:
            ticks = stat.read().rpartition(")")[2].split()[11:13]
        return sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")

    def rest_of_stdout(self):
        return (self.lines + self.child.stdout.read()).decode()

    def kill(self):
        self.child.kill()
        self.child.wait()

    def is_running(self):
        return self.child.poll() is None

    def stop(self, number=signal.SIGTERM):
        """What the end of every story does: no crash went unseen, the stop is clean."""
        if self.child.returncode is None:
            crashed = self.child.poll()
            assert crashed is None, f"ended by itself with {crashed}\n{self.stderr()[-8000:]}"
            self.send(number)
            status = self.wait()
            assert status == 0, f"exit status {status}\n{self.stderr()[-8000:]}"

    def close(self):
        if self.child.poll() is None:
            self.kill()
        self.child.stdout.close()
        self.log.close()
