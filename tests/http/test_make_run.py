"""POST /_emulator/runs: a run made by hand, and every way to get its body wrong."""

import json

import pytest
from facts import (
    FINISHED, FLOW_RUN_DETAIL, NEVER_STARTED, NOW, STATUSES, VENDOR, assert_refused, uid,
)

JSON = {"Content-Type": "application/json"}


def send(emulator, body):
    return emulator.request("POST", "/_emulator/runs", body, JSON)


def assert_bad_body(reply, message=None):
    assert_refused(reply, 400, "BAD_INPUT", "input", message)


@pytest.mark.parametrize("status", STATUSES)
def test_a_status_is_enough_and_the_rest_is_sensible(empty, status):
    run = empty.make(status)
    assert list(run) == FLOW_RUN_DETAIL
    assert (run["status"], run["created_at"], run["id"]) == (status, NOW, 1)
    assert (run["started_at"] is None) == (status in NEVER_STARTED)
    assert (run["finished_at"] is not None) == (status in FINISHED)
    times = [run[name] for name in ("created_at", "started_at", "finished_at") if run[name]]
    assert times == sorted(times) and times[-1] <= NOW
    assert run["output_count"] == 0
    assert run["callback"] is None
    assert run["scheduled_flow_run_uid"] is None
    assert empty.run(run["uid"]) == run
    assert empty.runs() == [run]


def test_every_made_run_has_a_uid_of_its_own(empty):
    assert len({empty.make()["uid"] for _ in range(100)}) == 100


def test_an_upper_case_uid_is_kept_in_lower_case(empty):
    assert empty.make(uid=VENDOR.upper())["uid"] == VENDOR


@pytest.mark.parametrize("given, shown", [
    ("2025-01-01T00:00:00Z", "2025-01-01T00:00:00.000Z"),
    ("2025-01-01T00:00:00.1Z", "2025-01-01T00:00:00.100Z"),
    ("2025-01-01T00:00:00.1234Z", "2025-01-01T00:00:00.123Z"),
    ("2025-01-01T02:00:00+02:00", "2025-01-01T00:00:00.000Z"),
    ("2024-12-31T19:00:00.005-05:00", "2025-01-01T00:00:00.005Z"),
])
def test_a_time_is_shown_in_utc_with_milliseconds(empty, given, shown):
    run = empty.make("QUEUED", created_at=given)
    assert run["created_at"] == shown


def test_a_uid_that_is_taken_is_refused_and_the_run_stays(empty):
    first = empty.make("RUNNING", uid=uid(1))
    for taken in uid(1), uid(1).upper():
        reply = empty.post("/_emulator/runs", {"status": "QUEUED", "uid": taken})
        assert_refused(reply, 409, "ALREADY_EXISTS", "input")
    assert empty.runs() == [first]


def test_a_refused_run_uses_up_no_id(empty):
    empty.make(uid=uid(1))
    empty.post("/_emulator/runs", {"status": "QUEUED", "uid": uid(1)})
    empty.post("/_emulator/runs", {"status": "NOPE"})
    assert empty.make()["id"] == 2


@pytest.mark.parametrize("body, message", [
    ({}, "body must have required property 'status'"),
    ({"uid": uid(1)}, "body must have required property 'status'"),
    ({"status": "NOPE"}, "body/status must be equal to one of the allowed values"),
    ({"status": "running"}, "body/status must be equal to one of the allowed values"),
    ({"status": "CANCELLED"}, "body/status must be equal to one of the allowed values"),
    ({"status": "RUNNING", "foo": 1}, "body must NOT have additional properties (foo)"),
    ({"status": "RUNNING", "Uid": uid(1)}, "body must NOT have additional properties (Uid)"),
    ({"status": "RUNNING", "uid": "nope"}, 'body/uid must match format "uuid"'),
    ({"status": "RUNNING", "created_at": "yesterday"},
     'body/created_at must match format "date-time"'),
    ({"status": "RUNNING", "created_at": "2025-02-29T00:00:00Z"},
     'body/created_at must match format "date-time"'),
    ({"status": "RUNNING", "id": 0}, "body/id must be >= 1"),
    ({"status": "RUNNING", "output_count": -1}, "body/output_count must be >= 0"),
    ({"status": "RUNNING", "cancelled": "yes"}, "body/cancelled must be boolean"),
    ({"status": "RUNNING", "callback": {}}, "body/callback must have required property 'url'"),
    ({"status": "RUNNING", "callback": {"url": "https://x/", "on": "never"}},
     "body/callback/on must be equal to one of the allowed values"),
    ({"status": "RUNNING", "callback": {"url": "https://x/", "foo": 1}},
     "body/callback must NOT have additional properties (foo)"),
    ({"status": "RUNNING", "callback": {"url": "https://x/", "headers": {"A": 1}}},
     "body/callback/headers/A must be string"),
    ({"status": "FAILED", "last_error": {"label": "X"}},
     "body/last_error must have required property 'message'"),
    ({"status": "RUNNING", "outputs": {}}, "body/outputs must be array"),
    ({"status": "RUNNING", "outputs": [{"data": {}}]},
     "body/outputs/0 must have required property 'step_uid'"),
    ({"status": "RUNNING", "outputs": [{"step_uid": "a", "data": []}]},
     "body/outputs/0/data must be object"),
    ([], "body must be object"),
    ("RUNNING", "body must be object"),
    (1, "body must be object"),
    (None, "body must be object"),
    (True, "body must be object"),
], ids=lambda value: json.dumps(value)[:40])
def test_a_body_that_breaks_the_schema_is_refused_and_named(empty, body, message):
    assert_bad_body(send(empty, json.dumps(body).encode()), message)
    assert empty.runs() == []


