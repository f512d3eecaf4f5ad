"""Every assumption: its default, and each other value it can be given at the start."""

import pytest
from facts import DEMO, NOW, RUNNING, UNKNOWN, assert_refused, uid
from process import run_program

ROWS = {  # id: (default, the others where they can be counted)
    "not-cancellable.code": ("422", {"409", "400"}),
    "not-cancellable.label": ("INVALID_STATUS", None),
    "cancel.status": ("STOPPED", {"FAILED"}),
    "cancel.repeat": ("refuse", {"accept"}),
    "cancel.outputs": ("discard", {"keep"}),
    "cancel.finished-at": ("set", {"null"}),
    "resume.cancelled": ("refuse", {"allow"}),
    "resume.status": ("SCHEDULED", {"QUEUED", "RUNNING"}),
    "resume.last-error": ("clear", {"keep"}),
    "resume.finished-at": ("null", {"keep"}),
    "not-resumable.code": ("422", {"409", "400"}),
    "not-resumable.label": ("INVALID_STATUS", None),
    "start.code": ("200", {"201", "202"}),
    "start.callback": ("optional", {"required"}),
    "start.flow-run-uid": ("set", {"omit"}),
    "schedule.code": ("200", {"201", "202"}),
    "schedule.asleep": ("each", {"once", "skip"}),
    "schedule.missed": ("skip", {"fire"}),
    "schedule-refused.code": ("422", {"409", "400"}),
    "schedule-refused.label": ("INVALID_STATUS", None),
    "list.limit": ("10", {"20", "25", "50", "100"}),
    "list.order": ("created_at", {"-created_at"}),
    "list.nulls": ("last", {"first"}),
    "callback.on": ("all", {"final"}),
    "callback.error": ("api-error", {"last-error"}),
    "callback.last-batch": ("with-end", {"separate"}),
    "callback.progress": ("batches", {"every-status"}),
    "callback.end-results": ("never", {"always"}),
    "invalid-uid.code": ("400", {"404"}),
    "bad-query.code": ("400", {"422"}),
    "bad-parameters.label": ("BAD_PARAMETERS", None),
    "wrong-method.code": ("404", {"405"}),
    "body-too-large.code": ("413", {"400"}),
    "media-type": ("refuse", {"ignore"}),
    "action-body": ("ignore", {"refuse"}),
    "body-coercion": ("refuse", {"coerce"}),
    "unknown-query": ("refuse", {"ignore"}),
    "absent-object": ("null", {"omit"}),
    "unauthorized.label": ("UNAUTHORIZED", None),
    "not-found.label": ("NOT_FOUND", None),
}
EARLIER = "2025-12-31T12:00:00.000Z"
CANCEL = f"/v1/flows/runs/{RUNNING}/cancel"


def rows(emulator):
    reply = emulator.get("/_emulator/assumptions", key=None)
    return {row["id"]: row for row in reply.json}


@pytest.mark.parametrize("name", ROWS)
def test_the_table_has_the_row_with_its_default(emulator, name):
    row = rows(emulator)[name]
    default, others = ROWS[name]
    assert (row["default"], row["value"]) == (default, default)
    assert others is None or set(row["also"]) == others
    assert row["why"]


def test_the_table_has_no_other_row_and_none_twice(emulator):
    ids = [row["id"] for row in emulator.get("/_emulator/assumptions").json]
    assert sorted(ids) == sorted(ROWS)


def test_the_table_counts_the_replies_that_rested_on_each(start):
    emulator = start()
    for _ in range(2):
        emulator.cancel(DEMO["SUCCEEDED"])
    counted = {name: row["replies"] for name, row in rows(emulator).items() if row["replies"]}
    assert counted == {"not-cancellable.code": 2, "not-cancellable.label": 2}
    emulator.request("DELETE", "/_emulator/coverage")
    assert {row["replies"] for row in rows(emulator).values()} == {0}


def test_the_table_shows_the_value_in_force(start):
    row = rows(start("--assume", "not-cancellable.code=409"))["not-cancellable.code"]
    assert (row["value"], row["default"]) == ("409", "422")


@pytest.mark.parametrize("code", [400, 409, 422])
def test_not_cancellable_code(start, code):
    emulator = start("--assume", f"not-cancellable.code={code}")
    assert_refused(emulator.cancel(DEMO["FAILED"]), code, "INVALID_STATUS", "param")
    assert emulator.run(DEMO["FAILED"])["status"] == "FAILED"


