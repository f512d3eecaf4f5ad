"""POST /v1/flows/{flow_slug}/run/async: the reply, and every limit of the body."""

import json

import pytest
from emulator import JSON
from facts import FLOW_RUN, NOW, assert_no_route, assert_refused, uid
from living import (
    ADA, ENRICH, ENRICH_STEP, EXTRACT_STEP, advance, assert_bad_input, clock, flow, launch, outputs,
    run_path,
)
from scheduling import schedule

WORLD = "still"

MIB = 1024 * 1024
PATH = run_path(ENRICH)
URL = "https://client.test/hook"
ONE = "44444444-4444-4444-8444-444444444444"
USUAL = "c25e11e7-562d-4585-85d2-1cc839f5f838"  # the workflow of a run of no flow


def send(emulator, body, path=PATH, **options):
    return emulator.request("POST", path, body, JSON, **options)


def test_the_reply_has_twelve_fields_and_the_uid_again(emulator):
    reply = emulator.post(PATH, {"inputs": [ADA]})
    assert reply.status == 200
    assert list(reply.json) == [*FLOW_RUN, "flow_run_uid"]
    assert reply.json["flow_run_uid"] == reply.json["uid"]


def test_a_new_run_has_done_nothing_yet(emulator):
    world = emulator.reset()
    run = emulator.post(PATH, {"inputs": [ADA], "callback": {"url": URL}}).json
    assert (run["user_uid"], run["workspace_uid"]) == (world["user_uid"], world["workspace_uid"])
    assert (run["status"], run["output_count"], run["last_error"]) == ("CREATED", 0, None)
    assert (run["started_at"], run["finished_at"]) == (None, None)
    assert run["scheduled_flow_run_uid"] is None
    assert run["created_at"] == NOW
    assert run["callback"] == {"url": URL}


def test_a_run_without_a_callback_has_none(emulator):
    assert emulator.post(PATH, {"inputs": [ADA]}).json["callback"] is None


def test_headers_of_the_callback_are_never_echoed(emulator):
    callback = {"url": URL, "headers": {"X-S": "sesame"}, "on": "final"}
    reply = emulator.post(PATH, {"inputs": [ADA], "callback": callback})
    assert b"sesame" not in reply.body
    assert b"sesame" not in emulator.get(f"/v1/flows/runs/{reply.json['uid']}").body


def test_the_new_run_can_be_read_and_listed(emulator):
    started = emulator.post(PATH, {"inputs": [ADA]}).json
    run = emulator.run(started["uid"])
    assert {key: run[key] for key in FLOW_RUN} == {key: started[key] for key in FLOW_RUN}
    assert emulator.runs(f"uid={started['uid']}") == [run]
    assert outputs(emulator, started["uid"]) == []


def test_every_started_run_has_a_uid_of_its_own(emulator):
    assert len({launch(emulator) for _ in range(100)}) == 100


@pytest.mark.parametrize("fields", [
    {}, {"inputs": [{}]}, {"inputs": [ADA] * 1000},
    {"inputs": [{"custom_data": {}}]}, {"inputs": [{"custom_data": {"meta": None}}]},
    {"inputs": [{"custom_data": {"meta": {"any": ["thing", 1]}}}]},
    {"callback": {"url": URL}}, {"callback": {"url": URL, "headers": {}}},
    {"callback": {"url": "http://127.0.0.1:8080/x?y=1", "headers": {"A": ""}, "on": "all"}},
    {"callback": {"url": URL, "on": "final"}},
    {"steps": [EXTRACT_STEP]}, {"steps": [EXTRACT_STEP, ENRICH_STEP]},
    {"parameters": {}}, {"parameters": {"deep": {"er": [1]}}},
    {"identity_ids": [uid(1)]}, {"identity_ids": [uid(1).upper()]},
    {"identity_mode": "direct"}, {"identity_mode": "auto"},
    {"identity_mode": "managed", "identity_ids": []},
], ids=lambda fields: json.dumps(fields)[:50])
def test_a_body_within_the_limits(emulator, fields):
    assert emulator.post(PATH, {"inputs": [ADA], **fields}).status == 200


