"""healthcheck against something that answers, but not as a ready emulator does."""

import socket
import threading

import pytest
from process import run_program


@pytest.mark.parametrize("answer", [
    b"", b"hello\r\n", b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n",
    b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", b"HTTP/1.1 2"])
def test_a_stranger_is_not_healthy(answer):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(20)

        def serve():
            client, _ = listener.accept()
            with client:
                client.recv(4096)
                client.sendall(answer)

        stranger = threading.Thread(target=serve)
        stranger.start()
        status = run_program("healthcheck", "--port", listener.getsockname()[1])[0]
        stranger.join()
    assert status == 1