def test_not_cancellable_label(start):
    emulator = start("--assume", "not-cancellable.label=ACTION_ABORTED")
    assert_refused(emulator.cancel(DEMO["FAILED"]), 422, "ACTION_ABORTED", "param")


def test_several_assumptions_at_once(start):
    emulator = start("--assume", "not-cancellable.code=409", "--assume",
                     "not-cancellable.label=CONFLICT", "--assume", "not-found.label=GONE")
    assert_refused(emulator.cancel(DEMO["FAILED"]), 409, "CONFLICT", "param")
    assert_refused(emulator.cancel(UNKNOWN), 404, "GONE", "param")


def test_an_assumption_may_come_from_the_environment(start):
    emulator = start(env={"EDGES_EMULATOR_ASSUME": "not-cancellable.code=409"})
    assert emulator.cancel(DEMO["FAILED"]).status == 409


def test_cancel_repeat_refuse(start):
    emulator = start("--assume", "cancel.repeat=refuse")
    assert emulator.cancel(RUNNING).status == 200
    assert emulator.cancel(RUNNING).status == 422


def test_cancel_repeat_accept_answers_again_and_changes_nothing(start):
    emulator = start("--fixture", "empty", "--assume", "cancel.repeat=accept")
    emulator.make("STOPPED", uid=uid(1), cancelled=True, created_at=EARLIER, started_at=EARLIER,
                  finished_at=EARLIER, updated_at=EARLIER)
    before = emulator.run(uid(1))
    reply = emulator.cancel(uid(1))
    assert reply.status == 200
    assert (reply.json["finished_at"], reply.json["updated_at"]) == (EARLIER, EARLIER)
    assert emulator.run(uid(1)) == before


def test_cancel_repeat_accept_says_the_same_each_time(start):
    emulator = start("--assume", "cancel.repeat=accept")
    first = emulator.cancel(RUNNING)
    assert [emulator.cancel(RUNNING).json for _ in range(3)] == [first.json] * 3


@pytest.mark.parametrize("status", [
    "INVALID", "BLOCKED", "STOPPED", "FAILED", "PARTIAL_SUCCEEDED", "SUCCEEDED"])
def test_cancel_repeat_accept_is_for_cancelled_runs_only(start, status):
    emulator = start("--assume", "cancel.repeat=accept")
    assert emulator.cancel(DEMO[status]).status == 422


@pytest.mark.parametrize("value, count", [("discard", 0), ("keep", 3)])
def test_cancel_outputs(start, value, count):
    emulator = start("--fixture", "empty", "--assume", f"cancel.outputs={value}")
    emulator.make("RUNNING", uid=uid(1), outputs=[{"step_uid": "a", "data": {"n": 1}}] * 3)
    assert emulator.cancel(uid(1)).json["output_count"] == count
    assert emulator.run(uid(1))["output_count"] == count


@pytest.mark.parametrize("value, time", [("set", NOW), ("null", None)])
def test_cancel_finished_at(start, value, time):
    emulator = start("--assume", f"cancel.finished-at={value}")
    run = emulator.cancel(RUNNING).json
    assert (run["finished_at"], run["updated_at"]) == (time, NOW)
    assert emulator.run(RUNNING)["finished_at"] == time


@pytest.mark.parametrize("code", [400, 404])
def test_invalid_uid_code(start, code):
    emulator = start("--assume", f"invalid-uid.code={code}")
    label = {400: "BAD_PARAMETERS", 404: "NOT_FOUND"}[code]
    assert_refused(emulator.cancel("nope"), code, label, "param")
    assert_refused(emulator.get("/v1/flows/runs/nope"), code, label, "param")
    assert_refused(emulator.get("/v1/flows/schedules/nope"), code, label, "param")


def test_an_invalid_uid_that_is_not_found_has_the_label_of_that(start):
    emulator = start("--assume", "invalid-uid.code=404", "--assume", "not-found.label=NO_SUCH_THING")
    refused = emulator.cancel("nope")
    assert_refused(refused, 404, "NO_SUCH_THING", "param")
    assert refused.header("Emulator-Fidelity") == "assumed; rule=invalid-uid.code, not-found.label"


