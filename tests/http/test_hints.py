"""The header Emulator-Hint: what to do about a refusal."""

import gzip
import json

import pytest
from facts import assert_refused

WORLD = "still"
JSON = {"Content-Type": "application/json"}
RUNNING = "00000000-0000-4000-8000-000000000007"
FINISHED = "00000000-0000-4000-8000-000000000010"
UNKNOWN = "11111111-1111-4111-8111-111111111111"
PAGE = "the page is at /_emulator/; GET /_emulator/openapi.json lists every route"
CANCEL = "did you mean POST /v1/flows/runs/{flow_run_uid}/cancel"


def hint(reply):
    assert 400 <= reply.status < 500, reply
    return reply.header("Emulator-Hint")


@pytest.mark.parametrize("method, target, expected", [
    ("POST", f"/v1/flows/runs/{RUNNING}/cancle", CANCEL),
    ("POST", f"/v1/flows/runs/{RUNNING}/cancel/", CANCEL),
    ("POST", f"/flows/runs/{RUNNING}/cancel", CANCEL + " (the base URL of a client ends with one /v1)"),
    ("POST", f"/v1/flow/run/{RUNNING}/cancel", CANCEL),
    ("POST", f"/v1/runs/{RUNNING}/cancel", CANCEL),
    ("GET", f"/v1/flows/runs/{RUNNING}/cancel", CANCEL),
    ("POST", f"/v1/flows/runs/{RUNNING}/stop", CANCEL),
    ("POST", f"/v1/flows/runs/{RUNNING}/abort", CANCEL),
    ("POST", f"/v1/flows/runs/{RUNNING}/kill", CANCEL),
    ("POST", f"/v1/flows/runs/{RUNNING}/Terminate", CANCEL),
    ("POST", f"/v1/runs/{RUNNING}/stop", CANCEL),
    ("POST", f"/v1/flows/runs/{RUNNING}/CANCEL", CANCEL),
    ("POST", f"/v1/flows/runs/{RUNNING}/restart",
     "did you mean POST /v1/flows/runs/{flow_run_uid}/resume"),
    ("POST", "/v1/flows/stop/run/asynch", "did you mean POST /v1/flows/{flow_slug}/run/async"),
    ("DELETE", f"/v1/flows/runs/{RUNNING}", CANCEL),
    ("DELETE", f"/v1/flows/schedules/{RUNNING}",
     "did you mean POST /v1/flows/schedules/{scheduled_flow_run_uid}/cancel"),
    ("DELETE", "/v1/flows/runs", "did you mean GET /v1/flows/runs"),
    ("GET", "/v1/flows/run", "did you mean GET /v1/flows/runs"),
    ("POST", "/v1/flows/my-flow/run/asynch", "did you mean POST /v1/flows/{flow_slug}/run/async"),
    ("GET", "/_emulator/clok", "did you mean GET /_emulator/clock"),
    ("POST", "/_emulator/reset/", "did you mean POST /_emulator/reset"),
    ("POST", "/flows/my-flow/run/async", "did you mean POST /v1/flows/{flow_slug}/run/async (the base URL of a client ends with one /v1)"),
    ("POST", "/v1/v1/flows/my-flow/run/async", "did you mean POST /v1/flows/{flow_slug}/run/async (the base URL of a client ends with one /v1)"),
    ("GET", "/flows/runs", "did you mean GET /v1/flows/runs (the base URL of a client ends with one /v1)"),
    ("POST", f"/v1/v1/flows/runs/{RUNNING}/cancel", CANCEL + " (the base URL of a client ends with one /v1)"),
    ("GET", "/v1/something/else", "GET /_emulator/openapi.json lists every route"),
    ("POST", "/_emulator/advance", "did you mean POST /_emulator/clock/advance"),
    ("POST", "/_emulator/flows", "did you mean PUT /_emulator/flows/{flow_slug}"),
    ("POST", "/_emulator/clock/freeze", 'did you mean PUT /_emulator/clock with {"mode": "frozen"}'),
    ("PUT", "/_emulator/freeze", 'did you mean PUT /_emulator/clock with {"mode": "frozen"}'),
    ("POST", "/_emulator/clock/unfreeze", 'did you mean PUT /_emulator/clock with {"mode": "real"}'),
    ("PUT", "/_emulator/rate-limit", "did you mean PUT /_emulator/faults/rate-limit"),
    ("POST", "/_emulator/unfreeze", 'did you mean PUT /_emulator/clock with {"mode": "real"}'),
    ("GET", "/_emulator/requests", "did you mean GET /_emulator/journal"),
    ("GET", "/_emulator/logs", "did you mean GET /_emulator/journal"),
    ("GET", "/_emulator/webhooks", "did you mean GET /_emulator/callbacks"),
    ("GET", "/", "GET /_emulator/openapi.json lists every route"),
    ("GET", "/_emulator", PAGE),
    ("GET", "/_emulator/ui", PAGE),
    ("GET", "/_emulator/ui/", PAGE),
    ("POST", "/_emulator/dashboard", PAGE), ("GET", "/_emulator/Admin/index.html", PAGE),
    ("GET", "/ui", "GET /_emulator/openapi.json lists every route"),
    ("GET", "/_emulator/journals", "did you mean GET /_emulator/journal"),
    ("GET", "/something/else", "GET /_emulator/openapi.json lists every route"),
])
def test_the_nearest_route(emulator, method, target, expected):
    assert hint(emulator.request(method, target, headers=JSON)) == expected


