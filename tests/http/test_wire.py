"""The bare connection the other stories read with: one reply at a time, and never a guess."""

import socket

import pytest
from wire import Wire, request_line

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-A: b:c\r\n\r\n{}"


@pytest.fixture
def hear():
    """A wire to a server that says exactly these bytes and hangs up."""
    wires = []

    def hear(data):
        with socket.create_server(("127.0.0.1", 0)) as listener:
            wires.append(Wire(*listener.getsockname()))
            client, _ = listener.accept()
            with client:
                client.sendall(data)
        return wires[-1]

    yield hear
    for wire in wires:
        wire.close()


def test_replies_are_read_one_by_one(hear):
    wire = hear(OK + OK)
    for _ in range(2):
        reply = wire.reply("GET", "/x")
        assert (reply.status, reply.json, reply.header("x-a")) == (200, {}, "b:c")
    assert wire.reply() is None
    wire.assert_closed()


def test_a_reply_to_head_has_no_body(hear):
    wire = hear(OK[:-2] + OK)
    assert wire.reply("HEAD").body == b""
    assert wire.reply("GET").body == b"{}"


def test_100_continue_is_skipped(hear):
    assert hear(b"HTTP/1.1 100 Continue\r\n\r\n" + OK).reply().status == 200


@pytest.mark.parametrize("data", [OK[:-1], OK[:30], b"HTTP/1.1 200", b"<html>\r\n"])
def test_a_reply_that_breaks_off_is_no_reply(hear, data):
    with pytest.raises(AssertionError):
        hear(data).reply()


def test_something_behind_the_reply_is_noticed(hear):
    wire = hear(OK + b"x")
    wire.reply()
    with pytest.raises(AssertionError):
        wire.assert_closed()


@pytest.mark.parametrize("data, words", [
    (b"GET /x HTTP/1.1\r\n", ["GET", "/x"]), (b"\x00", ["\x00", "?"]), (b"\r\n", ["?", "?"])])
def test_what_a_request_line_asks_for(data, words):
    assert request_line(data) == words
