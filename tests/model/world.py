"""A reference of what the emulator does: one workspace on a frozen clock, in plain Python.

Written from API.md and the manual, not from the program. Times are milliseconds since 1970.
"""

from bisect import bisect_right
from datetime import datetime, timedelta, timezone

from cron_oracle import Oracle, show

START = datetime(2026, 3, 27, tzinfo=timezone.utc)  # two days before Paris changes its clocks

ALLOWED = {
    "QUEUE": ("QUEUED", {"CREATED", "SCHEDULED"}),
    "SCHEDULE": ("SCHEDULED", {"CREATED", "QUEUED"}),
    "START": ("RUNNING", {"CREATED", "QUEUED", "SCHEDULED"}),
    "FINISH": ("SUCCEEDED", {"RUNNING"}),
    "FINISH_PARTIALLY": ("PARTIAL_SUCCEEDED", {"RUNNING"}),
    "FAIL": ("FAILED", {"QUEUED", "SCHEDULED", "RUNNING"}),
    "BLOCK": ("BLOCKED", {"QUEUED", "SCHEDULED", "RUNNING"}),
    "STOP": ("STOPPED", {"CREATED", "QUEUED", "SCHEDULED", "RUNNING", "BLOCKED"}),
    "INVALIDATE": ("INVALID", {"CREATED", "QUEUED", "SCHEDULED"}),
    "CANCEL": ("STOPPED", {"CREATED", "QUEUED", "SCHEDULED", "RUNNING"}),
    "RESUME": ("SCHEDULED", {"BLOCKED", "STOPPED"}),
}
FINISHED = {"INVALID", "STOPPED", "FAILED", "PARTIAL_SUCCEEDED", "SUCCEEDED"}
ENDS = {"FINISH", "FINISH_PARTIALLY"}
TOLD = {"SUCCEEDED", "PARTIAL_SUCCEEDED", "FAILED"}
AFTER = {("ACTIVE", "pause"): "PAUSED", ("ACTIVE", "cancel"): "CANCELLED",
         ("PAUSED", "resume"): "ACTIVE", ("PAUSED", "cancel"): "CANCELLED"}

ERROR = {"label": "LK_ERROR", "message": "did not answer"}
FLOWS = {
    "plain": [{"after_ms": 50, "event": "QUEUE"}, {"after_ms": 150, "event": "START"},
              {"after_ms": 600, "step_uid": "a"}, {"after_ms": 600, "step_uid": "b", "count": 2},
              {"after_ms": 600, "event": "FINISH"}],
    "fails": [{"after_ms": 0, "event": "START"}, {"after_ms": 10, "step_uid": "a"},
              {"after_ms": 0, "event": "FAIL", "error": ERROR}, {"after_ms": 5, "step_uid": "b"}],
    "partly": [{"after_ms": 100, "event": "QUEUE"}, {"after_ms": 100, "step_uid": "b"},
               {"after_ms": 100, "event": "FINISH_PARTIALLY", "error": ERROR}],
    "blocks": [{"after_ms": 50, "event": "QUEUE"}, {"after_ms": 50, "event": "START"},
               {"after_ms": 50, "step_uid": "a"}, {"after_ms": 50, "event": "BLOCK", "error": ERROR},
               {"after_ms": 50, "event": "START"}, {"after_ms": 50, "step_uid": "b"},
               {"after_ms": 3600000, "event": "FINISH"}],
    "invalid": [{"after_ms": 50, "event": "INVALIDATE", "error": ERROR}],
    "endless": [{"after_ms": 50, "event": "START"}, {"after_ms": 86400000, "step_uid": "a"}],
    "odd": [{"after_ms": 0, "event": "BLOCK"}, {"after_ms": 1, "event": "FAIL"},
            {"after_ms": 1, "event": "FINISH"}],
}
STEPS = ["a", "b"]
CRONS = [("0 */6 * * *", "UTC"), ("30 2 * * *", "Europe/Paris"), ("15 9 28-31 * mon", "UTC"),
         ("0 0 * * *", "Australia/Lord_Howe"), ("*/50 3 * * *", "America/New_York")]


def milliseconds(moment):
    return round((moment - datetime(1970, 1, 1, tzinfo=timezone.utc)) / timedelta(milliseconds=1))


