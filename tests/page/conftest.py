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


@pytest.fixture
def start():
    """Starts servers of this story's own; at its end each must stop cleanly."""
    running = []

    def start(*options, key="test-key"):
        options = [*map(str, options)]
        for name, value in (("--port", "0"), ("--clock", FROZEN)):
            if name not in options:
                options += [name, value]
        running.append(Process(options))
        return Emulator(running[-1], key)

    yield start
    try:
        for process in running:
            process.stop()
    finally:
        for process in running:
            process.close()


@pytest.fixture
def emulator(start):
    """The demo world, its clock standing at 2026-01-05T09:00:00Z."""
    return start()


@pytest.fixture
def visit(chromium):
    """Opens the page of a server. Whatever the story does: no error in the console, no violation of the CSP, and no
    request to another host."""
    pages = []
    chromium.switch_to.new_window("tab")
    mine = chromium.current_window_handle

    def visit(emulator, **where):
        page = Page(chromium, emulator.port)
        pages.append(page)
        page.resize(*WIDE)
        page.prefer(color_scheme="light")
        page.complaints()
        return page.open(**where)

    yield visit
    complaints = [line for page in pages for line in page.complaints()]
    hosts = chromium and {host for page in pages for host in page.hosts()}
    for handle in chromium.window_handles[1:]:
        chromium.switch_to.window(handle)
        chromium.close()
    chromium.switch_to.window(chromium.window_handles[0])
    assert mine and not complaints, complaints
    assert hosts <= {f"127.0.0.1:{page.port}" for page in pages}


@pytest.fixture
def workspace():
    """The uid of a client's workspace."""
    return lambda emulator: emulator.runs("limit=1")[0]["workspace_uid"]
