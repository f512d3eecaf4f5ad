"""The Debian package: built, looked at by lintian, installed in a bare Debian, used, and purged.

EDGES_DEBIAN_PACKAGE names one that is built already.
"""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCES = Path("/etc/apt/sources.list.d/debian.sources")


def run(*command, **options):
    done = subprocess.run(command, capture_output=True, text=True, timeout=900, **options)
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    """The .deb; beside it lies the .changes."""
    if "EDGES_DEBIAN_PACKAGE" in os.environ:
        return Path(os.environ["EDGES_DEBIAN_PACKAGE"])
    folder = tmp_path_factory.mktemp("debian")
    run(ROOT / "packaging/debian/build", folder)
    [package] = folder.glob("edges-emulator_*.deb")
    return package


@pytest.fixture(scope="module")
def bare(package, tmp_path_factory):
    """A bare Debian in a folder, in which the package is installed."""
    if os.getuid() or not SOURCES.is_file():
        pytest.skip("this takes root, on a Debian whose sources are in debian.sources")
    folder = tmp_path_factory.mktemp("bare")
    needed = re.findall(r"(?:^|, )([a-z0-9.+-]+)", run("dpkg-deb", "--field", package, "Depends"))
    run("mmdebstrap", "--quiet", "--variant=essential", "--mode=root", "--include", ",".join(needed), "bookworm", folder, SOURCES)
    shutil.copy(package, folder / "package.deb")
    before = files(folder)
    run("chroot", folder, "dpkg", "--install", "/package.deb")
    yield folder, before
    shutil.rmtree(folder)


def files(folder):
    """What a package may have left, but for dpkg's own notes and the libraries."""
    places = ("etc", "usr/bin", "usr/share", "var/lib", "home", "root", "run")
    found = {str(path.relative_to(folder)) for place in places for path in (folder / place).rglob("*")}
    return {path for path in found if "edges" in path}


def test_lintian_finds_nothing(package):
    run("lintian", "--fail-on", "error,warning", "--allow-root", next(package.parent.glob("*.changes")))


def test_it_says_that_no_licence_is_granted(package, tmp_path):
    run("dpkg-deb", "--extract", package, tmp_path)
    assert "none is granted" in (tmp_path / "usr/share/doc/edges-emulator/copyright").read_text("utf-8")


def test_it_has_a_manual_page_and_completions(package, tmp_path):
    run("dpkg-deb", "--extract", package, tmp_path)
    for file in ("man/man1/edges-emulator.1.gz", "bash-completion/completions/edges-emulator",
                 "zsh/vendor-completions/_edges-emulator", "fish/vendor_completions.d/edges-emulator.fish"):  # fmt: skip
        assert (tmp_path / "usr/share" / file).stat().st_size > 500, file
    manual = run("gzip", "-dc", tmp_path / "usr/share/man/man1/edges-emulator.1.gz")
    assert "workspaces" in manual


def test_it_is_hardened(package, tmp_path):
    run("dpkg-deb", "--extract", package, tmp_path)
    shown = run("readelf", "--wide", "--file-header", "--program-headers", "--dynamic", "--symbols", "--dyn-syms", tmp_path / "usr/bin/edges-emulator")
    assert re.search(r"Type: +DYN", shown)  # position independent
    for each in ("GNU_RELRO", "BIND_NOW", "__stack_chk_fail", "_chk@"):
        assert each in shown, each


def test_it_runs_in_a_bare_debian(bare):
    folder, _ = bare
    assert run("chroot", folder, "edges-emulator", "--version") == "edges-emulator 0.1.0\n"
    process = subprocess.Popen(["chroot", folder, "edges-emulator", "--port", "0"], stdout=subprocess.PIPE,
                               stderr=subprocess.DEVNULL, text=True)  # fmt: skip
    try:
        port = re.search(r":(\d+) ", process.stdout.readline())[1]
        run("chroot", folder, "edges-emulator", "healthcheck", "--port", port)
    finally:
        process.terminate()
        assert process.wait(timeout=10) == 0


def test_a_purge_leaves_nothing_behind(bare):
    folder, before = bare
    run("chroot", folder, "dpkg", "--purge", "edges-emulator")
    assert files(folder) == before
