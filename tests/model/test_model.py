"""Random sessions: the emulator must agree with the reference after every single step.

EDGES_MODEL_SECONDS=3600 lets it run that long with new sessions each time.
"""

import json
import os
import time

import pytest
from emulator import Emulator
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine, initialize, invariant, precondition, rule, run_state_machine_as_test,
)
from process import Process
from world import ALLOWED, CRONS, FLOWS, STEPS, Run, Schedule, World, milliseconds, text
from world import START as BEGINNING

SECONDS = float(os.environ.get("EDGES_MODEL_SECONDS", 0))
DEAD = "http://127.0.0.1:9/"  # nobody listens: what was written counts, not what arrived
JSON = {"Content-Type": "application/json"}

inputs = st.lists(st.sampled_from([{"n": 1}, {"n": 2, "s": "é"}, {}]), min_size=1, max_size=3)
steps = st.none() | st.lists(st.sampled_from(STEPS), unique=True, min_size=1)
callback = st.none() | st.sampled_from([{"url": DEAD}, {"url": DEAD, "on": "final"}])
slug = st.sampled_from(sorted(FLOWS))
plan_times = sorted({item["after_ms"] for plan in FLOWS.values() for item in plan})
by = st.sampled_from(plan_times) | st.integers(0, 2000) | st.sampled_from([3600000, 86400000])


picks = st.integers(0, 40)


def chosen(things, pick):
    """One of those that there are now; those that schedules started are among them."""
    return list(things.items())[pick % len(things)]


