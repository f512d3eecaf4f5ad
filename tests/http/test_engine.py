"""What a started run does, and when: the plan of its flow, instant by instant, to its end."""

import pytest
from facts import NOW, assert_refused_change
from living import (
    ADA, DEMO_FLOWS, ENRICH, ENRICH_STEP, EXTRACT_STEP, GRACE, advance, assert_still, at, clock,
    flow, launch, outputs, resume, status,
)

WORLD = "still"

LK_ERROR = {"label": "LK_ERROR", "message": "LinkedIn did not answer as expected"}
NO_RESULT = {"label": "NO_RESULT", "message": "Some inputs gave no result"}
NO_ACCOUNT = {"label": "NO_VALID_ACCOUNT_CONFIGURED",
              "message": "No valid account is configured for this integration"}
BAD_INPUT = {"label": "BAD_INPUT",
             "message": "inputs/0 must have required property 'linkedin_profile_url'"}

# (milliseconds since the step before, when, what happens, the status after it)
BEGIN = [(50, at("00.050"), "QUEUE", "QUEUED"), (150, at("00.200"), "START", "RUNNING")]
EXTRACT = (600, at("00.800"), EXTRACT_STEP, "RUNNING")
LIVES = {
    ENRICH: [*BEGIN, EXTRACT, (600, at("01.400"), ENRICH_STEP, "RUNNING"),
             (600, at("02.000"), "FINISH", "SUCCEEDED")],
    "demo-fails": [*BEGIN, EXTRACT, (600, at("01.400"), "FAIL", "FAILED")],
    "demo-partly": [*BEGIN, EXTRACT,
                    (600, at("01.400"), "FINISH_PARTIALLY", "PARTIAL_SUCCEEDED")],
    "demo-blocks": [*BEGIN, EXTRACT, (100, at("00.900"), "BLOCK", "BLOCKED")],
    "demo-invalid": [BEGIN[0], (50, at("00.100"), "INVALIDATE", "INVALID")],
    "demo-never-ends": [*BEGIN, EXTRACT],
}
# status, started_at, finished_at, last_error, output_count, outputs: after a day
ENDS = {
    ENRICH: ("SUCCEEDED", at("00.200"), at("02.000"), None, 2, [ADA, ADA]),
    "demo-fails": ("FAILED", at("00.200"), at("01.400"), LK_ERROR, 1, [ADA]),
    "demo-partly": ("PARTIAL_SUCCEEDED", at("00.200"), at("01.400"), NO_RESULT, 1, [ADA]),
    "demo-blocks": ("BLOCKED", at("00.200"), None, NO_ACCOUNT, 0, [ADA]),
    "demo-invalid": ("INVALID", None, at("00.100"), BAD_INPUT, 0, []),
    "demo-never-ends": ("RUNNING", at("00.200"), None, None, 0, [ADA]),
}
STAGES = [(0, "CREATED"), (50, "QUEUED"), (200, "RUNNING"), (800, "RUNNING"), (1999, "RUNNING")]


def fired(run, moment, what, word):
    if what in (EXTRACT_STEP, ENRICH_STEP):
        return {"at": moment, "run": run, "step_uid": what, "outputs": 1}
    return {"at": moment, "run": run, "event": what, "status": word}


@pytest.fixture
def own(start, fixture_file):
    """Starts a server whose only flow, `own`, has this plan."""
    return lambda plan=None, **fields: start(
        "--fixture", fixture_file(flows=[flow(plan, **fields)]))


def ended(emulator, run):
    run = emulator.run(run)
    return run["status"], run["started_at"], run["finished_at"]


@pytest.mark.parametrize("slug", LIVES)
def test_each_step_comes_at_its_instant_and_not_a_millisecond_early(emulator, slug):
    run, before = launch(emulator, slug), "CREATED"
    for wait, moment, what, word in LIVES[slug]:
        assert clock(emulator)["next_due_at"] == moment
        assert advance(emulator, wait - 1) == []
        assert status(emulator, run) == before
        assert advance(emulator, 1) == [fired(run, moment, what, word)]
        assert status(emulator, run) == word
        before = word
    assert_still(emulator, run)


