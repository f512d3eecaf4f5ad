"""Instructions per request, counted by callgrind: machines of a kind count the same, whatever else they do."""

import itertools
import re

from load import uid
from server import Server

# kind: the name of the row in instructions.txt
START = '{"inputs":[{"linkedin_profile_url":"https://www.linkedin.com/in/ada-lovelace"}]}'
FILL, WARM_UP, COUNTED = 1_000, 64, 512  # requests; the first fill the request log


def one_request(kind, n):
    """As requests.lua, for a client that counts instead of racing."""
    return {
        "get": ("GET", f"/v1/flows/runs/{uid(1)}"),
        "refused": ("POST", f"/v1/flows/runs/{uid(0)}/cancel"),
        "cancel": ("POST", f"/v1/flows/runs/{uid(n)}/cancel"),
        "list": ("GET", "/v1/flows/runs?limit=10"),
        "start": ("POST", "/v1/flows/bench/run/async", START),
    }[kind]


def under_callgrind(argv, out, *options):
    """callgrind counts one instruction for every byte that `rep stosb` clears: glibc is told not to
    use it, or the clearing of libmicrohttpd's pool would drown everything else."""
    return [
        *("env", "GLIBC_TUNABLES=glibc.cpu.x86_rep_stosb_threshold=1000000000"),
        *("valgrind", "-q", "--tool=callgrind", f"--callgrind-out-file={out}", *options, *argv),
    ]


def count(argv, folder, kinds, first, *options):
    """Instructions of one request of each kind; `first` is the first run that a cancel may take.

    A health check makes callgrind write what it counted since the one before."""
    out = folder / "callgrind.out"
    tool = under_callgrind(argv, out, "--dump-before=op_get_health", *options)
    runs = itertools.count(first)
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
        for kind in kinds:
            send(kind, WARM_UP)
            dump()
            send(kind, COUNTED)
            dump()
        dump()
        connection.close()
    written = [dumped(out.with_name(f"{out.name}.{i}")) for i in range(1, 2 * len(kinds) + 2)]
    health = written[-1]
    return {kind: (each - health) / COUNTED for kind, each in zip(kinds, written[1::2])}


def dumped(path):
    return int(re.search(r"^(?:summary|totals): (\d+)", path.read_text(), re.M)[1])
