"""Emulator-Workspace names a workspace in the place of a key, for the page and for tools that do not know the keys
of a test run; GET /_emulator/workspaces lists them (CONTROL.md "Control API")."""

import pytest
from facts import NOW, RUNNING, assert_refused

WORLD = "still"
CANCEL = f"/v1/flows/runs/{RUNNING}/cancel"


def workspaces(emulator, query="", key=None):
    reply = emulator.request("GET", f"/_emulator/workspaces{query}", key=key)
    assert reply.status == 200, reply
    return reply.json


def named(emulator, method, path, uid, **headers):
    return emulator.request(method, path, headers={"Emulator-Workspace": uid, **headers}, key=None)


def uid_of(emulator, key="test-key"):
    return emulator.member(key).reset()["workspace_uid"]


def assert_unauthorized(reply, part):
    assert_refused(reply, 401, "UNAUTHORIZED", "auth")
    assert part in reply.json["message"]


def test_it_reads_and_writes_both_apis_without_the_key(emulator):
    workspace = uid_of(emulator)
    assert named(emulator, "GET", f"/v1/flows/runs/{RUNNING}", workspace).json["status"] == "RUNNING"
    assert named(emulator, "POST", CANCEL, workspace.upper()).status == 200
    assert emulator.run(RUNNING)["status"] == "STOPPED"
    assert named(emulator, "POST", "/_emulator/reset", workspace).json["workspace_uid"] == workspace
    assert emulator.run(RUNNING)["status"] == "RUNNING"


@pytest.mark.parametrize("uid", ["", "me", "99999999-9999-4999-8999-999999999999"])
def test_a_workspace_that_there_is_not_is_401(start, uid):
    emulator = start()
    uid_of(emulator)
    assert_unauthorized(named(emulator, "GET", "/v1/flows/runs", uid), "/_emulator/workspaces")
    assert len(workspaces(emulator)) == 1


def test_a_long_list_has_them_all(start):
    """It is written in parts."""
    emulator = start("--fixture", "empty")
    keys = [f"key-{n}" for n in range(600)]
    for key in keys:
        emulator.request("GET", "/v1/flows/runs", headers={"Emulator-Label": key}, key=key)
    reply = emulator.request("GET", "/_emulator/workspaces", key=None)
    assert (len(reply.body) > 140_000, reply.header("X-Total-Count")) == (True, "600")
    assert [each["label"] for each in reply.json] == keys[::-1]


def test_it_is_not_sent_beside_a_key(emulator):
    headers = {"Emulator-Workspace": uid_of(emulator)}
    assert_unauthorized(emulator.get("/v1/flows/runs", headers=headers), "X-API-Key")


def test_it_does_not_count_with_api_key(start):
    emulator = start("--api-key", "secret", key="secret")
    workspace = uid_of(emulator, "secret")
    for path in "/v1/flows/runs", "/_emulator/journal":
        assert_unauthorized(named(emulator, "GET", path, workspace), "--api-key")


@pytest.mark.parametrize("site, status", [
    ("cross-site", 401), ("same-site", 401), ("same-origin", 200), ("none", 200)])
def test_a_page_of_another_site_cannot_send_it(emulator, site, status):
    workspace = uid_of(emulator)
    for method, path in ("GET", "/v1/flows/runs"), ("GET", "/_emulator/clock"), ("POST", "/_emulator/reset"):
        assert named(emulator, method, path, workspace, **{"Sec-Fetch-Site": site}).status == status


def test_with_a_page_that_is_read_only_it_reads(start):
    emulator = start("--page", "read-only")
    workspace = uid_of(emulator)
    assert named(emulator, "GET", "/v1/flows/runs", workspace).status == 200
    assert named(emulator, "HEAD", "/_emulator/clock", workspace).status == 200
    for path in CANCEL, "/_emulator/reset":
        assert_unauthorized(named(emulator, "POST", path, workspace), "--page read-only")
    assert emulator.run(RUNNING)["status"] == "RUNNING"


def test_with_the_page_off_it_does_nothing(start):
    emulator = start("--page", "off")
    workspace = uid_of(emulator)
    for path in "/v1/flows/runs", "/_emulator/journal":
        assert_unauthorized(named(emulator, "GET", path, workspace), "--page off")


def test_its_calls_are_marked_in_the_journal(emulator):
    workspace = uid_of(emulator)
    named(emulator, "GET", "/v1/flows/runs", workspace)
    emulator.runs()
    assert [entry["workspace_header"] for entry in emulator.get("/_emulator/journal").json] == [True, False]


def test_its_calls_meet_no_fault_and_count_for_none(emulator):
    workspace = uid_of(emulator)
    emulator.post("/_emulator/faults", {"nth": 2, "effect": {"status": 503}})
    emulator.request("PUT", "/_emulator/faults/rate-limit", b'{"per_minute": 2}', {"Content-Type": "application/json"})
    for _ in range(4):
        assert named(emulator, "GET", "/v1/flows/runs", workspace).status == 200
    assert [emulator.get("/v1/flows/runs").status for _ in range(3)] == [200, 503, 429]