@pytest.mark.parametrize("body", [
    {"status": 1}, {"status": None}, {"status": ["RUNNING"]}, {"STATUS": "RUNNING"},
    {"status": "RUNNING", "uid": 1}, {"status": "RUNNING", "uid": None},
    {"status": "RUNNING", "output_count": 1.5}, {"status": "RUNNING", "output_count": "1"},
    {"status": "RUNNING", "id": 2 ** 53}, {"status": "RUNNING", "id": 1.5},
    {"status": "RUNNING", "created_at": 0}, {"status": "RUNNING", "callback": "https://x/"},
    {"status": "RUNNING", "callback": {"url": "not a uri"}},
    {"status": "RUNNING", "workflow": {"uid": uid(1), "metadata": {}}},
    {"status": "RUNNING", "": 1},
], ids=lambda value: json.dumps(value)[:40])
def test_a_value_of_the_wrong_kind_is_refused(empty, body):
    assert_bad_body(send(empty, json.dumps(body).encode()))
    assert empty.runs() == []


@pytest.mark.parametrize("body", [
    b"", b" ", b"{", b'{"status":"RUNNING"', b'{"status":"RUNNING",}', b"{'status':'RUNNING'}",
    b'{"status":"RUNNING"} x', b'{"status":"RUNNING"}{}', b'{"status":"RUNNING"}\x00',
    b'\x00{"status":"RUNNING"}', b'{"status":"RUNNING","status":"RUNNING"}',
    b'{"status":"QUEUED","st\\u0061tus":"RUNNING"}', b'{"status":"RUNNING\\u0000"}',
    b'{"status\\u0000x":"RUNNING"}',
    b'{"status":"RUNNING","last_error":{"label":"\xff","message":""}}',
    b'{"status":"RUNNING","last_error":{"label":"\\ud800","message":""}}',
    b'{"status":"RUNNING","last_error":{"label":"a","label":"b","message":""}}',
    b'{"status":"RUNNING","id":1e400}', b'{"status":"RUNNING","id":NaN}',
    b'{"status":"RUNNING","id":01}', b'{"status":"RUNNING","id":+1}',
    b'{"status":"RUNNING","id":0x1}',
    b'{"status":"RUNNING","last_error":{"label":"a\nb","message":""}}', b'{"status":RUNNING}',
    b'// hi\n{"status":"RUNNING"}', b'status=RUNNING', b'\xff\xfe{\x00}\x00', b'nul', b'""x',
], ids=lambda body: repr(body)[2:42])
def test_a_body_that_is_no_json_is_refused(empty, body):
    assert_bad_body(send(empty, body))
    assert empty.runs() == []


def test_white_space_around_the_body_is_fine(empty):
    assert send(empty, b' \r\n\t{ "status" :\n"RUNNING" } \r\n').status == 201


def test_a_chunked_body_is_read_whole(empty):
    head = empty.head("POST", "/_emulator/runs", "Content-Type: application/json",
                      "Transfer-Encoding: chunked")
    reply = empty.raw(head + b'9\r\n{"status"\r\nb\r\n:"RUNNING"}\r\n0\r\n\r\n')
    assert reply.status == 201
    assert reply.json["status"] == "RUNNING"


def test_a_query_is_refused(empty):
    reply = empty.post("/_emulator/runs?dry=1", {"status": "RUNNING"})
    assert_refused(reply, 400, "BAD_PARAMETERS", "param",
                   "querystring must NOT have additional properties (dry)")
    assert empty.runs() == []


@pytest.mark.parametrize("headers, name", [
    ({"bad": "a\r\nInjected: b"}, "bad"), ({"bad": "a\x7f"}, "bad"), ({"a b/c": "d"}, "a b~1c"),
    ({"a\r\nInjected": "b"}, "a\r\nInjected"), ({"": "d"}, "")])
def test_a_header_that_cannot_be_sent_is_refused(empty, headers, name):
    callback = {"url": "http://127.0.0.1:9/", "headers": {"ok": "a\tb", **headers}}
    reply = empty.post("/_emulator/runs", {"status": "RUNNING", "callback": callback})
    assert_bad_body(reply, f"body/callback/headers/{name} must be a header")
    assert empty.runs() == []
