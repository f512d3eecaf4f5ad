"""The one error body, on every refusal of every kind."""

import pytest
from facts import DEMO, RUNNING, UNKNOWN

KEYS = ["error_label", "error_scope", "error_ref", "message", "status_code", "params"]
REFUSALS = {
    "no such run": ("POST", f"/v1/flows/runs/{UNKNOWN}/cancel", {}, 404),
    "no such route": ("GET", "/nope", {}, 404),
    "bad uid": ("POST", "/v1/flows/runs/nope/cancel", {}, 400),
    "bad query": ("GET", "/v1/flows/runs?limit=0", {}, 400),
    "not cancellable": ("POST", f"/v1/flows/runs/{DEMO['FAILED']}/cancel", {}, 422),
    "no key": ("POST", f"/v1/flows/runs/{RUNNING}/cancel", {"X-API-Key": ""}, 401),
    "no content type": ("POST", "/_emulator/runs", {}, 415),
    "foreign origin": ("POST", "/_emulator/reset", {"Origin": "http://page.example"}, 403),
    "long path": ("GET", "/" + "a" * 3000, {}, 414),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_a_refusal_is_one_flat_object(emulator, case):
    method, path, headers, status = REFUSALS[case]
    reply = emulator.request(method, path, b"{}" if status == 415 else None, headers, key=headers.get("X-API-Key", ...))
    assert reply.status == status
    assert reply.header("Content-Type").startswith("application/json")
    error = reply.json
    assert list(error) == KEYS
    assert error["status_code"] == status
    assert error["error_label"] == error["error_label"].upper()
    assert error["message"]
    assert isinstance(error["params"], dict)


def test_every_error_has_a_reference_of_its_own(emulator):
    refs = {emulator.cancel(UNKNOWN).json["error_ref"] for _ in range(200)}
    assert len(refs) == 200


def test_a_success_has_no_error_label(emulator):
    assert "error_label" not in emulator.cancel(RUNNING).json


def test_what_the_client_sent_cannot_break_the_body(emulator):
    for odd in "%22", "%5C", "%0A", "%3Cscript%3E", "%F0%9F%8F%A0", "%7F", "%01":
        reply = emulator.get(f"/v1/flows/runs?{odd}{odd}=1")
        assert reply.status == 400
        assert emulator.get(f"/v1/flows/runs/{odd}").status == 400


def test_a_request_id_is_echoed(emulator):
    for request_id in "a", "req-1", "!~{}[]\"\\,;:", "x" * 128:
        reply = emulator.cancel(UNKNOWN, headers={"X-Request-Id": request_id})
        assert reply.header("X-Request-Id") == request_id


@pytest.mark.parametrize("request_id", ["", "a b", "x" * 129, "caf\u00e9", "a\tb", "a\x7fb"])
def test_a_request_id_we_do_not_like_is_replaced(emulator, request_id):
    reply = emulator.get("/v1/flows/runs", headers={"X-Request-Id": request_id})
    assert reply.header("X-Request-Id") not in ("", request_id)


def test_a_request_id_is_made_where_none_was_sent(emulator):
    ids = {emulator.get("/_emulator/health").header("X-Request-Id") for _ in range(100)}
    assert len(ids) == 100


def test_the_log_tells_what_was_asked_but_never_the_key(start):
    emulator = start(key="a-very-secret-key")
    emulator.cancel(RUNNING)
    emulator.cancel(RUNNING, key="another-secret-key")
    emulator.process.stop()
    log = emulator.process.stderr()
    assert f"/v1/flows/runs/{RUNNING}/cancel" in log
    assert "secret" not in log
