"""The feature for dev containers (docs/recipes/devcontainer): installed by hand in a bare Debian, as its specification
says, and by the tool that builds dev containers, where an engine answers.
"""

import hashlib
import http.server
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import threading
import urllib.request
from functools import partial
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCES = Path("/etc/apt/sources.list.d/debian.sources")
RECIPE = ROOT / "docs/recipes/devcontainer"
PROGRAM = ROOT / "build/static/edges-emulator"
CLI = "@devcontainers/cli@0.80.0"  # runs on Node 18
DOCKER = shutil.which("docker", path=f"/usr/bin:{os.environ['PATH']}")
CANCEL = "/v1/flows/runs/3c90c3cc-0d44-4b50-8888-8dd25736052a/cancel"
NO_SERVER = "http://127.0.0.1:9/edges-emulator"
CHROOT = shutil.which("chroot", path="/usr/sbin:/usr/bin")
INSTALLED = ("edges-emulator 0.1.0\n"
             "edges-emulator: schedules know UTC alone, for there is no /usr/share/zoneinfo: install tzdata\n")
ZEROS = 64 * "0"


@pytest.fixture(scope="module")
def feature(tmp_path_factory):
    """Its folder, with the program in it."""
    subprocess.run([ROOT / "packaging/static"], check=True)
    folder = shutil.copytree(RECIPE / "edges-emulator", tmp_path_factory.mktemp("project") / "edges-emulator")
    shutil.copy(PROGRAM, folder)
    return folder


@pytest.fixture(scope="module")
def bare(tmp_path_factory):
    """A bare Debian in a folder. It has wget, but no curl."""
    if os.getuid() or not SOURCES.is_file():
        pytest.skip("this takes root, on a Debian whose sources are in debian.sources")
    folder = tmp_path_factory.mktemp("bare")
    subprocess.run(["mmdebstrap", "--quiet", "--variant=essential", "--mode=root", "--include=wget", "bookworm", folder, SOURCES],
                   check=True, timeout=900)  # fmt: skip
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def install(bare):
    """Runs install.sh of a folder as root, with options as variables; what was installed is removed in the end."""

    def install(folder, **options):
        shutil.copytree(folder, bare / "feature", dirs_exist_ok=True)
        done = subprocess.run([CHROOT, bare, "/feature/install.sh"], capture_output=True, text=True, timeout=60,
                              env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "_REMOTE_USER": "nobody", **options})  # fmt: skip
        return done.returncode, done.stdout + done.stderr

    yield install
    for folder in "feature", "usr/local/share/edges-emulator":
        shutil.rmtree(bare / folder, ignore_errors=True)
    (bare / "usr/local/bin/edges-emulator").unlink(missing_ok=True)


def cancel(port):
    request = urllib.request.Request(f"http://127.0.0.1:{port}{CANCEL}", b"", {"X-API-Key": "any"})
    with urllib.request.urlopen(request, timeout=20) as reply:
        return json.load(reply)["status"]


def test_what_it_installs_starts_and_cancels_a_run(feature, bare, install):
    assert install(feature) == (0, INSTALLED)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    entrypoint = json.loads((feature / "devcontainer-feature.json").read_text())["entrypoint"]
    start = subprocess.Popen([CHROOT, "--userspec=nobody", bare, entrypoint], start_new_session=True,
                             env={"PATH": "/usr/local/bin:/usr/bin:/bin", "EDGES_EMULATOR_PORT": str(port)})  # fmt: skip
    try:
        assert start.wait(20) == 0, (bare / "tmp/edges-emulator.log").read_text()
        assert cancel(port) == "STOPPED"
    finally:
        os.killpg(start.pid, signal.SIGTERM)


def test_it_installs_what_a_url_names(feature, install):
    handler = partial(http.server.SimpleHTTPRequestHandler, directory=feature)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}/edges-emulator"
        digest = hashlib.sha256(PROGRAM.read_bytes()).hexdigest()
        assert install(RECIPE / "edges-emulator", URL=url, SHA256=digest) == (0, INSTALLED)
        server.shutdown()


@pytest.mark.parametrize("options, reason", [
    ({}, "there is no program: put it into the folder of this feature as the file edges-emulator, or set the option url"),
    ({"URL": NO_SERVER}, f"cannot download {NO_SERVER}"),
    ({"URL": NO_SERVER, "PATH": "/bin/none:/feature"}, f"the image has neither curl nor wget to download {NO_SERVER}"),
], ids=["no program", "no server", "no client"])  # fmt: skip
def test_it_says_what_is_missing(bare, install, options, reason):
    if "PATH" in options:
        (bare / "feature").mkdir()
        for tool in "sh", "dirname", "mktemp":
            (bare / "feature" / tool).symlink_to(f"/usr/bin/{tool}")
    assert install(RECIPE / "edges-emulator", **options) == (1, f"edges-emulator: {reason}\n")


def test_it_refuses_another_program(feature, install):
    assert install(feature, SHA256=ZEROS) == (1, f"edges-emulator: the program has another SHA-256 than {ZEROS}\n")


def docker(*arguments):
    return subprocess.run([DOCKER, *arguments], capture_output=True, text=True, timeout=120, check=True).stdout.strip()


@pytest.fixture
def image(bare):
    """The bare Debian as an image."""
    if not DOCKER or subprocess.run([DOCKER, "info"], capture_output=True).returncode:
        pytest.skip("no docker answers here")
    name = "localhost/edges-emulator-devcontainer"
    with subprocess.Popen(["tar", "-C", bare, "--exclude=./dev/*", "-c", "."], stdout=subprocess.PIPE) as packed:
        subprocess.run([DOCKER, "import", "-", name], stdin=packed.stdout, stdout=subprocess.DEVNULL, check=True, timeout=120)
    yield name
    docker("image", "rm", "--force", name)


def test_the_tool_for_dev_containers_builds_one_that_cancels_a_run(feature, image, tmp_path):
    subprocess.run(["npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", "--silent", CLI], cwd=tmp_path, check=True, timeout=300)
    recipe = shutil.copytree(RECIPE, tmp_path / "project/.devcontainer", ignore=lambda *_: ["edges-emulator"])
    shutil.copytree(feature, recipe / "edges-emulator")
    config = (recipe / "devcontainer.json").read_text("utf-8")
    (recipe / "devcontainer.json").write_text(re.sub(r'(?<="image": ").*?(?=")', image, config))

    def devcontainer(command, *options):
        done = subprocess.run([tmp_path / "node_modules/.bin/devcontainer", command, "--docker-path", DOCKER,
                               "--workspace-folder", tmp_path / "project", *options], capture_output=True, text=True, timeout=300)  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    container = json.loads(devcontainer("up", "--buildkit", "never").splitlines()[-1])["containerId"]
    try:
        script = f'edges-emulator healthcheck && wget -q -O - --header="X-API-Key: any" --post-data= "$EDGES_EMULATOR_URL{CANCEL}"'
        assert json.loads(devcontainer("exec", "sh", "-c", script))["status"] == "STOPPED"
    finally:
        docker("rm", "--force", container)
