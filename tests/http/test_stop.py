"""How it stops (CONTROL.md "Program", exit status): cleanly, at once, and with its export."""

import json
import os
import signal
import subprocess
import time

import pytest
from process import PROGRAM, environment, run_program

OLD = b'{"version": 1}\n'
STOPS = [signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGQUIT]


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "export.json"
    path.write_bytes(OLD)
    return path


@pytest.mark.parametrize("number", STOPS, ids=[number.name for number in STOPS])
def test_each_signal_that_stops_it_lets_it_write_its_export(start, path, number):
    emulator = start("--export-on-exit", path)
    emulator.runs()
    emulator.process.stop(number)
    (workspace,) = json.loads(path.read_text())["workspaces"]
    assert len(workspace["runs"]) == 11


def catches(pid, number):
    with open(f"/proc/{pid}/status") as status:
        caught = next(line for line in status if line.startswith("SigCgt"))
    return int(caught.split()[1], 16) >> (number - 1) & 1


@pytest.mark.parametrize("number", STOPS, ids=[number.name for number in STOPS])
def test_it_stops_while_a_large_fixture_loads(path, tmp_path, number):
    """It says nothing, it is never ready, and what was exported before stays."""
    world = tmp_path / "large.json"
    world.write_text(json.dumps({"version": 1, "runs": [{"status": "RUNNING"}] * 60_000}))
    loading = subprocess.Popen(
        [PROGRAM, "--port", "0", "--fixture", world, "--export-on-exit", path], env=environment(),
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    until = time.monotonic() + 10
    while not catches(loading.pid, number):
        assert time.monotonic() < until
    loading.send_signal(number)
    out, err = loading.communicate(timeout=10)
    assert (loading.returncode, out, err) == (0, b"", b"")
    assert path.read_bytes() == OLD


def test_a_second_signal_gives_up_the_export(start, path):
    emulator = start("--export-on-exit", path)
    emulator.runs()
    emulator.process.send(signal.SIGSTOP)
    for number in signal.SIGTERM, signal.SIGINT, signal.SIGCONT:
        emulator.process.send(number)
    assert emulator.process.wait() == 1
    assert "a second signal came: the export is given up" in emulator.process.stderr()
    assert path.read_bytes() == OLD
    assert os.listdir(path.parent) == [path.name]


def test_without_an_export_further_signals_change_nothing(start):
    emulator = start()
    emulator.process.send(signal.SIGSTOP)
    for number in *STOPS, signal.SIGCONT:
        emulator.process.send(number)
    assert emulator.process.wait() == 0


def test_nohup_keeps_it_from_ending_with_its_terminal(tmp_path):
    """SIGHUP that is ignored when it starts stays ignored."""
    serving = subprocess.Popen(
        [PROGRAM, "--port", "0"], env=environment(), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN))
    port = serving.stdout.readline().split(b"127.0.0.1:")[1].split()[0].decode()
    serving.send_signal(signal.SIGHUP)
    assert run_program("healthcheck", "--port", port)[0] == 0
    serving.terminate()
    serving.communicate(timeout=10)
    assert serving.returncode == 0
