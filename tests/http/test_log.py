"""The log must not stop the server: a harness that never reads stderr is a common one."""

import http.client
import subprocess

from facts import RUNNING
from process import PROGRAM, READY, environment


def test_a_log_that_nobody_reads_does_not_stop_it():
    server = subprocess.Popen([PROGRAM, "--port", "0"], env=environment(None), text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        port = int(READY.fullmatch(server.stdout.readline().strip())["port"])
        client = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        for _ in range(1500):  # a pipe holds the lines of some 400
            client.request("GET", f"/v1/flows/runs/{RUNNING}", headers={"X-API-Key": "test-key"})
            assert client.getresponse().read()
        server.terminate()
        assert server.wait(10) == 0
    finally:
        server.kill()
        server.communicate()
