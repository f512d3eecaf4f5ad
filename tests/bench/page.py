"""How long the page takes until its first row is shown, in Chromium."""

import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1] / "page"))

# Milliseconds since the navigation began, at the first frame that has a row.
WATCH = """
new MutationObserver((changes, observer) => {
  if (!document.querySelector('tbody tr')) return;
  observer.disconnect();
  requestAnimationFrame(() => setTimeout(() => { window.shownAfter = performance.now(); }));
}).observe(document, {childList: true, subtree: true});
"""


def first_views(server, times):
    """Milliseconds: the first view of a browser that has nothing in its cache, the median of later ones, each with a new
    process of Chromium, and of reloads. None: there is no Chromium here."""
    try:
        from browser import start_chromium
    except ImportError:
        return None
    server.ask("GET", "/v1/flows/runs")  # makes the workspace
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        try:
            driver = start_chromium(folder)
        except Exception:  # neither Chromium nor its driver
            return None
        try:
            driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": WATCH})
            first, *later = [visit(driver, server.port) for _ in range(times + 1)]
            reloads = [reload(driver) for _ in range(times)]
        finally:
            driver.quit()
    return first, statistics.median(later), statistics.median(reloads)


def visit(driver, port):
    driver.get("about:blank")
    driver.get(f"http://127.0.0.1:{port}/_emulator/")
    return shown(driver)


def reload(driver):
    driver.refresh()
    return shown(driver)


def shown(driver):
    end = time.monotonic() + 30
    while time.monotonic() < end:
        if milliseconds := driver.execute_script("return window.shownAfter"):
            return milliseconds
        time.sleep(0.01)
    raise SystemExit("the page shows no row")
