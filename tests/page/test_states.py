"""The state machine: every status has its place, every transition its arrow."""

import pytest

ASSUMPTIONS = ([], ["cancel.status=FAILED"], ["resume.cancelled=allow", "resume.status=QUEUED"], ["resume.status=RUNNING", "cancel.repeat=accept"])


@pytest.mark.parametrize("assumed", ASSUMPTIONS, ids=lambda assumed: " ".join(assumed) or "default")
def test_every_status_has_its_place_and_every_transition_its_arrow(start, workspace, visit, assumed):
    emulator = start(*(part for each in assumed for part in ("--assume", each)))
    machine = emulator.get("/_emulator/state-machine").json
    page = visit(emulator, workspace=workspace(emulator), path="states")
    page.one("svg.machine a")
    assert {each.get_attribute("data-status") for each in page.all("svg.machine a")} == {status["name"] for status in machine["statuses"]}
    steps = {f"{each['from']} {each['event']} {each['to']}" for each in machine["transitions"] if each["to"] and each["to"] != each["from"]}
    assert {step for each in page.all("svg.machine g") for step in each.get_attribute("data-steps").split(",")} == steps


def test_no_box_lies_on_another(emulator, workspace, visit):
    page = visit(emulator, workspace=workspace(emulator), path="states")
    page.one("svg.machine a")
    boxes = [each.rect for each in page.all("svg.machine .box")]
    for i, one in enumerate(boxes):
        for other in boxes[i + 1 :]:
            apart = one["x"] + one["width"] <= other["x"] or other["x"] + other["width"] <= one["x"]
            assert apart or one["y"] + one["height"] <= other["y"] or other["y"] + other["height"] <= one["y"]


def test_the_last_change_is_lit(emulator, workspace, visit):
    emulator.event("00000000-0000-4000-8000-000000000001", "QUEUE")
    page = visit(emulator, workspace=workspace(emulator), path="states")
    page.shows("last change: Created to Queued, 00000000…0001 at", ".last")
    page.shows("QUEUE", "svg .event.lit")
    page.shows("2", "svg [data-status=QUEUED] .n")
    assert page.text("svg [data-status=CANCELLED_FAILED]") == "Failedcancelled0"


def test_of_changes_in_one_instant_the_last_is_told(emulator, workspace, visit):
    first, second = "00000000-0000-4000-8000-000000000001", "00000000-0000-4000-8000-000000000007"
    emulator.event(second, "BLOCK")
    emulator.event(first, "QUEUE")
    page = visit(emulator, workspace=workspace(emulator), path="states")
    page.shows("last change: Created to Queued", ".last")
    emulator.event(second, "STOP")
    page.shows("last change: Blocked to Stopped", ".last")
    emulator.event(first, "START")
    page.shows("last change: Queued to Running", ".last")
