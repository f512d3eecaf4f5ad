"""Nothing is cut, and nothing lies over another thing, at any width."""

import json

import pytest
from test_views import INPUTS

STEPS = ["salesnavigator-search-companies", "linkedin-extract-people-details"]
PLAN = [
    {"after_ms": 50, "event": "QUEUE"}, {"after_ms": 50, "event": "START"},
    *({"after_ms": 300 + 700 * (i % 5), "step_uid": STEPS[i % 2]} for i in range(12)), {"after_ms": 2000, "event": "FINISH"},
]


@pytest.fixture
def busy(emulator):
    """A run with many instants, in the midst of its plan, whose callbacks nobody takes."""
    flow = {"name": "Search companies and enrich their people", "steps": STEPS, "plan": PLAN}
    emulator.request("PUT", "/_emulator/flows/search-companies-and-enrich-people", json.dumps(flow), {"Content-Type": "application/json"})
    body = {**INPUTS, "callback": {"url": "http://127.0.0.1:9/webhooks/flows/results?tenant=acme-eu-west-1"}}
    uid = emulator.post("/v1/flows/search-companies-and-enrich-people/run/async", body).json["uid"]
    for _ in range(3):
        emulator.post("/_emulator/clock/advance", {"by": 5000})
        emulator.get(f"/v1/flows/runs/{uid}")
    return uid


# Of each lane, what stands there beside its label: pairs that lie over one another.
OVERLAPS = """
const found = [];
for (const lane of document.querySelectorAll('.tl > .lane')) {
  const all = [...lane.querySelectorAll('.tick, .nowpill, .goto, .stays, .mark, .call')].map(node => [node, node.getBoundingClientRect()]);
  for (const [one, a] of all) for (const [other, b] of all) {
    if (one !== other && a.left <= b.left && b.left < a.right - 1 && a.top < b.bottom && b.top < a.bottom) found.push(`${one.innerText} / ${other.innerText}`);
  }
}
return found;
"""
# Whether the line at now can be seen: [left end of the track, the line, right end].
NOW = """
const box = document.querySelector('#timeline .scroll').getBoundingClientRect(), line = document.querySelector('.tl .nowpill').getBoundingClientRect();
return [document.querySelector('.tl .lab').getBoundingClientRect().right, line.left, line.right, box.right];
"""


@pytest.mark.parametrize("width", [1440, 1280, 1024])
def test_what_stands_on_the_timeline_has_room_and_now_is_in_view(emulator, workspace, visit, busy, width):
    page = visit(emulator, workspace=workspace(emulator))
    page.resize(width, 900)
    for by in (0, 60000):  # in the midst of its plan, and behind its end
        emulator.post("/_emulator/clock/advance", {"by": by})
        page.go(f"#/w/{workspace(emulator)}/runs")
        page.one(".upnext" if not by else ".runs")
        page.go(f"#/w/{workspace(emulator)}/runs/{busy}")
        page.one(".tl .nowpill")
        assert page.driver.execute_script(OVERLAPS) == []
        places = page.driver.execute_script(NOW)
        assert places == sorted(places)
        assert page.driver.execute_script("return document.scrollingElement.scrollWidth") == width


# Cells that are wider than their box or hang out of their card; of a command the rest is cut on purpose.
CUT = """
return [...document.querySelectorAll('main td:not(.text, .c-act)')].filter(cell => cell.checkVisibility()).filter(cell =>
  cell.scrollWidth > cell.clientWidth + 1 || cell.getBoundingClientRect().right > cell.closest('.card').getBoundingClientRect().right + 1)
  .map(cell => `${cell.className} ${cell.innerText}`);
"""


