"""Every refusal explained; and what explain says would have worked is sent, and works."""

import contextlib
import http.client
import json
import re
import subprocess
from pathlib import Path
from urllib.parse import quote

import pytest
from contract import CONTRACT
from examples import EXAMPLES
from facts import assert_refused
from living import launch, set_clock

JSON = {"Content-Type": "application/json"}
RUNNING = "00000000-0000-4000-8000-000000000007"
FINISHED = "00000000-0000-4000-8000-000000000010"
UNKNOWN = "11111111-1111-4111-8111-111111111111"
ERRORS = Path(__file__).resolve().parents[2] / "store" / "base" / "errors.def"

CANCEL = f"/v1/flows/runs/{RUNNING}/cancel"
RUN = "/v1/flows/linkedin-people-enrich/run/async"


def ask(method, path, body=None, **headers):
    """A request that is refused, as a function of the emulator."""
    data = json.dumps(body).encode() if body is not None else b""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda e: e.request(method, path, data, {**JSON, **named})


def raw(method, path, *lines, body=b"", version="HTTP/1.1"):
    return lambda e: e.raw(e.head(method, path, *lines, version=version) + body)


def limited(e):
    ask("PUT", "/_emulator/faults/rate-limit", {"per_minute": 1})(e)
    e.runs()
    return e.runs_reply()


def ruled(e):
    ask("POST", "/_emulator/faults", {"effect": {"status": 503}})(e)
    return e.cancel(RUNNING)


def paused(e):
    uid = next(s["uid"] for s in e.get("/v1/flows/schedules").json if s["status"] == "PAUSED")
    return e.post(f"/v1/flows/schedules/{uid}/pause")


def full(e):
    for i in range(100):
        e.post(f"/_emulator/snapshots/n{i:03}")
    return e.post("/_emulator/snapshots/more")


def repeated(e):
    e.make("RUNNING", uid=UNKNOWN)
    return e.post("/_emulator/runs", {"status": "RUNNING", "uid": UNKNOWN})


def last_id(e):
    e.make("RUNNING", id=9007199254740991)
    return e.post("/_emulator/runs", {"status": "RUNNING"})


def exceeded(e):
    e.runs()
    e.runs()
    return e.get("/_emulator/wait?journal=1&exactly=true")


def backwards(emulator):
    emulator.make()
    return ask("PUT", "/_emulator/clock", {"now": "2020-01-01T00:00:00Z"})(emulator)


def real_clock(e):
    set_clock(e, mode="real")
    return e.post("/_emulator/clock/advance", {"by": 1})


