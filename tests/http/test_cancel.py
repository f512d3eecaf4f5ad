"""POST /v1/flows/runs/{flow_run_uid}/cancel: the run, its fields, who may be cancelled."""

import pytest
from facts import (
    CANCELLABLE, DEMO, FLOW_RUN, NOT_CANCELLABLE, NOW, RUNNING, UNKNOWN, VENDOR, assert_bad_uid,
    assert_no_such_run, assert_refused, assert_refused_change, uid,
)

BEFORE = "2025-12-31T23:00:00.000Z"
LATER = "2025-12-31T23:30:00.000Z"
SCHEDULE = "88888888-8888-4888-8888-888888888888"
USER = "66666666-6666-4666-8666-666666666666"


@pytest.mark.parametrize("status", CANCELLABLE)
def test_a_cancellable_run_is_stopped_at_once(emulator, status):
    reply = emulator.cancel(DEMO[status])
    assert reply.status == 200, reply
    assert reply.json["uid"] == DEMO[status]
    assert reply.json["status"] == "STOPPED"


@pytest.mark.parametrize("status", NOT_CANCELLABLE)
def test_any_other_run_refuses_and_stays_as_it_was(emulator, status):
    before = emulator.run(DEMO[status])
    assert_refused_change(emulator.cancel(DEMO[status]))
    assert emulator.run(DEMO[status]) == before


def test_the_vendors_own_sample_can_be_cancelled(emulator):
    assert emulator.cancel(VENDOR).json["status"] == "STOPPED"


def test_the_reply_has_twelve_fields_in_the_order_of_the_page(emulator):
    assert list(emulator.cancel(RUNNING).json) == FLOW_RUN


def test_the_whole_reply(empty):
    workspace = empty.reset()["workspace_uid"]
    empty.make(
        uid=uid(1), user_uid=USER, scheduled_flow_run_uid=SCHEDULE, created_at=BEFORE,
        started_at=LATER, updated_at=LATER, outputs=[{"step_uid": "a", "data": {"n": 1}}],
        callback={"url": "https://client.test/hook", "headers": {"X-S": "secret"}, "on": "final"})
    reply = empty.cancel(uid(1))
    assert reply.status == 200
    assert reply.json == {
        "uid": uid(1),
        "user_uid": USER,
        "workspace_uid": workspace,
        "last_error": None,
        "callback": {"url": "https://client.test/hook"},
        "status": "STOPPED",
        "output_count": 0,
        "scheduled_flow_run_uid": SCHEDULE,
        "started_at": LATER,
        "finished_at": NOW,
        "created_at": BEFORE,
        "updated_at": NOW,
    }


def test_headers_of_a_callback_are_never_echoed(empty):
    empty.make(uid=uid(1), callback={"url": "https://c.test/", "headers": {"X-S": "sesame"}})
    assert b"sesame" not in empty.cancel(uid(1)).body


@pytest.mark.parametrize("status", ["CREATED", "QUEUED", "SCHEDULED"])
def test_a_run_that_never_started_has_no_start_after_the_cancel(emulator, status):
    body = emulator.cancel(DEMO[status]).json
    assert body["started_at"] is None
    assert body["finished_at"] == NOW
    assert body["updated_at"] == NOW


def test_a_second_cancel_is_refused_and_changes_nothing(emulator):
    assert emulator.cancel(RUNNING).status == 200
    after = emulator.run(RUNNING)
    assert_refused_change(emulator.cancel(RUNNING))
    assert emulator.run(RUNNING) == after


def test_reading_the_run_shows_what_the_cancel_answered(emulator):
    answered = emulator.cancel(RUNNING).json
    run = emulator.run(RUNNING)
    assert {key: run[key] for key in FLOW_RUN} == answered


def test_the_list_shows_the_cancelled_run_as_stopped(emulator):
    emulator.cancel(RUNNING)
    assert [run["uid"] for run in emulator.runs("status=STOPPED")] == [DEMO["STOPPED"], RUNNING]


def test_cancelling_one_run_leaves_the_others_alone(emulator):
    others = [run for run in emulator.runs("limit=100") if run["uid"] != RUNNING]
    emulator.cancel(RUNNING)
    assert [r for r in emulator.runs("limit=100") if r["uid"] != RUNNING] == others


def test_an_unknown_uid_is_not_found(emulator):
    assert_no_such_run(emulator.cancel(UNKNOWN))


@pytest.mark.parametrize("value", [
    "00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff",
    "c232ab00-9414-11ec-b3c8-9f6bdeced846", "017f22e2-79b0-7cc3-98c4-dc0c0c07398f"])
def test_a_uid_may_be_of_any_version(emulator, value):
    assert_no_such_run(emulator.cancel(value))


@pytest.mark.parametrize("value", [
    "nope", "1", "-", "null", RUNNING[:-1], RUNNING + "0", RUNNING.replace("-", ""),
    RUNNING[:-1] + "g", "%7B" + RUNNING + "%7D", RUNNING + "%20", "%20" + RUNNING,
    RUNNING + "%0A", RUNNING.replace("-", "_"), "0000000-00000-4000-8000-000000000007",
    "%D9%A0" + RUNNING[1:], ":flow_run_uid", "%7Bflow_run_uid%7D", "..", "a%2Fb"])
def test_a_malformed_uid_is_refused(emulator, value):
    assert_bad_uid(emulator.cancel(value))


def test_an_upper_case_uid_is_the_same_run_and_prints_in_lower_case(emulator):
    reply = emulator.cancel(VENDOR.upper())
    assert reply.status == 200
    assert reply.json["uid"] == VENDOR
    assert emulator.run(VENDOR)["status"] == "STOPPED"


def test_a_mixed_case_uid_is_the_same_run(emulator):
    assert emulator.cancel(VENDOR[:4].upper() + VENDOR[4:]).json["uid"] == VENDOR


def test_a_percent_encoded_uid_is_the_same_run(emulator):
    assert emulator.cancel(VENDOR.replace("-", "%2D")).json["uid"] == VENDOR
    encoded = "".join(f"%{ord(c):02x}" for c in RUNNING)
    assert emulator.cancel(encoded).json["uid"] == RUNNING


def test_another_workspaces_run_answers_as_one_that_does_not_exist(empty):
    empty.make(uid=uid(1))
    stranger = empty.member("another-key")
    theirs, nobodys = stranger.cancel(uid(1)).json, stranger.cancel(UNKNOWN).json
    del theirs["error_ref"], nobodys["error_ref"]
    theirs["message"] = theirs["message"].replace(uid(1), UNKNOWN)
    assert theirs == nobodys
    assert theirs["status_code"] == 404
    assert empty.run(uid(1))["status"] == "RUNNING"


@pytest.mark.parametrize("query, named", [
    ("foo=1", "foo"), ("limit=1", "limit"), ("force", "force"), ("status=RUNNING", "status")])
def test_a_query_is_refused_by_name_and_nothing_is_cancelled(emulator, query, named):
    reply = emulator.request("POST", f"/v1/flows/runs/{RUNNING}/cancel?{query}")
    assert_refused(reply, 400, "BAD_PARAMETERS", "param",
                   f"querystring must NOT have additional properties ({named})")
    assert emulator.run(RUNNING)["status"] == "RUNNING"


def test_an_empty_query_is_no_query(emulator):
    assert emulator.request("POST", f"/v1/flows/runs/{RUNNING}/cancel?").status == 200
