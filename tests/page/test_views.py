"""Each view opens by its link, and shows what is there."""

import re

import pytest

from browser import Keys

VIEWS = {
    "runs": "Runs", "schedules": "Schedules", "callbacks": "Callbacks", "requests": "Requests", "faults": "Faults", "states": "States of a run",
    "assumptions": "Assumptions", "coverage": "Coverage",
}
SUCCEEDED = "00000000-0000-4000-8000-000000000010"
RUNNING = "00000000-0000-4000-8000-000000000007"
INPUTS = {"inputs": [{"linkedin_profile_url": "https://www.linkedin.com/in/ada-lovelace"}]}


@pytest.mark.parametrize("view", VIEWS)
def test_a_view_opens_by_its_link(emulator, workspace, visit, view):
    page = visit(emulator, workspace=workspace(emulator), path=view)
    page.shows(VIEWS[view], "main h1")
    page.until(lambda: page.all("main .card"), "its content is shown")
    assert page.text("nav [aria-current]").startswith(VIEWS[view].split()[0])


def test_the_address_alone_goes_to_the_workspace_used_last(start, workspace, visit):
    emulator = start()
    emulator.member("other").runs()
    mine = workspace(emulator)
    page = visit(emulator)
    page.until(lambda: page.driver.current_url.endswith(f"#/w/{mine}/runs"), "the address names the workspace")


def test_the_workspaces_are_listed_by_their_labels(emulator, workspace, visit):
    emulator.member("other").get("/v1/flows/runs", headers={"Emulator-Label": "checkout suite"})
    page = visit(emulator, workspace=workspace(emulator))
    mine = next(each for each in emulator.get("/_emulator/workspaces").json if each["workspace_uid"] == workspace(emulator))
    assert page.text(".workspace .name") == f"Key {mine['key_hash'][:8]} no label"
    page.one(".workspace").click()
    page.shows(f"No label {mine['key_hash'][:8]} frozen at 2026-01-05 09:00:00 11", "dialog")
    first = f"dialog [data-row='{mine['workspace_uid']}'] td.c-first span"
    page.until(lambda: page.one(first).get_attribute("title") == mine["first_used_at"], "it says when it was first used")
    page.click("checkout suite", "dialog")
    page.shows("checkout suite", ".workspace")
    assert not page.all("dialog")


def test_of_a_long_label_the_end_is_shown(start, workspace, visit):
    emulator = start()
    label = "test_checkout.py::test_enriches_people_of_a_company[chromium]"
    emulator.get("/v1/flows/runs", headers={"Emulator-Label": label})
    page = visit(emulator, workspace=workspace(emulator))
    page.shows("test_chec…_a_company[chromium]", ".workspace .name")
    assert label in page.one(".workspace").get_attribute("title")
    name = page.one(".workspace .name b")
    assert name.get_property("scrollHeight") <= name.get_property("clientHeight")


def test_runs_show_what_comes_next_or_why_they_ended(emulator, workspace, visit):
    uid = emulator.post("/v1/flows/linkedin-people-enrich/run/async", INPUTS).json["uid"]
    page = visit(emulator, workspace=workspace(emulator))
    page.shows("50 ms is queued", f'[data-row="{uid}"]')
    page.shows("LK_ERROR LinkedIn did not answer as expected", '[data-row="00000000-0000-4000-8000-000000000008"]')
    page.shows("stays so: nothing is planned", f'[data-row="{RUNNING}"]')
    page.shows("Running 2", ".filter")


def test_the_filters_of_runs_are_links(emulator, workspace, visit):
    page = visit(emulator, workspace=workspace(emulator), path="runs?status=FAILED&status=BLOCKED")
    page.until(lambda: len(page.all("tbody tr")) == 2, "two runs are shown")
    page.one("input[type=search]").send_keys("lk_error")
    page.until(lambda: len(page.all("tbody tr")) == 1, "one run is shown")


def test_a_run_shows_its_life_and_what_its_plan_brings(emulator, workspace, visit):
    uid = emulator.post("/v1/flows/linkedin-people-enrich/run/async", INPUTS).json["uid"]
    emulator.post("/_emulator/clock/advance", {"by": 900})
    page = visit(emulator, workspace=workspace(emulator), path=f"runs/{uid}")
    page.shows("Running", "main .head")
    page.shows("Succeeds in 1.1 s", ".life")
    page.shows("1 output of linkedin-enrich-people in 500 ms", ".life")
    page.shows("1 output of linkedin-extract-people by its plan", ".life")
    page.shows("Created by runFlow", ".life")
    page.shows("extract-people 1", ".tl")
    assert [each.text for each in page.all(".goto")] == ["in 500 ms", "in 1.1 s"]
    page.click("Outputs 1")
    page.shows("ada-lovelace", ".data")


