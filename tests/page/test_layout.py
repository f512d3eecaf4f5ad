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