BAD = [
    ({"inputs": ...}, "body must have required property 'inputs'"),
    ({"inputs": []}, "body/inputs must NOT have fewer than 1 items"),
    ({"inputs": [{}] * 1001}, "body/inputs must NOT have more than 1000 items"),
    ({"inputs": {}}, "body/inputs must be array"),
    ({"inputs": None}, "body/inputs must be array"),
    ({"inputs": [ADA, 1]}, "body/inputs/1 must be object"),
    ({"inputs": [[]]}, "body/inputs/0 must be object"),
    ({"inputs": [{"custom_data": {"foo": 1}}]},
     "body/inputs/0/custom_data must NOT have additional properties (foo)"),
    ({"inputs": [ADA, {"custom_data": {"meta": 1, "bar": 1}}]},
     "body/inputs/1/custom_data must NOT have additional properties (bar)"),
    ({"inputs": [{"custom_data": []}]}, "body/inputs/0/custom_data must be object"),
    ({"inputs": [{"custom_data": "x"}]}, "body/inputs/0/custom_data must be object"),
    ({"foo": 1}, "body must NOT have additional properties (foo)"),
    ({"inputs": ..., "foo": 1}, "body must have required property 'inputs'"),
    ({"inputs": [], "foo": 1}, "body must NOT have additional properties (foo)"),
    ({"callback": {"foo": 1}}, "body/callback must have required property 'url'"),
    ({"callback": {"url": 1}, "steps": 1, "inputs": []},
     "body/inputs must NOT have fewer than 1 items"),
    ({"steps": 1, "callback": {"url": 1}}, "body/callback/url must be string"),
    *[({"callback": {"url": url}}, 'body/callback/url must match format "uri"') for url in (
        "http://h/\u00e9", "http://h/%zz", "http://h/%4", "http://h/ ", "http://h/{x}")],
    ({"cron": "0 9 * * *"}, "body must NOT have additional properties (cron)"),
    ({"schedule_at": NOW}, "body must NOT have additional properties (schedule_at)"),
    ({"timezone": "UTC"}, "body must NOT have additional properties (timezone)"),
    ({"callback": URL}, "body/callback must be object"),
    ({"callback": {}}, "body/callback must have required property 'url'"),
    ({"callback": {"url": "nope"}}, 'body/callback/url must match format "uri"'),
    ({"callback": {"url": ""}}, 'body/callback/url must match format "uri"'),
    ({"callback": {"url": URL, "headers": []}}, "body/callback/headers must be object"),
    ({"callback": {"url": URL, "headers": {"A": 1}}}, "body/callback/headers/A must be string"),
    ({"callback": {"url": URL, "on": "never"}},
     "body/callback/on must be equal to one of the allowed values"),
    ({"steps": EXTRACT_STEP}, "body/steps must be array"),
    ({"steps": [1]}, "body/steps/0 must be string"),
    ({"steps": [EXTRACT_STEP, ""]}, "body/steps/1 must NOT have fewer than 1 characters"),
    ({"steps": ["x" * 129]}, "body/steps/0 must NOT have more than 128 characters"),
    ({"parameters": []}, "body/parameters must be object"),
    ({"parameters": "x"}, "body/parameters must be object"),
    ({"identity_ids": uid(1)}, "body/identity_ids must be array,null"),
    ({"identity_ids": [1]}, "body/identity_ids/0 must be string"),
    ({"identity_ids": []}, "body/identity_ids must NOT have fewer than 1 items"),
    ({"identity_ids": [], "identity_mode": "auto"},
     "body/identity_ids must NOT have fewer than 1 items"),
    ({"identity_mode": "x"}, "body/identity_mode must be equal to one of the allowed values"),
    ({"identity_mode": "Direct"}, "body/identity_mode must be equal to one of the allowed values"),
]


@pytest.mark.parametrize("fields, message", BAD, ids=lambda value: str(value)[:50])
def test_a_field_out_of_its_limits_is_named_and_starts_nothing(emulator, fields, message):
    body = {"inputs": [ADA], **fields}
    body = {name: value for name, value in body.items() if value is not ...}
    assert_bad_input(emulator.post(PATH, body), message)
    assert len(emulator.runs("limit=100")) == 11
    assert clock(emulator)["next_due_at"] is None


@pytest.mark.parametrize("value", [[], "x", 1, None, True], ids=json.dumps)
def test_a_body_that_is_no_object_is_refused(emulator, value):
    assert_bad_input(send(emulator, json.dumps(value).encode()), "body must be object")


@pytest.mark.parametrize("body", [
    b"", b"{", b'{"inputs":[{}],}', b'{"inputs":[{}]} x', b"inputs=1", b"\xff",
    b'{"inputs":[{}],"inputs":[{}]}', b'{"inputs":[{"a":1,"a":2}]}', b'{"inputs":[{"a":NaN}]}'])
def test_a_body_that_is_no_json_is_refused(emulator, body):
    assert_bad_input(send(emulator, body))
    assert len(emulator.runs("limit=100")) == 11


