"""HTTP at its edges: what a proxy, an old client or an attacker might send."""

import os
import signal
import time
from pathlib import Path

import pytest
from facts import (
    RUNNING, UNKNOWN, VENDOR, assert_no_such_run, assert_refused, assert_refused_change,
)

CANCEL = f"/v1/flows/runs/{RUNNING}/cancel"
RUN = f"/v1/flows/runs/{RUNNING}"


def untouched(emulator):
    return emulator.run(RUNNING)["status"] == "RUNNING"


def cpu_seconds(emulator):
    """What the process has used of the processors so far."""
    stat = Path(f"/proc/{emulator.process.child.pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(stat[11]) + int(stat[12])) / os.sysconf("SC_CLK_TCK")


def assert_closes_with(emulator, data, status, label, scope):
    assert_refused(emulator.raw(data, closes=True), status, label, scope)
    assert untouched(emulator)


@pytest.mark.parametrize("lines", [
    ("Content-Length: 3", "Content-Length: 4"),
    ("Content-Length: 0", "Content-Length: 3"),
    ("Content-Length: 3", "Transfer-Encoding: chunked"),
    ("Transfer-Encoding: chunked", "Content-Length: 3"),
    ("Host: another.test",),
    ("X-Odd : 1",),
    ("Content-Length : 0",),
])
def test_a_head_that_two_parsers_would_read_differently_is_refused(emulator, lines):
    assert_closes_with(emulator, emulator.head("POST", CANCEL, *lines), 400, "BAD_INPUT", "input")


@pytest.mark.parametrize("head", [
    "POST {0} HTTP/1.1\nHost: x\r\nX-API-Key: k\r\n\r\n", "POST {0} HTTP/1.1\r\nHost: x\nX-API-Key: k\r\n\r\n",
    "POST {0} HTTP/1.1\r\nHost: x\r\nX-API-Key: k\nContent-Length: 0\r\n\r\n",
    "POST {0} HTTP/1.1\nHost: x\nX-API-Key: k\n\n", "POST {0} HTTP/1.1\r\nHost: x\r\nX-API-Key: k\r\n\n"])
def test_a_bare_lf_ends_no_line(emulator, head):
    assert_closes_with(emulator, head.format(CANCEL).encode(), 400, "BAD_INPUT", "input")


@pytest.mark.parametrize("lines", [
    ("Content-Length:", " 153"), ("X-Odd: 1", " Content-Length: 3"), ("X-Odd: 1", "\tmore"),
    (": nothing",), ("X-Odd: 1", ":", "Content-Length: 3"),
    ("X-Odd: a\rb",), ("X-Odd: a\r",), ("X-Odd: a\x00b",), ("\x00X-Odd: 1",),
], ids=lambda lines: repr(lines))
def test_a_line_that_another_parser_would_divide_differently_is_refused(emulator, lines):
    data = emulator.head("GET", RUN, *lines) + emulator.head("POST", CANCEL)
    assert_closes_with(emulator, data, 400, "BAD_INPUT", "input")


def test_two_spaces_after_the_method_are_allowed(emulator):
    assert emulator.raw(emulator.head("GET", f" {RUN}")).status == 200


@pytest.mark.parametrize("target", [f"{RUN} ", f"{RUN}\t", "/v1/flows/ runs"])
def test_white_space_in_the_target_is_refused(emulator, target):
    assert_closes_with(emulator, emulator.head("GET", target), 400, "BAD_INPUT", "input")


def test_an_empty_line_before_the_request_line_is_allowed(emulator):
    """RFC 9112 section 2.2."""
    with emulator.wire() as wire:
        wire.send(b"\r\n" + emulator.head("GET", RUN))
        assert emulator.read(wire, "GET", RUN).status == 200


@pytest.mark.parametrize("body", [b"5;" + 33000 * b"a", 40000 * b"0"],
                         ids=["an extension", "a size"])
@pytest.mark.parametrize("stays", [True, False], ids=["a client that stays", "one that has gone"])
def test_a_chunk_that_never_begins_keeps_nobody_busy(emulator, body, stays):
    """Half a second of the process's time for whole seconds of waiting: ten times what it takes."""
    wire = emulator.wire()
    wire.send_what_it_takes(emulator.head("POST", "/v1/flows/demo/run/async",
                                          "Transfer-Encoding: chunked") + body)
    if not stays:
        wire.close()
    before = cpu_seconds(emulator)
    time.sleep(3)
    assert cpu_seconds(emulator) - before < 0.5
    emulator.assert_alive()
    wire.close()


def test_nothing_smuggled_behind_such_a_head_is_carried_out(emulator):
    head = emulator.head("POST", f"/v1/flows/runs/{UNKNOWN}/cancel", "Content-Length: 4",
                         "Transfer-Encoding: chunked")
    smuggled = b"0\r\n\r\n" + emulator.head("POST", CANCEL)
    assert_closes_with(emulator, head + smuggled, 400, "BAD_INPUT", "input")


def test_http_1_1_without_host_is_refused(emulator):
    data = f"POST {CANCEL} HTTP/1.1\r\nX-API-Key: test-key\r\n\r\n".encode()
    assert_closes_with(emulator, data, 400, "BAD_INPUT", "input")


@pytest.mark.parametrize("coding", ["gzip", "identity", "chunked, gzip", "gzip, chunked", "x"])
def test_a_transfer_coding_we_do_not_know_is_refused(emulator, coding):
    data = emulator.head("POST", CANCEL, f"Transfer-Encoding: {coding}")
    assert_closes_with(emulator, data, 501, "NOT_IMPLEMENTED", "server")


def test_the_name_of_a_transfer_coding_may_be_in_any_case(emulator):
    head = emulator.head("POST", CANCEL, "Transfer-Encoding: Chunked")
    assert emulator.raw(head + b"0\r\n\r\n").status == 200


@pytest.mark.parametrize("version", ["HTTP/1.2", "HTTP/1.9"])
def test_a_version_we_do_not_speak_is_refused(emulator, version):
    data = emulator.head("POST", CANCEL, version=version)
    assert_closes_with(emulator, data, 505, "NOT_IMPLEMENTED", "server")


def test_http_1_0_needs_no_host_and_closes(emulator):
    data = f"POST {CANCEL} HTTP/1.0\r\nX-API-Key: test-key\r\n\r\n".encode()
    assert emulator.raw(data, closes=True).status == 200


def test_http_1_0_may_keep_the_connection(emulator):
    data = (f"GET {RUN} HTTP/1.0\r\nX-API-Key: test-key\r\nConnection: Keep-Alive\r\n\r\n").encode()
    with emulator.wire() as wire:
        for _ in range(3):
            wire.send(data)
            assert emulator.read(wire, "GET", RUN).status == 200


@pytest.mark.parametrize("authority", ["x", "api.edges.run", "127.0.0.1:1", "user@x:80"])
def test_the_absolute_form_is_routed_by_its_path(emulator, authority):
    assert emulator.raw(emulator.head("POST", f"http://{authority}{CANCEL}")).status == 200


def test_the_absolute_form_keeps_its_query(emulator):
    reply = emulator.raw(emulator.head("GET", "http://x/v1/flows/runs?limit=0"))
    assert reply.json["message"] == "querystring/limit must be >= 1"


def test_requests_sent_in_one_go_are_answered_in_order(emulator):
    asked = [("GET", RUN, 200), ("POST", CANCEL, 200), ("POST", CANCEL, 422), ("GET", "/nope", 404),
             ("HEAD", RUN, 200), ("GET", "/v1/flows/runs?x=1", 400), ("GET", RUN, 200)]
    with emulator.wire() as wire:
        wire.send(b"".join(emulator.head(method, path) for method, path, _ in asked))
        for method, path, status in asked:
            assert emulator.read(wire, method, path).status == status


@pytest.mark.parametrize("method, path, status", [
    ("POST", f"/v1/flows/runs/{UNKNOWN}/cancel", 404), ("POST", "/v1/flows/runs/nope/cancel", 400),
    ("GET", CANCEL, 404), ("GET", "/nope", 404), ("POST", "/_emulator/runs", 400)])
def test_a_refusal_keeps_the_connection(emulator, method, path, status):
    with emulator.wire() as wire:
        for _ in range(3):
            wire.send(emulator.head(method, path))
            assert emulator.read(wire, method, path).status == status


def test_a_refused_key_keeps_the_connection(emulator):
    with emulator.wire() as wire:
        wire.send(emulator.head("POST", CANCEL, key=None))
        assert emulator.read(wire, "POST", CANCEL).status == 401
        wire.send(emulator.head("POST", CANCEL))
        assert emulator.read(wire, "POST", CANCEL).status == 200


def test_a_body_with_a_refusal_is_not_taken_for_the_next_request(emulator):
    body = emulator.head("POST", CANCEL)
    with emulator.wire() as wire:
        wire.send(emulator.head("POST", "/nope", f"Content-Length: {len(body)}") + body)
        assert emulator.read(wire, "POST", "/nope").status == 404
        wire.send(emulator.head("GET", RUN))
        assert emulator.read(wire, "GET", RUN).json["status"] == "RUNNING"


def test_connection_close_is_obeyed(emulator):
    head = emulator.head("POST", CANCEL, "Connection: close")
    assert emulator.raw(head, closes=True).status == 200


def test_expect_100_continue_is_answered_before_the_body(emulator):
    with emulator.wire() as wire:
        wire.send(emulator.head("POST", CANCEL, "Content-Length: 2", "Expect: 100-continue"))
        assert wire.interim()[1] == 100
        wire.send(b"{}")
        assert emulator.read(wire, "POST", CANCEL).status == 200


def test_a_request_that_comes_byte_by_byte_is_understood(emulator):
    data = emulator.head("POST", CANCEL, "Content-Length: 5") + b"hello"
    with emulator.wire() as wire:
        for at in range(len(data)):
            wire.send(data[at:at + 1])
        assert emulator.read(wire, "POST", CANCEL).status == 200


def test_a_request_in_two_pieces_cut_anywhere_is_understood(emulator):
    data = emulator.head("POST", CANCEL, "Content-Length: 5") + b"hello"
    with emulator.wire() as wire:
        for cut in range(1, len(data)):
            wire.send(data[:cut])
            wire.send(data[cut:])
            reply = emulator.read(wire, "POST", CANCEL)
            assert reply.status == (200 if cut == 1 else 422)


def test_a_client_that_stops_sending_still_gets_its_reply(emulator):
    with emulator.wire() as wire:
        wire.send(emulator.head("POST", CANCEL))
        wire.no_more()
        assert emulator.read(wire, "POST", CANCEL).status == 200


@pytest.mark.parametrize("data", [b"\x00", b"POST", b"POST / HTTP/1.1\r\nHost: x\r\n",
                                  b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhel"])
def test_half_a_request_and_its_end_together_end_the_connection(emulator, data):
    with emulator.wire() as wire:
        wire.send(emulator.head("GET", RUN))
        assert emulator.read(wire, "GET", RUN).status == 200
        os.kill(emulator.process.child.pid, signal.SIGSTOP)
        wire.send(data)
        wire.no_more()
        os.kill(emulator.process.child.pid, signal.SIGCONT)
        wire.assert_closed()


def test_a_client_that_hangs_up_without_reading_has_cancelled_all_the_same(emulator):
    with emulator.wire() as wire:
        wire.send(emulator.head("POST", CANCEL) + emulator.head("POST", CANCEL))
        wire.reply("POST", CANCEL)
    assert_refused_change(emulator.cancel(RUNNING))


@pytest.mark.parametrize("data", [
    b"\x00", b"\r\n\r\n", b"GET\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    b"GET / HTTP/9.9\r\n\r\n", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"GET / FTP/1.1\r\n\r\n",
    b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
    b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999999\r\n\r\n",
    b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1x\r\n\r\nx",
    b"GET / HTTP/1.1\r\nHost: x\r\n: empty\r\n\r\n", b"GET / HTTP/1.1\r\nno colon\r\n\r\n",
    b"GET /a\x00b HTTP/1.1\r\nHost: x\r\n\r\n", b"GET / HTTP/1.1\r\nHost: a\x00b\r\n\r\n",
    b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nx\r\n0\r\n\r\n",
    b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\nx",
], ids=lambda data: repr(data)[2:34])
def test_what_is_hardly_http_does_no_harm(emulator, data):
    """What the HTTP library refuses by itself is the one exception to "always JSON"."""
    with emulator.wire() as wire:
        wire.send_what_it_takes(data)
        wire.no_more()
        assert not wire.rest().startswith(b"HTTP/1.1 2")
    emulator.assert_alive()


@pytest.mark.parametrize("length", ["-1", "1x", "99999999999999999999999", "+5", "0x5", "5,5"])
def test_a_length_that_is_no_number_cancels_nothing(emulator, length):
    with emulator.wire() as wire:
        wire.send_what_it_takes(emulator.head("POST", CANCEL, f"Content-Length: {length}"))
        wire.no_more()
        wire.rest()
    assert untouched(emulator)


def test_many_connections_that_hang_up_leave_nothing_behind(emulator):
    for at in range(200):
        with emulator.wire() as wire:
            wire.send(emulator.head("POST", CANCEL, "Content-Length: 9")[:at + 1])
    assert untouched(emulator)
    assert_no_such_run(emulator.cancel(UNKNOWN))


def test_one_slow_client_does_not_hold_up_the_others(emulator):
    with emulator.wire() as slow:
        slow.send(emulator.head("POST", CANCEL)[:-1])
        assert emulator.cancel(VENDOR).status == 200
        slow.send(b"\n")
        assert emulator.read(slow, "POST", CANCEL).status == 200


def test_a_client_that_does_not_read_does_not_hold_up_the_others(emulator):
    asked = emulator.head("GET", "/_emulator/openapi.json")
    with emulator.wire() as deaf:
        deaf.socket.settimeout(0.2)
        try:
            for _ in range(2000):
                deaf.send(asked)
        except TimeoutError:
            pass
        assert emulator.cancel(VENDOR).status == 200


def test_http_1_0_with_chunks_is_refused(emulator):
    """RFC 9112 section 6.1: its framing is faulty, and proxies disagree on where it ends."""
    reply = emulator.raw(f"POST {CANCEL} HTTP/1.0\r\nX-API-Key: test-key\r\n"
                         "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n".encode())
    assert (reply.status, reply.json["error_label"]) == (400, "BAD_INPUT")


@pytest.mark.parametrize("data, status", [
    (b"GET a\xffb HTTP/1.1\r\nHost: x\r\nX-API-Key: test-key\r\n\r\n", 404),
    (b"GET /\xff HTTP/1.1\r\nHost: x\r\nX-API-Key: test-key\r\n\r\n", 400),
    (b"G\xff / HTTP/1.1\r\nHost: x\r\nX-API-Key: test-key\r\n\r\n", 400),
    (b"GET /v1/flows/runs?\xff=1 HTTP/1.1\r\nHost: x\r\nX-API-Key: test-key\r\n\r\n", 400),
    (b"GET /v1/flows/runs?limit=\xff HTTP/1.1\r\nHost: x\r\nX-API-Key: test-key\r\n\r\n", 400),
    (b"GET /v1/flows/runs HTTP/1.1\r\nHost: x\r\nX-API-Key: test-key\r\nX\xff: 1\r\n\r\n", 400),
    (b"GET /v1/flows/runs HTTP/1.1\r\nHost: x\r\nX-API-Key: test-key\r\nX-Odd: \xff\r\n\r\n", 200),
    (b"GET /v1/flows/runs HTTP/1.1\r\nHost: x\r\nX-API-Key: test-key\r\n"
     b"Emulator-Fault: \xff\r\n\r\n", 400),
    (b"GET /v1/flows/runs HTTP/1.1\r\nHost: x\r\nX-API-Key: test-key\r\n"
     b"X-Request-Id: \xff\r\n\r\n", 200),
], ids=repr)
def test_replies_and_the_journal_are_utf_8_whatever_came_in(emulator, data, status):
    reply = emulator.raw(data)
    assert reply.status == status
    assert reply.body.decode("utf-8")
    journal = emulator.request("GET", "/_emulator/journal")
    assert journal.status == 200
    assert journal.body.decode("utf-8")


@pytest.mark.parametrize("space", [" ", "\t"])
def test_chunks_with_white_space_after_the_word_do_not_hang(emulator, space):
    reply = emulator.raw(emulator.head("POST", CANCEL, f"Transfer-Encoding: chunked{space}")
                         + b"0\r\n\r\n")
    assert (reply.status, reply.json["error_label"]) == (501, "NOT_IMPLEMENTED")


@pytest.mark.parametrize("query", ["a=&" * 800, "&" * 8000, "limit=1&" * 1000])
def test_a_query_of_very_many_parameters_is_answered(emulator, query):
    reply = emulator.raw(emulator.head("GET", f"/v1/flows/runs?{query}"))
    assert reply.status == (200 if query.startswith("&") else 400)
