import itertools
import sys
import tempfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests" / "http"), str(ROOT / "tests" / "contract"), str(Path(__file__).parent)]

from browser import WIDE, Page, start_chromium  # noqa: E402
from emulator import Emulator  # noqa: E402
from process import Process  # noqa: E402

FROZEN = "2026-01-05T09:00:00Z"


@pytest.fixture(scope="session")
def chromium():
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        driver = start_chromium(folder)
        yield driver
        driver.quit()


USUAL = {"--port": "0", "--clock": FROZEN}
STORIES = itertools.count(1)


@pytest.fixture
def start():
    """Starts servers of this story's own; at its end each must stop cleanly."""
    running = []

    def start(*options, key="test-key"):
        options = [*map(str, options)]
        usual = [part for name, value in USUAL.items() if name not in options for part in (name, value)]
        running.append(Process(options + usual))
        return Emulator(running[-1], key)

    yield start
    try:
        for process in running:
            process.stop()
    finally:
        for process in running:
            process.close()


@pytest.fixture(scope="module")
def shared_server():
    """A server for the stories of one file."""
    process = Process([part for pair in USUAL.items() for part in pair])
    try:
        yield process
        process.stop()
    finally:
        process.close()


@pytest.fixture
def emulator(shared_server):
    """A workspace of this story's own with the demo world, its clock standing at 2026-01-05T09:00:00Z."""
    return Emulator(shared_server, own=f"story-{next(STORIES)}-")


@pytest.fixture
def visit(chromium):
    """Opens the page of a server. Whatever the story does: no error in the console, no violation of the CSP, and no
    request to another host."""
    pages = []

    def visit(emulator, **where):
        page = Page(chromium, emulator.port)
        pages.append(page)
        page.resize(*WIDE)
        page.prefer(prefers_color_scheme="light")
        chromium.get("about:blank")  # the page of the story before says no more
        page.complaints()
        return page.open(**where)

    yield visit
    complaints = [line for page in pages for line in page.complaints()]
    hosts = chromium and {host for page in pages for host in page.hosts()}
    first, *others = chromium.window_handles
    for handle in others:
        chromium.switch_to.window(handle)
        chromium.close()
    chromium.switch_to.window(first)
    assert not complaints, complaints
    assert hosts <= {f"127.0.0.1:{page.port}" for page in pages}


@pytest.fixture
def workspace():
    """The uid of a client's workspace."""
    return lambda emulator: emulator.runs("limit=1")[0]["workspace_uid"]