def test_a_step_the_flow_has_not_is_named(emulator):
    reply = emulator.post(PATH, {"inputs": [ADA], "steps": [EXTRACT_STEP, "nope"]})
    assert_bad_input(reply)
    assert "body/steps/1" in reply.json["message"]
    assert len(emulator.runs("limit=100")) == 11


def test_an_unknown_slug_is_not_found(emulator):
    reply = emulator.post(run_path("no-such-flow"), {"inputs": [ADA]})
    assert_refused(reply, 404, "NOT_FOUND", "param")


def test_a_static_segment_is_never_a_slug(emulator):
    assert_no_route(emulator.post(run_path("runs"), {"inputs": [ADA]}))
    assert_refused(emulator.post(run_path("schedules"), {"inputs": [ADA]}), 400, "BAD_PARAMETERS",
                   "param", 'params/scheduled_flow_run_uid must match format "uuid"')


@pytest.mark.parametrize("path", [
    f"/v1/flows/{ENRICH}/run", f"/v1/flows/{ENRICH}/run/live", f"/v1/flows/{ENRICH}/run/async/",
    f"/v1/flows/{ENRICH}/async"])
def test_a_neighbour_of_the_path_is_no_route(emulator, path):
    assert_no_route(emulator.post(path, {"inputs": [ADA]}))


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_only_post_starts_a_run(emulator, method):
    assert_no_route(emulator.request(method, PATH))


def test_the_key_is_asked_before_the_size_of_the_body(emulator):
    assert_refused(send(emulator, b" " * (MIB + 1), key=None), 401, "UNAUTHORIZED", "auth")


def test_the_size_is_asked_before_the_slug_is_looked_for(emulator):
    for path in PATH, run_path("no-such-flow"):
        assert_refused(send(emulator, b" " * (MIB + 1), path), 413, "BAD_INPUT", "input")


def test_the_body_is_looked_at_before_the_slug_is_looked_for(emulator):
    reply = emulator.post(run_path("no-such-flow"), {"inputs": []})
    assert_bad_input(reply, "body/inputs must NOT have fewer than 1 items")


def test_a_body_of_one_mebibyte_is_read(emulator):
    assert send(emulator, b'{"inputs":[{}]}'.ljust(MIB)).status == 200


def test_a_chunked_body_is_read_whole(emulator):
    head = emulator.head("POST", PATH, "Content-Type: application/json",
                         "Transfer-Encoding: chunked")
    reply = emulator.raw(head + b'9\r\n{"inputs"\r\n6\r\n:[{}]}\r\n0\r\n\r\n')
    assert reply.status == 200


def test_a_percent_encoded_slug_is_the_same_flow(emulator):
    assert emulator.post("/v1/flows/linkedin%2Dpeople%2Denrich/run/async",
                         {"inputs": [ADA]}).status == 200


def test_a_slug_in_another_letter_case_is_another(emulator):
    assert emulator.post(run_path(ENRICH.upper()), {"inputs": [ADA]}).status == 404


def test_a_run_is_of_the_workspace_that_started_it(emulator):
    assert emulator.member("another-key").get(f"/v1/flows/runs/{launch(emulator)}").status == 404


def test_a_world_without_flows_has_none_to_run(empty):
    assert empty.post(PATH, {"inputs": [ADA]}).status == 404
    assert empty.runs() == []


def test_a_run_carries_the_uid_of_its_flow(start, fixture_file):
    """However it came to be; one that is of no flow, or of one that is not there, has the usual one."""
    runs = [{"status": "QUEUED", "flow_slug": slug} for slug in ("one", "two", "none", None)]
    emulator = start("--fixture", fixture_file(
        flows=[flow([], slug="one", uid=ONE), flow([], slug="two")], runs=runs))
    two = next(each["uid"] for each in emulator.get("/_emulator/state").json["flows"] if each["slug"] == "two")
    assert [run["workflow"]["uid"] for run in emulator.runs("sort=created_at")] == [ONE, two, USUAL, USUAL]
    assert emulator.run(launch(emulator, "one"))["workflow"]["uid"] == ONE
    assert emulator.make(flow_slug="two")["workflow"]["uid"] == two
    assert emulator.make(flow_slug="two", workflow={"uid": ONE, "metadata": {"account_rotation": False}})[
        "workflow"]["uid"] == ONE
    assert emulator.make()["workflow"]["uid"] == USUAL
    made = schedule(emulator, "one", schedule_at="2026-01-01T00:01:00Z")
    advance(emulator, "PT1M")
    (run,) = [run for run in emulator.runs("limit=100") if run["scheduled_flow_run_uid"] == made]
    assert run["workflow"]["uid"] == ONE
