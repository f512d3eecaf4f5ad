"""The load: a fixture of runs, and wrk walking through them."""

import dataclasses
import json
import pathlib
import random
import signal
import subprocess
import time

from server import on_core

FIRST_CANCEL = 2  # run 0 is finished, for refusals; run 1 is running, for reads


def uid(n):
    """The n-th run. Scattered, as real uids are, so that no index is filled in order."""
    return f"{n * 2654435761 % 2**32:08x}-0000-4000-8000-{n:012x}"


def write_fixture(path: pathlib.Path, runs, shuffled=False):
    content = [{"uid": uid(n), "status": "RUNNING" if n else "SUCCEEDED"} for n in range(runs)]
    if shuffled:
        random.Random(1).shuffle(content)
    flow = {"slug": "bench", "name": "A flow", "steps": ["find"]}
    path.write_text(json.dumps({"version": 1, "flows": [flow], "runs": content}))
    return path


@dataclasses.dataclass
class Result:
    requests: int
    us: int
    p50: int
    p99: int
    refused: int  # replies of 400 and above
    broken: int  # connections and time-outs
    next: int  # the first run that no cancel took
    cpu_us: float = 0  # of the server, for a request

    @property
    def rate(self):
        return self.requests * 1e6 / self.us


def wrk(server, kind, connections, seconds, core, first=0):
    """Sends `kind` (see requests.lua) for some seconds, in fractions too: SIGINT ends wrk early."""
    argv = ["wrk", "-t1", f"-c{connections}", "-d1h", "--latency"]
    argv += ["-s", str(pathlib.Path(__file__).with_name("requests.lua"))]
    argv += [f"http://127.0.0.1:{server.port}", "--", kind, str(first)]
    with on_core(core):
        process = subprocess.Popen(argv, stdout=subprocess.PIPE, text=True)
    try:
        time.sleep(seconds)
        process.send_signal(signal.SIGINT)
        said = process.communicate(timeout=30)[0]
    finally:
        process.kill()
        process.wait()
    for line in said.splitlines():
        if line.startswith("bench "):
            return Result(**{k: int(v) for k, v in (word.split("=") for word in line.split()[1:])})
    raise SystemExit(f"wrk gave no result:\n{said}")
