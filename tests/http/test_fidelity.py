"""How sure the emulator is: the header on each API reply, and assumptions of a workspace's own."""

import json

import pytest
from facts import assert_refused
from living import ADA, advance, launch
from calling import callbacks
from scheduling import HOOK, ask

WORLD = "still"
JSON = {"Content-Type": "application/json"}
RUNNING = "00000000-0000-4000-8000-000000000007"
STOPPED = "00000000-0000-4000-8000-000000000006"
FINISHED = "00000000-0000-4000-8000-000000000010"
UNKNOWN = "11111111-1111-4111-8111-111111111111"


def assume(emulator, **values):
    body = {name.replace("__", ".").replace("_", "-"): value for name, value in values.items()}
    return emulator.request("PUT", "/_emulator/assumptions", json.dumps(body).encode(), JSON)


def in_force(emulator):
    reply = emulator.get("/_emulator/assumptions")
    return {row["id"]: row["value"] for row in reply.json}


BAD_QUERY = "assumed; rule=bad-query.code, bad-parameters.label"


def fidelity(reply):
    return reply.header("Emulator-Fidelity")


def test_a_reply_says_what_it_rests_on(emulator):
    assert fidelity(emulator.get(f"/v1/flows/runs/{RUNNING}")) == "assumed; rule=absent-object"
    assert fidelity(emulator.get(f"/v1/flows/runs/{RUNNING}/outputs")) == "documented"
    assert fidelity(emulator.cancel(FINISHED)) == (
        "assumed; rule=not-cancellable.code, not-cancellable.label")
    assert fidelity(emulator.cancel(UNKNOWN)) == "assumed; rule=not-found.label"
    assert fidelity(emulator.cancel("no-uid")) == (
        "assumed; rule=invalid-uid.code, bad-parameters.label")
    assert fidelity(emulator.get("/v1/nowhere")) == "assumed; rule=not-found.label"
    assert fidelity(emulator.get(f"/v1/flows/runs/{RUNNING}/cancel")) == (
        "assumed; rule=wrong-method.code, not-found.label")
    assert fidelity(emulator.get("/v1/flows/runs", key=None)) == "assumed; rule=unauthorized.label"
    assert fidelity(emulator.get("/v1/flows/runs?limit=0")) == BAD_QUERY


@pytest.mark.parametrize("query, rests_on", [
    ("limit=0", BAD_QUERY), ("offset=-1", BAD_QUERY), ("sort=foo", BAD_QUERY),
    ("offset=-1&limit=0", BAD_QUERY), ("limit=1&sort=uid", "documented"),
    ("foo=1", BAD_QUERY + ", unknown-query"), ("foo=1&offset=-1", BAD_QUERY + ", unknown-query"),
    ("", "assumed; rule=list.limit, list.order"), ("limit=1", "assumed; rule=list.order"),
    ("sort=uid", "assumed; rule=list.limit")])
def test_a_refused_list_rests_on_no_default(empty, query, rests_on):
    assert fidelity(empty.get(f"/v1/flows/runs?{query}")) == rests_on
    assert fidelity(empty.get(f"/v1/flows/schedules?{query}")) == rests_on


@pytest.mark.parametrize("fields", [
    {"cron": "61 * * * *"}, {"cron": "* * * *"}, {"schedule_at": "tomorrow"},
    {"cron": "0 9 * * *", "timezone": "Mars/Olympus"}, {"cron": "0 9 * * *", "steps": ["foreign"]},
    {"cron": "0 9 * * *", "identity_ids": []}, {"inputs": []}, {"callback": {"url": "x"}}, {}])
def test_a_refused_body_rests_on_no_default(emulator, fields):
    reply = ask(emulator, **fields)
    assert (reply.status, fidelity(reply)) == (400, "documented")


def test_a_default_that_counted_is_in_it(emulator):
    assert fidelity(ask(emulator, cron="0 9 * * *")) == "assumed; rule=schedule.code, callback.on"
    assert fidelity(ask(emulator, cron="0 9 * * *", callback={**HOOK, "on": "all"})) == (
        "assumed; rule=schedule.code")


def test_a_cancel_rests_on_more_the_more_there_is_to_lose(emulator):
    assert fidelity(emulator.cancel(RUNNING)) == (
        "assumed; rule=cancel.status, cancel.finished-at, absent-object")
    uid = launch(emulator)
    advance(emulator, "PT1S")
    assert fidelity(emulator.cancel(uid)) == (
        "assumed; rule=cancel.status, cancel.outputs, cancel.finished-at, absent-object")
    assert fidelity(emulator.cancel(uid)) == (
        "assumed; rule=not-cancellable.code, not-cancellable.label, cancel.status, cancel.repeat")