def test_a_refused_action_says_why(emulator, workspace, visit):
    page = visit(emulator, workspace=workspace(emulator), path=f"runs/{SUCCEEDED}")
    for label, why in (("Cancel run", "run is SUCCEEDED; cancellable: CREATED, QUEUED, SCHEDULED, RUNNING"), ("Resume", "run is SUCCEEDED; resumable: BLOCKED, STOPPED")):
        button = page.button(label)
        assert button.get_attribute("aria-disabled") == "true"
        reason = page.one(f"#{button.get_attribute('aria-describedby')}")
        assert reason.get_attribute("textContent") == why
        button.click()
        page.shows(why, ".toast")
    assert emulator.run(SUCCEEDED)["status"] == "SUCCEEDED"


def test_a_run_is_driven_by_hand(emulator, workspace, visit):
    page = visit(emulator, workspace=workspace(emulator), path=f"runs/{RUNNING}")
    page.click("Block")
    page.shows("Blocked", "main .head")
    page.click("Resume")
    page.shows("Scheduled", "main .head")
    page.click("Cancel run")
    page.shows("Stopped", "main .head")
    page.shows("Stopped 09:00:00.000 by cancelFlowRun from this page", ".facts")
    assert emulator.run(RUNNING)["status"] == "STOPPED"


def test_a_halted_run_says_who_did_it(emulator, workspace, visit):
    emulator.cancel(RUNNING, headers={"X-Request-Id": "my-cancel"})
    page = visit(emulator, workspace=workspace(emulator), path=f"runs/{RUNNING}")
    page.shows("Stopped 09:00:00.000 by cancelFlowRun", ".facts")
    page.click("by cancelFlowRun", ".facts")
    page.until(lambda: page.driver.current_url.endswith("/requests/my-cancel"), "its request is open")


def failing_callbacks(emulator, count):
    """Runs that have ended, whose callbacks nobody takes."""
    for _ in range(count):
        uid = emulator.make(callback={"url": "http://127.0.0.1:9/nobody"})["uid"]
        emulator.event(uid, "FINISH")
    return uid


def test_callbacks_that_wait_are_counted_alike_everywhere(emulator, workspace, visit):
    uid = failing_callbacks(emulator, 2)
    emulator.get("/_emulator/wait?attempts=2&timeout=5s")
    page = visit(emulator, workspace=workspace(emulator), path="callbacks")
    page.shows("Callbacks 2 waiting 2", "nav")
    page.shows("Waiting 2", "main .head")
    page.go(f"#/w/{workspace(emulator)}/runs/{uid}")
    page.shows("1 callback waits", "#timeline .cardhead")
    page.shows("Callbacks 1 waiting", ".tl")


def test_older_callbacks_are_loaded(emulator, workspace, visit):
    failing_callbacks(emulator, 203)
    page = visit(emulator, workspace=workspace(emulator), path="callbacks")
    page.shows("200 of 203", ".more")
    page.click("Load older")
    page.until(lambda: len(page.all("tbody tr")) == 203, "all are shown")


def test_a_request_of_no_workspace_says_so(emulator, visit):
    emulator.runs()
    reply = emulator.get("/v1/flows/runs", key=None, headers={"X-Request-Id": "no-key"})
    assert reply.status == 401
    page = visit(emulator, path=reply.header("Link").split("#/")[1].split(">")[0])
    page.shows("No workspace has this request", "main h1")
    page.shows("no-key belongs to no workspace, such as a call that was answered 401", "main")
    page.click("Go to the workspace used last")
    page.shows("Runs", "main h1")


def test_without_a_workspace_nothing_of_the_last_one_is_left(emulator, workspace, visit):
    page = visit(emulator, workspace=workspace(emulator))
    page.shows("Frozen", ".clock")
    page.go("#/requests/nobody")
    page.shows("No workspace has this request", "main h1")
    assert not page.all(".clock > *, .clock.frozen")
    page.press("?")
    page.shows("step to what is due next", "dialog")
    page.press(Keys.ESCAPE)
    page.until(lambda: not page.all("dialog"), "the dialog is closed")
    page.press("w")
    page.shows("Workspaces", "dialog")
    page.press(Keys.ESCAPE)
    page.until(lambda: not page.all("dialog"), "the dialog is closed")
    page.press("n")
    page.press("g", "c")
    page.shows("Callbacks", "main h1")


