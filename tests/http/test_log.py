"""The log must not stop the server: a harness that never reads stderr is a common one."""

import os
import socket
import subprocess

import pytest
from facts import RUNNING


def pipe():
    return os.pipe()


def terminal():
    return os.openpty()


def pair():
    reader, writer = socket.socketpair()
    return reader.detach(), writer.detach()


@pytest.fixture(params=[pipe, terminal, pair], ids=["pipe", "terminal", "socket"])
def ends(request):
    """Of what nobody reads: the end to be read, the end to be written."""
    both = request.param()
    yield both
    for fd in both:
        os.close(fd)


def test_a_log_that_nobody_reads_does_not_stop_it(start, ends):
    emulator = start(stderr=ends[1])
    for _ in range(1500):  # a pipe holds the lines of some 400, a terminal those of 160
        assert emulator.run(RUNNING)["uid"] == RUNNING
    emulator.process.stop()


def test_what_is_read_of_it_is_whole(start, ends):
    emulator = start(stderr=ends[1])
    for _ in range(20):
        emulator.run(RUNNING)
    emulator.process.stop()
    lines = os.read(ends[0], 65536).decode().splitlines()
    assert len(lines) == 20, lines
    assert all(f" 200 GET /v1/flows/runs/{RUNNING} " in line for line in lines)


def test_nobody_else_finds_it_changed(start, ends):
    """Its descriptor has brothers, in the shell that started it, for one, which want to wait."""
    emulator = start(stderr=ends[1])
    emulator.run(RUNNING)
    assert os.get_blocking(ends[1])


def test_a_log_that_nobody_can_read_any_more(start):
    reader, writer = os.pipe()
    os.close(reader)
    emulator = start(stderr=writer)
    os.close(writer)
    assert emulator.run(RUNNING)["uid"] == RUNNING


def test_a_log_that_goes_nowhere(start):
    assert start(stderr=subprocess.DEVNULL).run(RUNNING)["uid"] == RUNNING
