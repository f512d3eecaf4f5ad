"""Waiting without polling: answers when it is so, or says why not (CONTROL.md "Control API")."""

import resource
import socket
import struct
import threading
import time

import pytest
from calling import call, settled
from facts import assert_refused
from living import advance, flow, launch
from receiver import receiving, reply as http_reply

WORLD = "still"
RUNNING = "00000000-0000-4000-8000-000000000007"
JSON = {"Content-Type": "application/json"}
QUICK = flow([{"after_ms": 50, "event": "START"}, {"after_ms": 1000, "event": "FINISH"}], slug="quick")


def wait(emulator, query, **options):
    return emulator.get(f"/_emulator/wait?{query}", **options)


class Waiting:
    """A wait under way on a connection of its own."""

    def __init__(self, emulator, query):
        self.emulator, self.target = emulator, f"/_emulator/wait?{query}"
        self.wire = emulator.wire()
        self.wire.send(emulator.head("GET", self.target))

    def reply(self):
        with self.wire:
            return self.emulator.read(self.wire, "GET", self.target)


@pytest.fixture
def real(start, fixture_file):
    return start("--clock", "real", "--fixture", fixture_file(flows=[QUICK]))


def test_what_is_so_already_is_answered_at_once(emulator):
    reply = wait(emulator, f"run={RUNNING}&status=STOPPED&status=RUNNING")
    assert reply.status == 200 and reply.json["run"] == emulator.run(RUNNING)
    assert reply.json["count"] is None


def test_a_run_that_ends_by_itself(real):
    uid = launch(real, "quick")
    reply = wait(real, f"run={uid}&status=SUCCEEDED&timeout=20s")
    assert (reply.status, reply.json["run"]["status"]) == (200, "SUCCEEDED")
    assert reply.json["waited_ms"] >= 100


def test_a_run_that_somebody_cancels(real):
    uid = real.make("RUNNING")["uid"]
    waiting = Waiting(real, f"run={uid}&status=STOPPED&timeout=20s")
    real.get("/_emulator/clock")
    real.cancel(uid)
    assert waiting.reply().json["run"]["status"] == "STOPPED"


def test_time_is_up(real):
    uid = real.make("RUNNING")["uid"]
    began = time.monotonic()
    reply = wait(real, f"run={uid}&status=STOPPED&timeout=250ms")
    assert time.monotonic() - began >= 0.25
    assert (reply.status, reply.json["error_label"], reply.json["error_scope"]) == (408, "TIMEOUT", "param")
    assert reply.json["message"] == "waited 250 ms, but the run is RUNNING, and nothing is due for it"


def test_a_frozen_clock_says_at_once_that_nothing_happens_by_itself(emulator):
    began = time.monotonic()
    reply = wait(emulator, f"run={launch(emulator)}&status=SUCCEEDED&timeout=300s")
    assert time.monotonic() - began < 100
    assert (reply.status, reply.json["error_label"]) == (422, "CLOCK_FROZEN")
    assert reply.json["message"].startswith("the run is CREATED, and the clock is frozen")


def test_the_patient_wait_for_somebody_who_moves_the_clock(emulator):
    uid = launch(emulator)
    waiting = Waiting(emulator, f"run={uid}&status=SUCCEEDED&timeout=20s&patient=true")
    emulator.run(uid)
    advance(emulator, "PT1M")
    assert waiting.reply().json["run"]["status"] == "SUCCEEDED"


def test_callbacks(emulator):
    with receiving(http_reply(500), http_reply(200)) as receiver:
        uid = call(emulator, receiver.url(), on="final")
        advance(emulator, "PT2S")
        reply = wait(emulator, f"run={uid}&callback=PENDING&timeout=20s")
        assert (reply.status, reply.json["count"]) == (200, 1)
        receiver.take()
        settled(emulator, uid, 1, "PENDING")
        waiting = Waiting(emulator, f"run={uid}&callback=SUCCESS&timeout=20s&patient=true")
        advance(emulator, "PT5S")
        reply = waiting.reply()
    assert (reply.status, reply.json["count"], reply.json["run"]["status"]) == (200, 1, "SUCCEEDED")