def life_of(page):
    """What Life says, oldest first, without instants and causes."""
    return [" ".join(each.text.split()) for each in reversed(page.all(".life .say"))]


def test_in_one_instant_life_has_the_order_in_which_things_happened(emulator, workspace, visit):
    uid = emulator.post("/v1/flows/demo-never-ends/run/async", INPUTS).json["uid"]
    emulator.event(uid, "QUEUE")
    emulator.run(uid)
    emulator.event(uid, "START")
    emulator.run(uid)
    emulator.cancel(uid)
    emulator.cancel(uid)
    page = visit(emulator, workspace=workspace(emulator), path=f"runs/{uid}")
    page.shows("cancelFlowRun 422", ".life")
    assert life_of(page) == [
        "runFlow 200", "Created by runFlow", "Queued by hand", "getFlowRun 200", "Running by hand", "getFlowRun 200", "cancelFlowRun 200", "Stopped by cancelFlowRun",
        "cancelFlowRun 422"]
    page.shows("Created Queued Running Stopped", ".tl")


def test_a_read_between_two_stays_in_one_status_has_its_place(emulator, workspace, visit):
    """All in one instant."""
    uid = emulator.post("/_emulator/runs", {"status": "RUNNING"}).json["uid"]
    emulator.event(uid, "BLOCK")
    emulator.post(f"/v1/flows/runs/{uid}/resume")
    emulator.event(uid, "START")
    emulator.run(uid)
    emulator.event(uid, "BLOCK")
    page = visit(emulator, workspace=workspace(emulator), path=f"runs/{uid}")
    page.shows("getFlowRun 200", ".life")
    assert [said.removesuffix(" by hand") for said in life_of(page)[-6:]] == [
        "Blocked", "resumeFlowRun 200", "Scheduled by resumeFlowRun", "Running", "getFlowRun 200", "Blocked"]


def test_calls_of_a_run_are_counted_by_their_status(emulator, workspace, visit):
    uid = emulator.post("/v1/flows/demo-never-ends/run/async", INPUTS).json["uid"]
    emulator.cancel(uid)
    emulator.cancel(uid)
    page = visit(emulator, workspace=workspace(emulator), path=f"runs/{uid}")
    page.shows("POST 200 ×2, 422", ".tl .call")
    assert page.text(".tl .call .bad") == "422"
    emulator.run(uid)
    page.shows("4 calls 200 ×3, 422", ".tl .call")


def test_a_run_of_the_demo_world_was_created_before_it_started(emulator, workspace, visit):
    page = visit(emulator, workspace=workspace(emulator), path=f"runs/{RUNNING}")
    page.shows("Created 10 s Running", ".tl .bar")


def test_a_blocked_run_that_is_resumed_was_blocked(emulator, workspace, visit):
    blocked = "00000000-0000-4000-8000-000000000005"
    emulator.post(f"/v1/flows/runs/{blocked}/resume")
    page = visit(emulator, workspace=workspace(emulator), path=f"runs/{blocked}")
    page.shows("Scheduled by resumeFlowRun", ".life")
    assert life_of(page)[:3] == ["Created", "Running", "Blocked"]
    page.shows("Blocked", ".tl .bar")


def test_a_stopped_run_has_one_word_everywhere(emulator, workspace, visit):
    emulator.cancel(RUNNING)
    page = visit(emulator, workspace=workspace(emulator))
    page.shows("Stopped", f'[data-row="{RUNNING}"]')
    page.shows("cancelled", f'[data-row="{RUNNING}"] .c-next')
    assert "client" not in page.text(f'[data-row="{RUNNING}"]')
    page.shows("Stopped 2", ".filter")
    for path in (f"runs/{RUNNING}", "states"):
        page.go(f"#/w/{workspace(emulator)}/{path}")
        page.shows("Stopped", "main")
        assert "Cancelled" not in page.text("main")


def test_what_the_page_does_counts_for_no_rule_and_says_so(emulator, workspace, visit):
    page = visit(emulator, workspace=workspace(emulator), path="requests")
    page.shows("Calls of /v1. Those of this page are marked page: no fault rule and no coverage counts them.", "main")