def text(at):
    return None if at is None else show(
        datetime(1970, 1, 1, tzinfo=timezone.utc) + timedelta(milliseconds=at))


class Firings:
    """All firings of a cron from the beginning on, found by brute force, a month at a time."""

    def __init__(self, cron, zone):
        self.oracle, self.found = Oracle(cron, zone), []
        self.until = START - timedelta(days=1)

    def after(self, at):
        while not self.found or self.found[-1] <= at:
            after, self.until = self.until, self.until + timedelta(days=31)
            self.found += map(milliseconds, self.oracle.between(after, self.until))
        return self.found[bisect_right(self.found, at)]


FIRINGS = {each: Firings(*each) for each in CRONS}


def next_firing(cron, zone, after):
    return FIRINGS[cron, zone].after(after)


class Run:
    def __init__(self, uid, slug, now, inputs, steps=None, callback=None, schedule=None):
        self.uid, self.slug, self.inputs, self.steps = uid, slug, inputs, steps
        self.callback, self.schedule = callback, schedule
        self.status, self.cancelled, self.error = "CREATED", False, None
        self.created = self.updated = now
        self.started = self.finished = None
        self.outputs, self.credits = [], 0
        self.held = 0  # the last of these, of which the end tells
        self.place, self.due, self.order = 0, None, 0

    def shown(self):
        return {"uid": self.uid, "last_error": self.error, "status": self.status,
                "callback": self.callback and {"url": self.callback["url"]},
                "output_count": len(self.outputs) if self.status in FINISHED else 0,
                "scheduled_flow_run_uid": self.schedule, "started_at": text(self.started),
                "finished_at": text(self.finished), "created_at": text(self.created),
                "updated_at": text(self.updated)}


class Schedule:
    def __init__(self, uid, slug, now, cron=None, zone="UTC", at=None, **order):
        self.uid, self.slug, self.cron, self.zone, self.at = uid, slug, cron, zone, at
        self.order_of_runs = order
        self.status, self.created = "ACTIVE", now
        self.updated = self.last = self.due = None
        self.order = 0

    def shown(self):
        return {"uid": self.uid, "flow_preset_name": self.slug, "status": self.status,
                "postponed_until": None, "cron": self.cron, "timezone": self.zone,
                "next_execution_at": text(self.due), "last_executed_at": text(self.last),
                "created_at": text(self.created), "updated_at": text(self.updated)}


