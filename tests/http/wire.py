"""A bare connection: sends exactly these bytes, reads exactly one reply at a time."""

import socket

from reply import Reply

TIMEOUT = 20


def request_line(data):
    """What a parser would take for method and target, as far as there is any."""
    words = data.split(b"\n", 1)[0].decode("latin-1").split()
    return (words + ["?", "?"])[:2]


class Wire:
    def __init__(self, host, port, timeout=TIMEOUT):
        self.socket = socket.create_connection((host, port), timeout=timeout)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.file = self.socket.makefile("rb")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.file.close()
        self.socket.close()

    def send(self, data):
        self.socket.sendall(data)

    def send_what_it_takes(self, data):
        """For a server that may answer and close before it has read everything."""
        try:
            self.socket.sendall(data)
        except (BrokenPipeError, ConnectionResetError):
            pass

    def no_more(self):
        try:
            self.socket.shutdown(socket.SHUT_WR)
        except OSError:  # the server was quicker and has closed
            pass

    def reply(self, method="GET", target="/"):
        """The next reply, None when the connection ended before it; 100 Continue is skipped."""
        while True:
            reply = self._reply(method, target)
            if reply is None or reply.status != 100:
                return reply

    def interim(self):
        """The next head alone, e.g. 100 Continue: (status, headers), None at the end."""
        try:
            line = self.file.readline()
        except ConnectionResetError:
            return None
        if not line:
            return None
        assert line.endswith(b"\r\n") and line.startswith(b"HTTP/1."), f"no status line: {line!r}"
        version, status = line.split(None, 2)[:2]
        headers = []
        while (line := self.file.readline()) != b"\r\n":
            assert line.endswith(b"\r\n"), f"a head that breaks off: {line!r}"
            name, value = line.decode("latin-1").rstrip("\r\n").split(":", 1)
            headers.append((name, value.strip()))
        return version.decode(), int(status), headers

    def _reply(self, method, target):
        head = self.interim()
        if head is None:
            return None
        version, status, headers = head
        reply = Reply(method, target, status, headers, b"", version)
        if method == "HEAD" or status in (100, 204, 304):
            return reply
        assert reply.header("Transfer-Encoding") is None, "bodies come with their length"
        length = reply.header("Content-Length")
        reply.body = self.file.read() if length is None else self.file.read(int(length))
        assert length is None or len(reply.body) == int(length), "a body that breaks off"
        return reply

    def rest(self):
        """Whatever still comes until the server closes."""
        try:
            return self.file.read()
        except ConnectionResetError:
            return b""

    def assert_closed(self):
        assert self.rest() == b"", "something came after the last reply"
