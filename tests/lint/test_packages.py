"""What the project installs exists, and what it is made of names no place but its own."""

import re
import shutil
import subprocess

import pytest

from .sources import ROOT, report, text

INSTALLERS = ("run", "test", "Dockerfile")


def install_lists(path):
    """The arguments of each `apt-get install`, and the values of variables called `*packages`."""
    source = re.sub(r"^\s*#.*\n", "", text(path), flags=re.M).replace("\\\n", " ")
    found = re.findall(r"\bapt-get\b[^\n;&|]*?\binstall\b([^\n;&|]*)", source)
    found += [value for _, value in re.findall(r"packages=([\"'])(.*?)\1", source, re.S | re.I)]
    found += re.findall(r"packages=\(([^)]*)\)", source, re.I)
    for words in found:
        names = [w for w in words.split() if re.fullmatch(r"[a-z0-9][a-z0-9+.-]+", w)]
        if names:
            yield names


@pytest.mark.parametrize("path", INSTALLERS)
def test_each_list_names_a_package_once(path):
    lists = list(install_lists(path))
    assert lists, f"{path}: no list of packages found; is it still written as this test reads it?"
    twice = [name for names in lists for name in sorted(set(names)) if names.count(name) > 1]
    assert not twice, f"{path}: {twice}"


@pytest.mark.parametrize("path", INSTALLERS)
def test_each_package_exists(path):
    if not shutil.which("apt-cache"):
        pytest.skip("no apt here")
    names = sorted({name for names in install_lists(path) for name in names})
    shown = known([*names, "hello"])
    unknown = [name for name in names if name not in shown]
    if unknown and "hello" not in shown:
        pytest.skip(f"apt's lists are empty here; neither installed nor listed: {unknown}")
    assert not unknown, f"{path}: {unknown}"


def known(packages):
    """Those that apt can tell something of: one call, since each reads all of apt's lists."""
    shown = subprocess.run(["apt-cache", "show", *packages], capture_output=True, text=True)
    return set(re.findall(r"^Package: (.*)$", shown.stdout, re.M))


# Folders of one machine, and hosts that serve packages or images: who builds this has their own.
FOREIGN = re.compile(
    r"""(?<![\w.~/])/(?:work|root)/\w
      | \b(?:registry|mirrors?|index)[\w-]*\.(?:[\w-]+\.)+(?:io|com|org|net)\b
      | \b(?:docker\.io/|(?:ghcr|quay|gcr)\.io\b) # docker.io alone is a package of Debian
      | \b(?:deb|security|snapshot|ftp|archive)\.(?:debian|ubuntu)\.(?:org|com)\b
      | \b(?:pypi\.org|pythonhosted\.org|npmjs\.(?:org|com)|crates\.io|proxy\.golang\.org)\b""",
    re.X,
)


def test_no_place_of_somebody_else_is_named():
    wrong = []
    for path in project_files():
        if (ROOT / path).samefile(__file__):
            continue
        for number, line in enumerate(readable(path).splitlines(), 1):
            wrong += [f"{path}:{number}: {match[0]}" for match in FOREIGN.finditer(line)]
    assert not wrong, report(wrong)


def project_files():
    """What git holds, or would: nothing built, nothing cached."""
    command = ["git", "-c", "safe.directory=*", "ls-files", "-z"]
    command += ["--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if listed.returncode:
        pytest.skip("not a git checkout")
    return [path for path in listed.stdout.split("\0") if path and (ROOT / path).is_file()]


def readable(path):
    return (ROOT / path).read_bytes().decode(errors="replace")
