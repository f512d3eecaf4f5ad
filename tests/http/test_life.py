"""The life of a started run, instant by instant, on a clock that is moved by hand."""

import json
import time

import pytest
from facts import DEMO, FLOW_RUN, NOW, assert_refused

WORLD = "still"

ADA = {"linkedin_profile_url": "https://www.linkedin.com/in/ada-lovelace"}
FLOW = "linkedin-people-enrich"


def flow_run(emulator, slug=FLOW, **body):
    reply = emulator.post(f"/v1/flows/{slug}/run/async", {"inputs": [ADA], **body})
    assert reply.status == 200, reply
    return reply.json["uid"]


def advance(emulator, by):
    reply = emulator.post("/_emulator/clock/advance", {"by": by})
    assert reply.status == 200, reply
    return reply.json["fired"]


def status(emulator, uid):
    return emulator.run(uid)["status"]


def outputs(emulator, uid, query=""):
    reply = emulator.get(f"/v1/flows/runs/{uid}/outputs{query}")
    assert reply.status == 200, reply
    return reply.json


def world(tmp_path, *plan, **more):
    file = tmp_path / "world.json"
    file.write_text(json.dumps({"version": 1, "flows": [
        {"slug": "mine", "steps": ["one", "two"], "plan": list(plan), **more}]}))
    return file


def test_a_started_run_has_twelve_fields_and_its_uid_again(emulator):
    reply = emulator.post(f"/v1/flows/{FLOW}/run/async", {"inputs": [ADA]})
    assert list(reply.json) == [*FLOW_RUN, "flow_run_uid"]
    assert reply.json["flow_run_uid"] == reply.json["uid"]
    assert (reply.json["status"], reply.json["created_at"]) == ("CREATED", NOW)
    assert reply.json["started_at"] is None


@pytest.mark.parametrize("at, then", [
    (49, "CREATED"), (50, "QUEUED"), (199, "QUEUED"), (200, "RUNNING"), (1999, "RUNNING"),
    (2000, "SUCCEEDED")])
def test_a_run_moves_at_the_instants_of_its_plan(emulator, at, then):
    uid = flow_run(emulator)
    advance(emulator, at)
    assert status(emulator, uid) == then


def test_times_are_those_of_the_plan_and_not_of_the_look(emulator):
    uid = flow_run(emulator)
    advance(emulator, "P1D")
    run = emulator.run(uid)
    assert run["started_at"] == "2026-01-01T00:00:00.200Z"
    assert run["finished_at"] == run["updated_at"] == "2026-01-01T00:00:02.000Z"
    assert run["output_count"] == 2


@pytest.mark.parametrize("slug, end, label", [
    ("demo-fails", "FAILED", "LK_ERROR"), ("demo-partly", "PARTIAL_SUCCEEDED", "NO_RESULT"),
    ("demo-blocks", "BLOCKED", "NO_VALID_ACCOUNT_CONFIGURED"), ("demo-invalid", "INVALID", "BAD_INPUT")])
def test_a_run_ends_as_its_flow_says(emulator, slug, end, label):
    uid = flow_run(emulator, slug)
    advance(emulator, "PT1H")
    run = emulator.run(uid)
    assert (run["status"], run["last_error"]["label"]) == (end, label)


def test_a_run_that_never_ends_runs_a_month_later(emulator):
    uid = flow_run(emulator, "demo-never-ends")
    advance(emulator, "P30D")
    assert status(emulator, uid) == "RUNNING"
    assert emulator.cancel(uid).status == 200


def test_outputs_come_while_it_runs(emulator):
    uid = flow_run(emulator, inputs=[{**ADA, "custom_data": {"meta": {"row": 7}}}, {"n": 12345678901234567890}])
    advance(emulator, 799)
    assert outputs(emulator, uid) == []
    advance(emulator, 1)
    first, second = outputs(emulator, uid)
    assert first == {**ADA, "custom_data": {"meta": {"row": 7}}}
    assert second == {"n": 12345678901234567890}
    assert emulator.run(uid)["output_count"] == 0
    advance(emulator, "PT1M")
    assert len(outputs(emulator, uid, "?step_uid=linkedin-enrich-people")) == 2
    assert emulator.run(uid)["output_count"] == 4