class Session(RuleBasedStateMachine):
    process = None  # one server for all sessions, each with a key of its own
    count = 0
    @initialize()
    def enter(self):
        Session.count += 1
        self.emulator = Emulator(Session.process, f"session-{Session.count}-{time.monotonic_ns()}")
        self.fired = []
        self.world = World(self.name)

    def name(self, schedule, at):
        """The uid that the emulator gave to the run of this firing."""
        return next(each["run"] for each in self.fired
                    if each.get("schedule") == schedule and each["at"] == at)

    def catch_up(self):
        """What is due at once has happened before anything else is answered."""
        runs = self.emulator.runs("limit=100")
        self.fired = [{"schedule": run["scheduled_flow_run_uid"], "at": run["created_at"],
                       "run": run["uid"]} for run in runs if run["scheduled_flow_run_uid"]]
        self.world.advance(self.world.now)

    def same(self, reply, allowed, shown):
        assert reply.status == (200 if allowed else 422), reply
        if allowed:
            assert {**reply.json, **shown} == reply.json
        else:
            assert reply.json["error_label"] == "INVALID_STATUS"

    # What clients do.

    @rule(slug=slug, inputs=inputs, steps=steps, callback=callback)
    def start(self, slug, inputs, steps, callback):
        body = {"inputs": inputs, "steps": steps, "callback": callback}
        reply = self.emulator.post(f"/v1/flows/{slug}/run/async",
                                   {k: v for k, v in body.items() if v is not None})
        run = Run(reply.json["uid"], slug, self.world.now, inputs, steps, callback)
        self.same(reply, True, {**run.shown(), "flow_run_uid": run.uid})
        self.world.start(run, self.world.now)
        self.catch_up()

    @precondition(lambda self: self.world.runs)
    @rule(pick=picks)
    def cancel(self, pick):
        uid, run = chosen(self.world.runs, pick)
        allowed = self.world.cancel(run)
        self.same(self.emulator.cancel(uid), allowed, run.shown())

    @precondition(lambda self: self.world.runs)
    @rule(pick=picks)
    def resume(self, pick):
        uid, run = chosen(self.world.runs, pick)
        allowed = self.world.resume(run)
        reply = self.emulator.request("POST", f"/v1/flows/runs/{uid}/resume")
        self.same(reply, allowed, run.shown())
        self.catch_up()

    @precondition(lambda self: self.world.runs)
    @rule(pick=picks, event=st.sampled_from(sorted(set(ALLOWED) - {"CANCEL", "RESUME"})))
    def push(self, pick, event):
        uid, run = chosen(self.world.runs, pick)
        allowed = self.world.happen(run, event, self.world.now)
        self.same(self.emulator.event(uid, event), allowed, run.shown())

    @rule(slug=slug, inputs=inputs, steps=steps, callback=callback,
          cron=st.none() | st.sampled_from(CRONS),
          ahead=st.none() | st.sampled_from([-5000, 0, 50, 3600000, 5 * 86400000]))
    def schedule(self, slug, inputs, steps, callback, cron, ahead):
        body = {"inputs": inputs, "callback": callback or {"url": DEAD}}
        if steps is not None:
            body["steps"] = steps
        if cron or ahead is None:
            body["cron"], body["timezone"] = cron or CRONS[0]
        at = None if ahead is None else self.world.now + ahead
        if at is not None:
            body["schedule_at"] = text(at)
        reply = self.emulator.post(f"/v1/flows/{slug}/run/schedule", body)
        assert reply.status == 200, reply
        made = Schedule(reply.json["schedule_flow_run_uid"], slug, self.world.now, body.get("cron"),
                        body.get("timezone", "UTC"), at, inputs=inputs, steps=steps,
                        callback=body["callback"])
        self.world.plan_ahead(made)
        assert reply.json["next_execution_at"] == text(made.due)
        self.catch_up()

    @precondition(lambda self: self.world.schedules)
    @rule(pick=picks, action=st.sampled_from(["pause", "resume", "cancel"]))
    def manage(self, pick, action):
        uid, made = chosen(self.world.schedules, pick)
        allowed = self.world.manage(made, action)
        reply = self.emulator.request("POST", f"/v1/flows/schedules/{uid}/{action}")
        self.same(reply, allowed, made.shown())
        self.catch_up()

    # What time does.

    @rule(by=by, times=st.integers(1, 3), at_once=st.booleans())
    def advance(self, by, times, at_once):
        """So often this much, or all of it at once: which must not make a difference."""
        to = self.world.now + by * times
        self.fired = []
        for part in [by * times] if at_once else [by] * times:
            reply = self.emulator.post("/_emulator/clock/advance", {"by": part})
            assert reply.status == 200, reply
            self.fired += reply.json["fired"]
        expected = self.world.advance(to)
        assert [self.told(each) for each in self.fired] == expected

    def told(self, each):
        if "schedule" in each:
            return each["at"], each["run"], each["schedule"], None
        if "event" in each:
            return each["at"], each["run"], each["event"], each["status"]
        return each["at"], each["run"], each["step_uid"], each["outputs"]

    @rule(to_next=st.booleans())
    def jump(self, to_next):
        """To the very instant in which something is due, or one before it."""
        due = self.world.next_due()
        if due is None or due - (not to_next) < self.world.now:
            return
        at = due - (not to_next)
        before = {run for run in self.world.runs}
        reply = self.emulator.request("PUT", "/_emulator/clock",
                                      json.dumps({"now": text(at)}).encode(), JSON)
        assert reply.status == 200, reply
        runs = self.emulator.runs("limit=100&sort=-created_at")
        self.fired = [{"schedule": run["scheduled_flow_run_uid"], "at": run["created_at"],
                       "run": run["uid"]} for run in runs if run["uid"] not in before]
        self.world.advance(at)

    @rule()
    def reset(self):
        self.emulator.reset()
        self.world = World(self.name)

    # What can be seen.

    @invariant()
    def the_runs_are_the_same(self):
        if not hasattr(self, "world"):
            return
        shown = self.emulator.runs("limit=100")
        expected = sorted(self.world.runs.values(), key=lambda run: (run.created, run.uid))[:100]
        assert [{**run, **model.shown()} for run, model in zip(shown, expected, strict=True)] == shown

    @invariant()
    def schedules_callbacks_and_clock_are_the_same(self):
        if not hasattr(self, "world"):
            return
        shown = self.emulator.get("/v1/flows/schedules?limit=100").json
        expected = sorted(self.world.schedules.values(), key=lambda each: (each.created, each.uid))
        assert [{**each, **model.shown()}
                for each, model in zip(shown, expected[:100], strict=True)] == shown
        told = self.emulator.get("/_emulator/callbacks?limit=1000").json
        assert [[each["flow_run_uid"], each["step_uid"], each["flow_run_status"],
                 each["results_count"], each["created_at"]] for each in told] == self.world.told
        clock = self.emulator.get("/_emulator/clock").json
        assert (clock["mode"], clock["now"]) == ("frozen", text(self.world.now))
        # A retry is due too; when an attempt has failed is not known here.
        retries = {each["next_attempt_at"] for each in self.emulator.get("/_emulator/callbacks?limit=1000").json}
        assert clock["next_due_at"] in {text(self.world.next_due()), *retries}

    @precondition(lambda self: self.world.runs)
    @rule(pick=picks, offset=st.integers(0, 3), limit=st.integers(1, 4),
          step=st.none() | st.sampled_from(STEPS))
    def read_outputs(self, pick, offset, limit, step):
        uid, run = chosen(self.world.runs, pick)
        query = f"?offset={offset}&limit={limit}" + (f"&step_uid={step}" if step else "")
        wanted = [data for name, data in run.outputs if step in (None, name)]
        reply = self.emulator.get(f"/v1/flows/runs/{uid}/outputs{query}")
        assert reply.json == wanted[offset:offset + limit]
        assert self.emulator.get(f"/_emulator/runs/{uid}").json["credits"] == run.credits

    @rule(status=st.sampled_from(["RUNNING", "STOPPED", "SUCCEEDED"]), limit=st.integers(1, 5))
    def list_some(self, status, limit):
        wanted = [run.uid for run in sorted(self.world.runs.values(),
                                            key=lambda run: (run.updated, run.uid), reverse=True)
                  if run.status == status][:limit]
        shown = self.emulator.runs(f"status={status}&sort=-updated_at&limit={limit}")
        assert [run["uid"] for run in shown] == wanted


@pytest.fixture
def process(tmp_path):
    fixture = tmp_path / "flows.json"
    fixture.write_text(json.dumps({"version": 1, "flows": [
        {"slug": name, "name": name, "steps": STEPS, "plan": plan} for name, plan in FLOWS.items()]}))
    process = Process(["--port", "0", "--clock", text(milliseconds(BEGINNING)), "--fixture",
                       str(fixture), "--log-level", "error"], None, None)
    yield process
    process.stop()
    process.close()


def test_random_sessions(process):
    Session.process = process
    usual = dict(deadline=None, database=None, stateful_step_count=25,
                 suppress_health_check=list(HealthCheck))
    until = time.monotonic() + SECONDS
    run_state_machine_as_test(Session, settings=settings(max_examples=150, derandomize=True, **usual))
    while time.monotonic() < until:
        run_state_machine_as_test(Session, settings=settings(max_examples=200, **usual))
