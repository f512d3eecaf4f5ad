import itertools
import json
import os
import sys
from pathlib import Path
from subprocess import DEVNULL

import pytest
from hypothesis import HealthCheck, settings

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "contract"))

from contract import CONTRACT  # noqa: E402
from emulator import Emulator  # noqa: E402
from process import Process  # noqa: E402

FROZEN = "2026-01-01T00:00:00Z"
DEMO = Path(__file__).resolve().parents[2] / "fixtures" / "demo.json"

# Run where they are named: for they take long under sanitizers, lack the memory for them, or load a library beside theirs.
collect_ignore = ["test_much.py", "test_out_of_memory.py", "test_system_time.py"]

settings.register_profile(
    "stories", derandomize=True, deadline=None, database=None, max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
settings.load_profile("stories")


def pytest_sessionfinish():
    """Leaves what this process hit to the run that counts (test_contract_coverage.py)."""
    hits = os.environ.get("EDGES_HITS")
    if hits:
        CONTRACT.write_hits(Path(hits) / f"{os.getpid()}.json")


@pytest.fixture(scope="session")
def still(tmp_path_factory):
    """The demo world without its schedules."""
    world = json.loads(DEMO.read_text("utf-8"))
    path = tmp_path_factory.mktemp("still") / "still.json"
    path.write_text(json.dumps({**world, "schedules": []}))
    return path


REPORTS = itertools.count(1)


def keep_coverage(request, process):
    """Leaves what the clients of a server tried to the run that counts (test_hits.py). Stories that run the commands of the
    report do not count: they try everything."""
    hits = os.environ.get("EDGES_HITS")
    if not hits or not process.is_running() or "command" in request.node.name:
        return
    try:
        emulator = Emulator(process, key=None)
        emulator.connection.timeout = 2
        report = emulator.get("/_emulator/coverage")
    except OSError:
        return  # a server that a story has left in a state in which it does not answer
    (Path(hits) / f"{os.getpid()}-{next(REPORTS)}.coverage").write_bytes(report.body)


def usual_options(request):
    """The options of a server of which a story says nothing: the world is the demo, or the one
    that the module names as WORLD."""
    world = getattr(request.module, "WORLD", None)
    fixture = ["--fixture", str(request.getfixturevalue(world))] if world else []
    return ["--port", "0", "--clock", FROZEN, *fixture]


def with_usual(options, usual):
    names = usual[::2]
    for name, value in zip(names, usual[1::2]):
        if name not in options:
            options = [*options, name, value]
    return options


@pytest.fixture
def start(request):
    """Starts servers of this story's own; at its end each must stop cleanly, free of reports."""
    running = []

    def start(*options, key="test-key", env=None, cwd=None, defaults=True,
              stderr=None, stdin=DEVNULL, within=()):
        options = list(map(str, options))
        if defaults:
            options = with_usual(options, usual_options(request))
        process = Process(options, env, cwd, stderr, stdin, within)
        running.append(process)
        return Emulator(process, key, omit=any(option.endswith("=omit") for option in options))

    yield start
    try:
        for process in running:
            keep_coverage(request, process)
            process.stop()
    finally:
        for process in running:
            process.close()


def shared(request, *options):
    """A server for the stories of one file."""
    process = Process(with_usual(list(options), usual_options(request)))
    try:
        yield process
        keep_coverage(request, process)
        process.stop()
    finally:
        process.close()


@pytest.fixture(scope="module")
def shared_server(request):
    yield from shared(request)


@pytest.fixture(scope="module")
def shared_empty_server(request):
    yield from shared(request, "--fixture", "empty")


STORIES = itertools.count(1)


def with_key_of_its_own(process):
    yield Emulator(process, own=f"story-{next(STORIES)}-")
    assert process.is_running(), f"the server has ended:\n{process.stderr()}"


@pytest.fixture
def emulator(shared_server):
    """A workspace of this story's own, filled from the demo world, its clock standing at
    2026-01-01T00:00:00Z. The server is that of all stories of the file."""
    yield from with_key_of_its_own(shared_server)


@pytest.fixture
def empty(shared_empty_server):
    """The same without a run."""
    yield from with_key_of_its_own(shared_empty_server)


@pytest.fixture
def fixture_file(tmp_path):
    """Writes a fixture and tells where it is."""

    def write(name="fixture.json", text=None, **parts):
        path = tmp_path / name
        path.write_text(text if text is not None else json.dumps({"version": 1, **parts}))
        return path

    return write
