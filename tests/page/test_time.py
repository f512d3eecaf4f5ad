"""The clock: seen, stepped, advanced, frozen and let run."""

from test_views import INPUTS

START = "/v1/flows/linkedin-people-enrich/run/async"


def now(emulator):
    return emulator.get("/_emulator/clock").json["now"]


def test_a_step_fires_what_is_due_next_and_no_more(emulator, workspace, visit):
    first = emulator.post(START, INPUTS).json["uid"]
    emulator.post("/_emulator/clock/advance", {"by": 20})
    second = emulator.post(START, INPUTS).json["uid"]
    page = visit(emulator, workspace=workspace(emulator))
    page.shows("Next in 30 ms", ".due")
    page.click("Step to next")
    page.shows("Queued", f'[data-row="{first}"]')
    assert now(emulator) == "2026-01-05T09:00:00.050Z"
    assert (emulator.run(first)["status"], emulator.run(second)["status"]) == ("QUEUED", "CREATED")
    page.shows("09:00:00.050", ".clock")
    page.press("n")
    page.shows("Queued", f'[data-row="{second}"]')
    assert now(emulator) == "2026-01-05T09:00:00.070Z"


def test_a_tick_of_the_timeline_goes_there(emulator, workspace, visit):
    uid = emulator.post(START, INPUTS).json["uid"]
    page = visit(emulator, workspace=workspace(emulator), path=f"runs/{uid}")
    page.until(lambda: len(page.all(".goto")) == 5, "five instants are to come")
    page.all(".goto")[2].click()
    page.shows("Running", "main .head")
    assert now(emulator) == "2026-01-05T09:00:00.800Z"
    page.until(lambda: len(page.all(".goto")) == 2, "two are left")
    page.all(".life .plan button")[0].click()
    page.shows("Succeeded", "main .head")
    assert now(emulator) == "2026-01-05T09:00:02.000Z"


def test_the_clock_is_advanced_let_run_and_frozen(emulator, workspace, visit):
    page = visit(emulator, workspace=workspace(emulator))
    page.click("+1 h")
    page.shows("10:00:00.000", ".clock")
    page.shows("10:00:00.000 · no run changed", ".toast")
    page.click("Unfreeze")
    page.shows("behind", ".clock")
    assert now(emulator) < "2026-01-05T10:01"
    page.press("n")
    page.shows("The clock is real. Freeze it first", ".toast")
    page.click("Freeze")
    page.shows("Frozen", ".clock")
    assert now(emulator) == now(emulator)


def test_the_clock_is_set_to_a_time(emulator, workspace, visit):
    page = visit(emulator, workspace=workspace(emulator))
    set_clock(page, "2026-01-06T10:30:00")
    page.shows("10:30:00.000 2026-01-06 UTC", ".clock")
    set_clock(page, "2025-12-24T18:00:00")
    page.shows("18:00:00.000 2025-12-24 UTC", ".clock")
    emulator.make()
    page.expected += ("422 (Unprocessable",)
    set_clock(page, "2025-12-24T17:00:00")
    page.shows("the clock cannot go backwards", ".toast")
    assert now(emulator) == "2025-12-24T18:00:00.000Z"


def set_clock(page, time):
    page.until(lambda: not page.all("dialog"), "no dialog is open")
    page.one(".clock button.now").click()
    page.shows("Day and time, UTC", "dialog")
    page.driver.execute_script("arguments[0].value = arguments[1]", page.one("dialog input"), time)
    page.click("Go there", "dialog")


def test_what_is_far_away_is_asked_about_first(emulator, workspace, visit):
    page = visit(emulator, workspace=workspace(emulator))
    page.shows("Next on 2099-01-01", ".due")
    assert not page.all(".clock .primary, .due b")
    page.click("Step to next")
    page.shows("The next thing due is on 2099-01-01", ".toast")
    assert now(emulator) == "2026-01-05T09:00:00.000Z"
    page.click("Go there")
    page.shows("09:00:00.000 2099-01-01 UTC", ".clock")


