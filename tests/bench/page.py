"""How long the page takes until its first row is shown, in Chromium, and how calm it is while the server is busy."""

import contextlib
import statistics
import sys
import tempfile
import threading
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


SETTLE_SECONDS = 0.5  # a page that was just shown still fetches its other views

# A click on each view in turn: milliseconds until it is shown with its data. Then what happened meanwhile.
CLICKS = """
const done = arguments[0], took = [], long = [];
const sleep = ms => new Promise(resolve => setTimeout(resolve, ms));
new PerformanceObserver(list => long.push(...list.getEntries().map(each => each.duration))).observe({type: 'longtask'});
performance.setResourceTimingBufferSize(100000);
performance.clearResourceTimings();
const began = performance.now();
(async () => {
  for (let round = 0; round < 3; round++) {
    for (const link of [...document.querySelectorAll('nav[aria-label=Views] a')].reverse()) {
      const before = document.querySelector('main'), from = performance.now();
      link.click();
      while (document.querySelector('main') === before || !document.querySelector('main .card')) await sleep(4);
      await new Promise(resolve => requestAnimationFrame(() => setTimeout(resolve)));
      took.push(performance.now() - from);
      await sleep(300);
    }
  }
  const seconds = (performance.now() - began) / 1000, fetches = performance.getEntriesByType('resource').length;
  done({took, fetches: fetches / seconds, long});
})();
"""


@contextlib.contextmanager
def chromium(server):
    """A driver, or None: there is no Chromium here, or no driver."""
    server.ask("GET", "/v1/flows/runs")  # makes the workspace
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        try:
            from browser import start_chromium

            driver = start_chromium(folder)
        except Exception:
            yield None
            return
        try:
            driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": WATCH})
            yield driver
        finally:
            driver.quit()


def first_views(server, times):
    """Milliseconds, each a median: views of a browser that has nothing in its cache, later ones, and reloads."""
    with chromium(server) as driver:
        if not driver:
            return None
        empty, later, reloads = [], [], []
        for _ in range(times):
            driver.execute_cdp_cmd("Network.clearBrowserCache", {})
            empty.append(visit(driver, server.port))
            later.append(visit(driver, server.port))
            reloads.append(reload(driver))
    return statistics.median(empty), statistics.median(later), statistics.median(reloads)


def clicks(server, load):
    """While `load()` runs in a thread: (ms of a click until its view is shown: median and most, fetches a second, long
    tasks: their number and the longest in ms)."""
    with chromium(server) as driver:
        if not driver:
            return None
        driver.set_script_timeout(60)
        visit(driver, server.port)
        thread = threading.Thread(target=load)
        thread.start()
        try:
            found = driver.execute_async_script(CLICKS)
        finally:
            thread.join()
    return statistics.median(found["took"]), max(found["took"]), found["fetches"], len(found["long"]), max(found["long"], default=0)


def visit(driver, port):
    time.sleep(SETTLE_SECONDS)
    driver.get("about:blank")
    driver.get(f"http://127.0.0.1:{port}/_emulator/")
    return shown(driver)


def reload(driver):
    time.sleep(SETTLE_SECONDS)
    driver.refresh()
    return shown(driver)


def shown(driver):
    end = time.monotonic() + 30
    while time.monotonic() < end:
        if milliseconds := driver.execute_script("return window.shownAfter"):
            return milliseconds
        time.sleep(0.01)
    raise SystemExit("the page shows no row")
