"""What a client is told of its runs (API.md section 9)."""

import json
import re

import pytest
from calling import TRY, call, callbacks, end, of, settled
from facts import NOW, assert_refused, uid
from living import ADA, ENRICH_STEP, EXTRACT_STEP, GRACE, advance, at, flow, launch, outputs, resume
from receiver import receiving, reply

WORLD = "still"

DELIVERY = ["uid", "flow_run_uid", "step_uid", "flow_run_status", "url", "status", "retry_count",
            "http_status", "error", "results_count", "created_at", "next_attempt_at", "attempts"]


# Only the emulator may set these headers of a callback, in any letter case.
RESERVED = ["Host", "host", "Connection", "Content-Length", "CONTENT-LENGTH", "Transfer-Encoding",
            "Emulator-Callback", "Emulator-Attempt", "emulator-fault", "Emulator-"]


@pytest.fixture
def receiver():
    with receiving() as receiver:
        yield receiver


def told(run, step, status, count, **more):
    return {"flow_run": {"flow_run_uid": run, "step_uid": step, "status": status},
            "results_count": count, **more}


def test_every_batch_is_told_in_order_and_the_last_with_the_end(emulator, receiver):
    run = call(emulator, receiver.url(), inputs=[ADA, GRACE])
    advance(emulator, 5000)
    assert [heard.json for heard in receiver.take_all(2)] == [
        told(run, EXTRACT_STEP, "RUNNING", 2, results=[ADA, GRACE]),
        told(run, ENRICH_STEP, "SUCCEEDED", 2, results=[ADA, GRACE]),
    ]
    assert len(of(emulator, run)) == 2 and receiver.is_quiet()
    assert emulator.run(run)["output_count"] == 4


def test_the_members_of_a_message_come_in_the_vendors_order(emulator, receiver):
    run = call(emulator, receiver.url(), "demo-partly")
    advance(emulator, 5000)
    body = receiver.take().body.decode()
    assert re.sub("ERR-[0-9]{12}", "ERR-1", body) == (
        '{"flow_run":{"flow_run_uid":"%s","step_uid":"linkedin-extract-people",'
        '"status":"PARTIAL_SUCCEEDED"},"error":{"error_label":"NO_RESULT","error_scope":"integ",'
        '"error_ref":"ERR-1","message":"Some inputs gave no result","status_code":424,"params":{}},'
        '"results_count":1,'
        '"results":[{"linkedin_profile_url":"https://www.linkedin.com/in/ada-lovelace"}]}' % run)


def test_final_tells_the_end_alone_and_brings_no_results(emulator, receiver):
    run = call(emulator, receiver.url(), inputs=[ADA], on="final")
    advance(emulator, 5000)
    assert receiver.take().json == told(run, ENRICH_STEP, "SUCCEEDED", 0)
    assert [each["flow_run_status"] for each in of(emulator, run)] == ["SUCCEEDED"]
    assert len(outputs(emulator, run)) == 2


def test_a_run_that_fails_tells_its_batch_first_and_then_why(emulator, receiver):
    run = call(emulator, receiver.url(), "demo-fails")
    advance(emulator, 5000)
    batch, last = [heard.json for heard in receiver.take_all(2)]
    assert batch == told(run, EXTRACT_STEP, "RUNNING", 1, results=[ADA])
    error = last.pop("error")
    assert last == told(run, EXTRACT_STEP, "FAILED", 0)
    assert re.fullmatch("ERR-[0-9]{12}", error.pop("error_ref"))
    assert error == {"error_label": "LK_ERROR", "error_scope": "integ", "status_code": 424,
                     "message": "LinkedIn did not answer as expected", "params": {}}
    assert emulator.run(run)["last_error"] == {
        "label": "LK_ERROR", "message": "LinkedIn did not answer as expected"}


def test_each_error_has_a_reference_that_its_retries_repeat(emulator, receiver):
    receiver.answers = [reply(500), reply()]
    end(emulator, receiver.url(), "FAIL")
    end(emulator, receiver.url(), "FAIL")
    advance(emulator, "PT1H")
    refs = [heard.json["error"]["error_ref"] for heard in receiver.take_all(3)]
    assert len(set(refs)) == 2 and refs.count(refs[0]) == 2


@pytest.mark.parametrize("label, scope, status", [
    ("LK_ERROR", "integ", 424), ("NO_VALID_ACCOUNT_CONFIGURED", "integ", 424),
    ("GENERIC_ERROR", "integ", 424), ("NO_ACCESS", "config", 402), ("BAD_INPUT", "input", 400),
    ("BAD_PARAMETERS", "param", 400), ("ACTION_ABORTED", "input", 422),
    ("LIMIT_REACHED", "config", 429), ("STATUS_429", "config", 429),
    ("INTERNAL_ERROR", "server", 500)])