def test_a_template_takes_the_fields_of_the_input(start, tmp_path):
    template = {"who": "{{name}}", "text": "I am {{name}}, {{age}}{{nothing}}.", "age": "{{age}}",
                "list": ["{{nothing}}", {"deep": "{{tags}}"}], "fixed": 1}
    emulator = start("--fixture", world(tmp_path, {"after_ms": 0, "step_uid": "one", "template": template}))
    uid = flow_run(emulator, "mine", inputs=[
        {"name": "Ada", "age": 36, "tags": ["x"], "custom_data": {"meta": [1]}}])
    assert outputs(emulator, uid) == [
        {"who": "Ada", "text": "I am Ada, 36.", "age": 36, "list": [None, {"deep": ["x"]}], "fixed": 1,
         "custom_data": {"meta": [1]}}]


def test_each_input_gives_as_many_outputs_as_the_plan_counts(start, tmp_path):
    emulator = start("--fixture", world(tmp_path, {"after_ms": 0, "step_uid": "one", "count": 2}))
    uid = flow_run(emulator, "mine", inputs=[{"a": 1}, {"a": 2}])
    assert outputs(emulator, uid) == [{"a": 1}, {"a": 1}, {"a": 2}, {"a": 2}]
    assert status(emulator, uid) == "RUNNING"


def test_steps_that_are_not_asked_for_are_left_out_and_take_no_time(emulator):
    uid = flow_run(emulator, steps=["linkedin-enrich-people"])
    advance(emulator, 1400)
    assert status(emulator, uid) == "SUCCEEDED"
    assert outputs(emulator, uid, "?step_uid=linkedin-extract-people") == []
    assert len(outputs(emulator, uid)) == 1


def test_a_step_the_flow_has_not_is_refused(emulator):
    reply = emulator.post(f"/v1/flows/{FLOW}/run/async",
                          {"inputs": [ADA], "steps": ["linkedin-enrich-people", "nope"]})
    assert_refused(reply, 400, "BAD_INPUT", "input", "body/steps/1 must be a step of the flow")


def test_an_input_without_what_its_flow_requires_ends_invalid(start, tmp_path):
    emulator = start("--fixture", world(tmp_path, {"after_ms": 5, "event": "QUEUE"}, required=["a", "b"]))
    good = flow_run(emulator, "mine", inputs=[{"a": 1, "b": None}])
    bad = flow_run(emulator, "mine", inputs=[{"a": 1, "b": 1}, {"a": 1}])
    advance(emulator, 5)
    assert status(emulator, good) == "QUEUED"
    assert emulator.run(bad)["status"] == "INVALID"
    assert emulator.run(bad)["last_error"] == {
        "label": "BAD_INPUT", "message": "inputs/1 must have required property 'b'"}


def test_a_plan_that_makes_too_many_outputs_fails_its_run(start, tmp_path):
    emulator = start("--fixture", world(tmp_path, {"after_ms": 0, "step_uid": "one", "count": 50001}))
    uid = flow_run(emulator, "mine", inputs=[{}, {}])
    run = emulator.run(uid)
    assert (run["status"], run["output_count"]) == ("FAILED", 0)
    assert run["last_error"]["label"] == "LIMIT_REACHED"


def test_the_usual_plan_of_a_flow_without_one(start, tmp_path):
    file = tmp_path / "world.json"
    file.write_text('{"version": 1, "flows": [{"slug": "plain", "steps": ["one"]}]}')
    emulator = start("--fixture", file)
    uid = flow_run(emulator, "plain")
    assert [(f["at"][17:23], f.get("event", f.get("step_uid"))) for f in advance(emulator, "PT1M")] == [
        ("00.050", "QUEUE"), ("00.200", "START"), ("00.800", "one"), ("01.400", "FINISH")]
    assert status(emulator, uid) == "SUCCEEDED"


@pytest.mark.parametrize("at", [0, 50, 200, 800, 1400, 1999])
def test_after_a_cancel_nothing_happens_any_more(emulator, at):
    uid = flow_run(emulator)
    advance(emulator, at)
    cancelled = emulator.cancel(uid)
    assert cancelled.status == 200
    assert advance(emulator, "P30D") == []
    assert {**emulator.run(uid), "id": 0} == {
        "id": 0, **cancelled.json, "workflow": emulator.run(uid)["workflow"], "synced_at": None}
    assert outputs(emulator, uid) == []


def test_an_end_in_the_instant_of_a_cancel_wins(emulator):
    uid = flow_run(emulator)
    advance(emulator, 2000)
    assert_refused(emulator.cancel(uid), 422, "INVALID_STATUS", "param",
                   "flow run is SUCCEEDED and cannot be cancelled")