@pytest.mark.parametrize("slug", LIVES)
def test_one_long_advance_fires_a_whole_life_in_order(emulator, slug):
    run = launch(emulator, slug)
    assert advance(emulator, "P1D") == [fired(run, *step[1:]) for step in LIVES[slug]]


@pytest.mark.parametrize("slug", ENDS)
def test_how_the_run_stands_after_its_life(emulator, slug):
    run = launch(emulator, slug)
    advance(emulator, "P1D")
    word, started, finished, error, count, results = ENDS[slug]
    after = emulator.run(run)
    assert ended(emulator, run) == (word, started, finished)
    assert (after["last_error"], after["output_count"]) == (error, count)
    assert after["created_at"] == NOW
    if finished:
        assert after["updated_at"] == finished
    assert outputs(emulator, run) == results


def test_outputs_are_there_while_the_run_is_running(emulator):
    run = launch(emulator)
    for by, seen in (799, 0), (1, 1), (599, 1), (1, 2), (599, 2):
        advance(emulator, by)
        assert outputs(emulator, run) == [ADA] * seen
        assert emulator.run(run)["output_count"] == 0
    advance(emulator, 1)
    assert emulator.run(run)["output_count"] == 2


def test_outputs_carry_the_meta_of_their_input(emulator):
    inputs = [{**ADA, "custom_data": {"meta": {"row": 1, "tags": ["a", None]}}},
              {**GRACE, "custom_data": {"meta": "two"}}, {"custom_data": {}}]
    run = launch(emulator, inputs=inputs)
    advance(emulator, 2000)
    assert outputs(emulator, run) == inputs * 2


def test_every_input_gives_an_output_in_each_step(emulator):
    run = launch(emulator, inputs=[ADA, GRACE])
    assert [f["outputs"] for f in advance(emulator, 2000) if "outputs" in f] == [2, 2]
    assert outputs(emulator, run, f"?step_uid={EXTRACT_STEP}") == [ADA, GRACE]
    assert outputs(emulator, run, f"?step_uid={ENRICH_STEP}") == [ADA, GRACE]
    assert emulator.run(run)["output_count"] == 4


def test_a_thousand_inputs_give_two_thousand_outputs(emulator):
    run = launch(emulator, inputs=[{"n": n} for n in range(1000)])
    advance(emulator, 2000)
    assert emulator.run(run)["output_count"] == 2000
    assert outputs(emulator, run) == [{"n": n} for n in range(1000)]


def test_a_count_is_for_each_input_one_after_the_other(own):
    emulator = own([{"after_ms": 10, "step_uid": "a", "count": 3}])
    run = launch(emulator, "own", [{"n": 1}, {"n": 2}])
    assert [f["outputs"] for f in advance(emulator, 10) if "outputs" in f] == [6]
    assert [row["n"] for row in outputs(emulator, run)] == [1, 1, 1, 2, 2, 2]


TEMPLATE = {"name": "{{first}}", "hello": "Hello {{first}} no. {{n}}!", "n": "{{n}}",
            "spaced": "{{ first }}", "within": "{{ n}}, {{yes }}", "none": "{{gone}}", "hole": "<{{gone}}>", "fixed": [1, True, None, "x"],
            "deep": {"list": ["{{yes}}", {"tags": "{{tags}}"}]}}
FILLED = {"name": "Ada", "hello": "Hello Ada no. 3!", "n": 3, "spaced": "Ada", "within": "3, true", "none": None, "hole": "<>",
          "fixed": [1, True, None, "x"], "deep": {"list": [True, {"tags": ["p", {"q": 1}]}]}}
FIELDS = {"first": "Ada", "n": 3, "yes": True, "tags": ["p", {"q": 1}]}


def test_a_template_is_filled_from_the_input(own):
    emulator = own([{"after_ms": 10, "step_uid": "a", "template": TEMPLATE}])
    run = launch(emulator, "own", [FIELDS, {**FIELDS, "custom_data": {"meta": {"row": 7}}}])
    advance(emulator, 10)
    assert outputs(emulator, run) == [FILLED, {**FILLED, "custom_data": {"meta": {"row": 7}}}]


