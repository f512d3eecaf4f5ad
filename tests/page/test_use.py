"""By keyboard alone, at 390 px, and readable in both schemes."""

import time

import pytest
from selenium.webdriver import ActionChains
from test_views import INPUTS, RUNNING, SUCCEEDED, VIEWS

from browser import Keys


def test_by_keyboard_alone(emulator, workspace, visit):
    uid = emulator.post("/v1/flows/demo-never-ends/run/async", INPUTS).json["uid"]
    page = visit(emulator, workspace=workspace(emulator))
    page.one(f'[data-row="{uid}"]')
    page.press("j", "j", "k", Keys.ENTER)
    page.until(lambda: page.driver.current_url.endswith(f"/runs/{uid}"), "the first run is open")
    page.one("#timeline")
    for _ in range(40):
        page.press(Keys.TAB)
        if page.driver.switch_to.active_element.text == "Cancel run":
            break
    page.press(Keys.ENTER)
    page.shows("Stopped", "main .head")
    page.until(lambda: page.driver.switch_to.active_element.text == "Cancel run", "its button has the focus still")
    page.press(Keys.ESCAPE)
    page.until(lambda: page.text("main h1") == "Runs", "it has gone back")
    page.until(lambda: page.driver.switch_to.active_element.get_attribute("title") == uid, "the row has the focus again")
    page.press("g", "t")
    page.shows("States of a run", "main h1")
    page.press("?")
    page.shows("step to what is due next", "dialog")
    page.press(Keys.ESCAPE)
    page.until(lambda: not page.all("dialog"), "the dialog is closed")
    page.press("g", "r")
    page.shows("Runs", "main h1")
    page.press("/")
    page.press("blocks", Keys.ESCAPE)
    page.until(lambda: len(page.all("tbody tr")) == 1, "one run is left")
    assert page.one("input[type=search]").get_attribute("value") == "blocks"
    page.press("w")
    page.shows("Workspaces", "dialog")
    assert page.driver.switch_to.active_element.get_attribute("type") == "search"


def test_the_row_has_the_focus_when_its_button_is_gone(emulator, workspace, visit):
    page = visit(emulator, workspace=workspace(emulator))
    uid = "00000000-0000-4000-8000-000000000007"
    page.driver.execute_script("arguments[0].focus()", page.button("Cancel 00000000…0007"))
    page.press(Keys.ENTER)
    page.shows("Stopped", f'[data-row="{uid}"]')
    page.until(lambda: page.driver.switch_to.active_element.get_attribute("title") == uid, "the link of the row has the focus")


def set_up(emulator):
    emulator.cancel(SUCCEEDED, headers={"X-Request-Id": "a-cancel"})
    body = {**INPUTS, "callback": {"url": "http://127.0.0.1:9/nobody"}}
    uid = emulator.post("/v1/flows/linkedin-people-enrich/run/async", body).json["uid"]
    emulator.post("/v1/flows/linkedin-people-enrich/run/schedule", {**body, "cron": "0 9 * * 1-5", "timezone": "Europe/Paris"})
    emulator.post("/_emulator/clock/advance", {"by": 900})
    emulator.post("/_emulator/faults", {"operation": "cancelFlowRun", "run": RUNNING, "nth": 2, "effect": {"status": 503}})
    return uid


def test_at_390_px_nothing_hangs_over(emulator, workspace, visit):
    uid = set_up(emulator)
    page = visit(emulator, workspace=workspace(emulator))
    page.resize(390, 844)
    for path in every_view(page, emulator, workspace, uid):
        assert page.driver.execute_script("return document.scrollingElement.scrollWidth") == 390, path
        for table in page.all("main table:not(.month)"):
            assert table.get_attribute("role") == "table"
    assert all(0 <= each.rect["x"] <= each.rect["x"] + each.rect["width"] <= 390 for each in page.all("nav a"))
    page.click("Unfreeze")
    page.shows(" behind", ".clock")
    page.shows("2026-01-05 UTC", ".now")
    ends = [each.rect["x"] + each.rect["width"] for each in (page.one(".now"), page.button("To system time"), page.button("Freeze"))]
    assert max(ends) <= 390
    page.go(f"#/w/{workspace(emulator)}/runs/{uid}")
    page.one(".life")
    assert not page.one("#timeline .scroll").is_displayed()


