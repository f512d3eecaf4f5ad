"""The lines of the log; and that it never stops the server: many a harness never reads stderr."""

import json
import os
import re
import select
import socket
import subprocess

import pytest
from calling import end, settled
from facts import RUNNING
from living import advance
from receiver import receiving, reply as http_reply


def pipe():
    return os.pipe()


def terminal():
    return os.openpty()


def pair():
    reader, writer = socket.socketpair()
    return reader.detach(), writer.detach()


@pytest.fixture(params=[pipe, terminal, pair], ids=["pipe", "terminal", "socket"])
def ends(request):
    """Of what nobody reads: the end to be read, the end to be written."""
    both = request.param()
    yield both
    for fd in both:
        os.close(fd)


def test_a_log_that_nobody_reads_does_not_stop_it(start, ends):
    emulator = start(stderr=ends[1])
    for _ in range(1500):  # a pipe holds the lines of some 400, a terminal those of 160
        assert emulator.run(RUNNING)["uid"] == RUNNING
    emulator.process.stop()


def read_until(fd, count):
    """A terminal may hand out what it holds in pieces."""
    data = b""
    while data.count(b"\n") < count:
        assert select.select([fd], [], [], 20)[0], data
        data += os.read(fd, 65536)
    return data.decode().splitlines()


def test_what_is_read_of_it_is_whole(start, ends):
    emulator = start(stderr=ends[1])
    for _ in range(20):
        emulator.run(RUNNING)
    emulator.process.stop()
    lines = read_until(ends[0], 20)
    assert len(lines) == 20, lines
    assert all(f" 200 GET /v1/flows/runs/{RUNNING} " in line for line in lines)


def test_nobody_else_finds_it_changed(start, ends):
    """Its descriptor has brothers, in the shell that started it, for one, which want to wait."""
    emulator = start(stderr=ends[1])
    emulator.run(RUNNING)
    assert os.get_blocking(ends[1])


def test_a_log_that_nobody_can_read_any_more(start):
    reader, writer = os.pipe()
    os.close(reader)
    emulator = start(stderr=writer)
    os.close(writer)
    assert emulator.run(RUNNING)["uid"] == RUNNING


def test_a_log_that_goes_nowhere(start):
    assert start(stderr=subprocess.DEVNULL).run(RUNNING)["uid"] == RUNNING


TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"


def lines_of(emulator):
    emulator.process.stop()
    return emulator.process.stderr().splitlines()


def test_the_line_of_a_request_as_text(start):
    emulator = start()
    emulator.get(f"/v1/flows/runs/{RUNNING}?a=%22", headers={"X-Request-Id": "my-id"})
    emulator.get("/v1/odd%0A\\\"", headers={"X-Request-Id": "my-id"})
    found, nowhere = lines_of(emulator)
    assert re.fullmatch(
        rf"{TIME} 400 GET /v1/flows/runs/{RUNNING} \d+us getFlowRun id=my-id", found), found
    assert re.fullmatch(rf"{TIME} 404 GET /v1/odd%0A%5C%22 \d+us - id=my-id", nowhere), nowhere


def test_the_line_of_a_request_as_json(start):
    emulator = start("--log-format", "json")
    emulator.get("/v1/odd%0A\\\"", headers={"X-Request-Id": "my-id"})
    line = json.loads(lines_of(emulator)[0])
    assert re.fullmatch(TIME, line.pop("time"))
    assert isinstance(line.pop("duration_us"), int)
    assert line == {"level": "info", "msg": "request", "status": 404, "method": "GET", "path": "/v1/odd%0A%5C%22",
                    "operation": "-", "request_id": "my-id"}


def json_lines(emulator):
    return [json.loads(line) for line in lines_of(emulator)]


def test_a_line_names_the_workspace_of_the_key(start):
    emulator = start("--log-format", "json")
    workspace = emulator.run(RUNNING)["workspace_uid"]
    other = emulator.member("other").run(RUNNING)["workspace_uid"]
    emulator.cancel(RUNNING, key=None)
    emulator.get("/_emulator/health", key=None)
    assert [line.get("workspace") for line in json_lines(emulator)] == [workspace, other, None, None]


TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


