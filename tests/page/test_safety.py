"""Nothing from outside is run or trusted, and no key is seen."""

import json

from test_views import INPUTS, SUCCEEDED, VIEWS

EVIL = "<img src=x onerror=alert(1)><script>alert(2)</script>"


def test_markup_in_every_field_is_shown_as_text(start, workspace, visit, tmp_path):
    error = {"label": EVIL[:100], "message": EVIL}
    world = {
        "version": 1,
        "flows": [{"slug": "evil", "name": EVIL, "steps": [EVIL], "plan": [{"after_ms": 50, "event": "START"}, {"after_ms": 50, "step_uid": EVIL, "template": {"x": EVIL}}, {"after_ms": 5, "event": "FAIL", "error": error}]}],
        "runs": [{"status": "FAILED", "flow_slug": "evil", "last_error": error, "inputs": [{EVIL: EVIL}], "uid": SUCCEEDED}],
        "schedules": [{"status": "ACTIVE", "flow_slug": "evil", "flow_preset_name": EVIL, "cron": "0 9 * * *"}],
    }
    fixture = tmp_path / "evil.json"
    fixture.write_text(json.dumps(world))
    emulator = start("--fixture", fixture)
    body = {"inputs": [{EVIL: EVIL}], "callback": {"url": "http://127.0.0.1:9/" + "%3Cimg%3E", "headers": {"X-Evil": EVIL}}}
    uid = emulator.post("/v1/flows/evil/run/async", body, headers={"Emulator-Label": EVIL[:60], "X-Request-Id": "evil-id"}).json["uid"]
    emulator.post("/_emulator/clock/advance", {"by": 100})
    emulator.post("/_emulator/faults", {"effect": {"status": 503, "label": EVIL[:60]}, "nth": 99})
    emulator.get("/v1/flows/runs?status=" + EVIL.replace("<", "%3C").replace(">", "%3E").replace(" ", "%20"), headers={"User-Agent": EVIL, "X-Request-Id": "evil-query"})
    page = visit(emulator, workspace=workspace(emulator))
    base = f"#/w/{workspace(emulator)}"
    shown = {
        "runs": "onerror", f"runs/{SUCCEEDED}": "onerror", f"runs/{uid}": "onerror", "schedules": "onerror", "callbacks": "Waiting", "requests": "img", "requests/evil-query": "onerror",
        "requests/evil-id": "onerror", "faults": "", "states": "", "assumptions": "", "coverage": "",
    }
    for path, text in shown.items():
        page.go(f"{base}/{path}")
        page.shows(text, "main")
        assert not page.all("img, body script"), path
    page.one(".workspace").click()
    page.shows("onerror", "dialog")
    assert not page.all("img, body script")


def test_a_page_that_is_read_only_has_no_write(start, workspace, visit):
    emulator = start("--page", "read-only")
    emulator.post("/v1/flows/linkedin-people-enrich/run/async", INPUTS)
    emulator.post("/_emulator/faults", {"effect": {"status": 503}, "nth": 999})
    page = visit(emulator, workspace=workspace(emulator))
    allowed = {"", "?\nkeys", "? keys", "As curl", "Copy as curl", "As fixture", "Pause", "Load older"}
    for view in [*VIEWS, f"runs/{SUCCEEDED}", "runs/3c90c3cc-0d44-4b50-8888-8dd25736052a"]:
        page.go(f"#/w/{workspace(emulator)}/{view}")
        page.shows(VIEWS.get(view, "Timeline"), "main")
        page.until(lambda: page.all("main .card"), "its content is shown")
        labels = {each.text.strip() for each in page.all("main button, .clock button")}
        assert {label for label in labels if label not in allowed and not label.startswith(("All", "Show all", "Refused", "Faults", "Inputs", "Outputs", "JSON"))} == set()
        assert not page.all("main form, main select, .clock button")


def test_a_write_by_the_page_is_refused_when_it_is_read_only(start, workspace):
    emulator = start("--page", "read-only")
    uid = workspace(emulator)
    reply = emulator.request("POST", f"/v1/flows/runs/{SUCCEEDED}/cancel", headers={"Emulator-Workspace": uid}, key=None)
    assert reply.status == 401
    assert emulator.get("/_emulator/clock", headers={"Emulator-Workspace": uid}, key=None).status == 200


def test_with_api_key_the_page_asks_for_the_key_and_hides_it(start, visit):
    emulator = start("--api-key", "secret-key", key="secret-key")
    emulator.runs()
    page = visit(emulator)
    page.expected += ("401 (Unauthorized)",)
    page.shows("This emulator wants an API key")
    page.one("input[name=key]").send_keys("wrong")
    page.click("Use it")
    page.shows("This emulator wants an API key")
    page.one("input[name=key]").clear()
    page.one("input[name=key]").send_keys("secret-key")
    page.click("Use it")
    page.shows("Runs", "main h1")
    page.shows("Live", ".live")
    assert "secret-key" not in page.driver.current_url
    assert page.driver.execute_script("return [sessionStorage.length, localStorage.length]") == [1, 0]


def test_an_error_of_the_api_links_to_its_explanation(emulator, visit):
    reply = emulator.cancel(SUCCEEDED, headers={"X-Request-Id": "my/cancel"})
    link = reply.header("Link")
    assert link.endswith('/_emulator/#/requests/my%2Fcancel>; rel="help"')
    page = visit(emulator, path=link.split("#/")[1].split(">")[0])
    page.shows("422 INVALID_STATUS", ".detail")