def test_what_an_input_says_is_never_a_template_itself(own):
    emulator = own([{"after_ms": 10, "step_uid": "a", "template": {"x": "{{a}}", "y": "-{{a}}-"}}])
    run = launch(emulator, "own", [{"a": "{{b}}", "b": "secret"}])
    advance(emulator, 10)
    assert outputs(emulator, run) == [{"x": "{{b}}", "y": "-{{b}}-"}]


@pytest.mark.parametrize("steps, seen, ends", [
    ([EXTRACT_STEP], [EXTRACT_STEP], at("01.400")),
    ([ENRICH_STEP], [ENRICH_STEP], at("01.400")),
    ([ENRICH_STEP, EXTRACT_STEP], [EXTRACT_STEP, ENRICH_STEP], at("02.000")),
    ([EXTRACT_STEP, EXTRACT_STEP], [EXTRACT_STEP], at("01.400"))], ids=str)
def test_steps_left_out_give_nothing_and_take_no_time(emulator, steps, seen, ends):
    run = launch(emulator, steps=steps)
    happened = advance(emulator, "P1D")
    assert [f["step_uid"] for f in happened if "step_uid" in f] == seen
    assert ended(emulator, run) == ("SUCCEEDED", at("00.200"), ends)
    assert outputs(emulator, run) == [ADA] * len(seen)


def test_a_flow_without_a_plan_has_the_usual_one(own):
    emulator = own(steps=["a", "b", "c"])
    run = launch(emulator, "own")
    assert advance(emulator, "P1D") == [
        {"at": at("00.050"), "run": run, "event": "QUEUE", "status": "QUEUED"},
        {"at": at("00.200"), "run": run, "event": "START", "status": "RUNNING"},
        {"at": at("00.800"), "run": run, "step_uid": "a", "outputs": 1},
        {"at": at("01.400"), "run": run, "step_uid": "b", "outputs": 1},
        {"at": at("02.000"), "run": run, "step_uid": "c", "outputs": 1},
        {"at": at("02.600"), "run": run, "event": "FINISH", "status": "SUCCEEDED"}]


def test_the_usual_plan_of_a_flow_without_steps(own):
    emulator = own(steps=[])
    run = launch(emulator, "own")
    advance(emulator, "P1D")
    assert ended(emulator, run) == ("SUCCEEDED", at("00.200"), at("00.800"))


def test_a_plan_of_no_time_is_over_at_the_next_request(own):
    emulator = own([{"after_ms": 0, "event": "QUEUE"}, {"after_ms": 0, "event": "START"},
                    {"after_ms": 0, "step_uid": "a"}, {"after_ms": 0, "event": "FINISH"}])
    reply = emulator.post("/v1/flows/own/run/async", {"inputs": [ADA]})
    assert reply.json["status"] == "CREATED"
    run = reply.json["uid"]
    assert ended(emulator, run) == ("SUCCEEDED", NOW, NOW)
    assert outputs(emulator, run) == [ADA]


@pytest.mark.parametrize("event, word, error", [
    ("FINISH", "SUCCEEDED", None), ("FINISH_PARTIALLY", "PARTIAL_SUCCEEDED", NO_RESULT)])
def test_an_end_of_a_run_that_waits_starts_it_at_that_instant(own, event, word, error):
    emulator = own([{"after_ms": 100, "event": event, **({"error": error} if error else {})}])
    run = launch(emulator, "own")
    advance(emulator, 100)
    assert ended(emulator, run) == (word, at("00.100"), at("00.100"))
    assert emulator.run(run)["last_error"] == error


def test_an_output_of_a_run_that_waits_starts_it_at_that_instant(own):
    emulator = own([{"after_ms": 100, "step_uid": "a"}])
    run = launch(emulator, "own")
    advance(emulator, 100)
    assert ended(emulator, run) == ("RUNNING", at("00.100"), None)