# (error, how to get it)
REFUSALS = [
    ("UNAUTHORIZED", lambda e: e.cancel(RUNNING, key=None)),
    ("FORBIDDEN_HOST", ask("POST", "/_emulator/reset", Host="page.example")),
    ("FORBIDDEN_ORIGIN", ask("POST", "/_emulator/reset", Origin="http://page.example")),
    ("FORBIDDEN_CALLBACK", ask("POST", "/_emulator/reset", Emulator_Callback="x")),
    ("BAD_PARAMETER", ask("POST", "/v1/flows/schedules/10000000-0000-4000-8000-000000000001/destroy")),
    ("INVALID_UID", ask("POST", "/v1/flows/runs/x/cancel")),
    ("INVALID_UID", ask("GET", "/v1/flows/runs/x/outputs")),
    ("BAD_QUERY", ask("GET", "/v1/flows/runs?limit=0")),
    ("BAD_QUERY", ask("GET", "/_emulator/wait")),
    ("BAD_URL", raw("GET", "/v1/flows/runs/%zz")),
    ("URL_TOO_LONG", ask("GET", "/v1/flows/runs/" + "x" * 3000)),
    ("BAD_BODY", ask("POST", RUN, {"inputs": []})),
    ("BAD_BODY", ask("POST", "/v1/flows/nowhere/run/schedule", {"inputs": []})),
    ("BAD_BODY", ask("POST", "/_emulator/runs", {})),
    ("BAD_BODY", ask("POST", f"/_emulator/runs/{FINISHED}/events", {})),
    ("BAD_BODY", ask("PUT", "/_emulator/clock", {})),
    ("BAD_BODY", ask("POST", "/_emulator/clock/advance", {})),
    ("BAD_BODY", ask("POST", "/_emulator/faults", {})),
    ("BAD_BODY", ask("PUT", "/_emulator/faults/rate-limit", {})),
    ("BAD_BODY", ask("PUT", "/_emulator/state", {"version": 2})),
    ("BAD_BODY", ask("PUT", "/_emulator/assumptions", {"x": "y"})),
    ("BAD_HEAD", raw("POST", CANCEL, "Content-Length: 1", "Transfer-Encoding: chunked")),
    ("HEAD_TOO_LARGE", raw("GET", "/v1/flows/runs", *(f"X-{i}: x" for i in range(101)))),
    ("BODY_TOO_LARGE", lambda e: e.request("POST", RUN, b" " * (1024 * 1024 + 1), JSON)),
    ("BAD_MEDIA_TYPE", lambda e: e.request("POST", "/_emulator/runs", b'{"status": "QUEUED"}')),
    ("RUN_NOT_FOUND", ask("POST", f"/v1/flows/runs/{UNKNOWN}/cancel")),
    ("RUN_NOT_FOUND", ask("GET", f"/v1/flows/runs/{UNKNOWN}")),
    ("RUN_NOT_FOUND", ask("POST", f"/v1/flows/runs/{UNKNOWN}/resume")),
    ("FLOW_NOT_FOUND", ask("POST", "/v1/flows/nowhere/run/async", {"inputs": [{}]})),
    ("SCHEDULE_NOT_FOUND", ask("GET", f"/v1/flows/schedules/{UNKNOWN}")),
    ("CALLBACK_NOT_FOUND", ask("POST", f"/_emulator/callbacks/{UNKNOWN}/replay")),
    ("EXCHANGE_NOT_FOUND", ask("GET", "/_emulator/explain/nothing")),
    ("SNAPSHOT_NOT_FOUND", ask("POST", "/_emulator/snapshots/nothing/restore")),
    ("SNAPSHOT_NOT_FOUND", ask("DELETE", "/_emulator/snapshots/nothing")),
    ("FAULT_NOT_FOUND", ask("DELETE", "/_emulator/faults/7")),
    ("NO_ROUTE", ask("POST", f"/v1/flows/runs/{RUNNING}/cancle")),
    ("NO_ROUTE", ask("GET", "/")),
    ("WRONG_METHOD", ask("GET", CANCEL)),
    ("NOT_CANCELLABLE", ask("POST", f"/v1/flows/runs/{FINISHED}/cancel")),
    ("NOT_RESUMABLE", ask("POST", f"/v1/flows/runs/{RUNNING}/resume")),
    ("EVENT_REFUSED", ask("POST", f"/_emulator/runs/{FINISHED}/events", {"event": "START"})),
    ("SCHEDULE_REFUSED", paused),
    ("CLOCK_REFUSED", backwards),
    ("CLOCK_REFUSED", real_clock),
    ("ALREADY_EXISTS", repeated),
    ("TOO_MANY_SNAPSHOTS", full),
    ("NO_ID_LEFT", last_id),
    ("WAIT_CANNOT_END", ask("GET", f"/_emulator/wait?run={RUNNING}&status=STOPPED")),
    ("WAIT_EXCEEDED", exceeded),
    ("TIMEOUT", ask("GET", f"/_emulator/wait?run={RUNNING}&status=STOPPED&timeout=1&patient=true")),
    ("BAD_FAULT", ask("POST", CANCEL, Emulator_Fault="nonsense")),
    ("BAD_FAULT", ask("POST", CANCEL, Emulator_Race="nobody")),
    ("FAULT", ask("POST", CANCEL, Emulator_Fault="status=503")),
    ("FAULT", ruled),
    ("RATE_LIMITED", limited),
    ("UNKNOWN_CODING", raw("POST", CANCEL, "Transfer-Encoding: gzip")),
    ("UNKNOWN_VERSION", raw("POST", CANCEL, version="HTTP/1.2")),
]
ELSEWHERE = {
    "GUESSED",  # below: needs --strict-fidelity
    "CALLBACK_REFUSED",  # below: needs a receiver
    "TOO_MUCH_DUE",  # test_much.py: a million events
    "SNAPSHOTS_TOO_LARGE",  # test_memory_limits.py: needs 256 MiB
    "TOO_MANY_STREAMS",  # test_event_stream.py; not in the journal
    "TOO_MANY_WORKSPACES", "OUT_OF_MEMORY", "NO_MEMORY_FOR_REPLY", "INTERNAL",  # no client can help
}


