"""A thin client of one running server. Every exchange is held against the contract at once."""

import http.client
import json

from contract import CONTRACT
from reply import Reply
from wire import TIMEOUT, Wire, request_line

JSON = {"Content-Type": "application/json"}


class Emulator:
    """A story that shares its server puts what is its own before each of its keys."""

    def __init__(self, process, key="test-key", omit=False, own=""):
        self.process = process
        self.host = process.host if process.host != "0.0.0.0" else "127.0.0.1"
        self.port = process.port
        self.own = own
        self.key = None if key is None else own + key
        self.omit = omit
        self.connection = http.client.HTTPConnection(self.host, self.port, timeout=TIMEOUT)

    def member(self, key):
        """The same server, seen with another key (None: with none)."""
        return Emulator(self.process, key, self.omit, self.own)

    def record(self, reply):
        CONTRACT.check(reply, self.omit)
        return reply

    def request(self, method, target, body=None, headers=None, key=...):
        headers = dict(headers or {})
        key = self.key if key is ... else key
        if key is not None:
            headers["X-API-Key"] = key
        self.connection.request(method, target, body, headers)
        answer = self.connection.getresponse()
        return self.record(Reply(method, target, answer.status, answer.getheaders(), answer.read()))

    def get(self, target, **options):
        return self.request("GET", target, **options)

    def post(self, target, value=None, **options):
        """A write as the control API wants it: JSON, announced as such."""
        body = b"" if value is None else json.dumps(value).encode()
        return self.request("POST", target, body, {**JSON, **options.pop("headers", {})}, **options)

    # The few calls every story makes.

    def cancel(self, uid, **options):
        return self.request("POST", f"/v1/flows/runs/{uid}/cancel", **options)

    def run(self, uid):
        reply = self.get(f"/v1/flows/runs/{uid}")
        assert reply.status == 200, reply
        return reply.json

    def runs(self, query=""):
        reply = self.get("/v1/flows/runs" + (f"?{query}" if query else ""))
        assert reply.status == 200, reply
        return reply.json

    def make(self, status="RUNNING", **fields):
        reply = self.post("/_emulator/runs", {"status": status, **fields})
        assert reply.status == 201, reply
        return reply.json

    def event(self, uid, event, **fields):
        return self.post(f"/_emulator/runs/{uid}/events", {"event": event, **fields})

    def reset(self):
        reply = self.post("/_emulator/reset")
        assert reply.status == 200, reply
        return reply.json

    # Bytes, for what no HTTP library would send.

    def wire(self, timeout=TIMEOUT):
        return Wire(self.host, self.port, timeout)

    def read(self, wire, method, target):
        """The next reply on that wire, recorded; None when the connection ended."""
        reply = wire.reply(method, target)
        return None if reply is None else self.record(reply)

    def raw(self, data, closes=False):
        """Sends the bytes on a connection of their own and reads one reply."""
        with self.wire() as wire:
            wire.send_what_it_takes(data)
            reply = self.read(wire, *request_line(data))
            assert reply is not None, f"no reply to {data[:200]!r}"
            if closes:
                wire.assert_closed()
        return reply

    def head(self, method, target, *lines, version="HTTP/1.1", key=...):
        """The bytes of a plain request head, more lines at its end."""
        key = self.key if key is ... else key
        known = [f"{method} {target} {version}", f"Host: {self.host}:{self.port}"]
        if key is not None:
            known.append(f"X-API-Key: {key}")
        return ("\r\n".join([*known, *lines]) + "\r\n\r\n").encode("latin-1")

    def assert_alive(self):
        """On a connection of its own, because the old one may have been closed on purpose."""
        reply = self.raw(self.head("GET", "/_emulator/health", key=None))
        assert reply.status == 200 and reply.json["status"] == "ok", reply
