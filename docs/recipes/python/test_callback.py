"""A callback whose first attempt fails, without sleeping. The fixture `edges` is in conftest.py."""

import json
import os
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

# By what name the emulator reaches this test. For one in a container, set RECEIVER_HOST=host.docker.internal.
HOST = os.environ.get("RECEIVER_HOST", "127.0.0.1")


class Receiver(HTTPServer):
    """Answers with the statuses in `answers`, then with 200. `bodies` has what came."""

    def __init__(self):
        super().__init__(("127.0.0.1" if HOST == "127.0.0.1" else "0.0.0.0", 0), Handler)
        self.answers, self.bodies = [], []
        self.url = f"http://{HOST}:{self.server_port}/hook"


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        self.server.bodies.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(self.server.answers.pop(0) if self.server.answers else 200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


@pytest.fixture
def receiver():
    with Receiver() as server:
        threading.Thread(target=server.serve_forever, args=[0.01], daemon=True).start()
        yield server
        server.shutdown()


def test_a_callback_that_failed_is_sent_again(edges, receiver):
    receiver.answers = [503]
    edges.freeze("2026-01-01T00:00:00Z")
    start = {"inputs": [{}], "callback": {"url": receiver.url, "on": "final"}}
    run = edges.call("POST", "/v1/flows/linkedin-people-enrich/run/async", start)["uid"]

    edges.advance("2s")  # the run ends, and the callback is sent: advance() does not wait for the receiver
    edges.wait(run=run, attempts=1)
    edges.advance("5s")  # the second attempt is due
    edges.wait(run=run, callback="SUCCESS")

    first, second = receiver.bodies
    assert first == second and second["flow_run"]["status"] == "SUCCEEDED"