@pytest.fixture
def emulator(start):
    emulator = start()
    emulator.runs_reply = lambda: emulator.get("/v1/flows/runs")
    return emulator


def explain(emulator, reply):
    found = emulator.get(f"/_emulator/explain/{reply.header('X-Request-Id')}")
    assert found.status == 200, found
    return found.json


def work(emulator, steps):
    assert steps, "nothing is said to have worked"
    for step in steps:
        body = b"" if step["body"] is None else json.dumps(step["body"]).encode()
        reply = emulator.request(step["method"], step["path"], body, JSON)
        assert 200 <= reply.status < 300, f"{step} was answered with {reply}"
    return reply


def test_the_list_is_complete():
    known = set(re.findall(r"^ERROR\((\w+)", ERRORS.read_text(), re.M))
    assert {error for error, _ in REFUSALS} | ELSEWHERE == known


@pytest.mark.parametrize("error, refused", REFUSALS)
def test_what_would_have_worked_works(emulator, error, refused):
    reply = refused(emulator)
    assert reply.status >= 400
    found = explain(emulator, reply)
    assert (found["rule"]["error"], found["status"]) == (error, reply.status)
    assert found["rule"]["message"] in (None, reply.json["message"])
    assert found["hint"] == reply.header("Emulator-Hint")
    assert found["fidelity"] == reply.header("Emulator-Fidelity")
    work(emulator, found["would_have_worked"])


def refuse(emulator, operation):
    """The example of the operation, refused for a query parameter that it has not."""
    method, target, body, _ = EXAMPLES[operation]
    target += ("&" if "?" in target else "?") + "nonsense=1"
    reply = ask(method, target, body)(emulator)
    assert reply.status == 400 and "nonsense" in reply.json["message"]
    return reply


def last_operation(steps):
    return CONTRACT.find(steps[-1]["method"], steps[-1]["path"])["operationId"]


@pytest.mark.parametrize("operation", EXAMPLES)
def test_something_works_for_every_operation(emulator, operation):
    steps = explain(emulator, refuse(emulator, operation))["would_have_worked"]
    work(emulator, steps)
    assert last_operation(steps) == {"replayCallback": "listCallbacks"}.get(operation, operation)


@pytest.mark.parametrize("operation", EXAMPLES)
def test_something_works_for_every_operation_where_there_is_nothing(empty, operation):
    steps = explain(empty, refuse(empty, operation))["would_have_worked"]
    if operation in ("runFlow", "scheduleFlow", "createSchedule"):
        assert steps == []  # there is no flow, and none is made for this
        return
    work(empty, steps)
    assert last_operation(steps) == {
        "replayCallback": "listCallbacks", "getFlowSchedule": "listFlowSchedules",
        "manageFlowSchedule": "listFlowSchedules", "listFirings": "listSchedules"}.get(operation, operation)


@pytest.mark.parametrize("method, path, nearest", [
    ("POST", f"/_emulator/callbacks/{UNKNOWN}/reply", "listCallbacks"),
    ("GET", "/_emulator/explian/mine", "explain"),
    ("POST", "/v1/flows/demo-fails/run/asnyc", "runFlow"),
    ("POST", f"/_emulator/runs/{RUNNING}/event", "applyRunEvent")])
def test_a_slip_in_a_path_is_no_reason_to_offer_nothing(emulator, method, path, nearest):
    steps = explain(emulator, emulator.request(method, path, headers=JSON))["would_have_worked"]
    work(emulator, steps)
    assert last_operation(steps) == nearest


