"""The image, really: built, run as tightly as an engine can, and used.

Skipped where no engine of containers answers, or where it cannot build from Debian's base image:
one is made of Debian's packages where mmdebstrap is installed. Sizes and times are printed (-s).
"""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "http"))

from receiver import receiving  # noqa: E402

BASE = "debian:bookworm-slim"
IMAGE = "localhost/edges-emulator"
RUN = "3c90c3cc-0d44-4b50-8888-8dd25736052a"
TIGHT = ["--read-only", "--cap-drop=ALL", "--security-opt=no-new-privileges"]
REVISION = "0123456789abcdef0123456789abcdef01234567"  # what a release would take from git
PATIENCE = 30  # seconds


def find_engine():
    for name in ("docker", "podman"):
        path = "/usr/bin/docker" if name == "docker" and Path("/usr/bin/docker").exists() else shutil.which(name)
        if path and subprocess.run([path, "info"], capture_output=True, check=False).returncode == 0:
            return path
    return None


ENGINE = find_engine()
pytestmark = pytest.mark.skipif(
    ENGINE is None, reason="neither docker nor podman answers here, so no image can be built")


def engine(*arguments, check=True, env=None):
    done = subprocess.run([ENGINE, *map(str, arguments)], capture_output=True, text=True,
                          env={**os.environ, **(env or {})}, check=False)
    assert not check or done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
    return done.stdout.strip()


MOST_BYTES = 6e6


def build(name, folder, *options, check=True):
    return engine("build", "--pull=false" if "docker" in ENGINE else "--pull=never", "-t", name, *options, folder,
                  check=check, env={"DOCKER_BUILDKIT": "1", "BUILDAH_FORMAT": "docker"})


def works(command):
    try:
        return subprocess.run(command, capture_output=True, timeout=900, check=False).returncode == 0
    except subprocess.TimeoutExpired:
        return False


@pytest.fixture(scope="session")
def base(tmp_path_factory):
    """Debian's base image, and an engine that can build from it; what is wrong here is not ours."""
    if engine("image", "inspect", BASE, check=False) in ("", "[]"):
        how = [ROOT / "tests/container/make-base", ENGINE]
        if not shutil.which("mmdebstrap"):
            how = [ENGINE, "pull", BASE]
        if not works(how):
            pytest.skip(f"{BASE} can be had neither from a registry nor with mmdebstrap")
    folder = tmp_path_factory.mktemp("canary")
    (folder / "Dockerfile").write_text(f"FROM {BASE}\nRUN apt-get update\n")
    build("localhost/edges-emulator-canary", folder, check=False)
    if engine("image", "inspect", "localhost/edges-emulator-canary", check=False) in ("", "[]"):
        pytest.skip("the engine cannot build an image here, not even one that runs apt-get update")
    return BASE


@pytest.fixture(scope="session")
def image(base):
    build(IMAGE, ROOT, "--build-arg", f"REVISION={REVISION}")
    return IMAGE


@pytest.fixture
def start(image):
    made = []

    def start(*options, words=()):
        made.append(engine("run", "-d", *TIGHT, *options, image, *words))
        until = time.monotonic() + PATIENCE
        while "Ready." not in engine("logs", made[-1]).splitlines():
            assert time.monotonic() < until, engine("logs", made[-1])
        return made[-1]

    yield start
    for each in made:
        engine("rm", "-f", "-v", each, check=False)


def inspect(container, template):
    return engine("inspect", "--format", template, container)


