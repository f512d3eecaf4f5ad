"""The contract's example of each operation is sent as it stands, and succeeds."""

import json

import pytest
from emulator import JSON
from examples import EXAMPLES, with_everything
from living import advance, launch, set_clock

UID_IN_EXAMPLE = "20000000-0000-4000-8000-000000000001"  # of a callback: real ones are random


@pytest.fixture
def emulator(start):
    """As a user starts it: the demo world, and a real clock."""
    return start(defaults=False)


def send(emulator, operation, replace=("", "")):
    method, target, body, _ = EXAMPLES[operation]
    data = b"" if body is None else json.dumps(body).encode()
    return emulator.request(method, target.replace(*replace), data, JSON)


def succeed(emulator, operation, **options):
    reply = send(emulator, operation, **options)
    assert reply.status == EXAMPLES[operation][3], reply


def callback_uid(emulator):
    """Of a callback that could not be delivered, all attempts included."""
    set_clock(emulator, mode="frozen")
    run = launch(emulator, callback={"url": "http://127.0.0.1:9/", "on": "final"})
    advance(emulator, "PT24H")
    assert emulator.get(f"/_emulator/wait?run={run}&callback=FAILED").status == 200
    return emulator.get(f"/_emulator/callbacks?run={run}").json[0]["uid"]


# What each of these needs made before; every other example works in a new workspace.
NEEDS = {
    "advanceClock": "setClock",
    "removeFault": "addFault",
    "dropSnapshot": "takeSnapshot",
    "restoreSnapshot": "takeSnapshot",
    "replayCallback": "a callback that is not being sent",
    "explain": "a request with the id my-request",
}


@pytest.mark.parametrize("operation", [o for o in EXAMPLES if o not in NEEDS])
def test_an_example_works_in_a_new_workspace(emulator, operation):
    succeed(emulator, operation)


@pytest.mark.parametrize("operation, needed", [(o, n) for o, n in NEEDS.items() if n in EXAMPLES])
def test_an_example_works_after_that_of_what_it_needs(emulator, operation, needed):
    assert send(emulator, operation).status in (404, 422)
    succeed(emulator, needed)
    succeed(emulator, operation)


# What else a call needs: Postman, which sends every parameter that there is, gets an error from it.
ONE_CONDITION = {"wait": "its parameters name several conditions, and it waits for one"}


@pytest.mark.parametrize("operation", [o for o in EXAMPLES if o not in NEEDS.keys() | ONE_CONDITION.keys()])
def test_an_example_works_with_every_parameter(emulator, operation):
    method, _, body, status = EXAMPLES[operation]
    target, headers = with_everything(operation)
    data = b"" if body is None else json.dumps(body).encode()
    reply = emulator.request(method, target, data, {**JSON, **headers})
    assert reply.status == status, reply


def test_the_example_of_explain_works_after_a_request_of_that_id(emulator):
    assert send(emulator, "explain").status == 404
    emulator.get("/v1/flows/runs", headers={"X-Request-Id": "my-request"})
    succeed(emulator, "explain")


def test_the_example_of_replay_works_with_the_uid_of_a_callback(emulator):
    assert send(emulator, "replayCallback").status == 404
    succeed(emulator, "replayCallback", replace=(UID_IN_EXAMPLE, callback_uid(emulator)))


def test_examples_work_one_after_the_other(emulator):
    """In the document's order, as a collection of requests made from it runs them. Of four the
    example before has taken away, or nothing could make, what they need."""
    refused = {o for o in EXAMPLES if send(emulator, o).status != EXAMPLES[o][3]}
    assert refused == {"replayCallback", "removeFault", "restoreSnapshot", "explain"}