@pytest.mark.parametrize("name", ["a?b", "a b", "100%", "\u00e9t\u00e9", "#1"])
def test_a_name_that_is_no_word_is_written_as_a_url_has_it(start, fixture_file, name):
    emulator = start("--fixture", fixture_file(flows=[{"slug": name}]))
    segment = quote(name, safe="")
    reply = emulator.post(f"/v1/flows/{segment}/run/async", {"inputs": []})
    steps = explain(emulator, reply)["would_have_worked"]
    assert [s["path"] for s in steps] == [f"/v1/flows/{segment}/run/async"]
    assert work(emulator, steps).status == 200
    reply = emulator.post(f"/_emulator/snapshots/{segment}/restore")
    assert reply.status == 404
    assert work(emulator, explain(emulator, reply)["would_have_worked"]).status == 200


def test_what_is_there_is_offered_before_anything_is_made(emulator):
    ask("POST", "/_emulator/faults", {"effect": {"delay_ms": 1}, "operation": "listFlowRuns"})(emulator)
    emulator.post("/_emulator/snapshots/mine")
    offered = [explain(emulator, ask(method, path)(emulator))["would_have_worked"] for method, path in [
        ("POST", f"/v1/flows/runs/{FINISHED}/cancel"), ("POST", f"/v1/flows/runs/{FINISHED}/resume"),
        ("GET", f"/v1/flows/runs/{UNKNOWN}"), ("GET", CANCEL), ("DELETE", "/_emulator/faults/7"),
        ("POST", "/_emulator/snapshots/nothing/restore"), ("DELETE", "/_emulator/snapshots/nothing")]]
    assert offered == [
        [step("POST", CANCEL)],
        [step("POST", "/v1/flows/runs/00000000-0000-4000-8000-000000000005/resume")],
        [step("GET", "/v1/flows/runs/00000000-0000-4000-8000-000000000001")],
        [step("POST", CANCEL)],
        [step("DELETE", "/_emulator/faults/1")],
        [{**step("POST", "/_emulator/snapshots/mine/restore"), "body": {"faults": True, "journal": True}}],
        [step("DELETE", "/_emulator/snapshots/mine")]]


def test_a_run_that_may_end_meanwhile_is_not_offered(start, fixture_file):
    emulator = start("--clock", "real", "--fixture", fixture_file(
        flows=[{"slug": "own", "plan": [{"after_ms": 0, "event": "START"}, {"after_ms": 600000, "event": "FINISH"}]}]))
    uid = launch(emulator, "own")
    assert emulator.get(f"/_emulator/wait?run={uid}&status=RUNNING").status == 200
    steps = explain(emulator, emulator.cancel(UNKNOWN))["would_have_worked"]
    assert steps == [
        step("POST", "/_emulator/runs", {"uid": UNKNOWN, "status": "RUNNING"}),
        step("POST", f"/v1/flows/runs/{UNKNOWN}/cancel")]
    set_clock(emulator, mode="frozen")
    steps = explain(emulator, emulator.cancel(UNKNOWN))["would_have_worked"]
    assert steps == [step("POST", f"/v1/flows/runs/{uid}/cancel")]
    work(emulator, steps)


@pytest.mark.parametrize("options, key, way", [
    ([], "test-key", "open /_emulator/#/requests/of%20mine"), (["--page", "off"], "test-key", "ask with that key"),
    (["--api-key", "mine", "--api-key", "theirs"], "mine", "ask with that key")])
def test_a_request_of_another_key_may_be_found_another_way(start, options, key, way):
    emulator = start(*options, key=key)
    emulator.member("theirs").get("/v1/flows/runs", headers={"X-Request-Id": "of mine"})
    reply = emulator.get("/_emulator/explain/of%20mine")
    assert_refused(reply, 404, "NOT_FOUND", "param", "no exchange of this request id is kept")
    assert reply.header("Emulator-Hint") == (
        f"if another key sent it, {way}; GET /_emulator/journal lists what is kept of this key, --journal keeps more")


def test_a_guess_that_is_decided_works(start):
    emulator = start("--strict-fidelity")
    reply = emulator.cancel(RUNNING)
    found = explain(emulator, reply)
    assert (found["rule"]["error"], reply.status) == ("GUESSED", 501)
    assert work(emulator, found["would_have_worked"]).json["status"] == "STOPPED"


SCHEDULES = "/v1/flows/schedules"


def step(method, path, body=None):
    return {"method": method, "path": path, "body": body}


