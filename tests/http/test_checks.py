"""The checks before a handler: their order, media types, JSON that Fastify refuses, empty segments (API.md section 3).

What stands here was measured with Fastify 5, ajv 8 and ajv-formats 3.
"""

import json

import pytest
from calling import DEADLINE
from facts import RUNNING, UNKNOWN, VENDOR, assert_no_route, assert_refused
from living import ADA, ENRICH

JSON = {"Content-Type": "application/json"}
RUN = f"/v1/flows/{ENRICH}/run/async"
SCHEDULE = f"/v1/flows/{ENRICH}/run/schedule"
BODY = json.dumps({"inputs": [ADA]}).encode()
MIB = 1024 * 1024
BAD_PATH = f"/v1/flows/{'s' * 129}/run/async"
FORBIDDEN = "Object contains forbidden prototype property"


def fidelity(reply):
    return reply.header("Emulator-Fidelity")


def send(emulator, body=BODY, path=RUN, headers=JSON, **options):
    return emulator.request("POST", path, body, headers, **options)


def assert_media_type(reply):
    assert_refused(reply, 415, "BAD_INPUT", "input")


# The order


@pytest.mark.parametrize("path, body, headers, key, expected", [
    ("/v1/flows/x/run/nope", b"{", {}, None, (404, "NOT_FOUND", "param")),
    (BAD_PATH + "?x=1", b"{", {}, None, (401, "UNAUTHORIZED", "auth")),
    (BAD_PATH + "?x=1", b"{", {}, "k", (415, "BAD_INPUT", "input")),
    (BAD_PATH + "?x=1", b"x" * (MIB + 1), {}, "k", (415, "BAD_INPUT", "input")),
    (BAD_PATH + "?x=1", b"x" * (MIB + 1), JSON, "k", (413, "BAD_INPUT", "input")),
    (BAD_PATH + "?x=1", b"{", JSON, "k", (400, "BAD_INPUT", "input")),
    (BAD_PATH + "?x=1", b'{"__proto__":1}', JSON, "k", (400, "BAD_INPUT", "input", FORBIDDEN)),
    (BAD_PATH + "?x=1", b"[]", JSON, "k", (400, "BAD_PARAMETERS", "param",
                                           "params/flow_slug must NOT have more than 128 characters")),
    (RUN + "?x=1", b"[]", JSON, "k", (400, "BAD_INPUT", "input", "body must be object")),
    (RUN + "?x=1", b"", JSON, "k", (400, "BAD_INPUT", "input", "body must be object")),
    (RUN + "?x=1", b'{"inputs":[]}', JSON, "k", (400, "BAD_INPUT", "input")),
    (RUN + "?x=1", BODY, JSON, "k", (400, "BAD_PARAMETERS", "param")),
    ("/v1/flows/nope/run/async?x=1", BODY, JSON, "k", (400, "BAD_PARAMETERS", "param")),
    ("/v1/flows/nope/run/async", BODY, JSON, "k", (404, "NOT_FOUND", "param"))], ids=lambda v: repr(v)[:40])
def test_the_first_check_that_fails_decides(emulator, path, body, headers, key, expected):
    assert_refused(send(emulator, body, path, headers, key=key), *expected)


# Media types


@pytest.mark.parametrize("media_type", [
    "application/json", "Application/JSON", "application/json; charset=utf-8", 'application/json;charset="utf-8"',
    "application/json;", "application/json ; x", "application/json;x=y; z"])
def test_json_by_any_spelling_is_read(emulator, media_type):
    assert send(emulator, headers={"Content-Type": media_type}).status == 200


@pytest.mark.parametrize("media_type", [
    None, "", "text/plain", "text/xml", "text/json", "application/x-www-form-urlencoded", "application/jsonx",
    "application/vnd.api+json", "application/problem+json", "application", "application/", '"application/json"', "*/*",
    "application/json, text/plain", "application/json,", "application/json charset=utf-8", "multipart/form-data; boundary=x"])
@pytest.mark.parametrize("path", [RUN, SCHEDULE])
def test_any_other_type_is_refused_on_the_calls_that_read_a_body(emulator, path, media_type):
    reply = send(emulator, path=path, headers={} if media_type is None else {"Content-Type": media_type})
    assert_media_type(reply)
    assert fidelity(reply) == "assumed; rule=media-type"
    assert len(emulator.runs("limit=100")) == 11


def test_a_chunked_body_has_a_type_too(emulator):
    body = b"%x\r\n%s\r\n0\r\n\r\n" % (len(BODY), BODY)
    assert_media_type(emulator.raw(emulator.head("POST", RUN, "Transfer-Encoding: chunked") + body))
    assert emulator.raw(emulator.head("POST", RUN, "Transfer-Encoding: chunked", "Content-Type: application/json")
                        + body).status == 200


