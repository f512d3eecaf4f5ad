"""The lint of coverage: a client that is wrong in one way breaks that rule and no other; a right one breaks none.

Windows of time are those of the system's clock. Where a story needs them to pass, it moves the workspace's clock, which begins
them anew: for the client, time has passed.
"""

import json

import pytest
from calling import tried
from covering import report
from living import advance, launch, resume, set_clock, touch
from receiver import receiving, reply as answer

RUNNING, FAILED, BLOCKED = (f"00000000-0000-4000-8000-00000000000{n}" for n in (7, 8, 5))
SUCCEEDED, STOPPED, PARTIAL = "00000000-0000-4000-8000-000000000010", "00000000-0000-4000-8000-000000000006", "00000000-0000-4000-8000-000000000009"
NOBODY = "00000000-0000-4000-8000-000000009999"

ERRORS = {"retry-after-ignored", "retry-storm", "unknown-status-loop", "key-in-url", "no-timeout", "callback-not-idempotent",
          "callback-trusts-anyone"}  # fmt: skip


@pytest.fixture
def emulator(start):
    return start()


def findings(emulator):
    return {each["rule"]: each for each in report(emulator)["findings"]}


def rules(emulator):
    return {rule: each["count"] for rule, each in findings(emulator).items()}


def time_passes(emulator):
    advance(emulator, "PT1M")


def get(emulator, uid, **headers):
    return emulator.get(f"/v1/flows/runs/{uid}", headers=headers)


def add_rule(emulator, effect, **fields):
    reply = emulator.post("/_emulator/faults", {**fields, "effect": effect})
    assert reply.status == 201, reply


# The wrong clients


def ignores_retry_after(emulator):
    add_rule(emulator, {"status": 429, "retry_after": 30}, times=1)
    get(emulator, RUNNING)
    get(emulator, RUNNING, **{"X-Request-Id": "wrong-1"})
    return ["wrong-1"]


def storms(emulator):
    add_rule(emulator, {"status": 503}, times=5)
    for n in range(5):
        emulator.cancel(RUNNING, headers={"X-Request-Id": f"wrong-{n}"})
    return ["wrong-4"]


def retries_a_refusal(emulator):
    for n in range(3):
        emulator.get("/v1/flows/runs?limit=0", headers={"X-Request-Id": f"wrong-{n}"})
    return ["wrong-2"]


def cancels_after_the_end(emulator):
    get(emulator, SUCCEEDED)
    emulator.cancel(SUCCEEDED, headers={"X-Request-Id": "wrong-1"})
    return ["wrong-1"]


def polls_too_fast(emulator):
    for n in range(6):
        get(emulator, RUNNING, **{"X-Request-Id": f"wrong-{n}"})
    return ["wrong-5"]


def reads_on_after_the_end(emulator):
    for n in range(4):
        get(emulator, SUCCEEDED, **{"X-Request-Id": f"wrong-{n}"})
    return ["wrong-3"]


def stops_at_page_1(emulator):
    emulator.get("/v1/flows/runs?limit=5", headers={"X-Request-Id": "wrong-1"})
    return ["wrong-1"]


def loops(uid):
    def loop(emulator):
        for n in range(12):
            get(emulator, uid, **{"X-Request-Id": f"wrong-{n}"})
            time_passes(emulator)
        return ["wrong-11"]
    return loop


def loops_after_its_cancel(emulator):
    emulator.cancel(RUNNING)
    for n in range(11):
        get(emulator, RUNNING, **{"X-Request-Id": f"wrong-{n}"})
        time_passes(emulator)
    return ["wrong-10"]


def puts_the_key_into_the_url(emulator):
    emulator.get("/v1/flows/runs?api_key=test-key", headers={"X-Request-Id": "wrong-1"})
    return ["wrong-1"]


