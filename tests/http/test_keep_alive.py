"""Connections that are kept: the client is told for how long, and none is closed under a request."""

import signal
import time

import pytest

PATH = "/v1/flows/runs?limit=1"


def kept(reply):
    return (reply.header("Connection") or "").lower(), reply.header("Keep-Alive")


@pytest.mark.parametrize("seconds", [1, 60])
def test_a_reply_says_for_how_long(start, seconds):
    emulator = start("--idle-timeout", seconds)
    for target in PATH, "/v1/nowhere", "/_emulator/health":
        assert kept(emulator.get(target)) == ("keep-alive", f"timeout={seconds}")


@pytest.mark.parametrize("version, line, expected", [
    ("HTTP/1.1", "Connection: close", ("close", None)),
    ("HTTP/1.1", "Connection: Keep-Alive", ("keep-alive", "timeout=60")),
    ("HTTP/1.0", "Connection: keep-alive", ("keep-alive", "timeout=60")),
    ("HTTP/1.0", "Accept: */*", ("close", None)),
])
def test_a_client_that_closes_is_not_told(emulator, version, line, expected):
    assert kept(emulator.raw(emulator.head("GET", PATH, line, version=version))) == expected


@pytest.mark.parametrize("fault", ["truncate=4", "wrong-length=10"])
def test_a_damaged_reply_ends_its_connection(emulator, fault):
    with emulator.wire() as wire:
        wire.send(emulator.head("GET", PATH, f"Emulator-Fault: {fault}"))
        head = wire.socket.recv(65536).split(b"\r\n\r\n")[0].lower()
    assert b"\r\nconnection: close" in head and b"keep-alive" not in head


def test_who_asks_as_often_as_that_keeps_its_connection(start):
    emulator = start("--idle-timeout", 1)
    wires = [emulator.wire() for _ in range(32)]
    for turn in range(3):
        for wire in wires:
            wire.send(emulator.head("GET", PATH))
        for wire in wires:
            assert emulator.read(wire, "GET", PATH).status == 200
        if turn < 2:
            time.sleep(1)
    for wire in wires:
        wire.close()


def test_what_arrives_just_when_its_time_is_up_is_answered(start):
    """The server stands still until then, so that it finds both at once."""
    emulator = start("--idle-timeout", 1)
    with emulator.wire() as wire, emulator.wire() as new:
        wire.send(emulator.head("GET", PATH))
        assert emulator.read(wire, "GET", PATH).status == 200
        emulator.process.send(signal.SIGSTOP)
        time.sleep(2.5)
        for each in wire, new:
            each.send(emulator.head("GET", PATH))
        emulator.process.send(signal.SIGCONT)
        for each in wire, new:
            assert emulator.read(each, "GET", PATH).status == 200


def test_one_that_is_silent_for_longer_is_closed(start):
    emulator = start("--idle-timeout", 1)
    with emulator.wire() as wire:
        wire.send(emulator.head("GET", PATH))
        assert emulator.read(wire, "GET", PATH).status == 200
        began = time.monotonic()
        wire.assert_closed()
        assert time.monotonic() - began >= 1.9, "a second later than it was told"
