"""A receiver of callbacks on loopback: hears everything, and behaves as it is told."""

import json
import queue
import socket
import ssl
import struct
import threading
from contextlib import contextmanager
from pathlib import Path

HEARD_WITHIN = 20  # seconds
TLS = Path(__file__).with_name("tls.pem")  # of 127.0.0.1, signed by itself, good for a century


class Heard:
    """One request as it came."""

    def __init__(self, path, headers, body):
        self.path, self.headers, self.body = path, headers, body

    @property
    def json(self):
        return json.loads(self.body)

    def header(self, name):
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)

    def __repr__(self):
        return f"POST {self.path} {self.headers} {self.body[:200]!r}"


def reply(status=200, body=b"", *headers):
    """The bytes of an ordinary reply."""
    lines = [f"HTTP/1.1 {status} Whatever", f"Content-Length: {len(body)}", *headers]
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + body


class Receiver:
    """Answers with the next of `answers`, then for ever with the last of them.

    An answer is bytes to send, or a function that is given the connection: for all that is odd.
    """

    def __init__(self, *answers, tls=False):
        self.answers = list(answers) or [reply()]
        self.tls = None
        if tls:
            self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.tls.load_cert_chain(TLS)
        self.heard = queue.Queue()
        self.together, self.most_together = 0, 0
        self.lock = threading.Lock()
        self.release = threading.Event()  # what hold() waits for
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=256)
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def url(self, path="/hook"):
        where = "https://localhost" if self.tls else "http://127.0.0.1"  # mbed TLS knows no addresses
        return f"{where}:{self.port}{path}"

    def take(self):
        """The next request, waiting for it."""
        return self.heard.get(timeout=HEARD_WITHIN)

    def take_all(self, count):
        return [self.take() for _ in range(count)]

    def is_quiet(self):
        return self.heard.empty()

    def hold(self, connection):
        """An answer that does not come until the test lets it, or it is over."""
        self.release.wait(HEARD_WITHIN)
        connection.sendall(reply())

    def close(self):
        self.release.set()
        self.listener.close()

    def _accept(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=[connection], daemon=True).start()

    def _serve(self, connection):
        try:
            if self.tls:
                connection = self.tls.wrap_socket(connection, server_side=True)
            with connection, connection.makefile("rb") as stream:
                while self._hear(connection, stream):
                    pass
        except OSError:
            pass

    def _hear(self, connection, stream):
        line = stream.readline()
        if not line:
            return False
        headers = []
        while (head := stream.readline()) not in (b"\r\n", b""):
            name, value = head.decode("latin-1").rstrip("\r\n").split(":", 1)
            headers.append((name, value.strip()))
        heard = Heard(line.split()[1].decode(), headers, b"")
        heard.body = stream.read(int(heard.header("Content-Length") or 0))
        with self.lock:
            self.together += 1
            self.most_together = max(self.most_together, self.together)
            answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        self.heard.put(heard)
        try:
            if callable(answer):
                answer(connection)
            else:
                connection.sendall(answer)
        finally:
            with self.lock:
                self.together -= 1
        return not callable(answer)


def hang_up(connection):
    """Closes without a word."""
    connection.shutdown(socket.SHUT_RDWR)


def reset(connection):
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def break_off(connection):
    """Half a reply."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
    connection.shutdown(socket.SHUT_RDWR)


def babble(connection):
    """No HTTP at all."""
    connection.sendall(b"\x00\x01 this is not HTTP\r\n\r\n" * 10)
    connection.shutdown(socket.SHUT_RDWR)


@contextmanager
def receiving(*answers, tls=False):
    receiver = Receiver(*answers, tls=tls)
    try:
        yield receiver
    finally:
        receiver.close()