class World:
    """Uids of what fires by itself are not known here: a firing asks `name` for them."""

    def __init__(self, name):
        self.now, self.order = milliseconds(START), 0
        self.runs, self.schedules, self.told = {}, {}, []
        self.name, self.fired = name, []

    def arm(self, thing, at):
        thing.due = at
        if at is not None:
            self.order += 1
            thing.order = self.order

    # Runs.

    def start(self, run, now):
        self.runs[run.uid] = run
        self.arm_run(run, 0, now)

    def arm_run(self, run, place, now):
        plan = FLOWS[run.slug]
        while place < len(plan) and run.steps is not None and plan[place].get("step_uid") and \
                plan[place]["step_uid"] not in run.steps:
            place += 1
        if place < len(plan):
            run.place = place
            self.arm(run, now + plan[place]["after_ms"])
        else:
            self.arm(run, None)

    def may(self, run, event):
        return run.status in ALLOWED[event][1] and not (event == "RESUME" and run.cancelled)

    def happen(self, run, event, at, error=None, planned=False):
        """An event that the status allows; False when it does not."""
        if not self.may(run, event):
            return False
        if event != "CANCEL" and not (planned and event in ENDS):
            self.tell_held(run, at)
        run.status, run.updated = ALLOWED[event][0], at
        run.finished = at if run.status in FINISHED else None
        if run.status == "RUNNING" and run.started is None:
            run.started = at
        if event == "FAIL" and error is None:
            error = {"label": "GENERIC_ERROR", "message": "The flow run failed"}
        run.error = None if event == "RESUME" else error or run.error
        if run.status in FINISHED or run.status == "BLOCKED":
            run.due = None
        self.tell_end(run, at)
        return True

    def tell(self, run, status, count, at):
        step = run.outputs[-1][0] if run.outputs else None
        self.told.append([run.uid, step, status, count, text(at)])

    def tell_held(self, run, at):
        if run.held and run.callback.get("on", "all") == "all":
            self.tell(run, "RUNNING", run.held, at)
        run.held = 0

    def tell_end(self, run, at):
        if run.callback and run.status in TOLD:
            final = run.callback.get("on", "all") == "final"
            self.tell(run, run.status, 0 if final else run.held, at)

    def cancel(self, run):
        if not self.happen(run, "CANCEL", self.now):
            return False
        run.cancelled, run.outputs, run.held = True, [], 0
        return True

    def resume(self, run):
        if not self.happen(run, "RESUME", self.now):
            return False
        self.arm_run(run, run.place, self.now)
        return True

    def move(self, run):
        """What is due for a run."""
        at, place = run.due, run.place
        item = FLOWS[run.slug][place]
        run.due, run.place = None, place + 1
        if item.get("event"):
            if not self.may(run, item["event"]) and "RUNNING" in ALLOWED[item["event"]][1]:
                self.ensure_running(run, at)
            self.by_plan(run, item["event"], at, item.get("error"))
        else:
            self.work(run, item, at)
        if run.status not in FINISHED and run.status != "BLOCKED":
            self.arm_run(run, run.place, at)

    def by_plan(self, run, event, at, error=None):
        if self.happen(run, event, at, error, planned=True):
            self.fired.append((text(at), run.uid, event, run.status))

    def ensure_running(self, run, at):
        if run.status != "RUNNING":
            self.by_plan(run, "START", at)

    def work(self, run, item, at):
        self.ensure_running(run, at)
        count = item.get("count", 1)
        made = [(item["step_uid"], each) for each in run.inputs for _ in range(count)]
        run.outputs += made
        run.credits += len(made)
        run.updated = at
        self.fired.append((text(at), run.uid, item["step_uid"], len(made)))
        if run.callback and made:
            run.held = len(made)
            if self.next_event(run) not in ENDS:
                self.tell_held(run, at)

    def next_event(self, run):
        """The event that comes next in the plan; None when it is no event, or nothing."""
        kept = [item for item in FLOWS[run.slug][run.place:] if run.steps is None or
                item.get("step_uid") is None or item["step_uid"] in run.steps]
        return kept[0].get("event") if kept else None

    # Schedules.

    def plan_ahead(self, schedule):
        self.schedules[schedule.uid] = schedule
        first = max(schedule.at, self.now) if schedule.at is not None else next_firing(
            schedule.cron, schedule.zone, self.now)
        self.arm(schedule, first)

    def manage(self, schedule, action):
        if (schedule.status, action) not in AFTER:
            return False
        schedule.status, schedule.updated, schedule.due = AFTER[schedule.status, action], self.now, None
        if schedule.status == "ACTIVE":
            waits = schedule.at is not None and schedule.at >= self.now and schedule.last is None
            ahead = schedule.cron and next_firing(schedule.cron, schedule.zone, self.now)
            self.arm(schedule, schedule.at if waits else ahead or None)
        return True

    def fire(self, schedule):
        at = schedule.due
        run = Run(self.name(schedule.uid, text(at)), schedule.slug, at, schedule=schedule.uid,
                  **schedule.order_of_runs)
        self.fired.append((text(at), run.uid, schedule.uid, None))
        self.start(run, at)
        schedule.last = schedule.updated = at
        if not schedule.cron:
            schedule.status = "COMPLETED"
        self.arm(schedule, next_firing(schedule.cron, schedule.zone, at) if schedule.cron else None)

    # Time.

    def due(self):
        return [each for each in [*self.runs.values(), *self.schedules.values()]
                if each.due is not None]

    def next_due(self):
        return min((each.due for each in self.due()), default=None)

    def advance(self, to):
        """Everything up to and with an instant happens in order; what happened is returned."""
        self.fired = []
        while soon := [each for each in self.due() if each.due <= to]:
            first = min(soon, key=lambda each: (each.due, each.order))
            if isinstance(first, Run):
                self.move(first)
            else:
                self.fire(first)
        self.now = to
        return self.fired
