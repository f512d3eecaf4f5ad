"""What lives: workspaces made on first use, and time that passes."""

import json
import statistics
import time

from load import uid

START = "2026-01-01T00:00:00.000Z"
INPUTS = [{"linkedin_profile_url": "https://www.linkedin.com/in/ada-lovelace"}]
PLAN = [
    {"after_ms": 50, "event": "QUEUE"},
    {"after_ms": 150, "event": "START"},
    {"after_ms": 600, "step_uid": "find"},
    {"after_ms": 600, "step_uid": "enrich"},
    {"after_ms": 600, "event": "FINISH"},
]
FLOW = {"slug": "bench", "name": "A flow", "steps": ["find", "enrich"], "plan": PLAN}


def write(path, runs, **fields):
    """A fixture of runs of one flow; with `progress` they follow its plan."""
    content = [
        {"uid": uid(n), "flow_slug": "bench", "created_at": START, **fields} for n in range(runs)
    ]
    path.write_text(json.dumps({"version": 1, "flows": [FLOW], "runs": content}))
    return path


def due(path, runs):
    """Runs that were just started, each with five events ahead of it."""
    progress = {"position": 0, "due_at": "2026-01-01T00:00:00.050Z"}
    return write(path, runs, status="CREATED", inputs=INPUTS, progress=progress)


def request(server, method, path, key, body=None):
    """The status, the body, and how many seconds it took."""
    connection = server.connect()
    headers = {"X-API-Key": key, "Content-Type": "application/json"}
    begin = time.perf_counter()
    connection.request(method, path, body and json.dumps(body), headers)
    reply = connection.getresponse()
    text = reply.read()
    took = time.perf_counter() - begin
    connection.close()
    return reply.status, text, took


def first_use(server, keys):
    """Median milliseconds of the first request of a key, and of its second."""
    pairs = []
    for n in range(keys):
        pairs.append([request(server, "GET", "/v1/flows/runs", f"key-{n}")[2] for _ in range(2)])
    return [statistics.median(column) * 1e3 for column in zip(*pairs)]


def advance(server, by="PT1H"):
    """What one advance fired, and the seconds it took; of a workspace that is there already."""
    request(server, "GET", "/v1/flows/runs", "bench")
    status, text, took = request(server, "POST", "/_emulator/clock/advance", "bench", {"by": by})
    return status, json.loads(text)["fired"] if status == 200 else [], took