@pytest.mark.parametrize("key, expected", [
    (None, "send any word as the header X-API-Key; Authorization is not read"),
    ("", "the X-API-Key header is empty"),
    ("x" * 257, "a key is visible ASCII, at most 256 characters"),
])
def test_a_key(emulator, key, expected):
    assert hint(emulator.get("/v1/flows/runs", key=key)) == expected


@pytest.mark.parametrize("key, expected", [
    ("other", "only the keys given by --api-key and in fixtures are known here"),
    ('"known"', "the key holds a space or a quote: was it pasted with something around it?"),
    ("Bearer known", "the key holds a space or a quote: was it pasted with something around it?"),
])
def test_a_key_that_is_not_known(start, key, expected):
    assert hint(start("--api-key", "known").get("/v1/flows/runs", key=key)) == expected


@pytest.mark.parametrize("uid, expected", [
    (FINISHED, "run is SUCCEEDED; cancellable: CREATED, QUEUED, SCHEDULED, RUNNING"),
    ("00000000-0000-4000-8000-000000000005", "run is BLOCKED; cancellable: CREATED, QUEUED, SCHEDULED, RUNNING"),
    (UNKNOWN, "GET /v1/flows/runs lists the runs of this key's workspace"),
    (RUNNING.replace("-", ""), f"did you mean {RUNNING}"),
    ("x", "a UUID is 36 characters, such as 3c90c3cc-0d44-4b50-8888-8dd25736052a"),
])
def test_a_cancel(emulator, uid, expected):
    assert hint(emulator.cancel(uid)) == expected


def test_a_cancelled_run(emulator):
    emulator.cancel(RUNNING)
    assert hint(emulator.cancel(RUNNING)) == (
        "run is STOPPED (cancelled); cancellable: CREATED, QUEUED, SCHEDULED, RUNNING")
    assert hint(emulator.post(f"/v1/flows/runs/{RUNNING}/resume")) == (
        "run is STOPPED (cancelled); resumable: BLOCKED, STOPPED")
    assert hint(emulator.event(RUNNING, "FINISH")) == "run is STOPPED (cancelled); possible: nothing"


def test_another_workspaces_run_is_not_revealed(emulator):
    uid = emulator.member("somebody-else").make("RUNNING")["uid"]
    mine, none = emulator.cancel(uid), emulator.cancel(UNKNOWN)
    assert hint(mine) == hint(none)
    assert [h for h in mine.headers if h[0] not in ("Date", "Link", "X-Request-Id")] == [
        h for h in none.headers if h[0] not in ("Date", "Link", "X-Request-Id")]
    assert mine.json["message"] == none.json["message"]