def test_the_workspaces_are_listed_the_one_used_last_first(start):
    emulator = start()
    first, second = uid_of(emulator, "one"), uid_of(emulator, "two")
    assert [each["workspace_uid"] for each in workspaces(emulator)] == [second, first]
    emulator.member("one").runs()
    assert [each["workspace_uid"] for each in workspaces(emulator)] == [first, second]
    named(emulator, "GET", "/v1/flows/runs", second)
    assert [each["workspace_uid"] for each in workspaces(emulator)] == [first, second]
    assert [each["workspace_uid"] for each in workspaces(emulator, "?limit=1")] == [first]
    assert [each["workspace_uid"] for each in workspaces(emulator, f"?workspace={second}")] == [second]
    assert emulator.request("GET", "/_emulator/workspaces?limit=1", key=None).header("X-Total-Count") == "2"


def test_a_workspace_is_listed_with_its_runs_by_status(start):
    emulator = start()
    uid_of(emulator)
    emulator.cancel(RUNNING)
    emulator.make("QUEUED")
    (listed,) = workspaces(emulator)
    assert list(listed) == ["workspace_uid", "key_hash", "label", "first_used_at", "last_used_at", "clock", "runs", "last_changed_run"]
    assert (listed["label"], listed["clock"]) == (None, NOW)
    assert NOW < listed["first_used_at"] <= listed["last_used_at"]
    assert listed["runs"] == {
        "CREATED": 1, "INVALID": 1, "QUEUED": 2, "SCHEDULED": 1, "BLOCKED": 1, "STOPPED": 2, "RUNNING": 1,
        "FAILED": 1, "PARTIAL_SUCCEEDED": 1, "SUCCEEDED": 1}


def test_a_workspace_says_when_it_was_used_first_and_last(start, tmp_path):
    options = "--db", tmp_path / "db"
    emulator = start(*options)
    emulator.runs()
    (before,) = workspaces(emulator)
    emulator.reset()
    (after,) = workspaces(emulator)
    assert after["first_used_at"] == before["first_used_at"]
    assert before["last_used_at"] <= after["last_used_at"]
    emulator.process.stop()
    (again,) = workspaces(start(*options))
    assert (again["first_used_at"], again["last_used_at"]) == (None, None)


def test_the_counts_are_right_after_a_restart_a_reset_and_a_change_that_was_rolled_back(start, tmp_path):
    options = "--db", tmp_path / "db", "--strict-fidelity"
    emulator = start(*options)
    uid_of(emulator)
    assert emulator.cancel(RUNNING).status == 501
    emulator.make("QUEUED")
    counted = workspaces(emulator)[0]["runs"]
    assert (counted["RUNNING"], counted["QUEUED"], counted["STOPPED"]) == (2, 2, 1)
    emulator.process.stop()
    emulator = start(*options)
    assert workspaces(emulator)[0]["runs"] == counted
    assert workspaces(emulator)[0]["last_used_at"] is None
    emulator.reset()
    assert workspaces(emulator)[0]["runs"]["QUEUED"] == 1


def test_a_real_clock_is_listed_as_real(start):
    emulator = start("--clock", "real")
    uid_of(emulator)
    assert workspaces(emulator)[0]["clock"] == "real"


def test_with_api_key_a_key_sees_its_own_alone(start):
    emulator = start("--api-key", "one", "--api-key", "two", key="one")
    first = uid_of(emulator, "one")
    uid_of(emulator, "two")
    assert [each["workspace_uid"] for each in workspaces(emulator, key="one")] == [first]
    for key in None, "three":
        assert_refused(emulator.request("GET", "/_emulator/workspaces", key=key), 401, "UNAUTHORIZED", "auth")


def test_a_label_is_what_was_said_last(emulator):
    emulator.get("/v1/flows/runs", headers={"Emulator-Label": "test_cancel.py::test_one"})
    assert workspaces(emulator)[0]["label"] == "test_cancel.py::test_one"
    emulator.runs()
    emulator.reset()
    assert workspaces(emulator)[0]["label"] == "test_cancel.py::test_one"
    emulator.get("/v1/flows/runs", headers={"Emulator-Label": "Zoë".encode()})
    assert workspaces(emulator)[0]["label"] == "Zoë"
    emulator.get("/v1/flows/runs", headers={"Emulator-Label": ("ab" + "ö" * 100).encode()})
    assert workspaces(emulator)[0]["label"] == "ab" + "ö" * 63
    emulator.get("/v1/flows/runs", headers={"Emulator-Label": ""})
    assert workspaces(emulator)[0]["label"] is None


def test_what_the_page_calls_itself_is_no_label(emulator):
    workspace = uid_of(emulator)
    named(emulator, "GET", "/v1/flows/runs", workspace, **{"Emulator-Label": "page"})
    assert workspaces(emulator)[0]["label"] is None


def test_the_tables_are_those_of_the_workspace(emulator):
    workspace = uid_of(emulator)
    emulator.request("PUT", "/_emulator/assumptions", b'{"cancel.status": "FAILED"}', {"Content-Type": "application/json"})
    values = {each["id"]: each["value"] for each in named(emulator, "GET", "/_emulator/assumptions", workspace).json}
    assert values["cancel.status"] == "FAILED"
    steps = named(emulator, "GET", "/_emulator/state-machine", workspace).json["transitions"]
    assert {"from": "RUNNING", "event": "CANCEL", "to": "CANCELLED_FAILED", "refusal": None} in steps


def test_the_workspace_of_a_request_is_found(emulator):
    mine = uid_of(emulator)
    emulator.member("other").runs()
    emulator.get("/v1/flows/runs", headers={"X-Request-Id": "a/request"})
    assert [each["workspace_uid"] for each in workspaces(emulator, "?request_id=a/request")] == [mine]
    assert workspaces(emulator, "?request_id=another") == []