@pytest.mark.parametrize("status, action, expected", [
    ("CANCELLED", "pause", ("POST", "ACTIVE", "pause")),
    ("CANCELLED", "resume", ("POST", "PAUSED", "resume")),
    ("PAUSED", "pause", ("POST", "ACTIVE", "pause")),
    ("ACTIVE", "resume", ("POST", "PAUSED", "resume")),
    ("CANCELLED", "cancel", ("GET", "?status=ACTIVE&status=PAUSED")),
    ("COMPLETED", "cancel", ("GET", "?status=ACTIVE&status=PAUSED")),
    ("PAUSED", "resum", ("POST", "PAUSED", "resume")),
    ("ACTIVE", "cancle", ("POST", "ACTIVE", "cancel")),
    ("CANCELLED", "cancle", ("GET", "?status=ACTIVE&status=PAUSED")),
    ("ACTIVE", "destroy", ("GET", "ACTIVE")),
    (UNKNOWN, "pause", ("GET", "?status=ACTIVE")),
    (UNKNOWN, "cancel", ("GET", "?status=ACTIVE&status=PAUSED")),
    ("nope", "resume", ("GET", "?status=PAUSED"))])
def test_no_other_schedule_suffers_for_a_suggestion(emulator, status, action, expected):
    uids = {s["status"]: s["uid"] for s in emulator.get(SCHEDULES).json}
    reply = emulator.post(f"{SCHEDULES}/{uids.get(status, status)}/{action}")
    method, *rest = [uids.get(word, word) for word in expected]
    path = SCHEDULES + rest[0] if rest[0][0] == "?" else "/".join([SCHEDULES, *rest])
    found = explain(emulator, reply)["would_have_worked"]
    assert found == [step(method, path)]
    work(emulator, found)


def test_an_unknown_schedule_is_looked_for_in_the_list(emulator):
    found = explain(emulator, emulator.get(f"{SCHEDULES}/{UNKNOWN}"))
    assert found["would_have_worked"] == [step("GET", SCHEDULES)]


def test_a_fault_of_the_header_goes_with_the_header(emulator):
    found = explain(emulator, emulator.cancel(RUNNING, headers={"Emulator-Fault": "status=503"}))
    assert found["would_have_worked"] == [step("POST", CANCEL)]
    ask("POST", "/_emulator/faults", {"effect": {"status": 503}})(emulator)
    found = explain(emulator, emulator.cancel(RUNNING, headers={"Emulator-Fault": "status=503"}))
    assert found["would_have_worked"] == [step("DELETE", "/_emulator/faults/1"), step("POST", CANCEL)]
    work(emulator, found["would_have_worked"])


def test_of_rules_only_those_that_the_request_would_meet_again_are_removed(emulator):
    for rule in ({"operation": "listFlowRuns"}, {"times": 1}, {"run": RUNNING}, {"nth": 1}, {"run": FINISHED}, {"callback": True}):
        effect = {"drop": True} if "callback" in rule else {"status": 503}
        assert emulator.post("/_emulator/faults", {**rule, "effect": effect}).status == 201
    found = explain(emulator, emulator.cancel(RUNNING))
    assert found["rule"]["message"] == "fault rule 2 asked for this status"
    assert (found["fault"], found["exchange"]["fault_rule"]) == ("status", 2)
    assert found["would_have_worked"] == [step("DELETE", "/_emulator/faults/3"), step("POST", CANCEL)]
    assert work(emulator, found["would_have_worked"]).json["status"] == "STOPPED"
    assert [rule["id"] for rule in emulator.get("/_emulator/faults").json["rules"]] == [1, 2, 4, 5, 6]


@pytest.mark.parametrize("effect", [{"status": 503}, {"reset": True}, {"empty": True}])
def test_a_fault_changes_no_run_and_its_status_is_told(emulator, effect):
    ask("POST", "/_emulator/faults", {"effect": effect})(emulator)
    with contextlib.suppress(OSError, http.client.HTTPException):
        emulator.cancel(RUNNING, headers={"X-Request-Id": "mine"})
    emulator.connection.close()
    found = emulator.get("/_emulator/explain/mine").json
    assert found["state"] == {"run": RUNNING, "before": "RUNNING", "after": "RUNNING"}