@pytest.mark.parametrize("rule, expected", [
    ({"effect": {"delay": 250}}, "did you mean delay_ms"), ({"effect": {"delay-ms": 250}}, "did you mean delay_ms"),
    ({"effect": {"slow": 100}}, "did you mean bytes_per_second"), ({"effect": {"latency": 100}}, "did you mean delay_ms"),
    ({"effect": {"reset": True}, "count": 2}, "did you mean times"), ({"effect": {"reset": True}, "chance": 0.5}, "did you mean probability"),
    ({"effect": {"reset": True}, "prob": 0.5}, "did you mean probability"), ({"effect": {"statuscode": 503}}, "did you mean status"),
    ({"effect": {"reset": True}, "colour": 2}, "allowed: callback, operation, run, nth, every, probability, times, effect"),
    ({"effect": {"reset": True}, "p": 2}, "allowed: callback, operation, run, nth, every, probability, times, effect")])
def test_a_member_of_a_fault_rule(emulator, rule, expected):
    assert hint(emulator.post("/_emulator/faults", rule)) == expected


@pytest.mark.parametrize("target, expected", [
    ("/v1/flows/runs?uid=nope", "a UUID, such as 00000000-0000-4000-8000-000000000001"),
    ("/v1/flows/runs?limt=1", "did you mean limit"), ("/v1/flows/runs?of_set=1", "did you mean offset"),
    ("/v1/flows/runs?status=SUCCEDED", "did you mean SUCCEEDED"),
    ("/v1/flows/runs?status=Runing", "did you mean RUNNING"),
    ("/v1/flows/runs?status=running", "did you mean RUNNING"),
    ("/v1/flows/runs?sort=-Created_At", "did you mean -created_at"),
    ("/v1/flows/runs?status[]=RUNNING&status[]=QUEUED", "repeat the parameter: status=A&status=B"),
    ("/v1/flows/runs?status%5B%5D=RUNNING", "repeat the parameter: status=A&status=B"),
    ("/v1/flows/runs?status[0]=RUNNING", "repeat the parameter: status=A&status=B"),
    ("/v1/flows/runs?status=RUNNING,QUEUED", "repeat the parameter: status=A&status=B"),
    (f"/v1/flows/runs?uid={RUNNING},{FINISHED}", "repeat the parameter: uid=A&uid=B"),
    ("/v1/flows/schedules?status=ACTIVE,PAUSED", "repeat the parameter: status=A&status=B"),
    ("/v1/flows/runs/00000000-0000-4000-8000-000000000007/outputs?colour=red", "allowed: limit, offset, step_uid"), ("/v1/flows/runs?limit=0", None)])
def test_a_query(emulator, target, expected):
    assert hint(emulator.get(target)) == expected


@pytest.mark.parametrize("body, expected", [
    ({"inputs": [{}], "calback": {}}, "did you mean callback"),
    ({"input": [{}]}, "did you mean inputs"), ({"foo": [{}]}, None),
    ({"inputs": [{}], "callback": {"ur": "http://h/"}}, "did you mean url"),
    ({"inputs": [{}], "identity_mode": "mannaged"}, "did you mean managed"),
    ({"inputs": [{}], "callback": {"url": "http://h/", "on": "al"}}, "did you mean all"),
    ({"inputs": [{}], "callback": {"url": "localhost:80"}},
     "an absolute URL of http or https, such as http://127.0.0.1:8080/"),
    ({"inputs": []}, None)])
def test_a_body(emulator, body, expected):
    assert hint(emulator.post("/v1/flows/linkedin-people-enrich/run/async", body)) == expected


API = ("cancelFlowRun, resumeFlowRun, getFlowRun, listFlowRuns, listFlowRunOutputs, runFlow, scheduleFlow, "
       "listFlowSchedules, getFlowSchedule, manageFlowSchedule")


@pytest.mark.parametrize("target, expected", [
    ("/v1/flows/runs?status=DONE", "allowed: CREATED, INVALID, QUEUED, SCHEDULED, BLOCKED, STOPPED, RUNNING, FAILED, "
                                   "PARTIAL_SUCCEEDED, SUCCEEDED"),
    ("/_emulator/journal?operation=cancelflowrun", "did you mean cancelFlowRun"),
    ("/_emulator/journal?operation=nothing-of-the-kind", None),
    (f"/_emulator/wait?run={RUNNING}&callback=DELIVERED", "allowed: PENDING, RUNNING, FAILED, SUCCESS")])