@pytest.mark.parametrize("width", [1440, 1280, 1024, 768, 390])
def test_no_column_is_cut_and_the_clock_says_what_is_next(emulator, workspace, visit, busy, width):
    schedule = {**INPUTS, "callback": {"url": "http://127.0.0.1:9/nobody"}, "cron": "*/30 * * * *", "timezone": "America/Argentina/Buenos_Aires"}
    emulator.post("/v1/flows/search-companies-and-enrich-people/run/schedule", schedule)
    emulator.post("/_emulator/faults", {"operation": "cancelFlowRun", "run": busy, "nth": 2, "effect": {"status": 503, "label": "GENERIC_ERROR"}})
    emulator.cancel(busy, headers={"X-Request-Id": f"cancel-{width}"})
    callback = emulator.get("/_emulator/callbacks").json[0]["uid"]
    page = visit(emulator, workspace=workspace(emulator))
    page.resize(width, 900)
    for path in ("runs", "schedules", "callbacks", f"callbacks?callback={callback}", "requests", f"requests/cancel-{width}", "faults", "assumptions", "coverage"):
        page.go(f"#/w/{workspace(emulator)}/{path}")
        page.until(lambda: page.all("main td" if "/" not in path and "?" not in path else "main .chosen"), f"{path} is shown")
        assert page.driver.execute_script(CUT) == [], path
        assert page.one(".due").is_displayed() and page.text(".due").startswith("Next in ")


# Words that are on more than one line.
BROKEN = """
return [...document.querySelectorAll('.coverage td.main')].flatMap(cell => {
  const text = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT).nextNode(), range = document.createRange();
  return [...text.data.matchAll(/\\S+/g)].filter(({0: word, index}) => {
    range.setStart(text, index);
    range.setEnd(text, index + word.length);
    return range.getClientRects().length > 1;
  }).map(([word]) => word);
});
"""


@pytest.mark.parametrize("width", [1440, 1024, 390])
def test_no_word_of_the_coverage_is_broken(emulator, workspace, visit, width):
    page = visit(emulator, workspace=workspace(emulator), path="coverage")
    page.resize(width, 900)
    page.click(next(each.text for each in page.until(lambda: page.all(".more .b"), "there is more")))
    page.shows("PARTIAL_SUCCEEDED", ".coverage")
    assert page.driver.execute_script(BROKEN) == []


def test_why_a_button_refuses_lies_over_no_field(emulator, workspace, visit):
    page = visit(emulator, workspace=workspace(emulator), path="runs/00000000-0000-4000-8000-000000000010")
    page.shows("Created", ".facts")
    rect = "const r = document.querySelector(arguments[0]).getBoundingClientRect(); return [r.top, r.bottom]"
    top, bottom = page.driver.execute_script(rect, "[id=why-Cancel-run]")
    assert page.driver.execute_script(rect, ".clock")[1] <= top and bottom <= page.driver.execute_script(rect, "main .head")[1]


def test_at_390_px_what_was_chosen_stands_in_the_place_of_its_list(emulator, workspace, visit):
    emulator.get("/v1/flows/runs", headers={"X-Request-Id": "chosen"})
    page = visit(emulator, workspace=workspace(emulator), path="requests")
    page.resize(390, 844)
    page.one("tbody tr .whole").click()
    page.until(lambda: page.one(".detail").is_displayed() and not page.one("tbody").is_displayed(), "it alone is shown")
    page.click("Back to the list")
    page.until(lambda: page.one("tbody").is_displayed() and not page.all(".detail"), "the list is shown")


def test_at_390_px_the_card_of_the_timeline_has_the_events_or_is_absent(emulator, workspace, visit):
    page = visit(emulator, workspace=workspace(emulator))
    page.resize(390, 844)
    for status, shown in ("RUNNING", True), ("SUCCEEDED", False):
        page.go(f"#/w/{workspace(emulator)}/runs/{emulator.make(status)['uid']}")
        page.shows(status.capitalize(), "main .head")
        assert page.one("#timeline").is_displayed() is shown
    page.go(f"#/w/{workspace(emulator)}/runs/{emulator.post('/v1/flows/linkedin-people-enrich/run/async', INPUTS).json['uid']}")
    page.shows("Created", "main .head")
    rows = "return [...document.querySelectorAll('.life .plan')].map(row => ['time', '.say', '.b'].map(css => row.querySelector(css).getBoundingClientRect()).map(r => [r.left, r.right, r.top]))"
    for time, say, button in page.driver.execute_script(rows):
        assert time[1] <= say[0] and button[1] <= 390 and button[2] > say[2]