def test_a_reply_that_was_never_sent_has_no_status(emulator):
    with emulator.wire() as wire:
        wire.send(emulator.head("POST", CANCEL, "X-Request-Id: mine", "Emulator-Fault: reset"))
        wire.rest()
    found = emulator.get("/_emulator/explain/mine").json
    assert (found["status"], found["exchange"]["status"]) == (None, None)
    assert emulator.get("/_emulator/journal?status=0").json == [found["exchange"]]


def test_a_fault_of_the_header_is_of_no_rule(emulator):
    found = explain(emulator, emulator.cancel(RUNNING, headers={"Emulator-Fault": "status=503"}))
    assert found["rule"]["message"] == "the header Emulator-Fault asked for this status"
    assert (found["fault"], found["exchange"]["fault_rule"]) == ("status", None)


def test_a_rate_limit_is_lifted_and_the_rules_stay(emulator):
    found = explain(emulator, limited(emulator))
    assert found["would_have_worked"] == [
        step("PUT", "/_emulator/faults/rate-limit", {"per_minute": None}),
        step("GET", "/v1/flows/runs")]
    work(emulator, found["would_have_worked"])


def test_a_callback_that_cannot_be_sent_again(emulator):
    uid = launch(emulator, callback={"url": "http://127.0.0.1:9/"})
    emulator.post("/_emulator/clock/advance", {"by": 1000})
    (callback,) = emulator.get("/_emulator/callbacks").json[:1]
    emulator.cancel(uid)
    reply = emulator.post(f"/_emulator/callbacks/{callback['uid']}/replay")
    found = explain(emulator, reply)
    assert found["rule"]["error"] == "CALLBACK_REFUSED"
    work(emulator, found["would_have_worked"])


def test_a_refused_cancel_with_all_there_is_to_say(emulator):
    reply = emulator.cancel(FINISHED, headers={"X-Request-Id": "mine"})
    found = explain(emulator, reply)
    steps = found.pop("would_have_worked")
    assert [found.pop("exchange")] == emulator.get("/_emulator/journal").json[-1:]
    assert found == {
        "request_id": "mine", "at": "2026-01-01T00:00:00.000Z", "operation": "cancelFlowRun",
        "status": 422, "fault": None,
        "rule": {"error": "NOT_CANCELLABLE", "says": "flow run cannot be cancelled in its current status",
                 "message": "flow run is SUCCEEDED and cannot be cancelled"},
        "fidelity": "assumed; rule=not-cancellable.code, not-cancellable.label",
        "state": {"run": FINISHED, "before": "SUCCEEDED", "after": "SUCCEEDED"},
        "hint": "run is SUCCEEDED; cancellable: CREATED, QUEUED, SCHEDULED, RUNNING",
        "curl": f"curl -i -X 'POST' 'http://{emulator.host}:{emulator.port}"
                f"/v1/flows/runs/{FINISHED}/cancel' -H 'X-API-Key: YOUR_KEY'",
        "no_curl": None}
    assert work(emulator, steps).json["status"] == "STOPPED"


def test_a_success_is_explained_too(emulator):
    found = explain(emulator, emulator.cancel(RUNNING))
    assert found["rule"] is None and found["would_have_worked"] is None
    assert found["state"] == {"run": RUNNING, "before": "RUNNING", "after": "STOPPED"}


def repeat(emulator, reply):
    line = explain(emulator, reply)["curl"].replace("YOUR_KEY", emulator.key)
    done = subprocess.run(["sh", "-c", line + " -s"], capture_output=True, text=True, timeout=20)
    return done.stdout


def test_the_curl_line_repeats_it(emulator):
    body = {"inputs": [{"name": "O'Neill"}], "nonsense": 1}
    found = repeat(emulator, emulator.post(RUN, body))
    assert found.startswith("HTTP/1.1 400 ")
    assert "must NOT have additional properties (nonsense)" in found