def test_a_delayed_request_is_a_fault_and_says_how_long_its_client_waited(emulator, workspace, visit):
    assert emulator.cancel(RUNNING, headers={"X-Request-Id": "slow", "Emulator-Fault": "delay=300ms"}).status == 200
    page = visit(emulator, workspace=workspace(emulator), path="requests/slow")
    page.shows("Faults 1", "main")
    page.shows("delay", "tbody .tag")
    page.shows("and a delay of 300 ms", "main")


def test_inputs_that_are_not_json_are_refused_beside_their_field(emulator, workspace, visit):
    page = visit(emulator, workspace=workspace(emulator))
    page.one("tbody tr")
    page.press("s")
    page.until(lambda: page.driver.switch_to.active_element.tag_name == "select", "the first field has the focus")
    page.one("textarea").clear()
    page.one("textarea").send_keys("{no")
    page.click("Start the run", "dialog")
    page.shows("This is not JSON", "dialog [role=alert]")
    field = page.one("textarea")
    assert (field.get_attribute("aria-invalid"), field.get_property("value")) == ("true", "{no")
    assert page.one(f"#{field.get_attribute('aria-describedby')}").text.startswith("This is not JSON")
    assert page.driver.switch_to.active_element == field
    field.clear()
    field.send_keys("[{}]")
    page.click("Start the run", "dialog")
    page.until(lambda: "/runs/" in page.driver.current_url, "the run is open")


def test_a_run_is_started_by_a_form(emulator, workspace, visit):
    page = visit(emulator, workspace=workspace(emulator))
    page.click("Start a run")
    assert page.button("Start the run", "dialog").rect["width"] < 200
    assert page.one("dialog select").get_property("value") == "linkedin-people-enrich"
    page.click("Start the run", "dialog")
    page.until(lambda: "/runs/" in page.driver.current_url, "the run is open")
    page.shows("Created", "main .head")
    assert len(emulator.runs("status=CREATED")) == 2


def test_a_request_is_explained_and_its_advice_does_it(emulator, workspace, visit):
    emulator.cancel(SUCCEEDED, headers={"X-Request-Id": "a/b+c"})
    page = visit(emulator, path="requests/a%2Fb%2Bc")
    page.shows("422 INVALID_STATUS", ".detail")
    page.shows("flow run is SUCCEEDED and cannot be cancelled", ".because")
    page.shows("not-cancellable.code not-cancellable.label", ".kv")
    page.shows('"error_label": "INVALID_STATUS"', ".detail")
    assert f"/w/{workspace(emulator)}/requests/" in page.driver.current_url
    page.shows("…0007/cancel another run", ".advice")
    page.click("Do it to 0000…0007")
    page.until(lambda: emulator.run(RUNNING)["status"] == "STOPPED", "the run is cancelled")
    page.hides("…0007/cancel", ".advice")
    page.shows("another run", ".advice .tag")


def test_calls_at_a_clock_that_stands_are_told_apart_by_how_long_they_took(emulator, workspace, visit):
    emulator.runs()
    page = visit(emulator, workspace=workspace(emulator), path="requests")
    page.until(lambda: re.fullmatch(r"09:00:00.000 [0-9.]+ (µs|ms)", page.text("tbody tr:first-child .t")), "it says how long it took")


def test_the_menu_counts_the_rows_of_the_fault_rules(emulator, workspace, visit):
    emulator.post("/_emulator/faults", {"operation": "cancelFlowRun", "effect": {"status": 503}})
    emulator.request("PUT", "/_emulator/faults/rate-limit", '{"per_minute": 1000}', {"Content-Type": "application/json"})
    page = visit(emulator, workspace=workspace(emulator), path="faults")
    page.shows("Faults 1", "nav")


def test_a_request_is_sent_again_and_the_journal_is_emptied(emulator, workspace, visit):
    emulator.cancel(RUNNING, headers={"X-Request-Id": "first"})
    page = visit(emulator, path="requests/first")
    page.expected += ("422 (Unprocessable",)
    page.click("Send it again")
    page.shows("Sent again: 422 INVALID_STATUS", ".toast")
    page.until(lambda: len(page.all("tbody tr")) >= 2, "the journal has both")
    page.click("Clear")
    page.shows("Clear the request log of this workspace?", ".toast")
    page.click("Clear it")
    page.shows("The request log was cleared", "main")