def test_callbacks_that_wait_for_a_frozen_clock(emulator):
    with receiving(http_reply(500)) as receiver:
        uid = call(emulator, receiver.url(), on="final")
        advance(emulator, "PT2S")
        settled(emulator, uid, 1, "PENDING")
        while not (reply := wait(emulator, f"run={uid}&callback=SUCCESS&timeout=1s")).status == 422:
            assert reply.status == 408  # its first try is still under way
    assert reply.json["message"].startswith("so far there are 0: the last attempt of callback ")


def test_calls_of_the_client(emulator):
    waiting = Waiting(emulator, f"journal=2&operation=cancelFlowRun&run={RUNNING}&timeout=20s")
    emulator.runs()
    for _ in range(2):
        emulator.cancel(RUNNING)
    reply = waiting.reply()
    assert (reply.status, reply.json["count"], reply.json["run"]) == (200, 2, None)


def test_calls_of_the_client_that_have_no_route(emulator):
    waiting = Waiting(emulator, "journal=1&timeout=20s")
    emulator.get("/_emulator/clock")
    began = time.monotonic()
    assert emulator.get("/v1/nowhere").status == 404
    assert waiting.reply().json["count"] == 1
    assert time.monotonic() - began < 10, "it was not woken"


def test_calls_that_do_not_come(emulator):
    emulator.runs()
    reply = wait(emulator, "journal=2&timeout=50")
    assert reply.status == 408 and reply.json["message"] == "waited 50 ms, but so far there are 1"


@pytest.mark.parametrize("timeout", ["50ms", "50", "PT0.05S", "0s", "0"])
def test_forms_of_a_timeout(emulator, timeout):
    assert wait(emulator, f"journal=1&timeout={timeout}").status == 408


@pytest.mark.parametrize("query, message", [
    ("", "must name what to wait for"),
    (f"run={RUNNING}", "must name what to wait for"),
    ("status=STOPPED", "must name what to wait for"),
    (f"run={RUNNING}&status=STOPPED&journal=1", "must name what to wait for"),
    (f"run={RUNNING}&status=CANCELLED", "must be equal to one of the allowed values"),
    (f"run={RUNNING}&status=STOPPED&timeout=soon", "timeout must be a time"),
    (f"run={RUNNING}&status=STOPPED&timeout=601s", "timeout must be a time"),
    (f"run={RUNNING}&status=STOPPED&timeout=-1", "timeout must be a time"),
    ("run=nonsense&status=STOPPED", 'must match format "uuid"'),
    ("journal=0", "must be >= 1"),
])
def test_a_wait_for_nothing(emulator, query, message):
    reply = wait(emulator, query)
    assert (reply.status, reply.json["error_label"]) == (400, "BAD_PARAMETERS")
    assert message in reply.json["message"]


def test_a_run_that_is_not_there(emulator):
    reply = wait(emulator, "run=11111111-1111-4111-8111-111111111111&status=STOPPED")
    assert (reply.status, reply.json["error_label"]) == (404, "NOT_FOUND")


