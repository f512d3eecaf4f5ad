"""Clients that trickle: cut when their time is up, however often a byte comes."""

import threading
import time

import pytest

RUNNING = "00000000-0000-4000-8000-000000000007"


def trickle(wire, data, every=0.2, most=20):
    """Sends a byte now and then; seconds until the server cut it."""
    began = time.monotonic()
    for byte in data:
        try:
            wire.socket.sendall(bytes([byte]))
        except (BrokenPipeError, ConnectionResetError):
            return time.monotonic() - began
        threading.Event().wait(every)
        assert time.monotonic() - began < most, "it was never cut"
    raise AssertionError("all of it was taken")


def test_a_head_that_trickles(start):
    emulator = start("--idle-timeout", 1)
    with emulator.wire() as wire:
        assert trickle(wire, emulator.head("GET", "/v1/flows/runs")) >= 1


def test_a_second_head_that_trickles(start):
    emulator = start("--idle-timeout", 1)
    with emulator.wire() as wire:
        wire.send(emulator.head("GET", "/v1/flows/runs"))
        assert emulator.read(wire, "GET", "/v1/flows/runs").status == 200
        assert trickle(wire, emulator.head("GET", "/v1/flows/runs")) >= 1


def test_a_body_that_trickles_has_five_times_as_long(start):
    emulator = start("--idle-timeout", 1)
    path = f"/v1/flows/runs/{RUNNING}/cancel"
    with emulator.wire() as wire:
        wire.send(emulator.head("POST", path, "Content-Length: 1000"))
        assert trickle(wire, b"x" * 1000) >= 5
    assert emulator.run(RUNNING)["status"] == "RUNNING"


@pytest.mark.parametrize("fault", ["delay=2500ms", "slow=200"])
def test_who_waits_for_us_is_not_cut(start, fault):
    emulator = start("--idle-timeout", 1)
    reply = emulator.cancel(RUNNING, headers={"Emulator-Fault": fault})
    assert reply.json["status"] == "STOPPED"


def test_others_are_served_meanwhile(start):
    emulator = start("--idle-timeout", 2)
    slow = [emulator.wire() for _ in range(50)]
    for wire in slow:
        wire.send(b"GET /v1")
    began = time.monotonic()
    while time.monotonic() - began < 3:
        assert emulator.runs("limit=1")
        for wire in slow:
            wire.send_what_it_takes(b"x")
        threading.Event().wait(0.1)
    for wire in slow:
        wire.assert_closed()
        wire.close()