def test_every_way_to_what_is_far_away_asks_first(emulator, workspace, visit):
    body = {**INPUTS, "callback": {"url": "http://127.0.0.1:9/nobody"}, "cron": "0 9 1 6 *", "timezone": "UTC"}
    uid = emulator.post("/v1/flows/linkedin-people-enrich/run/schedule", body).json["schedule_flow_run_uid"]
    page = visit(emulator, workspace=workspace(emulator), path=f"schedules?schedule={uid}")
    page.click("Go to the next")
    page.shows("That is in 147 d", ".toast")
    page.click("Go to 2026-06-01T09:00:00.000Z, in 147 d")
    page.shows("That is in 147 d", ".toast")
    assert now(emulator) == "2026-01-05T09:00:00.000Z"
    page.click("Go there")
    page.shows("09:00:00.000 2026-06-01 UTC", ".clock")


def test_a_way_freezes_a_clock_that_runs_and_says_so(emulator, workspace, visit):
    emulator.post(START, INPUTS)
    body = {**INPUTS, "callback": {"url": "http://127.0.0.1:9/nobody"}, "cron": "0 * * * *", "timezone": "UTC"}
    uid = emulator.post("/v1/flows/linkedin-people-enrich/run/schedule", body).json["schedule_flow_run_uid"]
    page = visit(emulator, workspace=workspace(emulator), path=f"schedules?schedule={uid}")
    title = "Go to 2026-01-05T10:00:00.000Z"
    ways = '.coming .b, .detail .buttons > .b:first-child'
    page.until(lambda: page.one(ways).get_attribute("title") == title, "the clock is frozen")
    page.click("Unfreeze")
    said = "Freeze the clock, and go to 2026-01-05T10:00:00.000Z"
    page.until(lambda: [each.get_attribute("title") for each in page.all(ways)][:2] == [said, said], "they say that they freeze it")


def test_where_nothing_is_due_the_step_says_so(start, workspace, visit):
    emulator = start("--fixture", "empty")
    emulator.runs()
    uid = emulator.get("/_emulator/workspaces").json[0]["workspace_uid"]
    page = visit(emulator, workspace=uid)
    page.shows("Nothing is due", ".due")
    assert page.button("Step to next").get_attribute("aria-disabled") == "true"
    page.shows("No runs yet", "main")


def test_a_clock_that_runs_on_says_how_far_it_is_from_the_systems_time_and_goes_back_to_it(emulator, workspace, visit):
    emulator.make()
    page = visit(emulator, workspace=workspace(emulator))
    page.click("Unfreeze")
    page.shows("behind the system's time", ".clock .mode")
    assert "Real time" not in page.text(".clock")
    page.click("To system time")
    page.shows("Real time", ".clock .mode")
    assert emulator.get("/_emulator/clock").json["ahead_ms"] == 0
    assert not page.has_button("To system time")


def test_a_clock_that_is_ahead_says_why_it_cannot_go_back(start, workspace, visit):
    emulator = start("--clock", "2199-01-05T09:00:00Z")
    emulator.make()
    page = visit(emulator, workspace=workspace(emulator))
    page.click("Unfreeze")
    page.shows("ahead of the system's time", ".clock .mode")
    page.expected += ("422 (Unprocessable",)
    assert page.button("To system time").get_attribute("title") == "Only in a workspace in which nothing has happened. Else reset it."
    page.click("To system time")
    page.shows("the clock cannot go backwards: it shows 2199-01-05T09:00:", ".toast")
    page.shows('POST /_emulator/reset {"clock":', ".toast")
    assert now(emulator) > "2199"


def test_where_nothing_has_happened_a_clock_that_is_ahead_goes_back(start, workspace, visit):
    emulator = start("--clock", "2199-01-05T09:00:00Z")
    page = visit(emulator, workspace=workspace(emulator))
    page.click("Unfreeze")
    page.click("To system time")
    page.shows("Real time", ".clock .mode")


def test_a_freeze_and_an_unfreeze_move_no_run(start, workspace, visit):
    emulator = start("--clock", "real")
    before = emulator.runs("limit=100")
    page = visit(emulator, workspace=workspace(emulator))
    page.click("Freeze")
    page.click("Unfreeze")
    page.button("Freeze")
    assert emulator.runs("limit=100") == before


def test_a_way_that_was_offered_is_gone_when_the_clock_runs(emulator, workspace, visit):
    page = visit(emulator, workspace=workspace(emulator))
    page.click("Step to next")
    page.shows("Go there", ".toast")
    page.click("Unfreeze")
    page.until(lambda: not page.all(".toast"), "it is offered no more")
