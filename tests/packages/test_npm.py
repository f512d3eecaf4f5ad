"""The npm packages: packed, installed from the tarballs without scripts and without a registry, and used."""

import json
import os
import re
import shutil
import signal
import subprocess
import tarfile
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
NO_FEATURES = ["--offline", "--ignore-scripts", "--no-audit", "--no-fund", "--no-package-lock", "--silent"]
LIMIT = 60  # seconds
PROGRAMS = {
    "linux-arm64": ROOT / "build/static-aarch64-linux-gnu/edges-emulator",
    "linux-x64": ROOT / "build/static/edges-emulator",
}


@pytest.fixture(scope="module")
def tarballs(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tarballs")
    for host in [], ["aarch64-linux-gnu"]:
        subprocess.run([ROOT / "packaging/static", *host], check=True)
    subprocess.run([ROOT / "packaging/npm/build", folder, *(f"{name}={path}" for name, path in PROGRAMS.items())], check=True)
    return sorted(folder.glob("*.tgz"))


@pytest.fixture(scope="module")
def project(tarballs, tmp_path_factory):
    """A project that has installed them."""
    folder = tmp_path_factory.mktemp("project")
    (folder / "package.json").write_text('{"private": true}')
    mine = [path for path in tarballs if "arm64" not in path.name]
    subprocess.run(["npm", "install", *NO_FEATURES, *mine], cwd=folder, check=True, timeout=LIMIT)
    return folder


def run(project, *arguments):
    return subprocess.run(["npx", "edges-emulator", *arguments], cwd=project, capture_output=True, text=True, timeout=LIMIT)


def start(project):
    """The launcher as a process, once the program is ready."""
    process = subprocess.Popen([project / "node_modules/.bin/edges-emulator", "--port", "0"], stdout=subprocess.PIPE,
                               stderr=subprocess.DEVNULL, text=True)  # fmt: skip
    while process.stdout.readline().strip() != "Ready.":
        assert process.poll() is None
    return process


def children(process):
    listed = subprocess.run(["ps", "-o", "pid=", "--ppid", str(process.pid)], capture_output=True, text=True)
    return [int(pid) for pid in listed.stdout.split()]


def test_the_packages_hold_the_launcher_and_the_program_alone(tarballs):
    held = {path.name: sorted(tarfile.open(path).getnames()) for path in tarballs}
    assert held == {
        "edges-emulator-0.1.0.tgz": ["package/edges-emulator.js", "package/package.json"],
        "edges-emulator-linux-arm64-0.1.0.tgz": ["package/edges-emulator", "package/package.json"],
        "edges-emulator-linux-x64-0.1.0.tgz": ["package/edges-emulator", "package/package.json"],
    }


def test_no_package_has_a_lifecycle_script(tarballs):
    for path in tarballs:
        assert "scripts" not in json.load(tarfile.open(path).extractfile("package/package.json"))


def test_the_program_needs_no_library(project):
    program = project / "node_modules/edges-emulator-linux-x64/edges-emulator"
    shown = subprocess.run(["readelf", "-ld", program], capture_output=True, text=True, check=True).stdout
    assert "INTERP" not in shown and "NEEDED" not in shown


def test_the_program_for_arm64_needs_no_library_and_serves(tarballs):
    """In an emulation of that processor: without its speed, but with its instructions."""
    program = PROGRAMS["linux-arm64"]
    shown = subprocess.run(["readelf", "-hld", program], capture_output=True, text=True, check=True).stdout
    assert "AArch64" in shown and "INTERP" not in shown and "NEEDED" not in shown
    process = subprocess.Popen(["qemu-aarch64-static", program, "--port", "0"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                               text=True)  # fmt: skip
    try:
        address = re.search(r"http://\S+", process.stdout.readline())[0]
        cancel = urllib.request.Request(f"{address}/v1/flows/runs/3c90c3cc-0d44-4b50-8888-8dd25736052a/cancel", b"", {"X-API-Key": "any"})
        with urllib.request.urlopen(cancel, timeout=LIMIT) as reply:
            assert json.load(reply)["status"] == "STOPPED"
    finally:
        process.terminate()
        assert process.wait(LIMIT) == 0


def test_npx_starts_the_program(project):
    assert run(project, "--version").stdout == "edges-emulator 0.1.0\n"


@pytest.mark.parametrize("arguments, status", [(["--no-such-option"], 2), (["--fixture", "/dev/null"], 3)])
def test_the_exit_status_is_that_of_the_program(project, arguments, status):
    assert run(project, *arguments).returncode == status


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGQUIT])
def test_a_signal_stops_the_program(project, number):
    process = start(project)
    [program] = children(process)
    process.send_signal(number)
    assert process.wait(LIMIT) == 0
    assert not Path(f"/proc/{program}").exists()


def test_a_program_that_is_killed_is_told_as_shells_do(project):
    process = start(project)
    [program] = children(process)
    os.kill(program, signal.SIGKILL)
    assert process.wait(LIMIT) == 128 + signal.SIGKILL


def test_on_another_system_it_names_the_container(project, tmp_path):
    launcher = tmp_path / "edges-emulator.js"  # where no package of a platform is near
    shutil.copy(project / "node_modules/edges-emulator/edges-emulator.js", launcher)
    done = subprocess.run(["node", launcher, "--version"], capture_output=True, text=True, timeout=LIMIT)
    assert (done.returncode, done.stdout) == (1, "")
    assert "docker run --rm -p 127.0.0.1:3343:3343 edges-emulator" in done.stderr
