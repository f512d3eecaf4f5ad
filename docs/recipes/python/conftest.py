"""Fixtures of pytest for tests against edges-emulator: one server for the test run, a workspace for each test.

    def test_cancels_a_run(edges):
        client = YourClient(base_url=edges.base_url, api_key=edges.key)

With EDGES_EMULATOR_URL set, the server that runs there is used. Otherwise the program is started:
EDGES_PROGRAM, or edges-emulator in the PATH. Standard library only; Python 3.9 or later.
"""

import json
import os
import re
import subprocess
import threading
import urllib.error
import urllib.parse
import urllib.request
import uuid
import warnings

import pytest


@pytest.fixture(scope="session")
def edges_options():
    """Options of the program, such as ["--fixture", os.path.join(os.path.dirname(__file__), "world.json")].

    Write yours here, not in a test file: there is one server for all of them.
    """
    return []


@pytest.fixture(scope="session")
def edges_url(edges_options):
    """The address of the server."""
    running = os.environ.get("EDGES_EMULATOR_URL")
    if running:
        url = running.rstrip("/").removesuffix("/v1")
        try:
            urllib.request.urlopen(f"{url}/_emulator/health", timeout=30).close()
        except (OSError, ValueError) as error:
            raise RuntimeError(f"no emulator answers at EDGES_EMULATOR_URL={running}: {error}; start one there, or unset it") from None
        if edges_options:
            warnings.warn("edges_options are not used, because EDGES_EMULATOR_URL is set: start that server with them", stacklevel=2)
        yield url
        return
    program = os.environ.get("EDGES_PROGRAM", "edges-emulator")
    # The keys and settings of the developer (EDGES_...) are not for this server.
    env = {name: value for name, value in os.environ.items() if not name.startswith("EDGES_")}
    try:
        server = subprocess.Popen([program, "--port", "0", "--log-level", "error", "--stop-with-stdin", *edges_options],
                                  env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    except OSError as error:
        raise RuntimeError(f"cannot start {program}: {error.strerror}; set EDGES_PROGRAM to its absolute path, or EDGES_EMULATOR_URL") from None
    with server:
        try:
            first = server.stdout.readline()
            if server.stdout.readline() != "Ready.\n":
                raise RuntimeError(f"{program} ended with exit status {server.wait()} before it was ready")
            threading.Thread(target=server.stdout.read, daemon=True).start()  # so that the pipe never fills
            yield re.search(r"listening on (\S+)", first)[1]
        finally:
            server.terminate()


@pytest.fixture
def edges(edges_url, request):
    """A workspace with a new key: nothing is shared with other tests. The page shows it by the name of the test."""
    return Workspace(edges_url, str(uuid.uuid4()), request.node.nodeid)


def query(members):
    """The members as a query. True is "true", as in JSON; a list becomes several of one name."""
    return urllib.parse.urlencode({name: str(value).lower() if isinstance(value, bool) else value for name, value in members.items()}, doseq=True)


class Workspace:
    def __init__(self, url, key, label=""):
        self.url = url  # of a generated client, whose paths begin with /v1
        self.base_url = f"{url}/v1"
        self.key = key
        self.headers = {"X-API-Key": key}
        if label:
            self.headers["Emulator-Label"] = label.encode("ascii", "replace").decode()[-128:]

    def call(self, method, path, body=None, timeout=30):
        """A call of the control API or of the API: its JSON. An error raises what went wrong, with the hint."""
        headers, data = dict(self.headers), None
        if body is not None:
            headers["Content-Type"], data = "application/json", json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=timeout) as reply:
                return json.load(reply)
        except urllib.error.HTTPError as error:
            text, hint = error.read().decode("utf-8", "replace"), error.headers.get("Emulator-Hint")
            try:
                message = json.loads(text)["message"]
            except (ValueError, KeyError, TypeError):  # a fault may have a body of its own
                message = text[:200]
            raise AssertionError(f"{method} {path}: {error.code} {message}" + (f" ({hint})" if hint else "")) from None

    def freeze(self, now=None):
        """Freezes the clock at an instant, or where it is."""
        return self.call("PUT", "/_emulator/clock", {"mode": "frozen", **({"now": now} if now else {})})

    def advance(self, by=None, to=None):
        """Advances the frozen clock by "1h" or milliseconds, or to an instant or "next", and tells what happened."""
        return self.call("POST", "/_emulator/clock/advance", {"by": by} if to is None else {"to": to})["fired"]

    def fault(self, effect, **rule):
        """Adds a fault rule: fault({"status": 503}, operation="cancelFlowRun", times=1)."""
        return self.call("POST", "/_emulator/faults", {**rule, "effect": effect})

    def wait(self, **condition):
        """Waits, at most 5 s: wait(run=uid, status="STOPPED"), wait(run=uid, callback="SUCCESS"), wait(idle=True)."""
        return self.call("GET", "/_emulator/wait?" + query({"timeout": "5s", **condition}), timeout=630)

    def journal(self, **filters):
        """The requests that came, oldest first: journal(operation="cancelFlowRun")."""
        return self.call("GET", "/_emulator/journal?" + query(filters))

    def callbacks(self, **filters):
        """The callbacks of runs, oldest first, with their attempts: callbacks(run=uid)."""
        return self.call("GET", "/_emulator/callbacks?" + query(filters))

    def put_flow(self, slug, **flow):
        """Makes or replaces a flow: put_flow("mine", plan=[{"after_ms": 500, "event": "FINISH"}])."""
        return self.call("PUT", f"/_emulator/flows/{slug}", flow)

    def create_run(self, status, **fields):
        """Makes a run: create_run("RUNNING")."""
        return self.call("POST", "/_emulator/runs", {"status": status, **fields})

    def reset(self, **start):
        """Back to the start: reset(fixture="empty", clock="2026-01-01T00:00:00Z")."""
        return self.call("POST", "/_emulator/reset", start or None)
