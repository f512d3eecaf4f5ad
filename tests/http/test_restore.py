"""A restore puts right what differs, or builds all anew when much does: nobody sees which. Random sessions are taken back
both ways, and what comes afterwards is compared too."""

import json
import sqlite3
from contextlib import closing

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calling import TRY
from emulator import JSON
from living import ADA, DEMO_FLOWS, ENRICH, advance, launch
from receiver import receiving, reply
from scheduling import HOOK, ask

MUCH = 3100  # runs: more than are put right one by one
SNAPSHOT = "/_emulator/snapshots/s"
RUNS = "/v1/flows/runs?limit=100"

steps = st.lists(
    st.one_of(
        st.tuples(st.just("launch"), st.sampled_from(DEMO_FLOWS), st.sampled_from([None, "good", "bad"])),
        st.tuples(st.just("cancel"), st.integers(0, 40)),
        st.tuples(st.just("advance"), st.sampled_from(["PT1S", "PT30S", "PT20M", "P1D"])),
        st.tuples(st.just("event"), st.integers(0, 40), st.sampled_from(["FINISH", "FAIL", "BLOCK"])),
        st.tuples(st.just("flow"), st.sampled_from([ENRICH, "own"]), st.integers(1, 5)),
        st.tuples(st.just("schedule"), st.sampled_from(["* * * * *", "0 * * * *"])),
        st.tuples(st.just("make"), st.sampled_from(["RUNNING", "QUEUED", "SUCCEEDED"])),
        st.tuples(st.just("reset")),
    ),
    max_size=6,
)


def put(emulator, path, value):
    answer = emulator.request("PUT", path, json.dumps(value).encode(), JSON)
    assert answer.status in (200, 201), answer


def restore(emulator):
    answer = emulator.post(f"{SNAPSHOT}/restore")
    assert answer.status == 200, answer


class Session:
    def __init__(self, emulator, receivers):
        self.emulator, self.receivers = emulator, receivers

    def idle(self):
        """Nothing is being sent any more."""
        answer = self.emulator.get("/_emulator/wait?idle=true")
        assert answer.status == 200, answer

    def go(self, steps):
        for name, *values in steps:
            getattr(self, name)(*values)
            self.idle()

    def launch(self, slug, callback):
        launch(self.emulator, slug, **({"callback": {"url": self.receivers[callback].url()}} if callback else {}))

    def cancel(self, number):
        runs = self.emulator.runs("limit=100")
        if runs:
            self.emulator.cancel(runs[number % len(runs)]["uid"])

    def advance(self, by):
        advance(self.emulator, by)

    def event(self, number, event):
        runs = self.emulator.runs("limit=100")
        if runs:
            self.emulator.event(runs[number % len(runs)]["uid"], event)

    def flow(self, slug, seconds):
        put(self.emulator, f"/_emulator/flows/{slug}",
            {"steps": ["a"], "plan": [{"after_ms": seconds * 1000, "event": "START"}, {"after_ms": 1000, "event": "FINISH"}]})

    def schedule(self, cron):
        assert ask(self.emulator, cron=cron, callback=HOOK).status == 200

    def make(self, status):
        self.emulator.make(status, outputs=[{"step_uid": "a", "data": {"n": 1}}] if status == "SUCCEEDED" else [])

    def reset(self):
        self.emulator.reset()

    def much(self):
        """All is replaced by something else."""
        put(self.emulator, "/_emulator/state", {"version": 1, "runs": [{"status": "FAILED"}] * MUCH})

    def seen(self):
        self.idle()
        callbacks = [{**each, "attempts": [[tried[name] for name in TRY] for tried in each["attempts"]]}
                     for each in self.emulator.get("/_emulator/callbacks").json]  # fmt: skip
        totals = [self.emulator.get(f"{RUNS}&status={status}").json for status in ("RUNNING", "STOPPED", "FAILED")]
        return self.emulator.get("/_emulator/state").json, self.emulator.runs("limit=100"), totals, callbacks

    def future(self):
        """What comes of it, new uids included."""
        uid = launch(self.emulator)
        fired = advance(self.emulator, "PT3M")
        return uid, fired, self.seen()


@settings(max_examples=10)
@given(before=steps, between=steps)
def test_a_restore_gives_what_was_there_whichever_way(emulator, before, between):
    with receiving() as good, receiving(reply(500)) as bad:
        session = Session(emulator, {"good": good, "bad": bad})
        session.reset()
        session.go(before)
        assert emulator.post(SNAPSHOT).status == 201
        seen = session.seen()
        future = session.future()
        for much in False, True:
            restore(emulator)
            session.go(between)
            if much:
                session.much()
            restore(emulator)
            assert session.seen() == seen
            assert session.future() == future


@pytest.mark.parametrize("runs, stays", [(1, True), (MUCH, False)])
def test_content_stays_where_it_is_after_few_changes(start, tmp_path, runs, stays):
    """The id of its content tells, which is another when all was built anew."""
    emulator = start("--db", tmp_path / "db")
    before = emulator.get("/_emulator/state").json
    assert emulator.post(SNAPSHOT).status == 201
    launch(emulator, inputs=[ADA] * 3)
    if not stays:
        put(emulator, "/_emulator/state", {**before, "runs": [{"status": "FAILED"}] * runs})
    ids = [content_ids(emulator.process, tmp_path)]
    emulator = start("--db", tmp_path / "db")
    restore(emulator)
    assert emulator.get("/_emulator/state").json == before
    ids.append(content_ids(emulator.process, tmp_path))
    assert (ids[0] == ids[1]) == stays


def content_ids(process, tmp_path):
    process.stop()
    with closing(sqlite3.connect(tmp_path / "db")) as database:
        return [row[0] for row in database.execute("SELECT id FROM workspace")]