@pytest.mark.parametrize("headers, status", [
    ({"Emulator-Fault": "status=424; label=NO_RESULT"}, 424),
    ({"emulator-fault": "delay=1ms;status=503"}, 503),
    ({"Emulator-Fault": "it's none"}, 400),
    ({"Emulator-Fault": ""}, 400), ({"Emulator-Race": "finish-wins"}, 422), ({"Emulator-Race": "nobody"}, 400),
    ({"Emulator-Race": "cancel-wins", "Emulator-Fault": "status=500"}, 500)])
def test_the_curl_line_has_the_headers_that_decide(emulator, headers, status):
    reply = emulator.cancel(RUNNING, headers=headers)
    assert reply.status == status
    found = repeat(emulator, reply)
    assert found.startswith(f"HTTP/1.1 {status} ")
    assert json.loads(found.partition("\n\n")[2])["message"] == reply.json["message"]


def test_the_curl_line_has_the_media_type_that_was_sent(emulator):
    reply = emulator.request("POST", "/_emulator/reset", b"{}", {"Content-Type": "text/plain"})
    assert explain(emulator, reply)["curl"].endswith(
        " -H 'X-API-Key: YOUR_KEY' -H 'Content-Type: text/plain' --data-raw '{}'")
    assert repeat(emulator, reply).startswith("HTTP/1.1 415 ")


@pytest.mark.parametrize("method, target, headers, status", [
    ("HEAD", f"/v1/flows/runs/{FINISHED}", {}, 200),
    ("GET", "/v1/flows/../flows/runs", {}, 404),
    ("GET", "/v1/flows/runs?status=[1-3]", {}, 400),
    ("GET", "/v1/flows/runs?sort={uid,status}", {}, 400),
    ("POST", "/_emulator/reset", {**JSON, "Origin": "http://elsewhere.example"}, 403),
    ("POST", "/_emulator/reset", {**JSON, "Host": "elsewhere.example"}, 403)])
def test_the_curl_line_repeats_what_curl_would_change(emulator, method, target, headers, status):
    reply = emulator.request(method, target, headers=headers)
    assert reply.status == status
    assert repeat(emulator, reply).startswith(f"HTTP/1.1 {status} ")


def test_the_curl_line_has_no_key_where_there_was_none(emulator):
    reply = emulator.request("POST", f"/v1/flows/runs/{RUNNING}/cancel", key=None)
    assert repeat(emulator, reply).startswith("HTTP/1.1 401 ")


def test_a_body_that_looks_like_a_files_name_is_one_no_more(emulator):
    reply = emulator.request("POST", RUN, b"@/etc/hostname", JSON)
    assert explain(emulator, reply)["curl"].endswith(" --data-raw '@/etc/hostname'")


@pytest.mark.parametrize("body, why", [
    (b'{"inputs": [{"text": "' + b"x" * 4096 + b'"}], "foo": 1}',
     "of a body of 4132 bytes only the first 4096 are kept"),
    (b'{"inputs": "\xff"}', "the body is no text"),
    (b'{"inputs": "\x00"}', "the body is no text")], ids=["long", "bytes", "nul"])
def test_a_body_that_is_not_kept_makes_no_curl_line(emulator, body, why):
    found = explain(emulator, emulator.request("POST", RUN, body, JSON))
    assert (found["curl"], found["no_curl"]) == (None, why)


def test_a_body_of_four_kibibytes_is_kept_whole(emulator):
    body = b'{"inputs": 1, "text": "' + b"x" * 4071 + b'"}'
    assert len(body) == 4096
    found = explain(emulator, emulator.request("POST", RUN, body, JSON))
    assert found["curl"].endswith("""xxx"}'""") and found["no_curl"] is None


def test_another_workspaces_exchange_is_not_explained(emulator):
    reply = emulator.member("somebody-else").cancel(FINISHED)
    found = emulator.get(f"/_emulator/explain/{reply.header('X-Request-Id')}")
    assert_refused(found, 404, "NOT_FOUND", "param")


def test_only_what_is_kept_is_explained(start):
    emulator = start("--journal", "0")
    uid = emulator.cancel(FINISHED).header("X-Request-Id")
    found = emulator.get(f"/_emulator/explain/{uid}")
    assert found.status == 404
    assert found.header("Emulator-Hint") == (
        f"if another key sent it, open /_emulator/#/requests/{uid}; GET /_emulator/journal lists what is kept of this key, "
        "--journal keeps more")
