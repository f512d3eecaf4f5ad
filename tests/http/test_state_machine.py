"""GET /_emulator/state-machine: the whole matrix, against one written by hand from API.md."""

import pytest
from facts import assert_refused

SHOWN = {
    "CREATED": "CREATED", "INVALID": "INVALID", "QUEUED": "QUEUED", "SCHEDULED": "SCHEDULED",
    "BLOCKED": "BLOCKED", "STOPPED": "STOPPED", "RUNNING": "RUNNING", "FAILED": "FAILED",
    "PARTIAL_SUCCEEDED": "PARTIAL_SUCCEEDED", "SUCCEEDED": "SUCCEEDED", "CANCELLED": "STOPPED",
    "CANCELLED_FAILED": "FAILED",
}
FINISHED = {"INVALID", "STOPPED", "FAILED", "PARTIAL_SUCCEEDED", "SUCCEEDED", "CANCELLED",
            "CANCELLED_FAILED"}
EVENTS = {"CANCEL", "RESUME", "QUEUE", "START", "FINISH", "FINISH_PARTIALLY", "FAIL", "BLOCK",
          "STOP", "INVALIDATE", "SCHEDULE"}
GO = {
    "CREATED": {"CANCEL": "CANCELLED", "QUEUE": "QUEUED", "SCHEDULE": "SCHEDULED",
                "START": "RUNNING", "STOP": "STOPPED", "INVALIDATE": "INVALID"},
    "QUEUED": {"CANCEL": "CANCELLED", "SCHEDULE": "SCHEDULED", "START": "RUNNING",
               "FAIL": "FAILED", "BLOCK": "BLOCKED", "STOP": "STOPPED", "INVALIDATE": "INVALID"},
    "SCHEDULED": {"CANCEL": "CANCELLED", "QUEUE": "QUEUED", "START": "RUNNING", "FAIL": "FAILED",
                  "BLOCK": "BLOCKED", "STOP": "STOPPED", "INVALIDATE": "INVALID"},
    "RUNNING": {"CANCEL": "CANCELLED", "FINISH": "SUCCEEDED",
                "FINISH_PARTIALLY": "PARTIAL_SUCCEEDED", "FAIL": "FAILED", "BLOCK": "BLOCKED",
                "STOP": "STOPPED"},
    "BLOCKED": {"RESUME": "SCHEDULED", "STOP": "STOPPED"},
    "STOPPED": {"RESUME": "SCHEDULED"},
}


@pytest.fixture
def machine(emulator):
    return emulator.get("/_emulator/state-machine", key=None).json


def test_twelve_statuses_as_they_are_shown(machine):
    assert {status["name"]: status["shown"] for status in machine["statuses"]} == SHOWN
    assert len(machine["statuses"]) == 12


def test_which_statuses_are_finished(machine):
    assert {s["name"] for s in machine["statuses"] if s["finished"]} == FINISHED


def test_every_status_says_what_it_means(machine):
    assert all(status["meaning"] for status in machine["statuses"])


def test_eleven_events(machine):
    assert set(machine["events"]) == EVENTS
    assert len(machine["events"]) == 11


def test_every_cell_is_there_once(machine):
    cells = [(cell["from"], cell["event"]) for cell in machine["transitions"]]
    assert len(cells) == 132
    assert set(cells) == {(status, event) for status in SHOWN for event in EVENTS}


def test_every_cell_leads_where_the_documents_say(machine):
    for cell in machine["transitions"]:
        expected = GO.get(cell["from"], {}).get(cell["event"])
        assert cell["to"] == expected, cell


def test_a_cell_goes_somewhere_or_names_its_refusal(machine):
    for cell in machine["transitions"]:
        assert (cell["to"] is None) == (cell["refusal"] is not None), cell


def test_json_is_the_default_format(emulator, machine):
    assert emulator.get("/_emulator/state-machine?format=json").json == machine


def test_the_diagram(emulator):
    reply = emulator.get("/_emulator/state-machine?format=mermaid", key=None)
    assert reply.header("Content-Type").startswith("text/plain")
    text = reply.body.decode()
    assert text.startswith("stateDiagram-v2")
    for status in SHOWN:
        assert status in text


def test_another_format_is_refused(emulator):
    reply = emulator.get("/_emulator/state-machine?format=dot")
    assert_refused(reply, 400, "BAD_PARAMETERS", "param",
                   "querystring/format must be equal to one of the allowed values")