def test_callbacks_show_each_attempt_and_are_sent_again(emulator, workspace, visit):
    body = {**INPUTS, "callback": {"url": "http://127.0.0.1:9/nobody"}}
    uid = emulator.post("/v1/flows/linkedin-people-enrich/run/async", body).json["uid"]
    emulator.post("/_emulator/clock/advance", {"by": 900})
    assert emulator.get(f"/_emulator/wait?run={uid}&attempts=1&timeout=5s").status in (200, 400)
    page = visit(emulator, workspace=workspace(emulator), path="callbacks")
    page.shows(f"Waiting 127.0.0.1:9/nobody {uid[:8]}…{uid[-4:]} Running", "tbody")
    page.all("tbody a")[0].click()
    page.shows("POST http://127.0.0.1:9/nobody", ".detail")
    page.shows("Attempt 1", ".detail")
    assert page.one("tbody .c-says").is_displayed() and page.text("tbody .c-says") == "Running"
    page.driver.execute_script("arguments[0].click()", page.one(".detail .buttons button"))
    page.shows("Attempt 2", ".detail")
    page.click("Send again", ".detail")
    page.shows("is sent again", ".toast")


def test_copies_of_a_callback_count_as_one_attempt(emulator, workspace, visit):
    emulator.post("/_emulator/faults", {"callback": True, "effect": {"status": 500}, "nth": 2})
    emulator.post("/_emulator/faults", {"callback": True, "effect": {"duplicate": 10}, "nth": 1})
    run = emulator.make("RUNNING", callback={"url": "http://127.0.0.1:9/nobody"})["uid"]
    emulator.event(run, "FINISH")
    emulator.post("/_emulator/clock/advance", {"by": 5000})
    page = visit(emulator, workspace=workspace(emulator), path="callbacks")
    page.shows("2 of 5", "tbody")
    page.shows("attempt 3", "tbody")
    page.all("tbody a")[0].click()
    page.shows("Attempt 2", ".detail")


def test_a_schedule_shows_when_it_fires_in_its_zone(emulator, workspace, visit):
    body = {**INPUTS, "callback": {"url": "http://127.0.0.1:9/nobody"}, "cron": "30 2 * * *", "timezone": "Europe/Paris", "schedule_at": "2026-03-28T00:00:00Z"}
    uid = emulator.post("/v1/flows/linkedin-people-enrich/run/schedule", body).json["schedule_flow_run_uid"]
    page = visit(emulator, workspace=workspace(emulator), path=f"schedules?schedule={uid}")
    page.shows("2026-03-29 03:30", ".firings")
    page.shows("02:30 does not exist that day", ".firings")
    page.shows("March 2026, Europe/Paris", ".month")
    colour = "return getComputedStyle(document.querySelector(arguments[0]))[arguments[1]]"
    assert page.driver.execute_script(colour, ".month .fires", "color") == page.driver.execute_script(colour, "main h1", "color")
    assert page.driver.execute_script(colour, ".month .noted", "backgroundColor") != page.driver.execute_script(colour, ".month .fires:not(.noted)", "backgroundColor")
    page.click("Pause")
    page.shows("It is paused: it fires again when it is resumed", ".detail")
    page.shows("paused until resumed", "tbody")
    page.click("Resume")
    page.click("Go to the next")
    page.click("Go there")
    page.shows("Created", ".made")


def make_schedule(emulator, cron, zone="UTC"):
    body = {**INPUTS, "callback": {"url": "http://127.0.0.1:9/nobody"}, "cron": cron, "timezone": zone}
    return emulator.post("/v1/flows/linkedin-people-enrich/run/schedule", body).json["schedule_flow_run_uid"]


def test_a_month_says_where_its_counts_end(emulator, workspace, visit):
    uid = make_schedule(emulator, "*/5 * * * *")
    page = visit(emulator, workspace=workspace(emulator), path=f"schedules?schedule={uid}")
    page.shows("5 ×179 6 21+ 7 … 8 …", ".month")
    wide = "return [...document.querySelectorAll('.month b')].filter(b => b.scrollWidth > 28).length"
    assert page.driver.execute_script(wide) == 0
    daily = make_schedule(emulator, "0 12 * * *")
    page.go(f"#/w/{workspace(emulator)}/schedules?schedule={daily}")
    page.shows("5 ● 6 ●", ".month")
    assert "…" not in page.text(".month") and "+" not in page.text(".month")


def test_times_of_a_schedule_name_their_zone(emulator, workspace, visit):
    uid = make_schedule(emulator, "0 11 * * *", "Europe/Paris")
    emulator.post("/_emulator/clock/advance", {"by": "P1D"})
    page = visit(emulator, workspace=workspace(emulator), path=f"schedules?schedule={uid}")
    page.shows("10:00:00 UTC", f'[data-row="{uid}"]')
    page.shows("Next firings, local time in Europe/Paris 2026-01-06 11:00", ".coming")
    page.shows("Last fired 2026-01-05 10:00:00.000 UTC", ".kv")


