"""What runs made by hand may claim, and what must not come of it."""

import json

from emulator import JSON
from facts import assert_refused, uid
from living import advance
from scheduling import HOOK

WORLD = "still"


def test_a_run_that_is_due_has_to_have_a_plan(emulator):
    progress = {"position": 0, "due_at": "2026-01-01T00:00:01Z"}
    reply = emulator.post("/_emulator/runs", {"status": "RUNNING", "progress": progress})
    assert_refused(reply, 400, "BAD_INPUT", "input", "body/flow_slug must name a flow that is there, "
                                                     "because the run follows its plan")


def test_a_claimed_number_of_outputs_is_no_number_to_make_room_for(emulator):
    emulator.make("RUNNING", uid=uid(1), output_count=2**53 - 1, callback={**HOOK, "on": "final"})
    emulator.event(uid(1), "FINISH")
    assert emulator.run(uid(1))["status"] == "SUCCEEDED"
    emulator.get(f"/_emulator/wait?run={uid(1)}&callback=SUCCESS&timeout=1&patient=true")
    emulator.assert_alive()


def test_the_rate_limit_follows_a_clock_that_was_put_back(emulator):
    assert emulator.post("/_emulator/snapshots/early", {}).status < 300
    advance(emulator, "P365D")
    limit = json.dumps({"per_minute": 1}).encode()
    reply = emulator.request("PUT", "/_emulator/faults/rate-limit", limit, JSON)
    assert reply.status == 200, reply
    assert emulator.get("/v1/flows/runs").status == 200
    assert emulator.get("/v1/flows/runs").status == 429
    assert emulator.post("/_emulator/snapshots/early/restore", {}).status == 200
    assert emulator.get("/v1/flows/runs").status == 200
    assert emulator.get("/v1/flows/runs").header("Retry-After") == "60"
