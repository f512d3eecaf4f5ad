"""A checker that never complains is no checker: what it must refuse, one story each."""

import json

import pytest
from contract import Broken, Contract
from reply import Reply

UID = "00000000-0000-4000-8000-000000000001"
CANCEL = f"/v1/flows/runs/{UID}/cancel"
RUN = {
    "uid": UID, "user_uid": UID, "workspace_uid": UID, "last_error": None, "callback": None,
    "status": "STOPPED", "output_count": 0, "scheduled_flow_run_uid": None, "started_at": None,
    "finished_at": None, "created_at": "2026-01-01T00:00:00.000Z", "updated_at": None,
}
REFUSAL = {
    "error_label": "NOT_FOUND", "error_scope": "param", "error_ref": "ERR-1", "message": "no",
    "status_code": 404, "params": {},
}


def reply(status, body, method="POST", target=CANCEL, **headers):
    headers = {"Content-Type": "application/json", "X-Request-Id": "r-1", **headers}
    body = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Reply(method, target, status, list(headers.items()), body)


def complain(exchange, **options):
    with pytest.raises(Broken):
        Contract().check(exchange, **options)


def test_a_good_run_passes():
    Contract().check(reply(200, RUN))


def test_a_good_refusal_passes():
    Contract().check(reply(404, REFUSAL))


def test_what_passed_counts_as_hit():
    contract = Contract()
    contract.check(reply(200, RUN))
    assert ("cancelFlowRun", "200") not in contract.missing()
    assert ("cancelFlowRun", "404") in contract.missing()


def test_each_success_counts_for_itself():
    contract = Contract()
    contract.check(reply(201, {**RUN, "flow_run_uid": UID}, target="/v1/flows/some-flow/run/async"))
    assert ("runFlow", "201") not in contract.missing()
    assert ("runFlow", "200") in contract.missing()


def test_a_success_that_is_not_documented():
    complain(reply(201, RUN))


def test_head_does_not_count_as_hit():
    contract = Contract()
    contract.check(reply(200, b"", method="HEAD", target="/_emulator/health"))
    assert ("getHealth", "200") in contract.missing()


def test_keys_out_of_order():
    complain(reply(200, {"user_uid": UID, **RUN}))


def test_error_keys_out_of_order():
    complain(reply(404, {"message": "no", **REFUSAL}))


def test_a_missing_field():
    complain(reply(200, {k: v for k, v in RUN.items() if k != "callback"}))


def test_an_omitted_object_passes_where_it_was_asked_for():
    Contract().check(reply(200, {k: v for k, v in RUN.items() if k != "callback"}), omit=True)


def test_omitting_a_plain_field_is_never_right():
    complain(reply(200, {k: v for k, v in RUN.items() if k != "started_at"}), omit=True)


def test_a_field_nobody_documented():
    complain(reply(200, {**RUN, "color": "red"}))


@pytest.mark.parametrize("uid", [UID.upper().replace("0", "A"), UID.replace("-", ""), "x", ""])
def test_a_uid_that_is_none(uid):
    complain(reply(200, {**RUN, "uid": uid}))


@pytest.mark.parametrize("time", [
    "2026-01-01T00:00:00Z", "2026-02-30T00:00:00.000Z", "2026-01-01T24:00:00.000Z",
    "2026-01-01 00:00:00.000Z", "2026-01-01T00:00:00.000+00:00", ""])
def test_a_time_that_is_none(time):
    complain(reply(200, {**RUN, "created_at": time}))


def test_an_earlier_good_reply_does_not_excuse_a_bad_one():
    contract = Contract()
    contract.check(reply(200, RUN))
    with pytest.raises(Broken):
        contract.check(reply(200, {**RUN, "created_at": "2026-13-01T00:00:00.000Z"}))


def test_a_status_that_is_none():
    complain(reply(200, {**RUN, "status": "CANCELLED"}))


def test_a_success_nobody_documented():
    complain(reply(201, RUN))


def test_a_refusal_whose_status_code_differs():
    complain(reply(422, REFUSAL))


def test_a_success_where_there_is_no_operation():
    complain(reply(200, {}, target="/v1/flows/runs/x/cancel/"))


def test_a_member_twice():
    complain(reply(404, b'{"status_code":404,' + json.dumps(REFUSAL).encode()[1:]))


@pytest.mark.parametrize("body", [b"", b"<html>", b"\xff", b"{}x"])
def test_a_body_that_is_no_json(body):
    complain(reply(404, body))


def test_a_page_instead_of_json():
    complain(reply(404, REFUSAL, **{"Content-Type": "text/html"}))


def test_text_only_where_it_is_documented():
    plain = {"Content-Type": "text/plain"}
    Contract().check(
        reply(200, b"stateDiagram-v2", "GET", "/_emulator/state-machine?format=mermaid", **plain))
    complain(reply(200, b"ok", "GET", "/_emulator/health", **plain))


@pytest.mark.parametrize("request_id", ["", "a b", "x" * 129])
def test_a_request_id_that_is_none(request_id):
    complain(reply(200, RUN, **{"X-Request-Id": request_id}))


def test_a_header_nobody_documented():
    complain(reply(200, RUN, **{"X-Colour": "red"}))
    complain(reply(200, RUN, **{"Emulator-Hint": "on an error only"}))


def test_a_number_in_a_header_that_is_none():
    Contract().check(reply(404, REFUSAL, **{"Retry-After": "3"}))
    complain(reply(404, REFUSAL, **{"Retry-After": "soon"}))


def test_a_header_that_always_comes():
    Contract().check(reply(200, [], "GET", "/_emulator/journal", **{"X-Total-Count": "0"}))
    complain(reply(200, [], "GET", "/_emulator/journal"))


def test_cors():
    complain(reply(200, RUN, **{"Access-Control-Allow-Origin": "*"}))


def test_a_body_after_head():
    complain(reply(200, b"{}", "HEAD", "/_emulator/health"))


def test_each_row_of_a_list_is_looked_at():
    row = {"id": 1, **RUN, "workflow": {"uid": UID, "metadata": {"account_rotation": False}},
           "synced_at": None}
    Contract().check(reply(200, [row, row], "GET", "/v1/flows/runs"))
    complain(reply(200, [row, {**row, "id": 0}], "GET", "/v1/flows/runs"))
    complain(reply(200, [row] * 101, "GET", "/v1/flows/runs"))
    complain(reply(200, {}, "GET", "/v1/flows/runs"))
