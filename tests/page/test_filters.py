"""The filters: of a view, in its address, and of the workspaces."""

import pytest

from browser import Keys


@pytest.fixture
def two(emulator, workspace, visit):
    """The page, another workspace, and its label."""
    other, label = emulator.member("other"), f"suite {workspace(emulator)[-8:]}"
    other.get("/v1/flows/runs", headers={"Emulator-Label": label})
    return visit(emulator, workspace=workspace(emulator)), workspace(other), label


def choose(page, text):
    page.one("main tbody tr")
    page.press("w")
    page.until(lambda: page.driver.switch_to.active_element.get_attribute("type") == "search", "the filter has the focus")
    if text:
        page.press(text)


def test_the_filter_of_the_workspaces_leaves_the_view_as_it_is(two):
    page, _, label = two
    count = len(page.all("main tbody tr"))
    choose(page, label)
    page.until(lambda: len(page.all("dialog tbody tr")) == 1, "one workspace is left")
    assert (len(page.all("main tbody tr")), page.one("main input[type=search]").get_attribute("value")) == (count, "")


def test_a_space_that_is_typed_quickly_after_a_letter_stays(two):
    """Both may come before the page is drawn anew; a text of two words could not be typed then."""
    page, _, label = two
    choose(page, "")
    page.driver.execute_script("const field = document.activeElement; field.value = arguments[0]; "
                               "field.dispatchEvent(new Event('input', {bubbles: true}))", "suite ")
    page.until(lambda: {row.text.split()[0] for row in page.all("dialog tbody tr")} == {"suite"}, "the filter is in force")
    page.press(label.removeprefix("suite "))
    assert page.driver.switch_to.active_element.get_attribute("value") == label
    page.until(lambda: len(page.all("dialog tbody tr")) == 1, "one workspace is left")


def test_another_workspace_opens_unfiltered(two):
    page, _, label = two
    page.one("main input[type=search]").send_keys("lk_error")
    page.until(lambda: len(page.all("main tbody tr")) == 1, "one run is left")
    page.press(Keys.ESCAPE)
    choose(page, label)
    page.click(label, "dialog")
    page.shows(label, ".workspace")
    page.until(lambda: len(page.all("main tbody tr")) > 1, "its runs are shown")
    assert page.one("main input[type=search]").get_attribute("value") == ""


def test_a_workspace_is_chosen_by_keyboard(two):
    page, other, label = two
    choose(page, label)
    page.until(lambda: len(page.all("dialog tbody tr")) == 1, "one workspace is left")
    page.press(Keys.ARROW_DOWN)
    page.until(lambda: page.driver.switch_to.active_element.text == label, "its row has the focus")
    page.press(Keys.ENTER)
    page.until(lambda: f"/w/{other}/" in page.driver.current_url and not page.all("dialog"), "it is open")


def test_enter_takes_the_first_workspace_that_fits(two):
    page, other, label = two
    choose(page, label)
    page.until(lambda: len(page.all("dialog tbody tr")) == 1, "one workspace is left")
    page.press(Keys.ENTER)
    page.until(lambda: f"/w/{other}/" in page.driver.current_url and not page.all("dialog"), "it is open")


def test_where_no_workspace_fits_it_says_so(two):
    page, _, _ = two
    choose(page, "nothing like it")
    page.shows("No workspace fits the filter", "dialog")


def test_the_filter_of_runs_is_there_again_on_the_way_back(emulator, workspace, visit):
    page = visit(emulator, workspace=workspace(emulator))
    page.one("main input[type=search]").send_keys("lk_error")
    page.until(lambda: len(page.all("main tbody tr")) == 1, "one run is left")
    page.one("main tbody a").click()
    page.one("#timeline")
    page.driver.back()
    page.one("main .runs")
    assert page.one("main input[type=search]").get_attribute("value") == "lk_error"
    assert len(page.all("main tbody tr")) == 1
    page.go(f"#/w/{workspace(emulator)}/runs?filter=nothing")
    page.click("Show all runs")
    page.until(lambda: len(page.all("main tbody tr")) > 1, "all are shown")


def test_another_workspace_shows_all_its_requests(emulator, workspace, visit):
    uid, other = workspace(emulator), workspace(emulator.member("other"))
    page = visit(emulator, workspace=uid, path="requests")
    page.one("main tbody tr")
    page.click("Refused 0")
    page.shows("No request fits the filter", "main")
    page.go(f"#/w/{other}/requests")
    page.until(lambda: page.all("main tbody tr"), "its requests are shown")
    page.shows("All 1", ".seg [aria-pressed=true]")