def test_a_blocked_run_goes_on_where_it_stopped(emulator):
    uid = flow_run(emulator, "demo-blocks")
    advance(emulator, "PT1H")
    assert len(outputs(emulator, uid)) == 1
    reply = emulator.post(f"/v1/flows/runs/{uid}/resume")
    assert reply.status == 200
    assert list(reply.json) == FLOW_RUN
    assert (reply.json["status"], reply.json["last_error"]) == ("SCHEDULED", None)
    assert reply.json["updated_at"] == "2026-01-01T01:00:00.000Z"
    advance(emulator, "PT1H")
    assert emulator.run(uid)["status"] == "SUCCEEDED"
    assert len(outputs(emulator, uid)) == 2
    assert len(outputs(emulator, uid, "?step_uid=linkedin-extract-people")) == 1


def test_a_blocked_run_of_the_fixture_goes_on_behind_its_block(emulator):
    assert emulator.post(f"/v1/flows/runs/{DEMO['BLOCKED']}/resume").status == 200
    advance(emulator, "PT1H")
    assert status(emulator, DEMO["BLOCKED"]) == "SUCCEEDED"


def test_a_run_stopped_by_the_platform_can_be_resumed(emulator):
    reply = emulator.post(f"/v1/flows/runs/{DEMO['STOPPED']}/resume")
    assert (reply.json["status"], reply.json["finished_at"]) == ("SCHEDULED", None)
    advance(emulator, 2000)
    assert status(emulator, DEMO["STOPPED"]) == "SUCCEEDED"


@pytest.mark.parametrize("now", ["CREATED", "INVALID", "QUEUED", "SCHEDULED", "RUNNING", "FAILED",
                                 "PARTIAL_SUCCEEDED", "SUCCEEDED"])
def test_no_other_status_is_resumed(emulator, now):
    assert_refused(emulator.post(f"/v1/flows/runs/{DEMO[now]}/resume"), 422, "INVALID_STATUS", "param",
                   f"flow run is {now} and cannot be resumed")


def test_a_cancelled_run_is_not_resumed_unless_so_assumed(emulator, start):
    emulator.cancel(DEMO["RUNNING"])
    assert_refused(emulator.post(f"/v1/flows/runs/{DEMO['RUNNING']}/resume"), 422, "INVALID_STATUS", "param")
    other = start("--assume", "resume.cancelled=allow")
    other.cancel(DEMO["RUNNING"])
    assert other.post(f"/v1/flows/runs/{DEMO['RUNNING']}/resume").json["status"] == "SCHEDULED"


@pytest.mark.parametrize("value", ["QUEUED", "RUNNING"])
def test_the_status_of_a_resumed_run_can_be_assumed_otherwise(start, value):
    emulator = start("--assume", f"resume.status={value}", "--assume", "resume.cancelled=allow")
    emulator.cancel(DEMO["QUEUED"])
    for uid in DEMO["BLOCKED"], DEMO["STOPPED"], DEMO["QUEUED"]:
        assert emulator.post(f"/v1/flows/runs/{uid}/resume").json["status"] == value
    advance(emulator, "PT1H")
    assert status(emulator, DEMO["BLOCKED"]) == "SUCCEEDED"


def test_runs_of_a_fixture_stay_as_they_are(emulator):
    before = emulator.runs("limit=100")
    assert advance(emulator, "PT8H59M") == []
    assert emulator.runs("limit=100") == before


def test_an_event_by_hand_meets_the_plan(emulator):
    uid = flow_run(emulator)
    assert emulator.post(f"/_emulator/runs/{uid}/events", {"event": "START"}).status == 200
    fired = advance(emulator, 1000)
    assert [f.get("event") for f in fired] == [None]
    assert emulator.post(f"/_emulator/runs/{uid}/events", {"event": "FINISH"}).status == 200
    assert advance(emulator, "P1D") == []


def test_one_long_advance_is_many_short_ones(start):
    one, many = start("--random-seed", 5), start("--random-seed", 5)
    for emulator in one, many:
        for slug in FLOW, "demo-fails", "demo-blocks", "demo-never-ends":
            flow_run(emulator, slug)
    fired = advance(one, 3000)
    assert fired == [f for _ in range(30) for f in advance(many, 100)]
    assert len(fired) == 16
    assert one.get("/v1/flows/runs?limit=100").body == many.get("/v1/flows/runs?limit=100").body