@pytest.mark.parametrize("header, trace", [
    (f"00-{TRACE}-00f067aa0ba902b7-01", TRACE), (f"cc-{TRACE}-00f067aa0ba902b7-01-what-will-be-later", TRACE),
    (f"ff-{TRACE}-00f067aa0ba902b7-01", None), (f"00-{TRACE.upper()}-00f067aa0ba902b7-01", None),
    (f"00-{'0' * 32}-00f067aa0ba902b7-01", None), (f"00-{TRACE}", None), (f"00-{TRACE}-00f067aa", None),
    (f"00-{TRACE}0-00f067aa0ba902b7-01", None), ("", None), ("00", None), ("hello", None)])
def test_a_line_has_the_trace_id_of_traceparent(start, header, trace):
    emulator = start("--log-format", "json")
    assert emulator.get("/v1/flows/runs", headers={"traceparent": header}).status == 200
    line, = json_lines(emulator)
    assert line.get("trace_id") == trace


def test_a_request_that_failed_has_the_level_error(start):
    emulator = start("--log-format", "json", "--log-level", "error", "--strict-fidelity")
    assert emulator.cancel(RUNNING).status == 501
    line, = json_lines(emulator)
    assert (line["level"], line["status"]) == ("error", 501)


def test_a_fault_that_was_asked_for_is_no_error(start):
    emulator = start("--log-level", "error")
    emulator.post("/_emulator/faults", {"effect": {"status": 500}})
    for headers in {}, {"Emulator-Fault": "status=503"}:
        assert emulator.get("/v1/flows/runs", headers=headers).status >= 500
    assert lines_of(emulator) == []


@pytest.mark.parametrize("effect, status, named", [
    ("status=503; label=LK_ERROR", 503, " fault=status error=LK_ERROR"), ("status=500", 500, " fault=status error=INTERNAL_ERROR"),
    ("delay=1ms", 200, " fault=delay"), ("race=finish-wins", 422, " fault=race")])
def test_a_line_names_the_fault(start, effect, status, named):
    emulator = start()
    emulator.cancel(RUNNING, headers={"Emulator-Fault": effect, "X-Request-Id": "my-id"})
    line, = lines_of(emulator)
    assert re.fullmatch(rf"{TIME} {status} POST /v1/flows/runs/{RUNNING}/cancel \d+us cancelFlowRun id=my-id{named}", line), line


def test_a_line_in_json_names_the_fault(start):
    emulator = start("--log-format", "json")
    emulator.get("/v1/flows/runs", headers={"Emulator-Fault": "status=503"})
    line, = json_lines(emulator)
    assert (line["level"], line["fault"], line["error_label"]) == ("info", "status", "GENERIC_ERROR")


def called(emulator):
    """A run whose callback fails once and then arrives: its uid and the callback's."""
    with receiving(http_reply(500), http_reply(200)) as receiver:
        run = end(emulator, receiver.url())
        settled(emulator, run, 1, "PENDING", "SUCCESS")
        advance(emulator, "PT5S")
        return run, settled(emulator, run, 1, "SUCCESS")[0]["uid"]


def test_the_line_of_a_callback_as_text(start):
    emulator = start()
    run, uid = called(emulator)
    lines = [line for line in lines_of(emulator) if " callback " in line]
    failed, delivered = lines
    assert re.fullmatch(
        f"{TIME} callback {uid} run={run} SUCCEEDED 500 the receiver answered 500", failed)
    assert re.fullmatch(f"{TIME} callback {uid} run={run} SUCCEEDED 200 delivered", delivered)


def test_the_line_of_a_callback_as_json(start):
    emulator = start("--log-format", "json")
    run, uid = called(emulator)
    workspace = emulator.run(run)["workspace_uid"]
    failed, delivered = [line for line in json_lines(emulator) if "callback" in line]
    assert (failed["msg"], failed["status"]) == ("callback failed", 500)
    assert re.fullmatch(TIME, delivered.pop("time"))
    assert delivered == {"level": "info", "msg": "callback delivered", "callback": uid, "run": run,
                         "flow_run_status": "SUCCEEDED", "status": 200, "outcome": "delivered", "workspace": workspace}
