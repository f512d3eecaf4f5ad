"""What the clients have tried, what they never did, and what they do wrong."""

from test_views import RUNNING, SUCCEEDED


def test_what_was_never_tried_comes_first_with_its_command(start, visit):
    emulator = start()
    emulator.runs()
    page = visit(emulator, path="coverage")
    page.shows("Coverage", "main h1")
    page.shows("by 1 request since", "main .head")
    first = page.one("tbody tr")
    assert first.text.startswith("RUNNING\ncancel\ncurl ") or first.text.startswith("RUNNING cancel curl "), first.text
    assert "/cancel" in first.text
    assert page.button("Copy the command for RUNNING")
    assert len(page.all("main .coverage tbody tr")) == 12
    page.driver.execute_script("arguments[0].click()", page.all(".more button")[0])
    page.until(lambda: len(page.all("main .coverage tbody tr")) > 100, "all are shown")


def test_what_is_tried_shows_without_reload(start, visit):
    emulator = start()
    emulator.runs()
    page = visit(emulator, path="coverage")
    page.shows("a cancel of a run in each status 0 of 11", "#dimensions")
    emulator.cancel(RUNNING)
    page.shows("a cancel of a run in each status 1 of 11", "#dimensions")
    page.driver.execute_script("arguments[0].click()", page.one("#dimensions summary"))
    page.shows("RUNNING 1", "#dimensions")


def test_counting_starts_anew(start, visit):
    emulator = start()
    emulator.runs()
    page = visit(emulator, path="coverage")
    page.shows("by 1 request since", "main .head")
    page.click("Start counting anew")
    page.shows("by 0 requests since", "main .head")


def test_a_finding_links_to_its_requests(start, visit):
    emulator = start()
    for number in range(3):
        emulator.cancel(SUCCEEDED, headers={"X-Request-Id": f"cancel-{number}"})
    page = visit(emulator, path="coverage")
    page.shows("cancel-2", "#findings")
    page.shows("warning retried-refusal", "#findings")
    page.click("cancel-2", "#findings")
    page.shows("422 INVALID_STATUS", ".detail")
