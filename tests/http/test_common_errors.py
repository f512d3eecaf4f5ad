"""The errors that every call may answer, whatever it does: the contract names them for each."""

import json

import pytest
from emulator import JSON
from examples import EXAMPLES
from facts import assert_refused

CALLS = {operation: (method, target, body) for operation, (method, target, body, _) in EXAMPLES.items()}
CALLS["streamEvents"] = "GET", "/_emulator/events", None
WRITES = [operation for operation, (method, _, _) in CALLS.items() if method != "GET"]
CONTROL_WRITES = [operation for operation in WRITES if CALLS[operation][1].startswith("/_emulator/")]
OPEN = {"getHealth", "getInfo", "getContract", "getStateMachine", "listAssumptions", "getMetrics", "listWorkspaces",
        "getPage", "getPageFile", "getCoverage", "clearCoverage"}


def send(emulator, operation, **options):
    method, target, body = CALLS[operation]
    headers = {**JSON, **options.pop("headers", {})}
    return emulator.request(method, target, b"" if body is None else json.dumps(body).encode(), headers, **options)


def test_a_callback_of_an_emulator_is_forbidden_everywhere(emulator):
    for operation in CALLS:
        assert_refused(send(emulator, operation, headers={"Emulator-Callback": "1"}), 403, "FORBIDDEN", "auth")


def test_a_call_without_a_key_is_refused_where_one_is_needed(emulator):
    for operation in CALLS.keys() - OPEN:
        assert_refused(send(emulator, operation, key=None), 401, "UNAUTHORIZED", "auth")


def test_a_query_that_nobody_knows_is_refused_everywhere(emulator):
    for operation, (method, target, _) in CALLS.items():
        head = f"{method} {target.partition('?')[0]}?%zz HTTP/1.1\r\nHost: localhost\r\nX-API-Key: k\r\n\r\n"
        assert emulator.raw(head.encode()).status == 400, operation


def test_a_workspace_for_which_there_is_no_room_is_refused_everywhere(start):
    emulator = start("--max-workspaces", "1")
    emulator.runs()
    for operation in CALLS.keys() - OPEN:
        assert_refused(send(emulator, operation, key="another"), 429, "LIMIT_REACHED", "config")


def test_a_failure_of_the_server_may_meet_every_call_of_the_api(emulator):
    for operation, (_, target, _) in CALLS.items():
        if target.startswith("/v1/"):
            reply = send(emulator, operation, headers={"Emulator-Fault": "status=500"})
            assert_refused(reply, 500, "INTERNAL_ERROR", "server")


@pytest.mark.parametrize("operation", WRITES)
def test_a_body_that_is_too_large_is_refused(emulator, operation):
    method, target, _ = CALLS[operation]
    head = (f"{method} {target} HTTP/1.1\r\nHost: localhost\r\nX-API-Key: test-key\r\nConnection: close\r\n"
            "Content-Type: application/json\r\nContent-Length: 900000000\r\n\r\n")
    assert_refused(emulator.raw(head.encode()), 413, "BAD_INPUT", "input")


def test_a_body_of_another_media_type_is_refused_by_every_call_of_the_control_api(emulator):
    for operation in CONTROL_WRITES:
        method, target, _ = CALLS[operation]
        reply = emulator.request(method, target, b"{}", {"Content-Type": "text/plain"})
        assert_refused(reply, 415, "BAD_INPUT", "input")