def test_what_is_due_together_happens_in_the_order_in_which_it_was_set(start, tmp_path):
    emulator = start("--fixture", world(tmp_path, {"after_ms": 10, "event": "QUEUE"},
                                        {"after_ms": 0, "event": "START"}))
    first, second = flow_run(emulator, "mine"), flow_run(emulator, "mine")
    assert [(f["run"], f["event"]) for f in advance(emulator, 10)] == [
        (first, "QUEUE"), (second, "QUEUE"), (first, "START"), (second, "START")]


def test_a_run_lives_on_by_itself_on_a_real_clock(start):
    emulator = start("--clock", "real")
    uid = flow_run(emulator, "demo-invalid")
    end = time.monotonic() + 20
    while status(emulator, uid) != "INVALID":
        assert time.monotonic() < end


def test_a_run_under_way_survives_a_restart(start, tmp_path):
    emulator = start("--db", tmp_path / "state.db")
    uid = flow_run(emulator)
    advance(emulator, 1000)
    emulator.process.stop()
    again = start("--db", tmp_path / "state.db")
    assert [f.get("event") for f in advance(again, "PT1M")] == [None, "FINISH"]
    assert status(again, uid) == "SUCCEEDED"


def test_a_flow_that_is_not_there(emulator):
    reply = emulator.post("/v1/flows/nope/run/async", {"inputs": [ADA]})
    assert_refused(reply, 404, "NOT_FOUND", "param", "flow not found")


def test_a_fixed_segment_is_never_a_slug(emulator):
    reply = emulator.post("/v1/flows/runs/run/async", {"inputs": [ADA]})
    assert_refused(reply, 404, "NOT_FOUND", "param", "Route POST:/v1/flows/runs/run/async not found")


@pytest.mark.parametrize("body, message", [
    ({}, "body must have required property 'inputs'"),
    ({"inputs": []}, "body/inputs must NOT have fewer than 1 items"),
    ({"inputs": [{}] * 1001}, "body/inputs must NOT have more than 1000 items"),
    ({"inputs": [1]}, "body/inputs/0 must be object"),
    ({"inputs": [{}], "cron": "* * * * *"}, "body must NOT have additional properties (cron)"),
    ({"inputs": [{"custom_data": {"foo": 1}}]},
     "body/inputs/0/custom_data must NOT have additional properties (foo)"),
    ({"inputs": [{}], "callback": {}}, "body/callback must have required property 'url'"),
    ({"inputs": [{}], "callback": {"url": "x y"}}, 'body/callback/url must match format "uri"'),
    ({"inputs": [{}], "callback": {"url": "http://h/", "headers": {"a": 1}}},
     "body/callback/headers/a must be string"),
    ({"inputs": [{}], "callback": {"url": "http://h/", "headers": {"a b": "1"}}},
     "body/callback/headers/a b must be a header"),
    ({"inputs": [{}], "callback": {"url": "http://h/", "headers": {"a": "1\r\nb: 2"}}},
     "body/callback/headers/a must be a header"),
    ({"inputs": [{}], "identity_mode": "x"},
     "body/identity_mode must be equal to one of the allowed values"),
    ({"inputs": [{}], "identity_ids": []}, "body/identity_ids must NOT have fewer than 1 items"),
    ({"inputs": [{}], "identity_ids": [1]}, "body/identity_ids/0 must be string"),
    ({"inputs": [{}], "steps": [1]}, "body/steps/0 must be string"),
    ({"inputs": [{}], "parameters": 1}, "body/parameters must be object"),
])
def test_a_bad_start_is_refused_in_the_words_of_its_fault(emulator, body, message):
    reply = emulator.post(f"/v1/flows/{FLOW}/run/async", body)
    assert_refused(reply, 400, "BAD_INPUT", "input", message)
    assert len(emulator.runs("limit=100")) == 11


def test_managed_identities_may_be_none(emulator):
    flow_run(emulator, identity_ids=[], identity_mode="managed", parameters={"a": 1})


def test_the_same_seed_and_the_same_requests_give_the_same_bytes(start):
    def session(emulator):
        told = []
        for slug in FLOW, "demo-blocks", "nope":
            told.append(emulator.post(f"/v1/flows/{slug}/run/async", {"inputs": [ADA]}))
            told.append(emulator.post("/_emulator/clock/advance", {"by": 700}))
        told.append(emulator.get("/v1/flows/runs?limit=100"))
        return [(reply.status, reply.body, reply.header("X-Request-Id")) for reply in told]

    assert session(start("--random-seed", 7)) == session(start("--random-seed", 7))
