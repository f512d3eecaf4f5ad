"""Flows and schedules are listed without an entry in the journal, for the page (CONTROL.md "Control API")."""

import pytest
from facts import assert_refused


def test_flows_are_listed_as_in_a_fixture(emulator):
    flow = {"steps": ["find"], "plan": [{"after_ms": 50, "event": "START"}]}
    emulator.request("PUT", "/_emulator/flows/a-flow", b'{"steps": ["find"], "plan": [{"after_ms": 50, "event": "START"}]}', {"Content-Type": "application/json"})
    listed = emulator.get("/_emulator/flows").json
    assert [each["slug"] for each in listed] == ["a-flow", "demo-blocks", "demo-fails", "demo-invalid", "demo-never-ends", "demo-partly", "linkedin-people-enrich"]
    assert listed[0]["steps"] == flow["steps"] and listed[0]["plan"][0]["event"] == "START"


def test_a_world_without_flows_lists_none(empty):
    assert empty.get("/_emulator/flows").json == []
    assert empty.get("/_emulator/schedules").json == []


def test_schedules_are_listed_as_the_api_does_and_leave_no_trace(emulator):
    listed = emulator.get("/_emulator/schedules").json
    assert [each["status"] for each in listed] == ["ACTIVE", "PAUSED", "CANCELLED", "COMPLETED"]
    assert emulator.get("/_emulator/schedules?limit=1&offset=1").json == listed[1:2]
    assert emulator.get("/_emulator/journal").json == []
    assert listed == emulator.get("/v1/flows/schedules").json


@pytest.mark.parametrize("query", ["limit=0", "limit=1001", "offset=-1", "status=ACTIVE"])
def test_a_bad_query_is_refused(emulator, query):
    assert_refused(emulator.get(f"/_emulator/schedules?{query}"), 400, "BAD_PARAMETERS", "param")