WRONG = {
    "retry-after-ignored": ignores_retry_after, "retry-storm": storms, "retried-refusal": retries_a_refusal,
    "cancel-after-end": cancels_after_the_end, "polls-too-fast": polls_too_fast, "polls-too-fast, after the end": reads_on_after_the_end,
    "stops-at-page-1": stops_at_page_1, "unknown-status-loop, STOPPED": loops(STOPPED), "unknown-status-loop, BLOCKED": loops(BLOCKED),
    "unknown-status-loop, PARTIAL_SUCCEEDED": loops(PARTIAL), "unknown-status-loop, cancelled": loops_after_its_cancel,
    "key-in-url": puts_the_key_into_the_url,
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_client_breaks_its_rule_and_no_other(emulator, name):
    ids = WRONG[name](emulator)
    rule = name.split(",")[0]
    found = findings(emulator)
    assert list(found) == [rule]
    assert found[rule]["request_ids"] == ids and found[rule]["count"] == 1
    assert found[rule]["level"] == ("error" if rule in ERRORS else "warning")
    assert found[rule]["says"] and found[rule]["finds"]


# A sleep that a test fakes: while the system has the clock, a client with such a sleep looks like one that does not wait

NOTE = ("; with a real clock, a sleep that a test fakes looks the same: freeze the workspace's clock and let the fake sleep advance it,"
        " and only a client that does not wait is found")  # fmt: skip


@pytest.mark.parametrize("rule", ["retry-after-ignored", "retry-storm"])
def test_with_a_real_clock_a_faked_sleep_is_possible_and_the_finding_a_warning(start, rule):
    emulator = start("--clock", "real")
    WRONG[rule](emulator)
    found = findings(emulator)[rule]
    assert found["level"] == "warning" and found["says"].endswith(NOTE)
    assert emulator.get("/_emulator/coverage?format=text", key=None).header("Emulator-Coverage").endswith("errors=0; warnings=1")
    assert NOTE in emulator.get("/_emulator/coverage?format=text", key=None).body.decode()


@pytest.mark.parametrize("moved", ["frozen", "2030-01-01T00:00:00Z"])
def test_once_the_test_has_the_clock_it_is_an_error(start, moved):
    emulator = start("--clock", "real")
    set_clock(emulator, **({"mode": "frozen"} if moved == "frozen" else {"mode": "real", "now": moved}))
    ignores_retry_after(emulator)
    found = findings(emulator)["retry-after-ignored"]
    assert found["level"] == "error" and NOTE not in found["says"]


def test_a_faked_sleep_that_advances_the_clock_is_no_finding(emulator):
    add_rule(emulator, {"status": 429, "retry_after": 30}, times=1)
    assert [get(emulator, RUNNING).status, advance(emulator, "PT30S"), get(emulator, RUNNING).status] == [429, [], 200]
    add_rule(emulator, {"status": 503}, times=5)
    for _ in range(6):
        emulator.cancel(RUNNING)
        advance(emulator, 500)
    assert rules(emulator) == {}


# Receivers of callbacks


def deliver(emulator, effect, *answers, headers=None):
    add_rule(emulator, effect, callback=True)
    tries = 1 + effect.get("duplicate", 0)
    with receiving(*answers) as receiver:
        callback = {"url": receiver.url(), **({"headers": headers} if headers else {})}
        run = emulator.make("RUNNING", callback=callback)["uid"]
        emulator.event(run, "FINISH")
        return tried(emulator, run, tries)[0]["uid"]


def test_a_receiver_that_fails_on_a_copy_is_not_idempotent(emulator):
    uid = deliver(emulator, {"duplicate": 1}, answer(200), answer(500))
    found = findings(emulator)
    assert list(found) == ["callback-not-idempotent"]
    assert found["callback-not-idempotent"]["request_ids"] == [f"{uid}/2"]


def test_a_receiver_that_accepts_copies_is_right(emulator):
    deliver(emulator, {"duplicate": 2}, answer(200))
    assert rules(emulator) == {}


def test_a_receiver_that_accepts_a_callback_without_its_secret_trusts_anyone(emulator):
    uid = deliver(emulator, {"without_headers": True}, answer(200), headers={"Authorization": "secret"})
    found = findings(emulator)
    assert list(found) == ["callback-trusts-anyone"]
    assert found["callback-trusts-anyone"]["request_ids"] == [f"{uid}/1"]


def test_a_receiver_that_refuses_a_callback_without_its_secret_is_right(emulator):
    deliver(emulator, {"without_headers": True}, answer(401), headers={"Authorization": "secret"})
    assert rules(emulator) == {}


def test_a_run_without_headers_of_its_own_has_no_secret_to_check(emulator):
    deliver(emulator, {"without_headers": True}, answer(200))
    assert rules(emulator) == {}


def test_the_end_that_a_callback_told_is_known(emulator):
    with receiving() as receiver:
        run = emulator.make("RUNNING", callback={"url": receiver.url()})["uid"]
        emulator.event(run, "FINISH")
        assert emulator.get(f"/_emulator/wait?run={run}&callback=SUCCESS").status == 200
    emulator.cancel(run)
    assert rules(emulator) == {"cancel-after-end": 1}


# The right clients


def test_a_right_client_has_no_finding(emulator):
    """It starts a run, polls it, retries after a fault and after Retry-After, pages, cancels, and knows every status."""
    run = launch(emulator)
    while get(emulator, run).json["status"] not in ("SUCCEEDED", "FAILED", "PARTIAL_SUCCEEDED", "STOPPED", "INVALID"):
        advance(emulator, "PT1S")
    page = emulator.runs("limit=5")
    while len(page) == 5:
        page = emulator.runs(f"limit=5&offset={page[-1]['id']}")
    emulator.get(f"/v1/flows/runs/{run}/outputs")
    add_rule(emulator, {"status": 503}, times=2)
    for _ in range(3):
        cancelled = emulator.cancel(RUNNING)
    assert cancelled.status == 200
    add_rule(emulator, {"status": 429, "retry_after": 30}, times=1)
    assert get(emulator, FAILED).status == 429
    time_passes(emulator)
    assert get(emulator, FAILED).status == 200
    get(emulator, NOBODY)
    emulator.get("/v1/flows/runs?limit=0")
    assert rules(emulator) == {}


def test_three_retries_after_a_failure_are_no_storm(emulator):
    add_rule(emulator, {"status": 503}, times=3)
    for _ in range(4):
        emulator.cancel(RUNNING)
    assert rules(emulator) == {}


def test_a_retry_after_a_reply_that_never_came_is_right(emulator):
    """The first cancel was made, and its client never heard of it."""
    add_rule(emulator, {"reset_after_commit": True}, times=1)
    with emulator.wire() as wire:
        wire.send(emulator.head("POST", f"/v1/flows/runs/{RUNNING}/cancel"))
        wire.assert_closed()
    assert emulator.cancel(RUNNING).status == 422
    assert rules(emulator) == {}


def test_a_refusal_that_the_test_itself_asked_for_is_no_finding(emulator):
    for _ in range(4):
        get(emulator, RUNNING, **{"Emulator-Fault": "status=402"})
        time_passes(emulator)
    assert rules(emulator) == {}


@pytest.mark.parametrize("fault", ["status=429; retry-after=3", "status=503", "reset", "truncate=1"])
def test_a_failure_that_the_test_itself_asked_for_is_no_finding(emulator, fault):
    for _ in range(6):
        with emulator.wire() as wire:
            wire.send(emulator.head("POST", f"/v1/flows/runs/{RUNNING}/cancel", f"Emulator-Fault: {fault}", "Connection: close"))
            wire.rest()
    assert "retry-after-ignored" not in rules(emulator) and "retry-storm" not in rules(emulator)


def test_a_refusal_that_a_header_only_delayed_was_not_asked_for(emulator):
    for _ in range(3):
        assert emulator.cancel(PARTIAL, headers={"Emulator-Fault": "delay=1ms"}).status == 422
    assert rules(emulator) == {"retried-refusal": 1}


def test_a_refusal_is_tried_again_when_something_has_changed(emulator):
    blocked = emulator.make("BLOCKED")["uid"]
    assert emulator.cancel(blocked).status == 422
    assert emulator.cancel(blocked).status == 422
    emulator.event(RUNNING, "FINISH")
    assert emulator.cancel(blocked).status == 422
    assert resume(emulator, blocked).status == 200
    assert emulator.cancel(blocked).status == 200
    assert rules(emulator) == {}


def test_a_run_that_was_resumed_has_not_ended(emulator):
    get(emulator, STOPPED)
    resume(emulator, STOPPED)
    assert emulator.cancel(STOPPED).status == 200
    assert rules(emulator) == {}


def test_two_clients_of_one_key_are_not_blamed_for_each_other(emulator):
    """One is told to wait; the others, on connections of their own, read other runs."""
    add_rule(emulator, {"status": 429, "retry_after": 30}, times=1)
    get(emulator, RUNNING)
    for uid in BLOCKED, FAILED, SUCCEEDED:
        other = emulator.member("test-key")
        for _ in range(3):
            get(other, uid)
    assert rules(emulator) == {}


def test_on_the_connection_that_was_told_another_call_is_too_early(emulator):
    add_rule(emulator, {"status": 429, "retry_after": 30}, times=1)
    get(emulator, RUNNING)
    get(emulator, FAILED)
    assert rules(emulator) == {"retry-after-ignored": 1}


def test_another_operation_is_not_limited(emulator):
    add_rule(emulator, {"status": 429, "retry_after": 30}, times=1)
    get(emulator, RUNNING)
    emulator.runs()
    assert "retry-after-ignored" not in rules(emulator)


def test_workspaces_are_apart(emulator):
    for n in range(10):
        get(emulator.member(f"key-{n}"), RUNNING)
        emulator.member(f"key-{n}").get("/v1/flows/runs?limit=0")
        get(emulator.member(f"key-{n}"), SUCCEEDED)
        emulator.member(f"other-{n}").cancel(SUCCEEDED)
    assert rules(emulator) == {}


def test_reads_between_moves_of_a_frozen_clock_are_not_too_fast(emulator):
    run = launch(emulator, "demo-never-ends")
    for _ in range(20):
        get(emulator, run)
        advance(emulator, "PT1S")
    assert rules(emulator) == {}


def test_a_run_that_a_person_resumed_goes_on(emulator):
    run = emulator.make("BLOCKED")["uid"]
    workspace = get(emulator, run).json["workspace_uid"]
    resumed = emulator.request("POST", f"/v1/flows/runs/{run}/resume", key=None, headers={"Emulator-Workspace": workspace})
    assert resumed.status == 200
    for _ in range(15):
        get(emulator, run)
        time_passes(emulator)
    assert rules(emulator) == {}


def test_a_preflight_request_is_the_browsers_own(start):
    emulator = start("--allowed-origin", "http://localhost:5173")
    for _ in range(6):
        with emulator.wire() as wire:
            wire.send(emulator.head("OPTIONS", "/v1/flows/runs", "Origin: http://localhost:5173", "Access-Control-Request-Method: GET", key=None))
            assert wire.reply("OPTIONS", "/v1/flows/runs").status == 204
    assert report(emulator)["requests"] == 0 and rules(emulator) == {}


def test_a_race_that_was_asked_for_is_no_cancel_after_the_end(emulator):
    run = emulator.make("RUNNING")["uid"]
    emulator.cancel(run, headers={"Emulator-Race": "finish-wins"})
    get(emulator, run)
    emulator.cancel(run, headers={"Emulator-Race": "cancel-wins"})
    assert rules(emulator) == {}


def test_what_a_person_does_on_the_page_is_no_finding(emulator):
    uid = emulator.run(RUNNING)["workspace_uid"]
    for _ in range(12):
        emulator.get(f"/v1/flows/runs/{SUCCEEDED}", key=None, headers={"Emulator-Workspace": uid})
    assert rules(emulator) == {}


def test_another_page_may_come_later(emulator):
    emulator.runs("limit=5")
    assert rules(emulator) == {"stops-at-page-1": 1}
    emulator.runs("limit=5&offset=5")
    assert rules(emulator) == {}


def test_a_list_that_has_no_more_was_read_to_its_end(emulator):
    emulator.runs("limit=11")
    emulator.runs(f"uid={RUNNING}&limit=1")
    emulator.get(f"/v1/flows/runs/{SUCCEEDED}/outputs?limit=3")
    assert rules(emulator) == {}


def test_a_reset_begins_a_new_world(emulator):
    get(emulator, SUCCEEDED)
    emulator.runs("limit=5")
    emulator.reset()
    emulator.cancel(SUCCEEDED)
    assert rules(emulator) == {"stops-at-page-1": 1}, "its life is over"


# What is kept


def test_a_finding_names_the_test_by_the_label_of_its_workspace(emulator):
    """The request is forgotten when a report is read after the run; the label is the name of a test."""
    for n, headers in enumerate([{"Emulator-Label": "test_one"}, {}, {"Emulator-Label": "test_two \u00e9".encode().decode("latin-1")}]):
        emulator.get("/v1/flows/runs?key=x", headers={"X-Request-Id": f"id-{n}", **headers})
        touch(emulator)
    found = findings(emulator)["key-in-url"]
    assert found["request_ids"] == ["id-0", "id-1", "id-2"]
    assert found["labels"] == ["test_one", "test_one", "test_two \u00e9"], "a workspace keeps its label"
    other = emulator.member("without-a-label")
    other.get("/v1/flows/runs?key=x", headers={"X-Request-Id": "id-3"})
    assert findings(emulator)["key-in-url"]["labels"][3:] == [""]
    text = emulator.get("/_emulator/coverage?format=text").body.decode()
    assert "requests: id-0 (test_one), id-1 (test_one), id-2 (test_two \u00e9), id-3\n" in text


def test_a_list_that_is_not_read_on_and_a_delivery_have_a_label_too(emulator):
    emulator.get("/v1/flows/runs?limit=1", headers={"Emulator-Label": "lists"})
    assert findings(emulator)["stops-at-page-1"]["labels"] == ["lists"]
    deliver(emulator, {"without_headers": True}, answer(200), headers={"Authorization": "secret"})
    assert findings(emulator)["callback-trusts-anyone"]["labels"] == ["lists"]


def test_eight_request_ids_are_kept_and_all_are_counted(emulator):
    for n in range(10):
        emulator.get("/v1/flows/runs?key=x", headers={"X-Request-Id": f"id-{n}"})
        touch(emulator)
    found = findings(emulator)["key-in-url"]
    assert found["count"] == 10 and found["request_ids"] == [f"id-{n}" for n in range(8)]


def test_no_key_is_shown(emulator):
    emulator.get("/v1/flows/runs?api_key=a-secret-key")
    assert "a-secret-key" not in json.dumps(report(emulator))


def test_delete_forgets_what_was_found(emulator):
    emulator.get("/v1/flows/runs?key=x")
    emulator.request("DELETE", "/_emulator/coverage", key=None)
    assert rules(emulator) == {}


@pytest.mark.parametrize("again, expected", [
    (lambda e: e.cancel(RUNNING), {"tried_again": 1, "went_on": 0}), (lambda e: get(e, RUNNING), {"tried_again": 0, "went_on": 1}),
    (lambda e: e.get("/_emulator/clock"), {"tried_again": 0, "went_on": 0}),
])
def test_a_fault_says_what_the_client_did_next(emulator, again, expected):
    add_rule(emulator, {"status": 503}, times=1)
    emulator.cancel(RUNNING)
    again(emulator)
    faults = next(each for each in report(emulator)["dimensions"] if each["dimension"] == "faults")
    assert faults["counts"][0] == {"cell": "status", "count": 1, "then": expected}


def test_it_works_without_a_journal_and_for_many_workspaces(start):
    """More workspaces than it remembers: what it has forgotten it does not find."""
    emulator = start("--journal", "0")
    get(emulator.member("first"), SUCCEEDED)
    for n in range(1100):
        emulator.key = f"key-{n}"
        emulator.runs("limit=1")
    emulator.member("first").cancel(SUCCEEDED)
    assert rules(emulator) == {"stops-at-page-1": 1100}