def test_at_390_px_a_number_says_what_it_is(emulator, workspace, visit):
    set_up(emulator)
    page = visit(emulator, workspace=workspace(emulator), path="assumptions")
    page.resize(390, 844)
    before = "return getComputedStyle(document.querySelector(arguments[0]), '::before').content"
    told = {"assumptions": ["Replies"], "faults": ["Met", "Fired"], "callbacks": ["Attempts"]}
    for view, titles in told.items():
        page.go(f"#/w/{workspace(emulator)}/{view}")
        page.one(f".{view} tbody .num")
        for title in titles:
            assert page.driver.execute_script(before, f"tbody [data-title={title}]") == f'"{title} "', view


CONTRAST = """
const parse = text => (text.match(/[\\d.]+/g) || []).map(Number);
const light = ([r, g, b]) => [r, g, b].map(c => (c /= 255) <= .03928 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4).reduce((sum, c, i) => sum + c * [.2126, .7152, .0722][i], 0);
function ground(node) {
  for (let at = node; at; at = at.parentElement) {
    const colour = parse(at.namespaceURI.endsWith('svg') && at.tagName === 'rect' ? getComputedStyle(at).fill : getComputedStyle(at).backgroundColor);
    if (colour.length && (colour.length < 4 || colour[3] > 0)) return colour;
  }
  return parse(getComputedStyle(document.body).backgroundColor);
}
const wrong = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
for (let text; text = walker.nextNode();) {
  const node = text.parentElement, style = getComputedStyle(node);
  if (!text.data.trim() || !node.checkVisibility({opacityProperty: true, visibilityProperty: true}) || node.closest('.sr, .skip, [aria-disabled]')) continue;
  const svg = node.namespaceURI.endsWith('svg');
  let ink = parse(svg ? style.fill : style.color);
  const below = svg ? parse(getComputedStyle(document.querySelector('.drawing')).backgroundColor) : ground(node);
  const [high, low] = [light(ink), light(below)].sort((a, b) => b - a);
  const ratio = (high + .05) / (low + .05);
  if (ratio < 4.5) wrong.push(`${node.tagName}.${node.getAttribute('class')} "${text.data.trim().slice(0, 30)}" ${ratio.toFixed(2)}`);
}
return [...new Set(wrong)];
"""


def every_view(page, emulator, workspace, uid):
    """Goes to each view, and tells which."""
    for path in [*VIEWS, f"runs/{uid}", "requests/a-cancel", "callbacks?status=PENDING"]:
        page.go(f"#/w/{workspace(emulator)}/{path}")
        page.until(lambda: page.all("main .card"), f"{path} is shown")
        yield path


def test_the_filled_button_stays_readable_under_the_pointer(emulator, workspace, visit):
    page = visit(emulator, workspace=workspace(emulator), path="faults")
    page.prefer(prefers_reduced_motion="reduce")
    button = page.button("Add the rule")
    colour = "return getComputedStyle(arguments[0]).backgroundColor"
    before = page.driver.execute_script(colour, button)
    page.driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", button)
    ActionChains(page.driver).move_to_element(button).perform()
    page.until(lambda: page.driver.execute_script("return arguments[0].matches(':hover')", button), "the pointer is on it")
    assert page.driver.execute_script(colour, button) == before


def test_text_has_enough_contrast(emulator, workspace, visit):
    uid = set_up(emulator)
    page = visit(emulator, workspace=workspace(emulator))
    wrong = {}
    for path in every_view(page, emulator, workspace, uid):
        for scheme in ("light", "dark"):
            page.prefer(prefers_color_scheme=scheme, prefers_reduced_motion="reduce")
            if found := page.driver.execute_script(CONTRAST):
                wrong[path, scheme] = found
    assert wrong == {}


