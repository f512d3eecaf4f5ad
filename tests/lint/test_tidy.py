"""clang-tidy has nothing to say about any file. One test for each, two at work at a time."""

import concurrent.futures
import subprocess

import pytest

from .sources import BUILD, ROOT, c_files


def tidy(path):
    # The compile commands are gcc's; some of its warnings are unknown here.
    command = ["clang-tidy", "--quiet", "-p", str(BUILD), "--extra-arg=-Wno-unknown-warning-option"]
    return subprocess.run([*command, path], cwd=ROOT, capture_output=True, text=True)


@pytest.fixture(scope="module")
def started(request):
    """What clang-tidy will have said about each selected file."""
    assert (BUILD / "compile_commands.json").exists(), f"build first: nothing in {BUILD}"
    selected = [i.callspec.params["path"] for i in request.session.items if i.path == request.path]
    with concurrent.futures.ThreadPoolExecutor(max_workers=2) as pool:
        yield {path: pool.submit(tidy, path) for path in selected}
        pool.shutdown(cancel_futures=True)


@pytest.mark.parametrize("path", c_files("server", "store", suffixes=(".c",)))
def test_tidy(started, path):
    done = started[path].result()
    assert done.returncode == 0, done.stdout + done.stderr
