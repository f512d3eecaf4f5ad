"""What changes shows without a reload."""

import signal

from test_views import INPUTS, RUNNING

from browser import Keys
from process import Process


def mark(page):
    """A reload would lose this."""
    page.driver.execute_script("window.marked = true")


def is_marked(page):
    return page.driver.execute_script("return window.marked === true")


def test_a_cancel_by_curl_shows_without_reload(emulator, workspace, visit):
    page = visit(emulator, workspace=workspace(emulator))
    page.shows("Running", f'[data-row="{RUNNING}"]')
    page.shows("Live", ".live")
    mark(page)
    emulator.cancel(RUNNING)
    page.shows("Stopped", f'[data-row="{RUNNING}"]')
    emulator.reset()
    page.shows("Running", f'[data-row="{RUNNING}"]')
    assert is_marked(page)


def test_a_page_that_is_opened_again_has_its_files_already(emulator, workspace, visit):
    page = visit(emulator, workspace=workspace(emulator))
    page.one("tbody tr")
    page.driver.refresh()
    page.one("tbody tr")
    sizes = dict(page.driver.execute_script("return performance.getEntriesByType('resource').map(each => [each.name, each.transferSize])"))
    files = {name.rpartition("/")[2]: size for name, size in sizes.items() if "/_emulator/page/" in name}
    assert files["main.js"] == files["style.css"] == 0
    assert set(files.values()) == {0}, files


def test_a_view_is_fetched_with_its_data_and_the_others_after_it(emulator, workspace, visit):
    page = visit(emulator, workspace=workspace(emulator), path="assumptions")
    page.one("tbody tr")
    page.until(lambda: page.driver.execute_script("return performance.getEntriesByType('resource').some(each => each.name.endsWith('/states.js'))"), "states.js is there")
    names = page.driver.execute_script("return performance.getEntriesByType('resource').map(each => each.name.split('/').at(-1))")
    assert names.index("assumptions") < names.index("states.js")


def test_what_is_focused_and_written_stays_while_the_list_grows(emulator, workspace, visit):
    page = visit(emulator, workspace=workspace(emulator))
    field = page.one("input[type=search]")
    field.send_keys("linked")
    for _ in range(3):
        uid = emulator.post("/v1/flows/linkedin-people-enrich/run/async", INPUTS).json["uid"]
        page.one(f'[data-row="{uid}"].new')
    field.send_keys(Keys.ARROW_LEFT, "!")
    assert field.get_property("value") == "linke!d"


def test_nine_tabs_stay_live(emulator, workspace, visit):
    page = visit(emulator, workspace=workspace(emulator))
    page.driver.execute_script("for (let i = 0; i < 8; i++) open(location.href)")
    tabs = page.driver.window_handles
    assert len(tabs) == 9
    for tab in tabs:
        page.driver.switch_to.window(tab)
        page.shows("Running", f'[data-row="{RUNNING}"]')
        mark(page)
    emulator.cancel(RUNNING)
    for tab in reversed(tabs):
        page.driver.switch_to.window(tab)
        page.shows("Stopped", f'[data-row="{RUNNING}"]')
        page.shows("Live", ".live")
        assert is_marked(page)


def test_a_server_that_was_killed_is_found_again(start, workspace, visit, tmp_path):
    options = ("--db", tmp_path / "state.db")
    emulator = start(*options)
    uid = workspace(emulator)
    page = visit(emulator, workspace=uid)
    page.shows("Live", ".live")
    page.expected += ("ERR_CONNECTION_REFUSED", "ERR_INCOMPLETE_CHUNKED_ENCODING", "ERR_EMPTY_RESPONSE", "ERR_CONNECTION_RESET")
    mark(page)
    emulator.process.send(signal.SIGKILL)
    emulator.process.child.wait()
    page.shows("Reconnecting", ".live")
    again = Process([*map(str, options), "--port", str(emulator.port)])
    try:
        page.shows("Live", ".live")
        emulator.connection.close()
        emulator.cancel(RUNNING)
        page.shows("Stopped", f'[data-row="{RUNNING}"]')
        assert is_marked(page)
    finally:
        again.stop()
        again.close()


def test_a_workspace_that_is_gone_says_so(emulator, visit):
    page = visit(emulator, workspace="00000000-0000-4000-8000-00000000dead")
    page.shows("This workspace is gone")
    emulator.runs()
    page.click("Go to the workspace used last")
    page.shows("Runs", "main h1")


def test_ten_thousand_runs_show_two_hundred_then_older(start, workspace, visit, tmp_path):
    fixture = tmp_path / "many.json"
    fixture.write_text('{"version": 1, "runs": [%s]}' % ",".join(['{"status": "RUNNING"}'] * 10000))
    emulator = start("--fixture", fixture)
    page = visit(emulator, workspace=workspace(emulator))
    page.shows("All 10000", ".filter")
    assert len(page.all("tbody tr")) == 200
    page.shows("200 of 10000", ".more")
    page.click("Load older")
    page.until(lambda: len(page.all("tbody tr")) == 400, "400 rows are shown")
    newest = page.all("tbody tr")[0].get_attribute("data-row")
    emulator.cancel(newest)
    page.shows("Stopped", f'[data-row="{newest}"]')
    assert len(page.all("tbody tr")) == 400
