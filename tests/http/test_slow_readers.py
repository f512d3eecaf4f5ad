"""Clients that ask for much and read it late. What they cost is in test_much.py."""

import json
import socket

import pytest

MIB = 1024 * 1024
LIST = "/v1/flows/runs?limit=100&sort=created_at"


def uid(number):
    return f"{number:08x}-0000-4000-8000-000000000000"


def text(number):
    """4096 characters, as long as an error may be, of four bytes each; no two texts are the same."""
    return "".join(chr(0x10000 + (number * 7919 + i * i) % 50000) for i in range(4096))


def long_runs():
    """As many as a list shows, in 1.6 MB."""
    return [{"uid": uid(n), "status": "RUNNING", "last_error": {"label": "BROKEN", "message": text(n)}}
            for n in range(100)]


def put(emulator, **content):
    reply = emulator.request("PUT", "/_emulator/state", json.dumps({"version": 1, **content}).encode(),
                             {"Content-Type": "application/json"})
    assert reply.status == 200


def ask(emulator, target, *lines, version="HTTP/1.1"):
    """A client that reads nothing yet of its reply, of which its system keeps little for it."""
    wire = emulator.wire()
    wire.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
    wire.send(emulator.head("GET", target, *lines, version=version))
    assert wire.socket.recv(1, socket.MSG_PEEK) == b"H"
    return wire


def read(wire, target):
    wire.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 * MIB)
    return wire.reply("GET", target)


def assert_list(reply, cancelled):
    assert (reply.status, reply.header("Content-Length")) == (200, str(len(reply.body)))
    statuses = ["STOPPED"] * cancelled + ["RUNNING"] * (100 - cancelled)
    assert [(run["uid"], run["status"]) for run in reply.json] == [(uid(n), statuses[n]) for n in range(100)]
    assert [run["last_error"]["message"] for run in reply.json] == [text(n) for n in range(100)]


@pytest.fixture
def full(emulator):
    put(emulator, runs=long_runs())
    return emulator


@pytest.mark.parametrize("target", [LIST, "/_emulator/state"])
def test_a_client_of_http_1_0_gets_all_of_it(full, target):
    with ask(full, target, version="HTTP/1.0") as wire:
        reply = full.read(wire, "GET", target)
        assert reply.body == full.get(target).body
        wire.assert_closed()


def test_a_connection_goes_on_after_it(full):
    with full.wire() as wire:
        wire.send(full.head("GET", LIST) * 2)
        for _ in range(2):
            assert_list(full.read(wire, "GET", LIST), 0)


def test_its_head_alone(full):
    size = len(full.get(LIST).body)
    assert full.request("HEAD", LIST).header("Content-Length") == str(size)


@pytest.mark.parametrize("size", [0, 5, 8191, 65536, 1_000_001, 2_000_000])
def test_it_breaks_off(full, size):
    whole = full.get(LIST).body
    with ask(full, LIST, f"Emulator-Fault: truncate={size}") as wire:
        head, _, body = wire.file.read().partition(b"\r\n\r\n")
    assert f"\r\nContent-Length: {len(whole)}\r\n".encode() in head
    assert body == whole[:size]


def test_it_says_another_length(full):
    with ask(full, LIST, "Emulator-Fault: wrong-length=1000000") as wire:
        head, _, body = wire.file.read().partition(b"\r\n\r\n")
    assert b"\r\nContent-Length: 1000000\r\n" in head
    assert body == full.get(LIST).body


def test_it_comes_slowly(full):
    with ask(full, LIST, "Emulator-Fault: slow=20000000") as wire:
        assert_list(full.read(wire, "GET", LIST), 0)


def test_the_journal_has_its_beginning_and_its_size(full):
    whole = full.get(LIST).body
    (entry,) = full.get("/_emulator/journal?operation=listFlowRuns").json
    assert entry["response"]["body"]["size"] == len(whole)
    assert whole.decode().startswith(entry["response"]["body"]["text"])
    assert len(entry["response"]["body"]["text"].encode()) in range(4090, 4097)


def test_a_client_leaves_in_the_middle_of_it(full):
    for target in (LIST, "/_emulator/state"):
        with ask(full, target) as wire:
            assert len(wire.socket.recv(1000)) > 0
    full.assert_alive()
