"""listFlowRunOutputs: API.md section 6, and what a cancel does to outputs (section 4)."""

import pytest
from facts import DEMO, RUNNING, VENDOR

OUTPUTS = [{"step_uid": step, "data": {"n": n}} for n, step in enumerate("abbab")]
DIGITS = {"big": 9007199254740991, "small": 5e-324, "tenth": 0.1, "text": "\u00e4\U0001f3e0"}


def path(uid, query=""):
    return f"/v1/flows/runs/{uid}/outputs{query}"


def made(emulator, **fields):
    return emulator.make(outputs=OUTPUTS, **{"status": "SUCCEEDED", **fields})["uid"]


def numbers(reply):
    assert reply.status == 200
    return [output["n"] for output in reply.json]


def test_a_run_without_outputs_has_an_empty_list(emulator):
    assert emulator.get(path(RUNNING)).json == []


def test_the_demo_has_outputs_where_runs_are_finished(emulator):
    assert len(emulator.get(path(DEMO["SUCCEEDED"])).json) == 3
    assert len(emulator.get(path(DEMO["PARTIAL_SUCCEEDED"])).json) == 2


def test_outputs_come_in_their_order(emulator):
    assert numbers(emulator.get(path(made(emulator)))) == [0, 1, 2, 3, 4]


def test_an_upper_case_uid_finds_them(emulator):
    assert numbers(emulator.get(path(made(emulator).upper()))) == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("query, expected", [
    ("?step_uid=a", [0, 3]), ("?step_uid=b", [1, 2, 4]), ("?step_uid=c", []), ("?step_uid=", []),
    ("?limit=2", [0, 1]), ("?limit=2&offset=3", [3, 4]), ("?offset=5", []),
    ("?step_uid=b&limit=1&offset=1", [2])])
def test_filter_and_page(emulator, query, expected):
    assert numbers(emulator.get(path(made(emulator), query))) == expected


def test_a_page_has_a_hundred_unless_told(emulator):
    many = [{"step_uid": "a", "data": {"n": n}} for n in range(1001)]
    uid = emulator.make(status="SUCCEEDED", outputs=many)["uid"]
    assert numbers(emulator.get(path(uid))) == list(range(100))
    assert numbers(emulator.get(path(uid, "?limit=1000"))) == list(range(1000))


@pytest.mark.parametrize("query, message", [
    ("?limit=0", "querystring/limit must be >= 1"),
    ("?limit=1001", "querystring/limit must be <= 1000"),
    ("?offset=-1", "querystring/offset must be >= 0"),
    ("?step_uid=a&step_uid=b", "querystring/step_uid must be string"),
    ("?sort=uid", "querystring must NOT have additional properties (sort)")])
def test_a_bad_query_is_refused(emulator, query, message):
    reply = emulator.get(path(RUNNING, query))
    assert (reply.status, reply.json["message"]) == (400, message)


def test_no_run_no_outputs(emulator):
    assert emulator.get(path("99999999-0000-4000-8000-000000000000")).status == 404
    assert emulator.get(path("nonsense")).status == 400
    assert emulator.get(path(RUNNING), key=None).status == 401


def test_another_workspace_does_not_see_them(emulator):
    uid = made(emulator)
    assert emulator.member("another-key").get(path(uid)).status == 404


def test_they_can_be_read_while_the_run_is_running(emulator):
    uid = made(emulator, status="RUNNING")
    assert numbers(emulator.get(path(uid))) == [0, 1, 2, 3, 4]
    assert emulator.run(uid)["output_count"] == 0


def test_what_was_put_in_comes_out(emulator):
    uid = emulator.make(status="SUCCEEDED", outputs=[{"step_uid": "a", "data": DIGITS}])["uid"]
    assert emulator.get(path(uid)).json == [DIGITS]


def test_a_cancel_discards_them(emulator):
    uid = made(emulator, status="RUNNING")
    assert emulator.cancel(uid).json["output_count"] == 0
    assert emulator.get(path(uid)).json == []


def test_a_cancel_discards_them_whatever_their_count_was_said_to_be(emulator):
    uid = made(emulator, status="RUNNING", output_count=0)
    assert emulator.cancel(uid).status == 200
    assert emulator.get(path(uid)).json == []


def test_a_refused_cancel_does_not(emulator):
    uid = made(emulator)
    assert emulator.cancel(uid).status == 422
    assert numbers(emulator.get(path(uid))) == [0, 1, 2, 3, 4]


def test_a_cancel_keeps_them_when_so_assumed(start):
    emulator = start("--assume", "cancel.outputs=keep")
    uid = made(emulator, status="RUNNING")
    assert emulator.cancel(uid).json["output_count"] == 5
    assert numbers(emulator.get(path(uid))) == [0, 1, 2, 3, 4]


def test_the_vendor_sample_is_still_without(emulator):
    assert emulator.get(path(VENDOR)).json == []
