"""What stories of callbacks share."""

import threading
import time

from facts import assert_refused
from living import ADA, launch

DEADLINE = 20  # seconds
TRY = ["at", "http_status", "error"]


def callbacks(emulator, query=""):
    reply = emulator.get(f"/_emulator/callbacks{query}")
    assert reply.status == 200, reply
    return reply.json


def of(emulator, run):
    return callbacks(emulator, f"?run={run}")


def settled(emulator, run, count, *statuses):
    """The callbacks of a run, as soon as there are so many and all have one of these statuses."""
    until = time.monotonic() + DEADLINE
    while True:
        found = of(emulator, run)
        if len(found) == count and all(each["status"] in statuses for each in found):
            return found
        assert time.monotonic() < until, found
        threading.Event().wait(0.005)


def tried(emulator, run, tries, count=1):
    """The same, as soon as each was tried so often and none is under way."""
    until = time.monotonic() + DEADLINE
    while True:
        found = of(emulator, run)
        if len(found) == count and all(
                len(each["attempts"]) == tries and each["status"] != "RUNNING" for each in found):
            return found
        assert time.monotonic() < until, found
        threading.Event().wait(0.005)


def call(emulator, url, slug="linkedin-people-enrich", inputs=(ADA,), **callback):
    """Starts a run whose client wants to be called."""
    return launch(emulator, slug, inputs, callback={"url": url, **callback})


def end(emulator, url, event="FINISH", **fields):
    """A run made by hand, whose end is the one thing that is told."""
    run = emulator.make("RUNNING", callback={"url": url}, **fields)["uid"]
    reply = emulator.event(run, event)
    assert reply.status == 200, reply
    return run


def replay(emulator, uid):
    return emulator.post(f"/_emulator/callbacks/{uid}/replay")


def assert_refused_replay(reply):
    assert_refused(reply, 422, "INVALID_STATUS", "param")