@pytest.mark.parametrize("event, word", [
    ("FINISH", "SUCCEEDED"), ("FINISH_PARTIALLY", "PARTIAL_SUCCEEDED"), ("FAIL", "FAILED"), ("BLOCK", "BLOCKED")])
def test_a_run_starts_before_an_event_that_only_a_running_one_allows(own, event, word):
    emulator = own([{"after_ms": 10, "event": event}])
    run = launch(emulator, "own")
    life = emulator.get(f"/_emulator/runs/{run}/life").json
    assert [(each["event"], each["at"]) for each in life["next"]] == [("START", at("00.010")), (event, at("00.010"))]
    assert [(each["event"], each["status"]) for each in advance(emulator, 100)] == [("START", "RUNNING"), (event, word)]
    assert emulator.run(run)["started_at"] == at("00.010")


@pytest.mark.parametrize("event, word", [("FAIL", "FAILED"), ("BLOCK", "BLOCKED")])
def test_a_run_that_waits_for_a_worker_fails_without_a_start(own, event, word):
    emulator = own([{"after_ms": 10, "event": "QUEUE"}, {"after_ms": 10, "event": event}])
    launch(emulator, "own")
    assert [(each["event"], each["status"]) for each in advance(emulator, 100)] == [("QUEUE", "QUEUED"), (event, word)]


def test_an_event_the_status_refuses_is_passed_over(own):
    emulator = own([{"after_ms": 10, "event": "START"},
                    {"after_ms": 10, "event": "INVALIDATE", "error": BAD_INPUT},
                    {"after_ms": 10, "event": "QUEUE"}, {"after_ms": 10, "event": "FINISH"}])
    run = launch(emulator, "own")
    for by, word in (10, "RUNNING"), (10, "RUNNING"), (10, "RUNNING"), (10, "SUCCEEDED"):
        advance(emulator, by)
        assert status(emulator, run) == word
    assert emulator.run(run)["last_error"] is None


def test_nothing_of_a_plan_follows_its_end(own):
    emulator = own([{"after_ms": 10, "event": "FINISH"}, {"after_ms": 10, "step_uid": "a"},
                    {"after_ms": 10, "event": "START"}])
    run = launch(emulator, "own")
    advance(emulator, 10)
    assert_still(emulator, run)


@pytest.mark.parametrize("plan, moment", [
    ([{"after_ms": 70, "event": "START"}], at("00.070")), (None, at("00.050"))])
def test_an_input_that_lacks_what_is_required_makes_the_run_invalid(own, plan, moment):
    emulator = own(plan, required=["x"])
    run = launch(emulator, "own", [{"y": 1}])
    assert status(emulator, run) == "CREATED"
    advance(emulator, "P1D")
    assert ended(emulator, run) == ("INVALID", None, moment)
    assert emulator.run(run)["last_error"] == {
        "label": "BAD_INPUT", "message": "inputs/0 must have required property 'x'"}
    assert outputs(emulator, run) == []
    assert_still(emulator, run)


def test_the_first_input_that_lacks_something_is_named(own):
    emulator = own([{"after_ms": 10, "event": "START"}], required=["x", "z"])
    run = launch(emulator, "own", [{"x": 1, "z": 1}, {"x": 1}, {}])
    advance(emulator, 10)
    assert emulator.run(run)["last_error"]["message"] == (
        "inputs/1 must have required property 'z'")


def test_inputs_that_have_what_is_required_are_fine(own):
    emulator = own([{"after_ms": 10, "event": "FINISH"}], required=["x"])
    run = launch(emulator, "own", [{"x": 1}, {"x": False, "y": 2}])
    advance(emulator, 10)
    assert status(emulator, run) == "SUCCEEDED"


@pytest.mark.parametrize("ms, word", STAGES)
def test_a_cancel_at_any_stage_is_the_last_thing_that_happens(emulator, ms, word):
    run = launch(emulator)
    advance(emulator, ms)
    assert status(emulator, run) == word
    reply = emulator.cancel(run)
    assert (reply.status, reply.json["status"], reply.json["output_count"]) == (200, "STOPPED", 0)
    assert outputs(emulator, run) == []
    assert_still(emulator, run)