def test_an_error_has_the_status_that_the_vendor_gives_its_label(emulator, receiver, label, scope,
                                                               status):
    run = emulator.make("RUNNING", callback={"url": receiver.url()})["uid"]
    emulator.event(run, "FAIL", error={"label": label, "message": "no"})
    error = receiver.take().json["error"]
    assert (error["error_label"], error["error_scope"], error["status_code"]) == (
        label, scope, status)


def test_an_invalid_run_tells_nothing(emulator, receiver):
    run = call(emulator, receiver.url(), "demo-invalid")
    advance(emulator, 5000)
    assert emulator.run(run)["status"] == "INVALID"
    assert of(emulator, run) == []


def test_a_block_is_not_told_and_a_resumed_run_goes_on_telling(emulator, receiver):
    run = call(emulator, receiver.url(), "demo-blocks")
    advance(emulator, 5000)
    assert [each["step_uid"] for each in of(emulator, run)] == [EXTRACT_STEP]
    assert resume(emulator, run).status == 200
    advance(emulator, 5000)
    assert [(heard.json["flow_run"]["step_uid"], heard.json["flow_run"]["status"])
            for heard in receiver.take_all(2)] == [
        (EXTRACT_STEP, "RUNNING"), (ENRICH_STEP, "SUCCEEDED")]


@pytest.mark.parametrize("event,status", [
    ("FINISH", "SUCCEEDED"), ("FINISH_PARTIALLY", "PARTIAL_SUCCEEDED"), ("FAIL", "FAILED")])
def test_an_end_by_hand_is_told_too(emulator, receiver, event, status):
    run = end(emulator, receiver.url(), event)
    heard = receiver.take().json
    assert heard["flow_run"] == {"flow_run_uid": run, "step_uid": None, "status": status}
    assert (heard["results_count"], "error" in heard) == (0, event == "FAIL")


@pytest.mark.parametrize("event", ["STOP", "BLOCK", "INVALIDATE"])
def test_what_is_no_end_by_hand_is_not_told(emulator, receiver, event):
    status = "CREATED" if event == "INVALIDATE" else "RUNNING"
    run = emulator.make(status, callback={"url": receiver.url()})["uid"]
    assert emulator.event(run, event).status == 200
    assert of(emulator, run) == []


def test_a_run_without_a_callback_tells_nobody(emulator):
    run = launch(emulator)
    advance(emulator, 5000)
    assert of(emulator, run) == []


def test_templates_and_numbers_come_through_whole(start, fixture_file, receiver):
    plan = [{"after_ms": 1, "event": "START"},
            {"after_ms": 1, "step_uid": "a", "count": 2, "template": {"n": "{{$position}}"}},
            {"after_ms": 1, "step_uid": "b"}, {"after_ms": 1, "event": "FINISH"}]
    emulator = start("--fixture", fixture_file(flows=[flow(plan)]))
    run = call(emulator, receiver.url(), "own", [{"big": 12345678901234567890}])
    advance(emulator, 10)
    first, last = receiver.take_all(2)
    assert first.json["results"] == [{"n": 0}, {"n": 1}]
    assert last.json["flow_run"] == {"flow_run_uid": run, "step_uid": "b", "status": "SUCCEEDED"}
    assert b'"results_count":1,"results":[{"big":12345678901234567890}]' in last.body


def test_the_request_is_a_post_of_json_in_the_clients_name(emulator, receiver):
    call(emulator, receiver.url("/a/b?c=d"), on="final",
         headers={"Authorization": "Bearer x", "X-Empty": "", "x-lower": "1"})
    advance(emulator, 5000)
    heard = receiver.take()
    assert heard.path == "/a/b?c=d"
    assert heard.header("Content-Type") == "application/json"
    assert heard.header("User-Agent") == "edges-emulator/0.1.0"
    assert heard.header("Host") == f"127.0.0.1:{receiver.port}"
    assert ("Authorization", "Bearer x") in heard.headers
    assert ("X-Empty", "") in heard.headers
    assert ("x-lower", "1") in heard.headers
    assert heard.header("Content-Length") == str(len(heard.body))
    assert heard.header("Expect") is None


@pytest.mark.parametrize("name", RESERVED)
def test_headers_of_the_connection_and_our_own_cannot_be_set(emulator, name):
    callback = {"url": "http://127.0.0.1:9/", "headers": {"X-Fine": "1", name: "x"}}
    schedule = {"inputs": [ADA], "callback": callback, "schedule_at": "2030-01-01T00:00:00Z"}
    for path, body in [
            ("/v1/flows/demo-fails/run/async", {"inputs": [ADA], "callback": callback}),
            ("/v1/flows/demo-fails/run/schedule", schedule),
            ("/_emulator/runs", {"status": "RUNNING", "callback": callback})]:
        reply = emulator.post(path, body)
        assert_refused(reply, 400, "BAD_INPUT", "input")
        assert reply.json["message"] == f"body/callback/headers/{name} must NOT be set: " \
                                        "the emulator sets this header"
    state = {"version": 1, "runs": [{"status": "RUNNING", "callback": callback}]}
    assert_refused(emulator.request("PUT", "/_emulator/state", json.dumps(state).encode(),
                                    {"Content-Type": "application/json"}),
                   400, "BAD_INPUT", "input")


