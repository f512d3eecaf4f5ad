"""Runs that live: started, moved through time, looked at. Times are literal, read off the plans."""

import json

from emulator import JSON
from facts import FLOW_RUN_DETAIL, assert_refused

ENRICH = "linkedin-people-enrich"
EXTRACT_STEP, ENRICH_STEP = "linkedin-extract-people", "linkedin-enrich-people"
ADA = {"linkedin_profile_url": "https://www.linkedin.com/in/ada-lovelace"}
GRACE = {"linkedin_profile_url": "https://www.linkedin.com/in/grace-hopper"}
DEMO_FLOWS = [ENRICH, "demo-fails", "demo-partly", "demo-blocks", "demo-invalid", "demo-never-ends"]


def run_path(slug):
    return f"/v1/flows/{slug}/run/async"


def launch(emulator, slug=ENRICH, inputs=(ADA,), **fields):
    """Starts a run of the flow and returns its uid."""
    reply = emulator.post(run_path(slug), {"inputs": list(inputs), **fields})
    assert reply.status == 200, reply
    return reply.json["uid"]


def resume(emulator, uid, **options):
    return emulator.request("POST", f"/v1/flows/runs/{uid}/resume", **options)


def clock(emulator):
    reply = emulator.get("/_emulator/clock")
    assert reply.status == 200, reply
    return reply.json


def put_clock(emulator, value):
    return emulator.request("PUT", "/_emulator/clock", json.dumps(value).encode(), JSON)


def set_clock(emulator, **value):
    reply = put_clock(emulator, value)
    assert reply.status == 200, reply
    return reply.json


def touch(emulator):
    """Makes the clock go forwards only, and changes nothing else."""
    for call in "", "/restore":
        reply = emulator.post(f"/_emulator/snapshots/touch{call}")
        assert reply.status in (200, 201), reply


def advance(emulator, by):
    """Moves the frozen clock and returns what fired."""
    reply = emulator.post("/_emulator/clock/advance", {"by": by})
    assert reply.status == 200, reply
    return reply.json["fired"]


def outputs(emulator, uid, query="?limit=1000"):
    reply = emulator.get(f"/v1/flows/runs/{uid}/outputs{query}")
    assert reply.status == 200, reply
    return reply.json


def status(emulator, uid):
    return emulator.run(uid)["status"]


def assert_still(emulator, uid):
    """Thirty days on nothing of the run fires and nothing of it has changed."""
    run, results = emulator.run(uid), outputs(emulator, uid)
    assert clock(emulator)["next_due_at"] is None
    assert advance(emulator, "P30D") == []
    assert (emulator.run(uid), outputs(emulator, uid)) == (run, results)
    assert list(run) == FLOW_RUN_DETAIL


def assert_bad_input(reply, message=None):
    assert_refused(reply, 400, "BAD_INPUT", "input", message)


def flow(plan=None, slug="own", steps=("a", "b"), **fields):
    """A flow of a story's own, as a fixture has it."""
    made = {"slug": slug, "name": "Of a story", "steps": list(steps), **fields}
    return made if plan is None else {**made, "plan": plan}


def at(text):
    """A moment of the first minute of 2026, given as "00.050" and the like."""
    return f"2026-01-01T00:00:{text}Z"
