"""What every call of the control API refuses alike: no key, a web page, no JSON, too much, nonsense."""

import pytest
from facts import UNKNOWN, assert_refused

JSON = {"Content-Type": "application/json"}

# (method, path, whether it reads a body)
CALLS = [
    ("GET", "/_emulator/explain/x", False),
    ("PUT", "/_emulator/assumptions", True),
    ("PUT", "/_emulator/state", True),
    ("GET", "/_emulator/snapshots", False),
    ("POST", "/_emulator/snapshots/a", False),
    ("DELETE", "/_emulator/snapshots/a", False),
    ("POST", "/_emulator/snapshots/a/restore", False),
    ("GET", "/_emulator/wait", False),
    ("GET", "/_emulator/journal", False),
    ("DELETE", "/_emulator/journal", False),
    ("GET", "/_emulator/faults", False),
    ("POST", "/_emulator/faults", True),
    ("DELETE", "/_emulator/faults", False),
    ("DELETE", "/_emulator/faults/1", False),
    ("PUT", "/_emulator/faults/rate-limit", True),
]
# Where a body is required; it is checked before the query.
BODIES = {"/_emulator/assumptions": b"{}", "/_emulator/state": b'{"version":1}', "/_emulator/faults": b'{"effect":{"reset":true}}',
          "/_emulator/faults/rate-limit": b'{"per_minute":1}'}
WRITES = [call for call in CALLS if call[0] != "GET"]
READERS = [call for call in CALLS if call[2]]


@pytest.mark.parametrize("method, path, _", CALLS)
def test_it_needs_a_key(empty, method, path, _):
    assert_refused(empty.request(method, path, headers=JSON, key=None), 401, "UNAUTHORIZED", "auth")


@pytest.mark.parametrize("method, path, _", CALLS)
def test_it_knows_its_query(empty, method, path, _):
    reply = empty.request(method, path + "?colour=red", BODIES.get(path) if method != "GET" else None, JSON)
    assert_refused(reply, 400, "BAD_PARAMETERS", "param")
    assert "colour" in reply.json["message"]


@pytest.mark.parametrize("method, path, _", WRITES)
def test_it_is_not_for_web_pages(empty, method, path, _):
    for headers in ({"Origin": "http://page.example"}, {"Host": "page.example"}):
        reply = empty.request(method, path, headers={**JSON, **headers})
        assert_refused(reply, 403, "FORBIDDEN", "auth")


@pytest.mark.parametrize("method, path, _", WRITES)
def test_a_form_cannot_send_it(empty, method, path, _):
    for headers in {"Content-Type": "text/plain"}, {}:
        reply = empty.request(method, path, b"{}", headers)
        assert_refused(reply, 415, "BAD_INPUT", "input")


@pytest.mark.parametrize("method, path, status", [
    ("POST", "/_emulator/reset", 200), ("POST", "/_emulator/snapshots/a", 201),
    ("POST", "/_emulator/snapshots/a/restore", 404), ("DELETE", "/_emulator/snapshots/a", 404),
    ("DELETE", "/_emulator/faults", 200), ("DELETE", "/_emulator/faults/1", 404),
    ("DELETE", "/_emulator/journal", 200),
    ("POST", f"/_emulator/callbacks/{UNKNOWN}/replay", 404), ("POST", "/_emulator/runs", 400),
    ("PUT", "/_emulator/clock", 400), ("POST", f"/v1/flows/runs/{UNKNOWN}/cancel", 404),
    ("POST", f"/v1/flows/runs/{UNKNOWN}/resume", 404),
    ("POST", f"/v1/flows/schedules/{UNKNOWN}/pause", 404)])
@pytest.mark.parametrize("lines", [
    (), ("Content-Length: 0",), ("Content-Length: 0", "Content-Type: text/plain"),
    ("Transfer-Encoding: chunked",)])
def test_without_a_body_it_needs_no_content_type(empty, method, path, status, lines):
    head = empty.head(method, path, *lines)
    body = b"0\r\n\r\n" if "Transfer-Encoding: chunked" in lines else b""
    assert empty.raw(head + body).status == status


@pytest.mark.parametrize("method, path, _", WRITES)
def test_a_body_in_chunks_needs_a_content_type_too(empty, method, path, _):
    head = empty.head(method, path, "Transfer-Encoding: chunked")
    assert_refused(empty.raw(head + b"2\r\n{}\r\n0\r\n\r\n"), 415, "BAD_INPUT", "input")


@pytest.mark.parametrize("method, path, _", [call for call in READERS if "state" not in call[1]])
def test_its_body_is_limited(empty, method, path, _):
    reply = empty.request(method, path, b" " * (1024 * 1024 + 1), headers=JSON)
    assert_refused(reply, 413, "BAD_INPUT", "input")


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'{"a":1,"a":2}', b'{"nonsense":1}'])
@pytest.mark.parametrize("method, path, _", READERS)
def test_its_body_is_what_it_takes(empty, method, path, _, body):
    assert_refused(empty.request(method, path, body, headers=JSON), 400, "BAD_INPUT", "input")