def test_what_is_allowed_where_nothing_is_near(emulator, target, expected):
    reply = emulator.get(target)
    assert reply.status == 400
    hint = reply.header("Emulator-Hint")
    if expected:
        assert hint == expected
    else:
        assert sorted(hint.removeprefix("allowed: ").split(", ")) == sorted(API.split(", "))


@pytest.mark.parametrize("target", [
    "/_emulator/journal?operation=cancelflowrun", "/_emulator/journal?operation=getClock",
    "/_emulator/wait?journal=1&operation=nope&timeout=60s"])
def test_an_operation_that_the_api_has_not_is_refused(emulator, target):
    name = target.partition("operation=")[2].partition("&")[0]
    assert_refused(emulator.get(target), 400, "BAD_PARAMETERS", "param",
                   "querystring/operation must be equal to one of the allowed values")


def test_a_flow(emulator, start):
    assert hint(emulator.post("/v1/flows/linkedin-people-enrch/run/async", {"inputs": [{}]})) == (
        "did you mean linkedin-people-enrich")
    assert hint(emulator.post("/v1/flows/something/run/async", {"inputs": [{}]})) == (
        "a flow of this workspace is demo-blocks")
    empty = start("--fixture", "empty")
    assert hint(empty.post("/v1/flows/something/run/async", {"inputs": [{}]})) == (
        "this workspace has no flows: give them in a fixture")


def test_a_schedule(start):
    emulator = start("--fixture", "demo")
    found = {s["status"]: s["uid"] for s in emulator.get("/v1/flows/schedules").json}
    assert hint(emulator.post(f"/v1/flows/schedules/{found['PAUSED']}/pause")) == (
        "schedule is PAUSED; possible: resume, cancel")
    assert hint(emulator.post(f"/v1/flows/schedules/{found['CANCELLED']}/pause")) == (
        "schedule is CANCELLED; possible: nothing")
    assert hint(emulator.post(f"/v1/flows/schedules/{found['PAUSED']}/resum")) == "did you mean resume"


def test_a_success_has_none(emulator):
    assert emulator.cancel(RUNNING).header("Emulator-Hint") is None


def test_a_hint_is_one_line_of_ascii(start, fixture_file):
    flow = {"slug": "zoë", "name": "x", "steps": [], "plan": []}
    emulator = start("--fixture", fixture_file(flows=[flow]))
    reply = emulator.post("/v1/flows/zoe/run/async", {"inputs": [{}]})
    assert reply.status == 404 and reply.header("Emulator-Hint") is None
    assert json.loads(reply.body)["error_label"] == "NOT_FOUND"


def test_a_foreign_page(emulator):
    reply = emulator.post("/_emulator/reset", headers={"Host": "page.example"})
    assert hint(reply) == "call it by localhost or an address, or start with --allowed-host"


def test_a_body_that_is_compressed(emulator):
    body = gzip.compress(b'{"inputs": [{}]}')
    for headers in {**JSON, "Content-Encoding": "gzip"}, JSON:
        reply = emulator.request("POST", "/v1/flows/linkedin-people-enrich/run/async", body, headers)
        assert hint(reply) == "the body is compressed: send it without Content-Encoding"


def test_an_advance_complains_of_the_format_first(start):
    emulator = start("--clock", "real")
    reply = emulator.post("/_emulator/clock/advance", {"by": "an hour"})
    assert_refused(reply, 400, "BAD_INPUT", "input")
    assert reply.json["message"].startswith("body/by must be a duration such as 90s")


def test_a_page_that_is_off(start):
    off = start("--page", "off")
    for path in "/_emulator/", "/_emulator/ui":
        assert hint(off.get(path)) == "the page is off: start without --page off"


def test_a_time_without_an_offset(emulator):
    body = {"inputs": [{}], "callback": {"url": "http://h/"}, "schedule_at": "2026-02-01T09:00:00"}
    assert hint(emulator.post("/v1/flows/linkedin-people-enrich/run/schedule", body)) == (
        "a time with an offset, such as 2026-01-01T09:00:00Z")
