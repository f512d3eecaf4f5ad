"""An error of the API links to the page that explains it (PAGE.md "Views")."""

import pytest
from facts import DEMO, RUNNING, UNKNOWN

CANCEL = f"/v1/flows/runs/{RUNNING}/cancel"
REFUSED = f"/v1/flows/runs/{DEMO['SUCCEEDED']}/cancel"


def link(reply):
    return reply.header("Link")


def at(emulator, request_id):
    return f'<http://{emulator.host}:{emulator.port}/_emulator/#/requests/{request_id}>; rel="help"'


@pytest.mark.parametrize("method, path, key", [
    ("POST", REFUSED, "test-key"), ("GET", f"/v1/flows/runs/{UNKNOWN}", "test-key"), ("GET", "/v1/flows/runs?x=1", "test-key"),
    ("GET", "/v1/flows/runs", None), ("GET", "/nowhere", "test-key")])
def test_an_error_links_to_its_explanation(emulator, method, path, key):
    reply = emulator.request(method, path, key=key)
    assert reply.status >= 400
    assert link(reply) == at(emulator, reply.header("X-Request-Id"))
    assert emulator.get(f"/_emulator/explain/{reply.header('X-Request-Id')}", key=key or "test-key").status == 200


def test_a_fault_does_too(emulator):
    reply = emulator.cancel(RUNNING, headers={"Emulator-Fault": "status=503", "X-Request-Id": "mine"})
    assert (reply.status, link(reply)) == (503, at(emulator, "mine"))


def test_the_id_is_percent_encoded(emulator):
    reply = emulator.request("POST", REFUSED, headers={"X-Request-Id": 'a/b>#"?%'})
    assert link(reply) == at(emulator, "a%2Fb%3E%23%22%3F%25")


def test_a_request_without_host_gets_a_relative_one(emulator):
    reply = emulator.raw(f"POST {REFUSED} HTTP/1.0\r\nX-API-Key: test-key\r\nX-Request-Id: old\r\n\r\n".encode())
    assert link(reply) == '</_emulator/#/requests/old>; rel="help"'


def test_what_is_no_error_of_the_api_has_none(emulator):
    for reply in (emulator.cancel(RUNNING), emulator.get("/v1/flows/runs"), emulator.get("/_emulator/explain/x"),
                  emulator.get("/_emulator/nowhere")):
        assert link(reply) is None


@pytest.mark.parametrize("options", [("--page", "off"), ("--journal", "0")])
def test_without_page_or_journal_there_is_none(start, options):
    reply = start(*options).request("POST", REFUSED)
    assert (reply.status, link(reply)) == (422, None)


def test_a_page_that_is_read_only_explains(start):
    emulator = start("--page", "read-only")
    assert link(emulator.request("POST", REFUSED, headers={"X-Request-Id": "mine"})) == at(emulator, "mine")