CONTROLS = {"button", "link", "textbox", "searchbox", "combobox", "listbox", "radio", "checkbox", "spinbutton", "tab", "DisclosureTriangle"}
NAMED = {"navigation", "region", "table", "dialog", "img", "image", "article"}


def assert_well_spoken(nodes, where):
    """Each control has a name, and a reader can go by landmarks and headings."""
    roles = [role for role, _, _ in nodes]
    assert (roles.count("main"), roles.count("banner")) == (1, 1), where
    assert [(where, role) for role, name, _ in nodes if role in CONTROLS | NAMED and not name] == []
    levels = [level for role, _, level in nodes if role == "heading"]
    assert levels.count(1) == 1, (where, levels)
    assert all(level <= before + 1 for before, level in zip(levels, levels[1:])), (where, levels)


def assert_becomes_well_spoken(page, where):
    """At first the view may be half drawn."""
    end = time.monotonic() + 5
    while True:
        try:
            return assert_well_spoken(page.spoken(), where)
        except AssertionError:
            if time.monotonic() > end:
                raise
            time.sleep(0.1)


def test_a_screen_reader_finds_its_way(emulator, workspace, visit):
    uid = set_up(emulator)
    page = visit(emulator, workspace=workspace(emulator))
    for path in every_view(page, emulator, workspace, uid):
        assert_becomes_well_spoken(page, path)
        assert not page.all("[role=group]:not([aria-label])"), path
    page.press("w")
    page.shows("Workspaces", "dialog")
    assert ("dialog", "Workspaces", None) in page.spoken()


def test_a_reader_hears_what_happened_to_a_run_once(emulator, workspace, visit):
    uid = set_up(emulator)
    page = visit(emulator, workspace=workspace(emulator), path=f"runs/{uid}")
    page.shows("attempt 2", ".tl")
    page.shows("attempt 2", ".life")
    heard = [(role, name) for role, name, _ in page.spoken()]
    drawing = heard[heard.index(("heading", "Timeline")) : heard.index(("heading", "Life"))]
    assert ("button", "Go to 09:00:02.000, in 1.1 s") in drawing and ("link", "POST") in drawing
    assert not {"Succeeded", "attempt 2", "no reply"} & {name for _, name in drawing}
    assert any(role == "button" and name.startswith("Workspace Key ") for role, name in heard)


def test_a_page_without_a_workspace_has_a_heading_too(start, visit):
    page = visit(start("--fixture", "empty"))
    page.shows("No workspace yet", "main h1")
    assert page.text(".workspace") == "E Workspace No workspace"
    assert not page.all(".clock.frozen, .live")
    assert_becomes_well_spoken(page, "no workspace")


def test_where_the_system_chooses_the_colours_what_is_chosen_has_a_border(emulator, workspace, visit):
    page = visit(emulator, workspace=workspace(emulator), path="requests")
    page.one("tbody tr")
    style = "return getComputedStyle(document.querySelector(arguments[0])).outlineStyle"
    chosen = ("nav [aria-current]", ".seg [aria-pressed=true]")
    assert [page.driver.execute_script(style, each) for each in chosen] == ["none", "none"]
    page.prefer(forced_colors="active")
    assert [page.driver.execute_script(style, each) for each in chosen] == ["solid", "solid"]


def test_with_reduced_motion_nothing_moves_and_a_new_row_has_a_mark(emulator, workspace, visit):
    page = visit(emulator, workspace=workspace(emulator))
    page.prefer(prefers_reduced_motion="reduce")
    page.one("tbody tr")
    uid = emulator.make()["uid"]
    row = f'[data-row="{uid}"].new'
    page.one(row)
    moves = "return document.getAnimations().length"
    mark = "return getComputedStyle(document.querySelector(arguments[0])).boxShadow"
    assert page.driver.execute_script(moves) == 0
    assert page.driver.execute_script(mark, f"{row} td") != "none"
