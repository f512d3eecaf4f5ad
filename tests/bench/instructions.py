"""Instructions per request, and of a start, counted by callgrind: machines of a kind count the same, whatever else they
do."""

import itertools
import pathlib
import re

from load import FIRST_CANCEL, uid
from server import Server

# What each request of a kind may take at most: tests/bench/test_instructions.py holds it within 3 %.
TABLE = pathlib.Path(__file__).with_name("instructions.txt")
START = '{"inputs":[{"linkedin_profile_url":"https://www.linkedin.com/in/ada-lovelace"}]}'
FILL, WARM_UP, COUNTED = 1_000, 64, 512  # requests; the first fill the request log
RUNS = FIRST_CANCEL + 2_001  # in the fixture that the table is about


def table():
    rows = re.findall(r"^(\w+) +([\d,]+)", TABLE.read_text(), re.M)
    return {kind: int(most.replace(",", "")) for kind, most in rows}


def kinds():
    """Of requests."""
    return [kind for kind in table() if kind != "ready"]


def one_request(kind, n):
    """As requests.lua, for a client that counts instead of racing."""
    return {
        "get": ("GET", f"/v1/flows/runs/{uid(1)}"),
        "refused": ("POST", f"/v1/flows/runs/{uid(0)}/cancel"),
        "list": ("GET", "/v1/flows/runs?limit=10"),
        "cancel": ("POST", f"/v1/flows/runs/{uid(n)}/cancel"),
        "start": ("POST", "/v1/flows/bench/run/async", START),
    }[kind]


def under_callgrind(argv, out, *options):
    """callgrind counts one instruction for every byte that `rep stosb` clears: glibc is told not to
    use it, or the clearing of libmicrohttpd's pool would drown everything else."""
    return [
        *("env", "GLIBC_TUNABLES=glibc.cpu.x86_rep_stosb_threshold=1000000000"),
        *("valgrind", "-q", "--tool=callgrind", f"--callgrind-out-file={out}", *options, *argv),
    ]


def dumped(path):
    return int(re.search(r"^(?:summary|totals): (\d+)", path.read_text(), re.M)[1])


def count(argv, folder, *options):
    """Instructions of one request of each kind of the table, in its order.

    A health check makes callgrind write what it counted since the one before."""
    out = folder / "callgrind.out"
    tool = under_callgrind(argv, out, "--dump-before=op_get_health", *options)
    runs = itertools.count(FIRST_CANCEL)
    with Server(tool, patience=1200) as server:
        connection = server.connect()

        def send(kind, requests):
            for _ in range(requests):
                request = one_request(kind, next(runs) if kind == "cancel" else 0)
                status, body = server.ask(*request, connection=connection)
                assert status == (422 if kind == "refused" else 200), f"{kind}: {status} {body}"

        def dump():
            server.ask("GET", "/_emulator/health", connection=connection)

        send("get", FILL)
        for kind in kinds():
            send(kind, WARM_UP)
            dump()
            send(kind, COUNTED)
            dump()
        dump()
        connection.close()
    written = [dumped(out.with_name(f"{out.name}.{i}")) for i in range(1, 2 * len(kinds()) + 2)]
    health = written[-1]
    return {kind: (each - health) / COUNTED for kind, each in zip(kinds(), written[1::2])}


def count_ready(program, folder):
    """From the first instruction of the loader until the program is ready, with the usual fixture."""
    out = folder / "callgrind.ready"
    argv = [program, "--port", "0", "--log-level", "error"]
    with Server(under_callgrind(argv, out, "--dump-before=loop_run"), patience=120):
        pass
    return dumped(out.with_name(f"{out.name}.1"))


def count_floor(floor, folder):
    """Those of the floor: the difference between a process that served 500 and one that served 1,500."""
    counts = []
    for requests in (500, 1_500):
        out = folder / "callgrind.floor"
        with Server(under_callgrind([floor], out), patience=120) as server:
            connection = server.connect()
            for _ in range(requests):
                server.ask(*one_request("get", 0), connection=connection)
            connection.close()
        counts.append(dumped(out))
    return (counts[1] - counts[0]) / 1_000
