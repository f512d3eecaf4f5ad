"""A restore with {"faults": true, "journal": true}: these too as they were at the snapshot."""

import pytest
from facts import RUNNING, assert_refused
from living import assert_bad_input

SNAPSHOT = "/_emulator/snapshots/a"


def faults(emulator):
    return emulator.get("/_emulator/faults").json


def journal(emulator):
    return emulator.get("/_emulator/journal").json


def prepare(emulator):
    """One rule that has counted, a rate limit, two entries; then a snapshot, and all of it changes."""
    for status in 503, 500:
        emulator.post("/_emulator/faults", {"operation": "cancelFlowRun", "nth": 2, "effect": {"status": status}})
    emulator.request("DELETE", "/_emulator/faults/1")
    emulator.request("PUT", "/_emulator/faults/rate-limit", b'{"per_minute": 30}', {"Content-Type": "application/json"})
    emulator.runs()
    emulator.cancel(RUNNING)
    before = faults(emulator), journal(emulator)
    assert emulator.post(SNAPSHOT).status == 201
    emulator.cancel(RUNNING)
    emulator.request("DELETE", "/_emulator/faults")
    emulator.post("/_emulator/faults", {"effect": {"delay_ms": 1}})
    emulator.request("DELETE", "/_emulator/journal")
    emulator.runs()
    return before, (faults(emulator), journal(emulator))


@pytest.mark.parametrize("body", [
    None, {}, {"faults": False, "journal": False}, {"faults": True}, {"journal": True}, {"faults": True, "journal": True}], ids=str)
def test_what_is_asked_for_is_as_it_was_and_the_rest_stays(emulator, body):
    before, after = prepare(emulator)
    for _ in range(2):  # the snapshot stays
        assert emulator.post(f"{SNAPSHOT}/restore", body).status == 200
        asked = body or {}
        assert faults(emulator) == (before if asked.get("faults") else after)[0]
        assert journal(emulator) == (before if asked.get("journal") else after)[1]


def test_a_rule_goes_on_counting_from_there(emulator):
    prepare(emulator)
    emulator.post(f"{SNAPSHOT}/restore", {"faults": True})
    assert emulator.cancel(RUNNING).status == 500
    assert emulator.post("/_emulator/faults", {"effect": {"delay_ms": 1}}).json["id"] == 3


def test_a_snapshot_of_the_same_name_replaces_and_a_reset_keeps_it(emulator):
    prepare(emulator)
    emulator.post(SNAPSHOT)
    after = faults(emulator), journal(emulator)
    emulator.reset()
    assert faults(emulator)["rules"] == [] and journal(emulator) == []
    assert emulator.post(f"{SNAPSHOT}/restore", {"faults": True, "journal": True}).status == 200
    assert (faults(emulator), journal(emulator)) == after


def test_what_was_taken_before_a_restart_has_none(start, tmp_path):
    emulator = start("--db", tmp_path / "a.db")
    emulator.post(SNAPSHOT)
    emulator.process.stop()
    emulator = start("--db", tmp_path / "a.db")
    emulator.cancel(RUNNING)
    reply = emulator.post(f"{SNAPSHOT}/restore", {"journal": True})
    assert_refused(reply, 404, "NOT_FOUND", "param", (
        "no faults and journal are kept of such a snapshot: there is none, it was taken before this start, "
        "or they were too large"))
    assert emulator.run(RUNNING)["status"] == "STOPPED", "nothing was restored"
    assert emulator.post(f"{SNAPSHOT}/restore", {}).status == 200
    assert emulator.run(RUNNING)["status"] == "RUNNING"


def test_it_goes_with_the_snapshot_and_other_workspaces_have_their_own(emulator):
    prepare(emulator)
    assert emulator.member("other").post(f"{SNAPSHOT}/restore", {"faults": True}).status == 404
    emulator.request("DELETE", SNAPSHOT)
    assert emulator.post(f"{SNAPSHOT}/restore", {"faults": True}).status == 404


@pytest.mark.parametrize("body, message", [
    ({"fault": True}, "body must NOT have additional properties (fault)"), ({"faults": 1}, "body/faults must be boolean")])
def test_a_bad_body_is_refused(emulator, body, message):
    emulator.post(SNAPSHOT)
    assert_bad_input(emulator.post(f"{SNAPSHOT}/restore", body), message)


def test_bodies_of_faults_count_with_what_all_snapshots_keep(start):
    """64 MiB with the journals: 63 snapshots with 1 MiB of bodies, and none after them until one is dropped."""
    emulator = start("--fixture", "empty")
    for _ in range(64):
        rule = {"nth": 1000, "effect": {"status": 200, "body": "x" * 16384}}
        assert emulator.post("/_emulator/faults", rule).status == 201
    emulator.runs()

    def restored(name):
        return emulator.post(f"/_emulator/snapshots/{name}/restore", {"faults": True}).status

    for n in range(65):
        assert emulator.post(f"/_emulator/snapshots/s{n}").status == 201
    assert [restored(f"s{n}") for n in (0, 62, 63, 64)] == [200, 200, 404, 404]
    assert emulator.request("DELETE", "/_emulator/snapshots/s0").status == 200
    assert emulator.post("/_emulator/snapshots/s63").status == 201
    assert restored("s63") == 200