def test_outputs_that_a_cancel_discarded_are_told(emulator, workspace, visit):
    uid = emulator.post("/v1/flows/linkedin-people-enrich/run/async", INPUTS).json["uid"]
    emulator.post("/_emulator/clock/advance", {"by": 900})
    page = visit(emulator, workspace=workspace(emulator), path=f"runs/{uid}")
    page.shows("Outputs 1 of 2", ".facts")
    assert "discarded" not in page.text(".facts")
    emulator.cancel(uid)
    page.shows("1 discarded by the cancel", ".facts")


def test_faults_are_added_and_removed(emulator, workspace, visit):
    page = visit(emulator, workspace=workspace(emulator), path="faults")
    page.shows("No fault rules")
    page.click("Add the rule")
    page.shows("1 cancelFlowRun any run times 1 status=503; label=GENERIC_ERROR", "tbody")
    assert emulator.get("/v1/flows/runs").status == 200
    assert emulator.cancel(RUNNING, headers={"X-Request-Id": "faulty"}).status == 503
    page.until(lambda: page.text("tbody .num") == "1 1", "it has been met and fired once")
    page.shows("times 1 used up", "tbody")
    page.go(f"#/w/{workspace(emulator)}/requests/faulty")
    page.shows("fault rule 1 asked for this status", ".because")
    page.shows("status by rule 1", "tbody")
    page.shows("Running before and after", ".kv")
    page.shows("What would work now 1. POST", ".advice")
    page.click("status by rule 1", ".kv")
    page.driver.execute_script("arguments[0].click()", page.button("Remove rule 1"))
    page.shows("No fault rules")
    page.one("input[name=perMinute]").send_keys("2")
    page.click("Set")
    page.shows("2 calls a minute", ".cardhead")


def test_the_form_of_faults_has_every_effect_with_a_sentence(emulator, workspace, visit):
    page = visit(emulator, workspace=workspace(emulator), path="faults")
    effects = set()
    for about in ("Calls of the API", "Callbacks"):
        page.click(about, ".fault")
        page.until(lambda: page.text(".fault [aria-pressed=true]") == about, "it is chosen")
        labels = page.all(".fault .effect")
        assert all(len(label.text.split("\n")[1]) > 20 for label in labels)
        effects |= {label.find_element("css selector", "input").get_attribute("value") for label in labels}
    assert effects == {
        "status", "reset", "reset_after_commit", "empty", "truncate", "wrong_length", "bytes_per_second", "race", "delay_ms", "duplicate", "drop", "hold_behind_next",
        "without_headers",
    }
    page.one("input[value=duplicate]").click()
    page.click("Add the rule")
    page.shows("callbacks any run times 1 duplicate=1", "tbody")
    page.click("Calls of the API", ".fault")
    page.one("input[value=race]").click()
    page.click("Add the rule")
    page.shows("cancelFlowRun any run times 1 race=finish-wins", "tbody")


def test_a_rule_that_is_used_up_is_not_counted(emulator, workspace, visit):
    emulator.post("/_emulator/faults", {"callback": True, "times": 1, "effect": {"status": 200}})
    emulator.post("/_emulator/faults", {"operation": "cancelFlowRun", "effect": {"status": 500}})
    page = visit(emulator, workspace=workspace(emulator), path="faults")
    page.shows("Faults 2", "nav")
    run = emulator.make("RUNNING", callback={"url": "http://127.0.0.1:9/nobody"})["uid"]
    emulator.event(run, "FINISH")
    page.shows("used up", "tbody")
    page.shows("Faults 1", "nav")


def test_an_assumption_is_overridden_and_restored(emulator, workspace, visit):
    page = visit(emulator, workspace=workspace(emulator), path="assumptions/not-cancellable.code")
    row = '[data-row="not-cancellable.code"]'
    page.driver.execute_script("const s = arguments[0]; s.value = '409'; s.dispatchEvent(new Event('change', {bubbles: true}))", page.one(f"{row} select"))
    page.shows("overridden", row)
    before = int(page.text(f"{row} .num"))
    assert emulator.cancel(SUCCEEDED).status == 409
    page.until(lambda: int(page.text(f"{row} .num")) > before, "its replies are counted")
    page.click("Undo the override of not-cancellable.code")
    page.hides("overridden", row)
    assert emulator.cancel(SUCCEEDED).status == 422