def test_a_cancelled_run_rests_on_what_its_cancel_rested_on(emulator):
    emulator.cancel(RUNNING)
    shown = "assumed; rule=cancel.status, cancel.finished-at, absent-object"
    assert fidelity(emulator.get(f"/v1/flows/runs/{RUNNING}")) == shown
    assert fidelity(emulator.get(f"/v1/flows/runs?uid={RUNNING}&limit=1&sort=uid")) == shown
    assert fidelity(emulator.get(f"/v1/flows/runs?uid={STOPPED}&limit=1&sort=uid")) == (
        "assumed; rule=absent-object")
    assert fidelity(emulator.get(f"/v1/flows/runs/{RUNNING}/outputs")) == "documented"
    assert fidelity(emulator.post(f"/v1/flows/runs/{RUNNING}/resume")) == (
        "assumed; rule=cancel.status, resume.cancelled, not-resumable.code, not-resumable.label")


def test_a_cancelled_run_that_had_outputs_rests_on_their_loss(emulator):
    uid = launch(emulator)
    advance(emulator, "PT1S")
    emulator.cancel(uid)
    shown = "assumed; rule=cancel.status, cancel.outputs, cancel.finished-at, absent-object"
    assert fidelity(emulator.get(f"/v1/flows/runs/{uid}")) == shown
    assert fidelity(emulator.get(f"/v1/flows/runs?uid={uid}&limit=1&sort=uid")) == shown
    assert fidelity(emulator.get(f"/v1/flows/runs/{uid}/outputs")) == "assumed; rule=cancel.outputs"


def test_what_fired_by_itself_is_not_in_it(start):
    emulator = start("--clock", "real")
    uid = launch(emulator, callback={"url": "http://127.0.0.1:9/"})
    while emulator.run(uid)["status"] != "SUCCEEDED":
        reply = emulator.get(f"/v1/flows/runs/{uid}/outputs")
        assert fidelity(reply) == "documented"


def test_the_control_api_has_no_fidelity(emulator):
    assert fidelity(emulator.get("/_emulator/clock")) is None


def test_an_assumption_of_a_workspaces_own(emulator):
    other = emulator.member("somebody-else")
    other.runs()
    reply = assume(emulator, not_cancellable__code="409", cancel__finished_at="null")
    assert reply.status == 200
    assert in_force(emulator)["not-cancellable.code"] == "409"
    assert in_force(other)["not-cancellable.code"] == "422"
    assert (emulator.cancel(FINISHED).status, other.cancel(FINISHED).status) == (409, 422)
    assert emulator.cancel(RUNNING).json["finished_at"] is None
    assert other.cancel(RUNNING).json["finished_at"] == "2026-01-01T00:00:00.000Z"
    assume(emulator, not_cancellable__code=None)
    assert emulator.cancel(FINISHED).status == 422
    assert in_force(emulator)["cancel.finished-at"] == "null"
    emulator.reset()
    assert in_force(emulator)["cancel.finished-at"] == "set"


def test_they_outlive_a_restart_with_a_file(start, tmp_path):
    emulator = start("--db", tmp_path / "db")
    assume(emulator, not_cancellable__code="409", cancel__repeat="accept")
    assume(emulator, cancel__repeat=None)
    emulator.process.stop()
    emulator = start("--db", tmp_path / "db", "--assume", "absent-object=omit")
    found = in_force(emulator)
    assert (found["not-cancellable.code"], found["cancel.repeat"], found["absent-object"]) == (
        "409", "refuse", "omit")
    assert emulator.cancel(FINISHED).status == 409
    emulator.reset()
    emulator.process.stop()
    emulator = start("--db", tmp_path / "db")
    emulator.runs()
    assert in_force(emulator)["not-cancellable.code"] == "422"


def test_null_is_what_the_server_was_started_with(start):
    emulator = start("--assume", "not-cancellable.code=400")
    assume(emulator, not_cancellable__code="409")
    assert emulator.cancel(FINISHED).status == 409
    assume(emulator, not_cancellable__code=None)
    assert emulator.cancel(FINISHED).status == 400


def test_a_workspaces_own_are_for_what_is_refused_before_its_key_is_asked(emulator):
    assume(emulator, wrong_method__code="405", not_found__label="NF", bad_parameters__label="BP")
    assert emulator.request("PUT", "/v1/flows/runs").status == 405
    assert_refused(emulator.get("/v1/nope"), 404, "NF", "param")
    assert_refused(emulator.get("/v1/flows/%ff"), 400, "BP", "param")
    assert_refused(emulator.get("/v1/flows/" + "x" * 9000), 414, "BP", "param")
    other = emulator.member("somebody-else")
    assert other.request("PUT", "/v1/flows/runs").status == 404
    assert_refused(emulator.get("/v1/nope", key=None), 404, "NOT_FOUND", "param")


