"""Every limit of what a client may send, at its edge and one beyond."""

import os
import signal
import subprocess

import pytest
from facts import RUNNING, UNKNOWN, VENDOR, assert_no_route, assert_refused, uid
from living import advance, flow
from process import PROGRAM, run_program

MIB = 1024 * 1024
CANCEL = f"/v1/flows/runs/{RUNNING}/cancel"
EVENTS = f"/_emulator/runs/{RUNNING}/events"
JSON = {"Content-Type": "application/json"}


def long_path(length):
    path = "/v1/flows/runs//cancel"
    return path.replace("//", "/" + "a" * (length - len(path)) + "/")


def long_query(length):
    """Uids, some of their zeros written as %30 until the length is just so."""
    query = "&".join("uid=00000000-0000-4000-8000-000000000007" for _ in range(length // 41))
    spare = (length - len(query)) // 2
    query = query.replace("0", "%30", spare)
    return query + "&" * (length - len(query))


def assert_too_large(reply):
    assert_refused(reply, 413, "BAD_INPUT", "input")


def test_the_longest_path_is_judged_like_any_other(emulator):
    reply = emulator.request("POST", long_path(2048))
    assert_refused(reply, 400, "BAD_PARAMETERS", "param")


@pytest.mark.parametrize("length", [2049, 4000, 8000, 15000])
def test_a_longer_path_is_refused(emulator, length):
    assert_refused(emulator.request("POST", long_path(length)), 414, "BAD_PARAMETERS", "param")


def test_a_longer_path_that_is_no_route_is_refused_all_the_same(emulator):
    assert_no_route(emulator.get("/" + "a" * 2047))
    assert_refused(emulator.get("/" + "a" * 2048), 414, "BAD_PARAMETERS", "param")


def test_the_longest_query_is_answered(emulator):
    query = long_query(8192)
    assert len(query) == 8192
    assert [run["uid"] for run in emulator.runs(query)] == [RUNNING]


@pytest.mark.parametrize("length", [8193, 12000])
def test_a_longer_query_is_refused(emulator, length):
    query = long_query(length)
    assert len(query) == length
    reply = emulator.get(f"/v1/flows/runs?{query}")
    assert_refused(reply, 414, "BAD_PARAMETERS", "param")


def test_a_long_header_is_fine_up_to_the_limit(emulator):
    assert emulator.cancel(RUNNING, headers={"X-Long": "x" * 15000}).status == 200


@pytest.mark.parametrize("headers", [
    {"X-Long": "x" * 16384},
    {"X-Long": "x" * 20000},
    {f"X-Long-{n}": "x" * 1000 for n in range(18)},
    {"X" * 17000: "long name"},
], ids=["just over", "long", "many", "name"])
def test_headers_too_long_in_all_are_refused(emulator, headers):
    reply = emulator.cancel(RUNNING, headers=headers)
    assert_refused(reply, 431, "BAD_INPUT", "input")
    assert emulator.run(RUNNING)["status"] == "RUNNING"


def test_a_hundred_headers_are_fine(emulator):
    head = emulator.head("POST", CANCEL, *(f"X-{n}: 1" for n in range(98)))
    assert head.count(b": ") == 100
    assert emulator.raw(head).status == 200


def test_a_hundred_and_one_headers_are_refused(emulator):
    head = emulator.head("POST", CANCEL, *(f"X-{n}: 1" for n in range(99)))
    assert head.count(b": ") == 101
    assert_refused(emulator.raw(head), 431, "BAD_INPUT", "input")
    assert emulator.run(RUNNING)["status"] == "RUNNING"


@pytest.mark.parametrize("where", ["path", "query", "header"])
@pytest.mark.parametrize("size", [33000, 70000, 1000000])
def test_a_head_beyond_all_measure_does_no_harm(emulator, where, size):
    """Here the HTTP library answers by itself, and not with JSON: the one exception."""
    filler = "a" * size
    head = {
        "path": emulator.head("GET", "/" + filler, "Connection: close"),
        "query": emulator.head("GET", "/v1/flows/runs?" + filler, "Connection: close"),
        "header": emulator.head("GET", "/v1/flows/runs", "Connection: close", "X-Long: " + filler),
    }[where]
    with emulator.wire() as wire:
        wire.send_what_it_takes(head)
        assert not wire.rest().startswith(b"HTTP/1.1 2")
    emulator.assert_alive()


@pytest.mark.parametrize("path", [
    CANCEL, "/v1/flows/runs/nope/cancel", f"/v1/flows/runs/{UNKNOWN}/cancel",
    "/_emulator/reset", "/_emulator/runs", EVENTS])
def test_a_body_over_one_mebibyte_is_refused(emulator, path):
    head = emulator.head(
        "POST", path, "Content-Type: application/json", f"Content-Length: {MIB + 1}")
    assert_too_large(emulator.raw(head + b" " * (MIB + 1)))
    assert emulator.run(RUNNING)["status"] == "RUNNING"


def test_a_chunked_body_over_one_mebibyte_is_refused(emulator):
    chunk = b"10000\r\n" + b"x" * 65536 + b"\r\n"
    head = emulator.head("POST", CANCEL, "Transfer-Encoding: chunked")
    assert_too_large(emulator.raw(head + chunk * 16 + b"1\r\nx\r\n0\r\n\r\n"))
    assert emulator.run(RUNNING)["status"] == "RUNNING"


def test_a_chunked_body_of_one_mebibyte_is_fine(emulator):
    chunk = b"10000\r\n" + b"x" * 65536 + b"\r\n"
    head = emulator.head("POST", CANCEL, "Transfer-Encoding: chunked")
    assert emulator.raw(head + chunk * 16 + b"0\r\n\r\n").status == 200


def test_a_much_larger_body_is_refused(emulator):
    head = emulator.head("POST", CANCEL, f"Content-Length: {16 * MIB}")
    assert_too_large(emulator.raw(head + b"x" * (16 * MIB)))
    assert emulator.run(RUNNING)["status"] == "RUNNING"


def test_json_of_one_mebibyte_is_read(empty):
    body = b'{"status": "RUNNING"}'.ljust(MIB)
    assert empty.request("POST", "/_emulator/runs", body, JSON).status == 201
    assert_too_large(empty.request("POST", "/_emulator/runs", body + b" ", JSON))
    assert len(empty.runs()) == 1


def test_the_key_is_asked_before_the_size_of_the_body(emulator):
    head = emulator.head("POST", CANCEL, f"Content-Length: {MIB + 1}", key=None)
    assert_refused(emulator.raw(head + b"x" * (MIB + 1)), 401, "UNAUTHORIZED", "auth")


def test_a_route_that_is_not_there_comes_before_the_size_of_the_body(emulator):
    head = emulator.head("POST", "/nope", f"Content-Length: {MIB + 1}")
    assert_no_route(emulator.raw(head + b"x" * (MIB + 1)))


def test_json_nested_without_end_is_refused(empty):
    for body in b"[" * 500000, b'{"outputs":' * 90000, b'{"status":"RUNNING","outputs":' + b"[" * 9:
        reply = empty.request("POST", "/_emulator/runs", body, JSON)
        assert_refused(reply, 400, "BAD_INPUT", "input")


@pytest.mark.parametrize("body, message", [
    (b'{"status":"RUNNING",\n"inputs":%s}' % (b"[" * 99), "body must NOT be nested more than 64 levels deep (line 2)"),
    (b'{"status":"RUN\\u0000NING"}', "body must NOT have a NUL in a string (line 1)"),
    (b'{"status":"RUNNING",\n"status":"QUEUED"}', "body must NOT name a member of an object twice (line 1)")],
    ids=["deep", "NUL", "twice"])
def test_a_message_does_not_call_json_invalid_that_is_not_taken(empty, body, message):
    reply = empty.request("POST", "/_emulator/runs", body, JSON)
    assert_refused(reply, 400, "BAD_INPUT", "input", message)


def deep(levels):
    """Arrays within each other, so many of them."""
    return b"[" * levels + b"]" * levels


def test_what_a_request_nests_has_a_limit(empty):
    """Two levels are those around it."""
    for levels, status in (61, 201), (62, 400):
        body = b'{"status":"RUNNING","inputs":[{"a":%s}]}' % deep(levels)
        assert empty.request("POST", "/_emulator/runs", body, JSON).status == status


def test_what_a_request_may_nest_a_state_may_hold(start, fixture_file):
    """An input as deep as may be is put into a template, and comes back as an output."""
    plan = [{"after_ms": 1, "event": "START"}, {"after_ms": 1, "step_uid": "a", "template": {"a": [["{{a}}"]]}}]
    emulator = start("--fixture", fixture_file(flows=[flow(plan)]))
    body = b'{"inputs":[{"a":%s}]}' % deep(61)
    assert emulator.request("POST", "/v1/flows/own/run/async", body, JSON).status == 200
    advance(emulator, 1000)
    state = emulator.get("/_emulator/state").body
    assert deep(63) in state
    assert emulator.request("PUT", "/_emulator/state", state, JSON).body == state
    assert run_program("validate", fixture_file("again.json", text=state.decode()))[0] == 0


def test_what_a_state_nests_has_a_limit(empty):
    for levels, status in (252, 200), (253, 400):
        state = b'{"version":1,"runs":[{"status":"RUNNING","inputs":[%s]}]}' % (b'{"a":%s}' % deep(levels - 1))
        assert empty.request("PUT", "/_emulator/state", state, JSON).status == status


def test_an_idle_connection_is_closed(start):
    emulator = start("--idle-timeout", 1)
    with emulator.wire() as wire:
        wire.assert_closed()


def test_a_connection_idle_after_its_reply_is_closed(start):
    emulator = start("--idle-timeout", 1)
    with emulator.wire() as wire:
        wire.send(emulator.head("POST", CANCEL))
        assert emulator.read(wire, "POST", CANCEL).status == 200
        wire.assert_closed()


@pytest.mark.parametrize("keep", [-1, 20])
def test_a_head_that_never_ends_is_given_up(start, keep):
    emulator = start("--idle-timeout", 1)
    with emulator.wire() as wire:
        wire.send(emulator.head("POST", CANCEL)[:keep])
        assert not wire.rest().startswith(b"HTTP/1.1 2")
    assert emulator.run(RUNNING)["status"] == "RUNNING"


def test_a_body_that_never_ends_is_given_up(start):
    emulator = start("--idle-timeout", 1)
    with emulator.wire() as wire:
        wire.send(emulator.head("POST", CANCEL, "Content-Length: 10") + b"12345")
        assert not wire.rest().startswith(b"HTTP/1.1 2")
    assert emulator.run(RUNNING)["status"] == "RUNNING"


def is_served(emulator):
    try:
        with emulator.wire(timeout=1) as wire:
            wire.send(emulator.head("GET", f"/v1/flows/runs/{VENDOR}"))
            reply = emulator.read(wire, "GET", f"/v1/flows/runs/{VENDOR}")
            return reply is not None and reply.status == 200
    except (TimeoutError, ConnectionError):
        return False


def test_connections_over_the_limit_are_not_served_until_one_ends(start):
    emulator = start("--max-connections", 2)
    held = [emulator.wire(), emulator.wire()]
    for wire in held:
        wire.send(emulator.head("GET", f"/v1/flows/runs/{VENDOR}"))
        assert emulator.read(wire, "GET", f"/v1/flows/runs/{VENDOR}").status == 200
    assert not is_served(emulator)
    for wire in held:
        wire.send(emulator.head("GET", f"/v1/flows/runs/{VENDOR}"))
        assert emulator.read(wire, "GET", f"/v1/flows/runs/{VENDOR}").status == 200
        wire.close()
    assert any(is_served(emulator) for _ in range(20))


def test_connections_are_served_again_after_all_ended_at_once(start):
    emulator = start("--max-connections", 2)
    held = [emulator.wire(), emulator.wire()]
    for wire in held:
        wire.send(emulator.head("GET", f"/v1/flows/runs/{VENDOR}"))
        assert emulator.read(wire, "GET", f"/v1/flows/runs/{VENDOR}").status == 200
    os.kill(emulator.process.child.pid, signal.SIGSTOP)
    for wire in held:
        wire.close()
    os.kill(emulator.process.child.pid, signal.SIGCONT)
    assert is_served(emulator)


def test_too_few_descriptors_are_told_and_not_spun_on():
    done = subprocess.run(["bash", "-c", f'ulimit -n 20; exec "{PROGRAM}" --port 0'],
                          capture_output=True, text=True, timeout=20)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == ("edges-emulator: the system allows this process too few open files to serve "
                           "anybody; raise the limit (ulimit -n) to 64 or more\n")


def test_few_descriptors_hold_down_the_connections(start, monkeypatch, tmp_path):
    program = f'#!/bin/bash\nulimit -n 26\nexec "{PROGRAM}" "$@"\n'
    file = tmp_path / "limited"
    file.write_text(program)
    file.chmod(0o700)
    monkeypatch.setattr("process.PROGRAM", str(file))
    emulator = start()
    held = [emulator.wire(), emulator.wire()]
    for wire in held:
        wire.send(emulator.head("GET", f"/v1/flows/runs/{VENDOR}"))
        assert emulator.read(wire, "GET", f"/v1/flows/runs/{VENDOR}").status == 200
    assert not is_served(emulator)
    for wire in held:
        wire.close()
    assert any(is_served(emulator) for _ in range(20))
    assert "file descriptors for only 2 of 1000 connections" in emulator.process.stderr()


def test_hundreds_of_connections_are_served_at_once(emulator):
    wires = []
    try:
        for _ in range(300):
            wires.append(emulator.wire())
        for wire in wires:
            wire.send(emulator.head("GET", f"/v1/flows/runs/{VENDOR}"))
        for wire in wires:
            assert emulator.read(wire, "GET", f"/v1/flows/runs/{VENDOR}").status == 200
    finally:
        for wire in wires:
            wire.close()


def test_a_limit_of_ours_is_named_in_the_refusal(empty):
    reply = empty.post("/_emulator/runs", {"status": "FAILED", "uid": uid(1),
                                           "last_error": {"label": "x" * 129, "message": ""}})
    assert_refused(reply, 400, "BAD_INPUT", "input",
                   "body/last_error/label must NOT have more than 128 characters")