def test_the_client_may_replace_our_headers_but_not_those_of_the_message(emulator, receiver):
    call(emulator, receiver.url(), on="final",
         headers={"content-type": "application/vnd.x+json", "User-Agent": "mine",
                  "Emulated": "x"})
    advance(emulator, 5000)
    heard = receiver.take()
    assert heard.header("Content-Type") == "application/vnd.x+json"
    assert heard.header("User-Agent") == "mine"
    assert heard.header("Emulated") == "x"
    assert heard.header("Content-Length") == str(len(heard.body))
    assert heard.header("Transfer-Encoding") is None
    assert heard.json["results_count"] == 0


def test_a_large_message_arrives_whole(emulator, receiver):
    call(emulator, receiver.url(), inputs=[{**ADA, "note": "x" * 900}] * 1000)
    advance(emulator, 5000)
    heard = receiver.take_all(2)[1].json
    assert (heard["results_count"], len(heard["results"])) == (1000, 1000)
    assert heard["results"][999]["note"] == "x" * 900


def test_a_delivery_is_listed_with_its_try(emulator, receiver):
    run = call(emulator, receiver.url(), on="final")
    advance(emulator, 5000)
    [delivery] = settled(emulator, run, 1, "SUCCESS")
    assert list(delivery) == DELIVERY
    attempts = [{name: each[name] for name in TRY} for each in delivery["attempts"]]
    assert {**delivery, "uid": "-", "attempts": attempts} == {
        "uid": "-", "flow_run_uid": run, "step_uid": ENRICH_STEP, "flow_run_status": "SUCCEEDED",
        "url": receiver.url(), "status": "SUCCESS", "retry_count": 0, "http_status": 200,
        "error": None, "results_count": 0, "created_at": at("02.000"), "next_attempt_at": None,
        "attempts": [{"at": at("02.000"), "http_status": 200, "error": None}]}


def test_the_list_is_filtered_and_paged(emulator, receiver):
    receiver.answers = [reply(500), reply()]
    runs = [end(emulator, receiver.url())]
    settled(emulator, runs[0], 1, "PENDING")
    runs += [end(emulator, receiver.url()) for _ in range(2)]
    for run in runs[1:]:
        settled(emulator, run, 1, "SUCCESS")
    shown = [each["flow_run_uid"] for each in callbacks(emulator)]
    assert shown == runs
    assert [each["flow_run_uid"] for each in callbacks(emulator, "?limit=1&offset=1")] == runs[1:2]
    assert emulator.get("/_emulator/callbacks?limit=1").header("X-Total-Count") == "3"
    assert emulator.get(f"/_emulator/callbacks?run={runs[0]}").header("X-Total-Count") == "1"
    assert emulator.get("/_emulator/callbacks?status=PENDING&status=PENDING&status=FAILED&limit=1").header("X-Total-Count") == "1"
    assert [each["flow_run_uid"] for each in callbacks(emulator, "?status=PENDING")] == runs[:1]
    both = callbacks(emulator, f"?run={runs[2]}&run={runs[0].upper()}")
    assert [each["flow_run_uid"] for each in both] == [runs[0], runs[2]]
    assert callbacks(emulator, f"?run={uid(1)}") == []


@pytest.mark.parametrize("query,message", [
    ("?limit=0", "querystring/limit must be >= 1"),
    ("?limit=1001", "querystring/limit must be <= 1000"),
    ("?offset=-1", "querystring/offset must be >= 0"),
    ("?status=DONE", "querystring/status/0 must be equal to one of the allowed values"),
    ("?run=x", 'querystring/run/0 must match format "uuid"'),
    ("?foo=1", "querystring must NOT have additional properties (foo)")])
def test_a_bad_query_is_named(emulator, query, message):
    assert_refused(emulator.get(f"/_emulator/callbacks{query}"), 400, "BAD_PARAMETERS", "param",
                   message)


def test_callbacks_are_of_one_workspace(emulator, receiver):
    run = end(emulator, receiver.url())
    settled(emulator, run, 1, "SUCCESS")
    assert callbacks(emulator.member("another-key")) == []


def test_the_same_session_names_its_callbacks_alike(start, receiver):
    seen = []
    for _ in range(2):
        emulator = start("--random-seed", 5)
        run = call(emulator, receiver.url())
        advance(emulator, 5000)
        seen.append([(each["uid"], each["created_at"]) for each in
                     settled(emulator, run, 2, "SUCCESS")])
    assert seen[0] == seen[1]
    assert len({name for name, _ in seen[0]}) == 2
    assert NOW < seen[0][0][1]