def test_a_refused_head_says_what_it_rests_on_too(emulator):
    head = emulator.head("GET", "/v1/flows/runs", "X-API-Key: another")
    reply = emulator.raw(head, closes=True)
    assert (reply.status, fidelity(reply)) == (400, "documented")


@pytest.mark.parametrize("name, value, seen", [
    ("not-cancellable.code", "409", lambda e: e.cancel(FINISHED).status == 409),
    ("not-cancellable.code", "400", lambda e: e.cancel(FINISHED).status == 400),
    ("not-cancellable.label", "TOO_LATE", lambda e: e.cancel(FINISHED).json["error_label"] == "TOO_LATE"),
    ("cancel.repeat", "accept", lambda e: [e.cancel(RUNNING).status for _ in "12"] == [200, 200]),
    ("resume.status", "QUEUED", lambda e: resume(e)["status"] == "QUEUED"),
    ("resume.status", "RUNNING", lambda e: resume(e)["status"] == "RUNNING"),
    ("invalid-uid.code", "404", lambda e: e.cancel("x").status == 404),
    ("absent-object", "omit", lambda e: "callback" not in e.request_json(f"/v1/flows/runs/{RUNNING}")),
    ("not-found.label", "NOPE", lambda e: e.cancel(UNKNOWN).json["error_label"] == "NOPE"),
])
def test_every_kind_of_row_is_a_workspaces_own(emulator, name, value, seen):
    emulator.omit = name == "absent-object"
    emulator.request_json = lambda target: emulator.get(target).json
    reply = emulator.request("PUT", "/_emulator/assumptions", json.dumps({name: value}).encode(), JSON)
    assert reply.status == 200 and seen(emulator)


def resume(emulator):
    return emulator.post(f"/v1/flows/runs/{STOPPED}/resume").json


@pytest.mark.parametrize("body, message", [
    ({"nonsense": "x"}, "body/nonsense is no assumption"),
    ({"cancel.repeat": "maybe"}, "body/cancel.repeat must be refuse, or accept"),
    ({"cancel.repeat": 1}, "body/cancel.repeat must be refuse, or accept"),
    ({"not-found.label": "lower"}, "body/not-found.label must be NOT_FOUND, or any label"),
])
def test_values_that_are_none(emulator, body, message):
    before = in_force(emulator)
    reply = emulator.request("PUT", "/_emulator/assumptions",
                             json.dumps({"absent-object": "omit", **body}).encode(), JSON)
    assert_refused(reply, 400, "BAD_INPUT", "input")
    assert message in reply.json["message"]
    assert in_force(emulator) == before


# --strict-fidelity


@pytest.fixture
def strict(start):
    return start("--strict-fidelity")


def assert_guess(reply, rule):
    assert_refused(reply, 501, "NOT_IMPLEMENTED", "server")
    assert rule in reply.json["message"]


def test_no_guess_and_nothing_changed(strict):
    assert_guess(strict.cancel(RUNNING), "cancel.finished-at")
    assert json.loads(strict.get(f"/_emulator/runs/{RUNNING}").body)["status"] == "RUNNING"
    assert_guess(strict.cancel(FINISHED), "not-cancellable.code")
    assert_guess(strict.cancel("x"), "invalid-uid.code")
    assert_guess(strict.get("/v1/nowhere"), "not-found.label")
    assert_guess(strict.get("/v1/flows/runs", key=None), "unauthorized.label")


@pytest.mark.parametrize("call, options, status", [
    (lambda e: e.cancel(FINISHED), "--assume not-cancellable.code=422 --assume not-cancellable.label=INVALID_STATUS", 422),
    (lambda e: e.get("/v1/flows/runs", key=None), "--assume unauthorized.label=UNAUTHORIZED", 401),
    (lambda e: e.get("/v1/nowhere"), "--assume not-found.label=NOT_FOUND", 404)])
def test_the_hint_of_a_guess_decides_it_in_one_go(start, call, options, status):
    assert call(start("--strict-fidelity")).header("Emulator-Hint") == f"keep what is assumed now: {options}"
    assert call(start("--strict-fidelity", *options.split())).status == status


def test_one_paste_of_the_hint_lets_a_cancel_through(start):
    hint = start("--strict-fidelity").cancel(RUNNING).header("Emulator-Hint")
    assert " --assume cancel.finished-at=set" in hint
    emulator = start("--strict-fidelity", *hint.partition(": ")[2].split())
    assert emulator.cancel(RUNNING).json["status"] == "STOPPED"


def test_the_hint_of_a_guess_has_the_values_of_the_workspace(strict):
    assume(strict, not_cancellable__label="MINE", not_cancellable__code="409")
    assert strict.cancel(FINISHED).status == 409


