"""A server under measurement: started on one core, watched from outside, stopped by its pid."""

import contextlib
import http.client
import os
import pathlib
import re
import select
import signal
import subprocess
import time


@contextlib.contextmanager
def on_core(core):
    """What is spawned inside inherits this core, at no cost to its start. None: any core."""
    before = os.sched_getaffinity(0)
    if core is not None:
        os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


class Server:
    """Runs from `with` to the end of its block. Both programs say `... http://HOST:PORT (...)`
    and then `Ready.` on stdout."""

    def __init__(self, argv, core=None, patience=60):
        environment = {k: v for k, v in os.environ.items() if not k.startswith("EDGES_EMULATOR_")}
        self.spawned = time.perf_counter()
        with on_core(core):
            self.process = subprocess.Popen(argv, stdout=subprocess.PIPE, env=environment)
        self.pid = self.process.pid
        try:
            self.port = self._await_ready(patience)
        except BaseException:
            self.stop()
            raise
        self.ready_after = time.perf_counter() - self.spawned

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def _await_ready(self, patience):
        said = b""
        pipe = self.process.stdout.fileno()
        deadline = time.monotonic() + patience
        while not said.endswith(b"Ready.\n"):
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([pipe], [], [], left)[0]:
                raise SystemExit(f"{self.process.args[0]}: not ready after {patience} s")
            piece = os.read(pipe, 4096)
            if not piece:
                raise SystemExit(f"{self.process.args[0]}: ended with {self.process.wait()}")
            said += piece
        return int(re.search(rb"http://[^ ]*:(\d+)", said)[1])

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.process.stdout.close()

    # Asking it

    def connect(self):
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)

    def ask(self, method, path, body=None, connection=None):
        """One exchange: (status, body)."""
        own = connection or self.connect()
        headers = {"X-API-Key": "bench"} | ({"Content-Type": "application/json"} if body else {})
        own.request(method, path, body, headers)
        reply = own.getresponse()
        body = reply.read().decode()
        if connection is None:
            own.close()
        return reply.status, body

    def first_200(self):
        """Seconds from spawn to the first 200 of the health check."""
        while self.ask("GET", "/_emulator/health")[0] != 200:
            pass
        return time.perf_counter() - self.spawned

    # Watching it

    def resident_kib(self):
        """Exact: VmRSS in /proc/PID/status may lag by some dozens of pages."""
        with open(f"/proc/{self.pid}/smaps_rollup") as rollup:
            return int(re.search(r"^Rss:\s+(\d+)", rollup.read(), re.M)[1])

    def cpu_us(self):
        """Exact, while cpu_ticks() counts in steps of 10 ms."""
        threads = pathlib.Path(f"/proc/{self.pid}/task").glob("*/schedstat")
        return sum(int(thread.read_text().split()[0]) for thread in threads) / 1000

    def cpu_ticks(self):
        with open(f"/proc/{self.pid}/stat") as stat:
            fields = stat.read().rsplit(")", 1)[1].split()
        return int(fields[11]) + int(fields[12])  # utime, stime