@pytest.fixture
def many_sockets():
    """A shell of Debian's gives a process 1,024 descriptors, unless it asks for more."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.mark.usefixtures("many_sockets")
def test_the_server_serves_on_while_many_wait(start):
    emulator = start("--clock", "real", "--max-connections", "1200")
    uid = emulator.make("RUNNING")["uid"]
    waiting = [Waiting(emulator, f"run={uid}&status=STOPPED&timeout=300s") for _ in range(1000)]
    other = emulator.member("somebody-else")
    for _ in range(20):
        assert other.cancel(other.make("RUNNING")["uid"]).status == 200
    cpu = emulator.process.cpu_seconds()
    threading.Event().wait(0.5)
    assert emulator.process.cpu_seconds() - cpu < 0.05, "waiting takes no time of the processor"
    emulator.cancel(uid)
    assert [w.reply().json["run"]["status"] for w in waiting] == ["STOPPED"] * 1000


def leave(wires, how):
    for wire in wires:
        if how == "resets":
            wire.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        wire.close()


HEALTH = ("GET", "/_emulator/health")
WAIT = ("GET", f"/_emulator/wait?run={RUNNING}&status=STOPPED&timeout=60s")
CANCEL = ("POST", f"/v1/flows/runs/{RUNNING}/cancel", "Emulator-Fault: delay=60000ms")


@pytest.mark.parametrize("head", [WAIT, CANCEL], ids=["wait", "delay"])
def test_who_leaves_makes_room_at_once(start, head):
    emulator = start("--clock", "real", "--max-connections", 20)
    wires = [emulator.wire() for _ in range(20)]
    for wire in wires:
        wire.send(emulator.head(*head))
    leave(wires, "closes")
    with emulator.wire(timeout=10) as wire:
        wire.send(emulator.head(*HEALTH))
        assert emulator.read(wire, *HEALTH).status == 200


@pytest.mark.parametrize("how", ["closes", "resets"])
@pytest.mark.parametrize("head", [WAIT, CANCEL], ids=["wait", "delay"])
def test_who_leaves_after_a_while_makes_room_at_once(start, head, how):
    """They wait already, and nothing else happens that could wake anybody."""
    emulator = start("--clock", "real", "--max-connections", 20)
    wires = [emulator.wire() for _ in range(19)]
    for wire in wires:
        wire.send(emulator.head(*head))
    assert emulator.get(HEALTH[1]).status == 200, "it came after them"
    emulator.connection.close()
    leave(wires, how)
    wires = [emulator.wire(timeout=10) for _ in range(20)]
    for wire in wires:
        wire.send(emulator.head(*HEALTH))
        assert emulator.read(wire, *HEALTH).status == 200
    leave(wires, "closes")


def test_who_only_stops_sending_gets_an_answer(emulator):
    with emulator.wire() as wire:
        wire.send(emulator.head("GET", f"/v1/flows/runs/{RUNNING}"))
        wire.no_more()
        assert emulator.read(wire, "GET", f"/v1/flows/runs/{RUNNING}").status == 200


def test_what_somebody_asked_for_who_left_is_done(emulator):
    """A delay holds the answer, and not the change."""
    with emulator.wire() as wire:
        wire.send(emulator.head(*CANCEL))
    reply = wait(emulator, f"run={RUNNING}&status=STOPPED&timeout=10s&patient=true")
    assert reply.json["run"]["status"] == "STOPPED"


def test_who_leaves_is_forgotten_when_its_time_is_up(real):
    uid = real.make("RUNNING")["uid"]
    for _ in range(50):
        waiting = Waiting(real, f"run={uid}&status=STOPPED&timeout=200ms")
        waiting.wire.close()
    assert wait(real, f"run={uid}&status=STOPPED&timeout=500ms").status == 408
    real.cancel(uid)
    real.assert_alive()


def test_a_stop_does_not_wait_for_who_waits(start):
    emulator = start("--clock", "real")
    uid = emulator.make("RUNNING")["uid"]
    waiting = Waiting(emulator, f"run={uid}&status=STOPPED&timeout=600s")
    emulator.run(uid)
    emulator.process.stop()
    waiting.wire.close()


@pytest.mark.parametrize("kept, wanted", [(0, 1), (5, 6)])
def test_more_calls_than_the_journal_keeps_are_not_waited_for(start, kept, wanted):
    emulator = start("--journal", kept)
    assert_refused(emulator.get(f"/_emulator/wait?journal={wanted}&timeout=60s"), 400,
                   "BAD_PARAMETERS", "param",
                   f"querystring/journal must be <= {kept}, as many as --journal keeps")
