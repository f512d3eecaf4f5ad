"""Pictures of every view, wide, middling and narrow, light and dark, for a person to look at: build/results/page/."""

import json

from conftest import ROOT
from receiver import Receiver, reply
from test_use import set_up
from test_views import VIEWS

PICTURES = ROOT / "build" / "results" / "page"
WIDTHS = {"wide": (1440, 900), "middling": (1024, 800), "narrow": (390, 844)}


def test_pictures_of_every_view(emulator, workspace, visit):
    uid = set_up(emulator)
    page = visit(emulator, workspace=workspace(emulator))
    for path, name in {**{view: view for view in VIEWS}, f"runs/{uid}": "run", "requests/a-cancel": "request"}.items():
        page.go(f"#/w/{workspace(emulator)}/{path}")
        page.until(lambda: page.all("main .card"), f"{path} is shown")
        for width, size in WIDTHS.items():
            page.resize(*size)
            for scheme in ("light", "dark"):
                page.prefer(prefers_color_scheme=scheme, prefers_reduced_motion="reduce")
                page.picture(PICTURES / f"{name}-{width}-{scheme}.png")
    assert len(list(PICTURES.glob("*-*-*.png"))) == 10 * 6


PLAN = [
    {"after_ms": 4000, "event": "QUEUE"}, {"after_ms": 4000, "event": "START"}, {"after_ms": 4000, "step_uid": "linkedin-extract-people"},
    {"after_ms": 28000, "step_uid": "linkedin-enrich-people"}, {"after_ms": 22000, "step_uid": "linkedin-enrich-people"}, {"after_ms": 8000, "event": "FINISH"},
]


def test_the_picture_of_the_manual(start, workspace, visit):
    """build/results/page/manual.png is docs/page.png: copy it there when the page looks different."""
    emulator = start("--clock", "2026-01-05T09:00:00Z")
    to = Receiver(reply(), reply(503))
    flow = {"name": "Enrich people on LinkedIn", "steps": ["linkedin-extract-people", "linkedin-enrich-people"], "plan": PLAN}
    emulator.request("PUT", "/_emulator/flows/linkedin-people-enrich", json.dumps(flow), {"Content-Type": "application/json"})
    inputs = [{"linkedin_profile_url": f"https://www.linkedin.com/in/{name}"} for name in ("ada-lovelace", "grace-hopper", "alan-turing")]
    body = {"inputs": inputs, "callback": {"url": to.url("/edges")}}
    uid = emulator.post("/v1/flows/linkedin-people-enrich/run/async", body, headers={"Emulator-Label": "checkout suite"}).json["uid"]
    for ms, attempts, fault in (10000, 0, {}), (4000, 1, {"Emulator-Fault": "status=429"}), (28000, 1, {}), (5000, 1, {}), (3400, 0, {}):
        emulator.post("/_emulator/clock/advance", {"by": ms})
        to.take_all(attempts)
        if attempts or ms > 5000:
            emulator.get(f"/v1/flows/runs/{uid}", headers=fault)
    page = visit(emulator, workspace=workspace(emulator), path=f"runs/{uid}")
    page.resize(1180, 760)
    page.shows("attempt 3", ".tl")
    page.one(".is-live")
    page.until(lambda: "Requests" in page.text("nav"), "the side has its numbers")
    page.picture(PICTURES / "manual.png", best=True)
    assert {each.text.split("\n")[0] for each in page.all("nav a")} >= {"Runs", "Coverage"}
