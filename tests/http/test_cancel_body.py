"""cancelFlowRun takes no body; one that is sent anyway is ignored, whatever it is."""

import pytest
from facts import RUNNING, assert_no_such_run, UNKNOWN

MIB = 1024 * 1024
CANCEL = f"/v1/flows/runs/{RUNNING}/cancel"
JSON = {"Content-Type": "application/json"}


@pytest.mark.parametrize("body, headers", [
    (b"", JSON),
    (b"{}", JSON),
    (b"null", JSON),
    (b'{"reason": "too slow"}', JSON),
    (b'{"status": "SUCCEEDED"}', JSON),
    (b"{not json", JSON),
    (b"\x00\xff\xfe", JSON),
    (b"a=1&b=2", {"Content-Type": "application/x-www-form-urlencoded"}),
    (b"<cancel/>", {"Content-Type": "text/xml"}),
    (b"anything", {}),
    (b"--x\r\n\r\n--x--", {"Content-Type": "multipart/form-data; boundary=x"}),
    (b"x" * MIB, {}),
], ids=lambda value: repr(value)[:24])
def test_a_body_is_ignored(emulator, body, headers):
    reply = emulator.request("POST", CANCEL, body, headers)
    assert reply.status == 200, reply
    assert reply.json["status"] == "STOPPED"


def test_no_body_and_no_length_at_all(emulator):
    assert emulator.raw(emulator.head("POST", CANCEL)).status == 200


def test_a_chunked_body_is_ignored(emulator):
    head = emulator.head("POST", CANCEL, "Transfer-Encoding: chunked")
    assert emulator.raw(head + b"5\r\nhello\r\n3;ext=1\r\n{{{\r\n0\r\n\r\n").status == 200


def test_an_empty_chunked_body_is_ignored(emulator):
    head = emulator.head("POST", CANCEL, "Transfer-Encoding: chunked")
    assert emulator.raw(head + b"0\r\n\r\n").status == 200


def test_the_next_request_on_the_connection_is_not_taken_for_the_body(emulator):
    first = emulator.head("POST", CANCEL, "Content-Length: 7") + b"ignored"
    with emulator.wire() as wire:
        wire.send(first + emulator.head("POST", f"/v1/flows/runs/{UNKNOWN}/cancel"))
        assert emulator.read(wire, "POST", CANCEL).status == 200
        assert_no_such_run(emulator.read(wire, "POST", f"/v1/flows/runs/{UNKNOWN}/cancel"))


@pytest.mark.parametrize("lines, piece", [
    (("Content-Length: 10",), b"12345"),
    (("Transfer-Encoding: chunked",), b"5\r\n123"),
    (("Transfer-Encoding: chunked",), b"5\r\n12345\r\n"),
])
def test_a_request_that_breaks_off_cancels_nothing(emulator, lines, piece):
    with emulator.wire() as wire:
        wire.send(emulator.head("POST", CANCEL, *lines) + piece)
        wire.no_more()
        wire.rest()
    assert emulator.run(RUNNING)["status"] == "RUNNING"


def test_a_head_that_breaks_off_cancels_nothing(emulator):
    with emulator.wire() as wire:
        wire.send(emulator.head("POST", CANCEL)[:-2])
        wire.no_more()
        wire.rest()
    assert emulator.run(RUNNING)["status"] == "RUNNING"