def curl(container, method, path, body=None):
    """From inside of its network, with the curl of this machine."""
    pid = inspect(container, "{{.State.Pid}}")
    done = subprocess.run(
        ["nsenter", "-t", pid, "-n", "curl", "-sS", "-X", method, f"http://127.0.0.1:3343{path}",
         "-H", "X-API-Key: any", "-H", "Content-Type: application/json",
         "-d", "" if body is None else json.dumps(body)],
        capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def post(url, body, method="POST"):
    request = urllib.request.Request(url, json.dumps(body).encode(), {"X-API-Key": "any", "Content-Type": "application/json"},
                                     method=method)
    with urllib.request.urlopen(request, timeout=PATIENCE) as reply:
        return json.load(reply)


def test_its_size(image):
    size = int(engine("image", "inspect", "--format", "{{.Size}}", image))
    print(f"\n{image}: {size / 1e6:.2f} MB")
    assert size < MOST_BYTES


def test_it_has_no_shell_and_no_root(image):
    assert engine("image", "inspect", "--format", "{{.Config.User}}", image) == "10001:10001"
    done = subprocess.run([ENGINE, "run", "--rm", "--entrypoint", "/bin/sh", image, "-c", "true"],
                          capture_output=True, check=False)
    assert done.returncode != 0


def test_the_program_can_be_taken_out_of_it(image, tmp_path):
    """As docs/recipes says, for a dev container."""
    container = engine("create", image)
    engine("cp", f"{container}:/usr/local/bin/edges-emulator", tmp_path)
    engine("rm", container)
    assert subprocess.check_output([tmp_path / "edges-emulator", "--version"], text=True) == engine("run", "--rm", image, "--version") + "\n"


@pytest.mark.skipif(os.geteuid() != 0, reason="entering another network needs root")
def test_a_cancel_without_network_rights_or_anything_to_write(start):
    container = start("--network=none")
    assert curl(container, "GET", "/_emulator/health")["status"] == "ok"
    assert curl(container, "POST", f"/v1/flows/runs/{RUN}/cancel")["status"] == "STOPPED"
    began = time.monotonic()
    engine("stop", "-t", "20", container)
    took = (time.monotonic() - began) * 1000
    print(f"\nstopped in {took:.0f} ms, the engine's own time included")
    assert inspect(container, "{{.State.ExitCode}}") == "0", "by itself, not by SIGKILL"


def test_it_says_that_it_is_healthy(start):
    container = start()
    until = time.monotonic() + PATIENCE
    if "podman" in ENGINE:
        engine("healthcheck", "run", container)
        return
    while (health := inspect(container, "{{.State.Health.Status}}")) != "healthy":
        assert health == "starting" and time.monotonic() < until
        time.sleep(0.1)


def test_it_is_asked_for_its_health_each_second(image):
    """Older engines know no interval of its own for the start."""
    health = json.loads(engine("image", "inspect", "--format", "{{json .Config.Healthcheck}}", image))
    assert health["Interval"] == 1_000_000_000 and health["Test"] == ["CMD", "/usr/local/bin/edges-emulator", "healthcheck"]


def test_its_labels(image):
    labels = json.loads(engine("image", "inspect", "--format", "{{json .Config.Labels}}", image))
    version = engine("run", "--rm", image, "--version").removeprefix("edges-emulator ")
    assert {name: labels[f"org.opencontainers.image.{name}"] for name in ("title", "description", "version", "revision")} == {
        "title": "edges-emulator", "description": "Local emulator of the Edges Flows API", "version": version, "revision": REVISION}


def test_a_named_volume_keeps_the_state(start):
    volume = engine("volume", "create")
    try:
        for wanted in "STOPPED", 422:
            container = start("-v", f"{volume}:/data", words=["--db", "/data/state.db"])
            reply = curl(container, "POST", f"/v1/flows/runs/{RUN}/cancel")
            assert reply.get("status_code", reply.get("status")) == wanted
            engine("stop", "-t", "20", container)
            engine("rm", container)
    finally:
        engine("volume", "rm", volume, check=False)


def test_what_is_large_needs_no_folder_for_temporary_files(start):
    port = free_port()
    start("-p", f"127.0.0.1:{port}:3343", "-v", "/data",
          words=["--fixture", "empty", "--db", "/data/state.db", "--durability", "full"])
    runs = [{"status": "RUNNING", "started_at": "2024-01-01T00:00:00Z", "created_at": "2024-01-01T00:00:00Z"}] * 30_000
    url = f"http://127.0.0.1:{port}"
    assert len(post(f"{url}/_emulator/state", {"version": 1, "runs": runs}, "PUT")["runs"]) == 30_000
    request = urllib.request.Request(f"{url}/v1/flows/runs?sort=-started_at&limit=100&offset=29950", headers={"X-API-Key": "any"})
    with urllib.request.urlopen(request, timeout=PATIENCE) as reply:
        assert len(json.load(reply)) == 50


RECEIVER = r"""
use IO::Socket::INET;
$| = 1;
my $server = IO::Socket::INET->new(LocalPort => 8080, Listen => 5) or die;
while (my $client = $server->accept) {
    my ($size, $body) = (0, "");
    while (my $line = <$client>) { $size = $1 if $line =~ /^Content-Length: (\d+)/i; last if $line eq "\r\n" }
    read $client, $body, $size;
    print $client "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    close $client;
    print "$body\n";
}
"""


# What the tests of the recipe for Compose do: they ask the emulator at the URL that they are given.
HEALTH = r"""
my ($host) = $ENV{EDGES_EMULATOR_URL} =~ m{^http://(.+)$};
my $socket = IO::Socket::INET->new($host) or die "$host: $!";
print $socket "GET /_emulator/health HTTP/1.0\r\n\r\n";
print <$socket>;
"""


@pytest.mark.skipif(not shutil.which("docker-compose"), reason="this needs docker-compose")
def test_compose(image, tmp_path):
    """The recipe: healthy before the receiver starts, which gets a callback under the name of its service; and so for tests."""
    (tmp_path / "receiver.pl").write_text(RECEIVER)
    (tmp_path / "Dockerfile").write_text(f'FROM {BASE}\nCOPY receiver.pl /\nCMD ["perl", "/receiver.pl"]\n')
    build(f"{IMAGE}-receiver", tmp_path)
    port = free_port()
    env = {**os.environ, "IMAGE": image, "RECEIVER_IMAGE": f"{IMAGE}-receiver", "TESTS_IMAGE": f"{IMAGE}-receiver", "PORT": str(port)}

    def compose(*arguments):
        done = subprocess.run(["docker-compose", "-p", tmp_path.name.replace("_", ""), "-f", ROOT / "docs/recipes/compose/compose.yaml",
                               *arguments], env=env, capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    try:
        compose("up", "-d")
        host = f"http://127.0.0.1:{port}"
        post(f"{host}/_emulator/clock", {"mode": "frozen"}, "PUT")
        post(f"{host}/v1/flows/linkedin-people-enrich/run/async", {
            "inputs": [{}], "callback": {"url": "http://receiver:8080/hook", "on": "final"}})
        post(f"{host}/_emulator/clock/advance", {"by": "PT1M"})
        until = time.monotonic() + PATIENCE
        while '"status":"SUCCEEDED"' not in (said := compose("logs", "receiver")):
            assert time.monotonic() < until, said
        assert "tests" not in compose("ps", "--services", "--filter", "status=running").split()
        assert compose("run", "--rm", "-T", "tests", "perl", "-MIO::Socket::INET", "-e", HEALTH).startswith("HTTP/1.1 200 OK")
    finally:
        compose("down", "-t", "1")


def test_callbacks_and_time_zones_are_in_it(start):
    with receiving() as receiver:
        container = start("--network=host", words=["--listen", "127.0.0.1", "--clock",
                                                   "2026-01-01T00:00:00Z"])
        made = curl(container, "POST", "/v1/flows/linkedin-people-enrich/run/schedule", {
            "inputs": [{}], "cron": "0 9 * * *", "timezone": "Europe/Paris",
            "callback": {"url": receiver.url(), "on": "final"}})
        assert made["next_execution_at"] == "2026-01-01T08:00:00.000Z"
        curl(container, "POST", "/_emulator/clock/advance", {"by": "PT8H1M"})
        assert receiver.take().json["flow_run"]["status"] == "SUCCEEDED"


def test_a_callback_comes_to_a_test_on_the_host(start, tmp_path):
    """As the README starts the container: the recipe for pytest, which listens on the host."""
    port = free_port()
    start("-p", f"127.0.0.1:{port}:3343", "--add-host=host.docker.internal:host-gateway")
    for name in ("conftest.py", "test_callback.py"):
        shutil.copy(ROOT / "docs" / "recipes" / "python" / name, tmp_path)
    done = subprocess.run([sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"], cwd=tmp_path, capture_output=True, text=True,
                          timeout=PATIENCE, check=False,
                          env={**os.environ, "EDGES_EMULATOR_URL": f"http://127.0.0.1:{port}", "RECEIVER_HOST": "host.docker.internal"})
    assert done.returncode == 0 and "1 passed" in done.stdout, done.stdout + done.stderr


def test_testcontainers(image, tmp_path):
    """Waits for HTTP, for the line Ready., for the HEALTHCHECK; cancels a run each time; and a callback comes to the test."""
    if not shutil.which("npm") or "podman" in ENGINE:
        pytest.skip("this needs npm, and docker: podman by itself serves no API and runs no health checks")
    source = ROOT / "docs" / "recipes" / "testcontainers"
    for name in ("package.json", "emulator.test.mjs"):
        shutil.copy(source / name, tmp_path)
    subprocess.run(["npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"],
                   cwd=tmp_path, check=True, timeout=300)
    done = subprocess.run(["node", "--test"], cwd=tmp_path, capture_output=True, text=True, timeout=300,
                          env={**os.environ, "TESTCONTAINERS_RYUK_DISABLED": "true",
                               "TESTCONTAINERS_HOST_OVERRIDE": "127.0.0.1", "IMAGE": image},
                          check=False)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