def test_a_run_that_was_not_started_is_not_there(strict):
    before = strict.get("/_emulator/state").body
    for _ in range(3):
        reply = strict.post("/v1/flows/linkedin-people-enrich/run/async", {"inputs": [ADA]})
        assert_guess(reply, "absent-object")
    assert strict.get("/_emulator/state").body == before
    assert strict.get("/_emulator/clock").json["next_due_at"] is None


@pytest.mark.parametrize("query, message", [
    ("offset=-1", "querystring/offset must be >= 0"), ("limit=101", "querystring/limit must be <= 100"),
    ("sort=foo", "querystring/sort/0 must be equal to one of the allowed values")])
def test_a_refusal_that_rests_on_no_default_is_no_guess(strict, query, message):
    assert_guess(strict.get(f"/v1/flows/runs?{query}"), "(bad-query.code, bad-parameters.label)")
    assume(strict, bad_query__code="400", bad_parameters__label="BAD_PARAMETERS")
    reply = strict.get(f"/v1/flows/runs?{query}")
    assert_refused(reply, 400, "BAD_PARAMETERS", "param", message)
    reply = ask(strict, cron="61 * * * *")
    assert (reply.status, fidelity(reply)) == (400, "documented")
    assert_guess(strict.get("/v1/flows/runs?sort=uid&status=CREATED"), "list.limit")


def test_a_cancelled_run_is_shown_when_its_guesses_are_decided(strict):
    made = strict.make("STOPPED", cancelled=True, output_count=2, outputs=[
        {"step_uid": "a", "data": {"n": n}} for n in (1, 2)])["uid"]
    assume(strict, absent_object="null", cancel__status="STOPPED")
    assert_guess(strict.get(f"/v1/flows/runs/{made}"), "(cancel.outputs, cancel.finished-at)")
    assert_guess(strict.get(f"/v1/flows/runs/{made}/outputs"), "(cancel.outputs)")
    assume(strict, cancel__finished_at="set", cancel__outputs="discard")
    assert strict.run(made)["status"] == "STOPPED"
    assert strict.get(f"/v1/flows/runs/{made}/outputs").json == [{"n": 1}, {"n": 2}]


def test_what_is_documented_is_answered(strict):
    assert strict.get(f"/v1/flows/runs/{FINISHED}/outputs").status == 200
    assert ask(strict, cron="61 * * * *").status == 400
    assert callbacks(strict) == []


def test_what_the_user_decided_is_no_guess(strict):
    assume(strict, absent_object="null", cancel__status="STOPPED", cancel__finished_at="set")
    assert strict.cancel(RUNNING).json["status"] == "STOPPED"
    assert fidelity(strict.cancel(FINISHED)).startswith("assumed; rule=not-cancellable.code")
    assume(strict, absent_object=None)
    assert_guess(strict.get(f"/v1/flows/runs/{RUNNING}"), "absent-object")


def test_the_switch_is_a_variable_too(start):
    assert start(env={"EDGES_EMULATOR_STRICT_FIDELITY": "true"}).cancel("x").status == 501
    assert start(env={"EDGES_EMULATOR_STRICT_FIDELITY": "false"}).cancel("x").status == 400


@pytest.mark.parametrize("row, number, asked", [
    ("not-cancellable.code", 409, lambda e: e.cancel(FINISHED)),
    ("invalid-uid.code", 404, lambda e: e.cancel("x")),
    ("bad-query.code", 422, lambda e: e.get("/v1/flows/runs?limit=0"))])
def test_a_value_may_be_a_number(emulator, row, number, asked):
    reply = assume(emulator, **{row: number})
    assert reply.status == 200, reply
    assert asked(emulator).status == number


@pytest.mark.parametrize("body, told", [
    ({"not-cancellable.code": True, "nonsense": 1}, "body/nonsense is no assumption"),
    ({"not-cancellable.code": 410, "nonsense": "x"}, "body/nonsense is no assumption"),
    ({"nonsense": []}, "body/nonsense is no assumption"),
    ({"not-cancellable.code": 410}, "body/not-cancellable.code must be 422, or "),
    ({"not-cancellable.code": 409.5}, "body/not-cancellable.code must be 422, or "),
    ({"not-cancellable.code": True}, "body/not-cancellable.code must be 422, or "),
    ({"not-cancellable.code": {}}, "body/not-cancellable.code must be 422, or ")], ids=str)
def test_an_unknown_name_is_told_before_a_wrong_value(emulator, body, told):
    reply = assume(emulator, **body)
    assert_refused(reply, 400, "BAD_INPUT", "input")
    assert reply.json["message"].startswith(told), reply
    assert emulator.cancel(FINISHED).status == 422
