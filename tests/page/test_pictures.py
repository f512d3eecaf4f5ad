"""Pictures of every view, wide, middling and narrow, light and dark, for a person to look at: build/results/page/."""

from conftest import ROOT
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
    assert len(list(PICTURES.glob("*.png"))) == 10 * 6