def test_no_body_needs_no_type_and_is_no_object(emulator):
    for body in None, b"":
        assert_refused(send(emulator, body, headers={}), 400, "BAD_INPUT", "input", "body must be object")
    assert_media_type(send(emulator, b"", headers={"Content-Type": "text/xml"}))


def test_media_type_ignore(start):
    emulator = start("--assume", "media-type=ignore")
    for media_type in "text/plain", "text/xml", "":
        reply = send(emulator, headers={"Content-Type": media_type})
        assert reply.status == 200
        assert "media-type" in fidelity(reply)
    assert send(emulator, headers={}).status == 200
    assert "media-type" not in fidelity(send(emulator))
    assert_refused(send(emulator, b"a=1", headers={}), 400, "BAD_INPUT", "input")
    assert emulator.request("POST", "/_emulator/runs", b"{}", {"Content-Type": "text/plain"}).status == 415


# JSON


def test_a_bom_before_the_body_is_skipped(emulator):
    bom = b"\xef\xbb\xbf"
    reply = send(emulator, bom + b'{"inputs":[{"n":1.0}]}')
    assert reply.status == 200
    emulator.post("/_emulator/clock/advance", {"by": "PT10S"})
    assert emulator.get(f"/v1/flows/runs/{reply.json['uid']}/outputs").status == 200
    assert emulator.request("POST", "/_emulator/runs", bom + b'{"status":"QUEUED"}', JSON).status == 201
    for body in bom, bom + bom + BODY, b" " + bom + BODY, BODY + bom:
        assert_refused(send(emulator, body), 400, "BAD_INPUT", "input")


def test_a_fixture_with_a_bom_is_read(start, fixture_file):
    assert start("--fixture", fixture_file(text='\ufeff{"version": 1, "runs": [{"status": "QUEUED"}]}')).runs()


@pytest.mark.parametrize("body", [
    b'{"__proto__":{}}', b'{"inputs":[{"__proto__":1}]}', b'{"inputs":[{"a":{"b":[{"__proto__":null}]}}]}',
    b'{"inputs":[{"\\u005f_proto__":1}]}', b'{"inputs":[{"constructor":{"prototype":1}}]}',
    b'{"inputs":[{"constructor":{"x":1,"prototype":null}}]}', b'{"inputs":[{"a":[{"constructor":{"prototype":{}}}]}]}',
    b'{"inputs":[{"c\\u006fnstructor":{"pr\\u006ftotype":1}}]}', b'{"inputs":[{"constructor":{"__proto__":1}}]}',
    b'{"inputs":[{}],"parameters":{"__proto__":1}}', b'[{"__proto__":1}]', b'{"x":1,"inputs":[{"__proto__" :1}]}'])
def test_a_prototype_is_refused_wherever_it_is(emulator, body):
    assert_refused(send(emulator, body), 400, "BAD_INPUT", "input", FORBIDDEN)
    assert_refused(send(emulator, body, SCHEDULE), 400, "BAD_INPUT", "input", FORBIDDEN)


@pytest.mark.parametrize("given", [
    b'{"constructor":1}', b'{"constructor":null}', b'{"constructor":"prototype"}', b'{"constructor":{"a":{"prototype":1}}}',
    b'{"constructor":[{"prototype":1}]}', b'{"prototype":{"constructor":1}}', b'{"a":"__proto__"}', b'{"__proto__x":1}',
    b'{"__PROTO__":1}'])
def test_what_only_looks_like_one_is_taken(emulator, given):
    assert send(emulator, b'{"inputs":[' + given + b"]}").status == 200


# Segments


@pytest.mark.parametrize("method, path, name", [
    ("POST", "/v1/flows/runs//cancel", "flow_run_uid"), ("POST", "/v1/flows/runs//resume", "flow_run_uid"),
    ("GET", "/v1/flows/runs//outputs", "flow_run_uid"), ("GET", "/v1/flows/runs/", "flow_run_uid"),
    ("GET", "/v1/flows/schedules/", "scheduled_flow_run_uid"),
    ("POST", "/v1/flows/schedules//cancel", "scheduled_flow_run_uid"),
    ("POST", "/v1/flows/schedules//", "scheduled_flow_run_uid"),
    ("GET", "/_emulator/runs/", "flow_run_uid"), ("POST", "/_emulator/callbacks//replay", "callback_uid")])
def test_an_empty_segment_is_a_bad_uid(emulator, method, path, name):
    reply = emulator.request(method, path)
    assert_refused(reply, 400, "BAD_PARAMETERS", "param", f'params/{name} must match format "uuid"')
    assert reply.header("Emulator-Hint") == "the uid in the path is empty: is a variable not set?"


