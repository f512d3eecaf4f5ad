"""cancelFlowRun takes no body; one that is sent anyway is ignored, whatever it is."""

import pytest
from facts import RUNNING, UNKNOWN, assert_no_such_run, assert_refused

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


# action-body

SCHEDULE = "10000000-0000-4000-8000-000000000001"
ACTIONS = [CANCEL, "/v1/flows/runs/00000000-0000-4000-8000-000000000006/resume", f"/v1/flows/schedules/{SCHEDULE}/cancel"]
TELLING = [(b'{"reason":"slow"}', "body must NOT have additional properties (reason)"), (b"[]", "body must be object"),
           (b"null", "body must be object"), (b'"x"', "body must be object"),
           (b"{", "body is not valid JSON: a string was expected (line 1)"),
           (b"a=1", "body is not valid JSON: a value was expected (line 1)")]


@pytest.mark.parametrize("path", ACTIONS)
@pytest.mark.parametrize("body", [None, b"", b"{}", b" {\n} "])
def test_no_body_and_an_empty_object_rest_on_no_guess(start, path, body):
    for value in "ignore", "refuse":
        for headers in {}, JSON:
            reply = start("--assume", f"action-body={value}").request("POST", path, body, headers)
            assert reply.status == 200
            assert "action-body" not in reply.header("Emulator-Fidelity")


@pytest.mark.parametrize("path", ACTIONS)
def test_action_body_ignore(start, path):
    for body, _ in TELLING:
        reply = start("--assume", "action-body=ignore").request("POST", path, body, JSON)
        assert reply.status == 200
        assert "action-body" in reply.header("Emulator-Fidelity")


@pytest.mark.parametrize("path", ACTIONS)
@pytest.mark.parametrize("body, message", TELLING)
def test_action_body_refuse(start, path, body, message):
    emulator = start("--assume", "action-body=refuse")
    for headers in JSON, {"Content-Type": "text/plain"}:
        reply = emulator.request("POST", path, body, headers)
        assert_refused(reply, 400, "BAD_INPUT", "input", message)
        assert reply.header("Emulator-Fidelity") == "assumed; rule=action-body"
    assert emulator.request("POST", path).status == 200
    assert emulator.request("POST", path.replace("-4000-", "-zzzz-"), body, JSON).json["error_label"] == "BAD_PARAMETERS"
    assert emulator.request("POST", f"{path}?x=1", body, JSON).json["message"] == message


def test_a_body_of_a_get_is_no_matter(start):
    emulator = start("--assume", "action-body=refuse")
    assert emulator.request("GET", f"/v1/flows/runs/{RUNNING}", b'{"a":1}', JSON).status == 200
