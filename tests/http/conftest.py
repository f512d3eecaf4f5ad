import json
import sys
from pathlib import Path
from subprocess import DEVNULL

import pytest
from hypothesis import HealthCheck, settings

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "contract"))

from emulator import Emulator  # noqa: E402
from process import Process  # noqa: E402

FROZEN = "2026-01-01T00:00:00Z"
DEMO = Path(__file__).resolve().parents[2] / "fixtures" / "demo.json"

collect_ignore = ["test_much.py"]  # takes long under sanitizers; run where it is named

settings.register_profile(
    "stories", derandomize=True, deadline=None, database=None, max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
settings.load_profile("stories")


def pytest_collection_modifyitems(items):
    """The story that counts what was hit comes last, whatever else is named."""
    items.sort(key=lambda item: item.path.name == "test_zz_contract_coverage.py")


@pytest.fixture
def still(tmp_path):
    """The demo world without its schedules, in which nothing happens by itself."""
    world = json.loads(DEMO.read_text("utf-8"))
    path = tmp_path / "still.json"
    path.write_text(json.dumps({**world, "schedules": []}))
    return path


@pytest.fixture
def start(request):
    """Starts servers of this story's own; at its end each must stop cleanly, free of reports.

    Their world is the demo, or the one that the module names as WORLD.
    """
    running = []
    world = getattr(request.module, "WORLD", None)

    def start(*options, key="test-key", env=None, cwd=None, defaults=True,
              stderr=None, stdin=DEVNULL, within=()):
        options = list(map(str, options))
        if defaults:
            usual = [("--port", "0"), ("--clock", FROZEN)]
            if world:
                usual.append(("--fixture", str(request.getfixturevalue(world))))
            for name, value in usual:
                if name not in options:
                    options += [name, value]
        process = Process(options, env, cwd, stderr, stdin, within)
        running.append(process)
        return Emulator(process, key, omit=any(option.endswith("=omit") for option in options))

    yield start
    try:
        for process in running:
            process.stop()
    finally:
        for process in running:
            process.close()


@pytest.fixture
def emulator(start):
    """The demo world, its clock standing at 2026-01-01T00:00:00Z."""
    return start()


@pytest.fixture
def empty(start):
    """A world without a run."""
    return start("--fixture", "empty")


@pytest.fixture
def fixture_file(tmp_path):
    """Writes a fixture and tells where it is."""

    def write(name="fixture.json", text=None, **parts):
        path = tmp_path / name
        path.write_text(text if text is not None else json.dumps({"version": 1, **parts}))
        return path

    return write
