"""Chromium, and the page as a person sees it in one of its windows."""

import base64
import time
from pathlib import Path
from urllib.parse import urlsplit

from selenium import webdriver
from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

WAIT_SECONDS = 15
FLAGS = ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync", "--hide-scrollbars")
WIDE = (1440, 900)


def start_chromium(folder):
    options = webdriver.ChromeOptions()
    options.binary_location = "/usr/bin/chromium"
    for flag in (*FLAGS, f"--user-data-dir={folder}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    return webdriver.Chrome(options=options, service=Service("/usr/bin/chromedriver"))


class Page:
    """The page of one server. What it says in the console, and whom it asks, is checked at its end."""

    def __init__(self, driver, port):
        self.driver = driver
        self.port = port
        # Parts of messages of the console that the story brings about. The first is the machine's: an interface came or went.
        self.expected = ("ERR_NETWORK_CHANGED",)

    # Looking

    def open(self, workspace=None, path="runs"):
        link = f"#/w/{workspace}/{path}" if workspace else f"#/{path}" if path != "runs" else ""
        self.driver.get("about:blank")
        self.driver.get(f"http://127.0.0.1:{self.port}/_emulator/{link}")
        if not self.all("body > *"):
            self.driver.refresh()
        self.until(lambda: self.all("main h1"), f"{path} is shown")
        return self

    def go(self, path):
        """To another link of the same page, without loading it again."""
        self.driver.execute_script("location.hash = arguments[0]", path)

    def all(self, css):
        return self.driver.find_elements(By.CSS_SELECTOR, css)

    def one(self, css):
        self.until(lambda: self.all(css), css)
        return self.all(css)[0]

    def text(self, css="body"):
        """What can be read there, in one line; nothing where there is no such element."""
        script = "return [...document.querySelectorAll(arguments[0])].map(e => e.innerText ?? e.textContent).join(' ')"
        return " ".join(self.driver.execute_script(script, css).split())

    def until(self, holds, what="it"):
        end = time.monotonic() + WAIT_SECONDS
        while time.monotonic() < end:
            try:
                if result := holds():
                    return result
            except StaleElementReferenceException:
                pass
            time.sleep(0.03)
        raise AssertionError(f"waited until {what}; the page says: {self.text()[:3000]}")

    def shows(self, text, css="body"):
        self.until(lambda: text in self.text(css), f"{css} shows {text!r}")

    def hides(self, text, css="body"):
        self.until(lambda: text not in self.text(css), f"{css} shows {text!r} no more")

    # Doing

    def button(self, label, css="body"):
        """The button or link with this text or label."""
        script = r"""return [...document.querySelectorAll(arguments[0] + ' :is(button, a)')]
            .find(e => e.innerText.trim().split('\n')[0] === arguments[1] || e.getAttribute('aria-label') === arguments[1])"""
        return self.until(lambda: self.driver.execute_script(script, css, label), f"there is a button {label!r}")

    def has_button(self, label):
        return label in self.driver.execute_script("return [...document.querySelectorAll('button')].map(e => e.innerText.trim())")

    def click(self, label, css="body"):
        self.driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", self.button(label, css))
        self.button(label, css).click()

    def press(self, *keys):
        """What has the focus may be drawn anew at that moment; then it is pressed on what comes."""
        for key in keys:
            self.until(lambda key=key: self.driver.switch_to.active_element.send_keys(key) is None, f"{key} is pressed")

    def resize(self, width, height=900):
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False})

    def prefer(self, **features):
        """Such as prefers_color_scheme="dark", prefers_reduced_motion="reduce", forced_colors="active"."""
        named = [{"name": name.replace("_", "-"), "value": value} for name, value in features.items()]
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": named})

    def picture(self, path, best=False):
        """best: fewer bytes, and slower."""
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        picture = self.driver.execute_cdp_cmd("Page.captureScreenshot", {"format": "png", "optimizeForSpeed": not best})
        Path(path).write_bytes(base64.b64decode(picture["data"]))

    def spoken(self):
        """What a screen reader is told: [(role, name, level of a heading)] in the order of the page."""
        nodes = self.driver.execute_cdp_cmd("Accessibility.getFullAXTree", {})["nodes"]
        known = {node["nodeId"]: node for node in nodes}
        found, left = [], [nodes[0]["nodeId"]]
        while left:
            node = known.get(left.pop())
            if not node:
                continue
            left += reversed(node.get("childIds", []))
            if not node["ignored"]:
                levels = [each["value"]["value"] for each in node.get("properties", []) if each["name"] == "level"]
                found.append((node["role"]["value"], node.get("name", {}).get("value", "").strip(), levels[0] if levels else None))
        return found

    # What it must never do

    def complaints(self):
        """Errors and violations in the console, but for those that the story expects."""
        messages = [entry["message"] for entry in self.driver.get_log("browser") if entry["level"] in ("SEVERE", "WARNING")]
        return [message for message in messages if not any(part in message for part in self.expected)]

    def hosts(self):
        """The hosts that were asked for something."""
        urls = self.driver.execute_script("return performance.getEntriesByType('resource').map(each => each.name)")
        return {urlsplit(url).netloc for url in urls}


__all__ = ["Keys", "Page", "WIDE", "start_chromium"]
