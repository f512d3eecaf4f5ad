"""X-API-Key: who is let in, and that it is asked before anything is said about a run."""

import pytest
from facts import RUNNING, UNKNOWN, assert_no_route, assert_refused

CANCEL = f"/v1/flows/runs/{RUNNING}/cancel"
CALLS = [
    ("GET", "/v1/flows/runs"), ("GET", f"/v1/flows/runs/{RUNNING}"), ("POST", CANCEL),
    ("POST", "/_emulator/reset"), ("POST", "/_emulator/runs"),
    ("POST", f"/_emulator/runs/{RUNNING}/events"),
    ("POST", "/v1/flows/linkedin-people-enrich/run/schedule"), ("GET", "/v1/flows/schedules"),
    ("GET", f"/v1/flows/schedules/{UNKNOWN}"), ("POST", f"/v1/flows/schedules/{UNKNOWN}/pause"),
    ("GET", "/_emulator/callbacks"), ("POST", f"/_emulator/callbacks/{UNKNOWN}/replay"),
    ("GET", "/_emulator/state"), ("GET", f"/_emulator/runs/{UNKNOWN}")]
OPEN = ["health", "info", "openapi.json", "state-machine", "assumptions"]


def assert_unauthorized(reply):
    assert_refused(reply, 401, "UNAUTHORIZED", "auth")


@pytest.mark.parametrize("method, path", CALLS)
def test_a_missing_key_is_unauthorized(emulator, method, path):
    headers = {"Content-Type": "application/json"}
    assert_unauthorized(emulator.request(method, path, b"", headers, key=None))


@pytest.mark.parametrize("key", ["", "   "])
def test_an_empty_key_is_unauthorized(emulator, key):
    assert_unauthorized(emulator.cancel(RUNNING, key=key))


def test_a_bearer_token_is_no_key(emulator):
    reply = emulator.cancel(RUNNING, key=None, headers={"Authorization": "Bearer test-key"})
    assert_unauthorized(reply)


def test_a_key_in_the_query_is_no_key(emulator):
    assert_unauthorized(emulator.request("POST", f"{CANCEL}?X-API-Key=test-key", key=None))


@pytest.mark.parametrize("name", ["X-API-Key", "x-api-key", "X-API-KEY", "x-Api-kEY"])
def test_the_header_may_be_written_in_any_case(emulator, name):
    assert emulator.cancel(RUNNING, key=None, headers={name: emulator.key}).status == 200


def test_spaces_around_the_key_are_not_part_of_it(emulator):
    emulator.cancel(RUNNING)
    head = emulator.head("GET", f"/v1/flows/runs/{RUNNING}", f"X-API-Key: \t {emulator.key} \t", key=None)
    assert emulator.raw(head).json["status"] == "STOPPED"


@pytest.mark.parametrize("same", [True, False])
def test_two_keys_are_refused(emulator, same):
    second = emulator.key if same else "another-key"
    reply = emulator.raw(emulator.head("POST", CANCEL, f"x-api-key: {second}"))
    assert_refused(reply, 400, "BAD_INPUT", "input")
    assert emulator.run(RUNNING)["status"] == "RUNNING"


def test_keys_differ_by_case(emulator):
    emulator.cancel(RUNNING)
    assert emulator.member("TEST-KEY").run(RUNNING)["status"] == "RUNNING"


def test_a_closed_list_knows_only_its_keys(start):
    emulator = start("--api-key", "one", "--api-key", "two", key="one")
    assert emulator.cancel(RUNNING).status == 200
    assert emulator.cancel(RUNNING, key="two").status == 200
    for stranger in "three", "ONE", "one2", "on", "one,two":
        assert_unauthorized(emulator.cancel(RUNNING, key=stranger))


def test_a_closed_list_still_knows_the_keys_of_the_fixture(start, fixture_file):
    world = fixture_file(workspaces=[{"api_key": "theirs", "runs": [{"status": "RUNNING"}]}])
    emulator = start("--api-key", "mine", "--fixture", world)
    assert len(emulator.member("theirs").runs()) == 1
    assert emulator.member("mine").runs() == []
    assert_unauthorized(emulator.cancel(UNKNOWN, key="nobodys"))


@pytest.mark.parametrize("name", OPEN)
def test_an_open_call_needs_no_key(start, name):
    emulator = start("--api-key", "one")
    assert emulator.get(f"/_emulator/{name}", key=None).status == 200
    assert emulator.get(f"/_emulator/{name}", key="unknown").status == 200


@pytest.mark.parametrize("method, path", [
    ("POST", "/v1/flows/runs/nope/cancel"), ("POST", f"{CANCEL}?foo=1"),
    ("POST", f"/v1/flows/runs/{UNKNOWN}/cancel"), ("GET", "/v1/flows/runs?limit=0"),
    ("GET", "/v1/flows/runs/nope")])
def test_the_key_is_asked_before_the_request_is_looked_at(emulator, method, path):
    assert_unauthorized(emulator.request(method, path, key=None))


def test_the_key_is_asked_before_the_body_is_looked_at(emulator):
    headers = {"Content-Type": "application/json"}
    assert_unauthorized(emulator.request("POST", "/_emulator/runs", b"{", headers, key=None))


def test_a_route_that_is_not_there_needs_no_key(emulator):
    assert_no_route(emulator.get("/v1/nope", key=None))


def test_a_refused_key_cancels_nothing(emulator):
    assert_unauthorized(emulator.cancel(RUNNING, key=None))
    assert emulator.run(RUNNING)["status"] == "RUNNING"
