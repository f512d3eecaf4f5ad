"""GET /v1/flows/runs/{flow_run_uid}."""

import pytest
from facts import (
    DEMO, FLOW_RUN_DETAIL, RUNNING, STATUSES, UNKNOWN, VENDOR, assert_bad_uid,
    assert_no_such_run, assert_refused, uid,
)


@pytest.mark.parametrize("status", STATUSES)
def test_the_demo_has_a_run_in_each_status(emulator, status):
    run = emulator.run(DEMO[status])
    assert (run["uid"], run["status"]) == (DEMO[status], status)


def test_the_vendors_sample_is_running(emulator):
    assert emulator.run(VENDOR)["status"] == "RUNNING"


def test_a_run_has_every_field_in_order(emulator):
    assert list(emulator.run(RUNNING)) == FLOW_RUN_DETAIL


def test_the_whole_run(empty):
    workspace = empty.reset()
    empty.make(
        "FAILED", uid=uid(1), created_at="2025-12-30T00:00:00.000Z",
        started_at="2025-12-30T01:00:00.000Z", finished_at="2025-12-30T02:00:00.000Z",
        updated_at="2025-12-30T02:00:00.000Z", synced_at="2025-12-30T03:00:00.000Z",
        last_error={"label": "LK_ERROR", "message": "no luck"}, output_count=4,
        workflow={"uid": uid(2), "metadata": {"account_rotation": True}})
    assert empty.run(uid(1)) == {
        "id": 1,
        "uid": uid(1),
        "user_uid": workspace["user_uid"],
        "workspace_uid": workspace["workspace_uid"],
        "last_error": {"label": "LK_ERROR", "message": "no luck"},
        "callback": None,
        "status": "FAILED",
        "output_count": 4,
        "scheduled_flow_run_uid": None,
        "started_at": "2025-12-30T01:00:00.000Z",
        "finished_at": "2025-12-30T02:00:00.000Z",
        "created_at": "2025-12-30T00:00:00.000Z",
        "updated_at": "2025-12-30T02:00:00.000Z",
        "workflow": {"uid": uid(2), "metadata": {"account_rotation": True}},
        "synced_at": "2025-12-30T03:00:00.000Z",
    }


def test_reading_changes_nothing(emulator):
    assert emulator.run(RUNNING) == emulator.run(RUNNING)


def test_unicode_comes_back_as_it_was_given(empty):
    said = 'Grüße, 世界, 🏠, "quotes" \\ and \u0007\n\x7f'
    empty.make("FAILED", uid=uid(1), last_error={"label": "X", "message": said})
    assert empty.run(uid(1))["last_error"]["message"] == said


def test_an_unknown_run_is_not_found(emulator):
    assert_no_such_run(emulator.get(f"/v1/flows/runs/{UNKNOWN}"))


def test_another_workspaces_run_is_not_found(empty):
    empty.make(uid=uid(1))
    assert_no_such_run(empty.member("another-key").get(f"/v1/flows/runs/{uid(1)}"))


@pytest.mark.parametrize("value", ["nope", RUNNING + "0", RUNNING.replace("-", ""), "a%2Fb", "%20"])
def test_a_malformed_uid_is_refused(emulator, value):
    assert_bad_uid(emulator.get(f"/v1/flows/runs/{value}"))


def test_an_upper_case_uid_is_the_same_run(emulator):
    assert emulator.run(VENDOR.upper())["uid"] == VENDOR


def test_a_query_is_refused_by_name(emulator):
    reply = emulator.get(f"/v1/flows/runs/{RUNNING}?expand=1")
    assert_refused(reply, 400, "BAD_PARAMETERS", "param",
                   "querystring must NOT have additional properties (expand)")


def test_a_json_content_type_without_a_body_is_fine(emulator):
    reply = emulator.get(
        f"/v1/flows/runs/{RUNNING}", headers={"Content-Type": "application/json"})
    assert reply.status == 200


def test_the_count_of_outputs_is_known_only_when_the_run_is_finished(empty):
    outputs = [{"step_uid": "a", "data": {}}] * 3
    run = empty.make("RUNNING", outputs=outputs)
    assert run["output_count"] == 0
    assert empty.event(run["uid"], "FINISH").json["output_count"] == 3