@pytest.mark.parametrize("query", ["limit=0", "nope=1", "sort=nope"])
def test_bad_query_code(start, query):
    emulator = start("--assume", "bad-query.code=422")
    refused = emulator.get(f"/v1/flows/runs?{query}")
    assert_refused(refused, 422, "BAD_PARAMETERS", "param")
    assert emulator.get("/v1/flows/runs/nope").status == 400


def test_bad_parameters_label(start):
    emulator = start("--assume", "bad-parameters.label=VALIDATION")
    assert_refused(emulator.get("/v1/flows/runs?limit=0"), 400, "VALIDATION", "param")
    assert_refused(emulator.cancel("nope"), 400, "VALIDATION", "param")
    assert_refused(emulator.get("/v1/flows/runs/%zz"), 400, "VALIDATION", "param")
    assert_refused(emulator.post("/v1/flows/demo/run/async", {}), 400, "BAD_INPUT", "input")


@pytest.mark.parametrize("path, method, allow", [
    (CANCEL, "GET", "POST"), (CANCEL, "DELETE", "POST"), (CANCEL, "PUT", "POST"),
    ("/v1/flows/runs", "POST", "GET, HEAD"), (f"/v1/flows/runs/{RUNNING}", "PUT", "GET, HEAD"),
    ("/_emulator/reset", "GET", "POST"), ("/_emulator/health", "DELETE", "GET, HEAD")])
def test_wrong_method_code_405_says_what_is_allowed(start, path, method, allow):
    emulator = start("--assume", "wrong-method.code=405")
    reply = emulator.request(method, path)
    assert reply.status == 405
    assert reply.header("Allow") == allow


def test_wrong_method_code_405_needs_no_key_and_is_not_for_unknown_paths(start):
    emulator = start("--assume", "wrong-method.code=405")
    assert emulator.request("PUT", CANCEL, key=None).status == 405
    assert emulator.request("PUT", "/nope").status == 404
    assert emulator.run(RUNNING)["status"] == "RUNNING"


def test_wrong_method_code_404_allows_nothing(start):
    reply = start("--assume", "wrong-method.code=404").request("PUT", CANCEL)
    assert_refused(reply, 404, "NOT_FOUND", "param")
    assert reply.header("Allow") is None


def test_absent_object_null(start):
    run = start("--assume", "absent-object=null").cancel(RUNNING).json
    assert (run["last_error"], run["callback"]) == (None, None)


def test_absent_object_omit_leaves_them_out_everywhere(start):
    emulator = start("--fixture", "empty", "--assume", "absent-object=omit")
    made = emulator.make("RUNNING", uid=uid(1))
    for run in made, emulator.run(uid(1)), emulator.runs()[0], emulator.cancel(uid(1)).json:
        assert "last_error" not in run and "callback" not in run
        assert run["scheduled_flow_run_uid"] is None


def test_absent_object_omit_leaves_what_is_there(start):
    emulator = start("--fixture", "empty", "--assume", "absent-object=omit")
    run = emulator.make("RUNNING", callback={"url": "https://c.test/"})
    assert emulator.cancel(run["uid"]).json["callback"] == {"url": "https://c.test/"}


def test_unauthorized_label(start):
    emulator = start("--assume", "unauthorized.label=NO_KEY")
    assert_refused(emulator.cancel(RUNNING, key=None), 401, "NO_KEY", "auth")


def test_not_found_label(start):
    emulator = start("--assume", "not-found.label=RUN_NOT_FOUND")
    assert_refused(emulator.cancel(UNKNOWN), 404, "RUN_NOT_FOUND", "param")


@pytest.mark.parametrize("value", [
    "nonsense=1", "nonsense", "=1", "", "not-cancellable.code", "not-cancellable.code=",
    "not-cancellable.code=500", "not-cancellable.code=422x", "cancel.repeat=maybe",
    "cancel.outputs=burn", "cancel.finished-at=now", "invalid-uid.code=422",
    "wrong-method.code=200", "absent-object=none", "not-found.label=", "CANCEL.REPEAT=accept",
    "rate-limit.label=STATUS_429"])
def test_an_assumption_that_is_none_is_a_usage_error(value):
    status, out, err = run_program("--port", 0, "--assume", value)
    assert status == 2, err
    assert "Ready." not in out
    assert "assum" in err
