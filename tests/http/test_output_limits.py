"""What a plan may make at most, in bytes: a run beyond it fails, and nobody else has to wait."""

import json

import pytest
from living import advance, clock, flow, launch, outputs
from receiver import receiving

MIB = 1024 * 1024
FRAME = len('{"text":""}')  # bytes of an output around its text
TOO_LONG = {"label": "LIMIT_REACHED", "message": "the plan makes an output of more than 1048576 bytes"}
TOO_MUCH = {"label": "LIMIT_REACHED",
            "message": "the plan makes outputs of more than 67108864 bytes in all"}


@pytest.fixture
def make(start, fixture_file):
    """Runs a flow that makes outputs of a template; the run, and its server."""

    def make(template, given, count=1, batches=1, **fields):
        works = [{"after_ms": 1, "step_uid": "a", "count": count, **template}] * batches
        plan = [{"after_ms": 1, "event": "START"}, *works, {"after_ms": 1, "event": "FINISH"}]
        emulator = start("--fixture", fixture_file(flows=[flow(plan), flow([], slug="other")]))
        uid = launch(emulator, "own", inputs=[given], **fields)
        emulator.connection.timeout = 150  # that many bytes take long under sanitizers
        advance(emulator, 1000)
        return emulator, emulator.run(uid)

    return make


def test_an_output_of_one_mebibyte_is_made(make):
    emulator, run = make({"template": {"text": "{{a}}{{a}}xx"}}, {"a": "x" * ((MIB - FRAME) // 2 - 1)})
    assert run["status"] == "SUCCEEDED"
    assert len(outputs(emulator, run["uid"])[0]["text"]) == MIB - FRAME - 1


@pytest.mark.parametrize("long", ["x", "x" * 5000], ids=["short", "long"])
def test_each_step_makes_an_output_of_each_input_as_it_was_given(start, fixture_file, long):
    """Without the white space between its parts, and each step counts on from the one before."""
    plan = [{"after_ms": 1, "event": "START"}, {"after_ms": 1, "step_uid": "a"}, {"after_ms": 1, "step_uid": "b"},
            {"after_ms": 1, "event": "FINISH"}]  # fmt: skip
    emulator = start("--fixture", fixture_file(flows=[flow(plan)]))
    body = ' { "inputs" : [ {"a" : "1, ]\\"" ,\n"b":[ 1e2, {} ]} ,{"text": "%s"} , {} ] } ' % long
    started = emulator.request("POST", "/v1/flows/own/run/async", body.encode(), {"Content-Type": "application/json"})
    advance(emulator, 10)
    run = emulator.run(started.json["uid"])
    assert (run["status"], run["output_count"]) == ("SUCCEEDED", 6)
    made = '{"a":"1, ]\\"","b":[1e2,{}]},{"text":"%s"},{}' % long
    reply = emulator.get(f"/v1/flows/runs/{run['uid']}/outputs")
    assert reply.body.decode() == f"[{made},{made}]"


@pytest.mark.parametrize("template, given", [
    ({"text": "{{a}}{{a}}xx"}, {"a": "x" * ((MIB - FRAME) // 2)}),
    ({"text": "{{a}}{{a}}"}, {"a": "\x01" * (MIB // 12 + 1)}),
    ({"text": ["{{a}}"] * 3}, {"a": "x" * (MIB // 2)}),
    ({"text": "{{a}}" * 2200}, {"a": "x" * 500000}),
    ({"text": ["{{a}}{{a}}"] * 2200}, {"a": "x" * 500000}),
    ({"text": "{{a}}" * 2200}, {"a": list(range(80000))}),
    ({"text": ["{{a}}"] * 2200}, {"a": list(range(80000))}),
], ids=["one byte", "escapes", "list", "text", "texts", "text of values", "values"])
def test_one_beyond_it_fails_its_run(make, template, given):
    emulator, run = make({"template": template}, given)
    assert (run["status"], run["last_error"], run["output_count"]) == ("FAILED", TOO_LONG, 0)
    assert clock(emulator)["next_due_at"] is None, "it is not tried again"
    with open(f"/proc/{emulator.process.child.pid}/status") as status:
        peak = int(status.read().split("VmHWM:")[1].split()[0])
    assert launch(emulator, "other")
    assert peak < 500 * 1024, "KiB, under sanitizers too"


def test_an_input_beyond_it_fails_its_run(empty):
    run = {"uid": "11111111-1111-4111-8111-111111111111", "status": "RUNNING", "flow_slug": "own",
           "inputs": [{"text": "x" * MIB}],
           "progress": {"position": 0, "due_at": "2026-01-01T00:00:01Z", "order": 1}}
    state = {"version": 1, "flows": [flow([{"after_ms": 0, "step_uid": "a"}])], "runs": [run]}
    assert empty.request("PUT", "/_emulator/state", json.dumps(state).encode(),
                         {"Content-Type": "application/json"}).status == 200
    advance(empty, 1000)
    assert empty.run(run["uid"])["last_error"] == TOO_LONG


@pytest.mark.parametrize("count, batches", [(100, 1), (10, 10)])
def test_all_outputs_of_a_run_have_a_limit_too(make, count, batches):
    """64 of one mebibyte each are made, and the next ends the run; those that were made stay."""
    emulator, run = make({"template": {"text": "{{a}}{{a}}x"}}, {"a": "x" * ((MIB - FRAME) // 2)},
                         count, batches)
    assert (run["status"], run["last_error"], run["output_count"]) == ("FAILED", TOO_MUCH, 64)
    assert len(outputs(emulator, run["uid"], "?limit=1")[0]["text"]) == MIB - FRAME


def test_what_was_made_before_the_limit_is_told(make):
    with receiving() as receiver:
        _, run = make({"template": {"text": "{{a}}{{a}}x"}}, {"a": "x" * ((MIB - FRAME) // 2)}, 65,
                      callback={"url": receiver.url(), "on": "all"})
        told = [receiver.take().json for _ in range(2)]
    assert run["output_count"] == 64
    assert [(each["flow_run"]["status"], each["results_count"]) for each in told] == [
        ("RUNNING", 64), ("FAILED", 0)]