def test_an_end_due_at_the_instant_of_a_cancel_wins(own):
    emulator = own([{"after_ms": 0, "event": "FINISH"}])
    run = launch(emulator, "own")
    assert_refused_change(emulator.cancel(run))
    assert ended(emulator, run) == ("SUCCEEDED", NOW, NOW)


def test_a_cancel_is_too_late_at_the_end_and_in_time_just_before(emulator):
    late, early = launch(emulator), launch(emulator)
    advance(emulator, 1999)
    assert emulator.cancel(early).json["finished_at"] == at("01.999")
    advance(emulator, 1)
    assert_refused_change(emulator.cancel(late))
    assert (status(emulator, early), status(emulator, late)) == ("STOPPED", "SUCCEEDED")


@pytest.mark.parametrize("event", ["FINISH", "FINISH_PARTIALLY", "FAIL", "STOP", "BLOCK"])
def test_an_end_or_a_block_by_hand_ends_or_holds_the_plan(emulator, event):
    run = launch(emulator)
    advance(emulator, 1000)
    assert emulator.event(run, event).status == 200
    assert outputs(emulator, run) == [ADA]
    assert_still(emulator, run)


def test_a_start_by_hand_does_not_hurry_the_plan(emulator):
    run = launch(emulator)
    assert emulator.event(run, "START").json["started_at"] == NOW
    advance(emulator, 1999)
    assert (status(emulator, run), outputs(emulator, run)) == ("RUNNING", [ADA, ADA])
    advance(emulator, 1)
    assert ended(emulator, run) == ("SUCCEEDED", NOW, at("02.000"))


def test_a_run_scheduled_by_hand_is_started_by_its_plan(emulator):
    run = launch(emulator)
    advance(emulator, 100)
    assert emulator.event(run, "SCHEDULE").json["status"] == "SCHEDULED"
    advance(emulator, 99)
    assert status(emulator, run) == "SCHEDULED"
    advance(emulator, 1)
    assert status(emulator, run) == "RUNNING"


def test_runs_of_one_instant_fire_in_the_order_they_were_started(emulator):
    runs = [launch(emulator) for _ in range(3)]
    happened = advance(emulator, 2000)
    assert [f["run"] for f in happened] == runs * 5
    assert [f["at"] for f in happened] == sorted(f["at"] for f in happened)


def test_runs_started_at_different_times_keep_their_own_time(emulator):
    first = launch(emulator)
    advance(emulator, 25)
    second = launch(emulator)
    assert [(f["at"], f["run"]) for f in advance(emulator, 200)] == [
        (at("00.050"), first), (at("00.075"), second),
        (at("00.200"), first), (at("00.225"), second)]


def test_the_runs_of_the_fixture_do_nothing_by_themselves(emulator):
    before = emulator.get("/v1/flows/runs?limit=100").body
    assert advance(emulator, "P30D") == []
    assert emulator.get("/v1/flows/runs?limit=100").body == before


def test_a_reset_forgets_what_was_under_way(emulator):
    run = launch(emulator)
    advance(emulator, 300)
    emulator.reset()
    assert clock(emulator) == {"mode": "frozen", "now": NOW, "ahead_ms": None, "next_due_at": None}
    assert emulator.get(f"/v1/flows/runs/{run}").status == 404
    assert advance(emulator, "P30D") == []


def test_all_flows_of_the_demo_at_once(emulator):
    runs = {slug: launch(emulator, slug) for slug in DEMO_FLOWS}
    advance(emulator, "P1D")
    assert {slug: status(emulator, run) for slug, run in runs.items()} == {
        ENRICH: "SUCCEEDED", "demo-fails": "FAILED", "demo-partly": "PARTIAL_SUCCEEDED",
        "demo-blocks": "BLOCKED", "demo-invalid": "INVALID", "demo-never-ends": "RUNNING"}
    assert resume(emulator, runs["demo-blocks"]).status == 200
    assert emulator.cancel(runs["demo-never-ends"]).status == 200