def test_an_empty_segment_elsewhere(emulator, start):
    assert_refused(send(emulator, path="/v1/flows//run/async"), 400, "BAD_PARAMETERS", "param",
                   "params/flow_slug must NOT have fewer than 1 characters")
    assert_refused(emulator.request("POST", f"/v1/flows/schedules/{UNKNOWN}/"), 400, "BAD_PARAMETERS", "param",
                   "params/action must be equal to one of the allowed values")
    for method, path in [("POST", "/v1/flows/runs/"), ("POST", "/v1/flows/runs///cancel"), ("GET", "/v1/flows/runs//"),
                         ("GET", f"/v1/flows/runs/{RUNNING}/"), ("GET", "/v1/flows//runs"), ("GET", "/v1/flows/"),
                         ("GET", "/v1/flows/runs//cancel"), ("POST", f"/v1/flows/runs/{RUNNING}//cancel")]:
        assert_no_route(emulator.request(method, path))
    assert start("--assume", "invalid-uid.code=404").cancel("").json["error_label"] == "NOT_FOUND"


# Expect: 100-continue


@pytest.mark.parametrize("path, length, lines, key, expected", [
    ("/v1/nowhere", 2, (), "k", (404, "NOT_FOUND", "param")),
    ("/v1/flows/runs", 2, (), "k", (404, "NOT_FOUND", "param")),
    (RUN, 2, (), None, (401, "UNAUTHORIZED", "auth")),
    (RUN, 2, ("Content-Type: text/plain",), "k", (415, "BAD_INPUT", "input")),
    (RUN, MIB + 1, ("Content-Type: application/json",), "k", (413, "BAD_INPUT", "input")),
    (f"/v1/flows/runs/{RUNNING}/cancel", MIB + 1, (), "k", (413, "BAD_INPUT", "input")),
    ("/_emulator/runs", 2, ("Origin: http://page.example",), "k", (403, "FORBIDDEN", "auth")),
    ("/_emulator/reset", MIB + 1, ("Content-Type: application/json",), "k", (413, "BAD_INPUT", "input"))])
@pytest.mark.parametrize("expect", ["100-continue", "100-Continue"])
def test_a_head_that_decides_is_answered_before_100_continue(emulator, path, length, lines, key, expected, expect):
    head = emulator.head("POST", path, f"Content-Length: {length}", f"Expect: {expect}", *lines, key=key)
    with emulator.wire(DEADLINE) as wire:
        wire.send(head)
        version, status, headers = wire.interim()
        assert status == expected[0]
    reply = emulator.raw(head, closes=True)
    assert_refused(reply, *expected)


def test_100_continue_comes_where_the_head_is_fine(emulator):
    with emulator.wire() as wire:
        wire.send(emulator.head("POST", RUN, f"Content-Length: {len(BODY)}", "Expect: 100-continue",
                                "Content-Type: application/json"))
        assert wire.interim()[1] == 100
        wire.send(BODY)
        assert emulator.read(wire, "POST", RUN).status == 200


# Whose rule it is


@pytest.mark.parametrize("headers", [
    {"Host": "page.example"}, {"Origin": "http://page.example"}, {"Emulator-Callback": "x"},
    {"Emulator-Fault": "status=503"}, {"Emulator-Fault": "nonsense"}])
def test_a_rule_of_the_emulators_own_is_neither_documented_nor_assumed(emulator, headers):
    assert fidelity(emulator.cancel(RUNNING, headers=headers)) is None


def test_a_refusal_by_the_head_alone_may_be_a_guess_too(start):
    emulator = start("--strict-fidelity")
    head = emulator.head("POST", f"/v1/flows/runs/{VENDOR}/cancel", f"Content-Length: {1 << 30}")
    assert_refused(emulator.raw(head, closes=True), 501, "NOT_IMPLEMENTED", "server")
    emulator = start("--strict-fidelity", "--assume", "body-too-large.code=400")
    assert_refused(emulator.raw(head, closes=True), 400, "BAD_INPUT", "input")


# The authority of a target in absolute form (RFC 9112 section 3.2.2)


@pytest.mark.parametrize("authority, host, status", [
    ("page.example", "localhost", 403), ("localhost", "page.example", 200), ("page.example:80", "127.0.0.1", 403),
    ("127.0.0.1:1", "page.example", 200), ("", "localhost", 403)])
def test_the_targets_authority_beats_the_host(emulator, authority, host, status):
    reply = emulator.raw(f"GET http://{authority}/v1/flows/runs HTTP/1.1\r\nHost: {host}\r\n"
                         "X-API-Key: k\r\n\r\n".encode())
    assert reply.status == status


def test_an_origin_is_compared_with_the_targets_authority(emulator):
    for origin, status in ("localhost:1", 200), ("localhost:2", 403):
        reply = emulator.raw(f"POST http://localhost:1/_emulator/reset HTTP/1.1\r\nHost: localhost:2\r\n"
                             f"Origin: http://{origin}\r\nX-API-Key: k\r\n\r\n".encode())
        assert reply.status == status
