"""A header is the manual of its room: it stands alone and begins by saying what the room is."""

import functools
import re
import subprocess

import pytest

from .sources import BUILD, ROOT, c_files, text

HEADERS = c_files("server", "store", suffixes=(".h",))


@functools.cache
def library_flags():
    """Of those libraries that are installed."""
    flags = []
    for library in ("libmicrohttpd", "libcjson", "sqlite3", "libcurl"):
        found = subprocess.run(["pkg-config", "--cflags", library], capture_output=True, text=True)
        flags += found.stdout.split()
    return flags


def test_there_are_headers():
    assert HEADERS


@pytest.mark.parametrize("header", HEADERS)
def test_header_compiles_alone(header):
    """Generated headers are found in the build folder, under their path from the root."""
    command = ["cc", "-std=gnu17", "-fsyntax-only", "-Wall", "-Werror", "-x", "c"]
    command += ["-I", str(ROOT), "-I", str(BUILD), *library_flags(), "-"]
    unit = f'#include "{header}"\n'
    done = subprocess.run(command, input=unit, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("header", HEADERS)
def test_header_begins_with_a_sentence(header):
    comment = re.match(r"/\*.*?\*/|(//[^\n]*\n)+", text(header), re.S)
    assert comment, f"{header}: the first thing in the file should be a comment"
    words = " ".join(re.sub(r"^[\s/]*\**|\*/", "", comment[0], flags=re.M).split())
    assert re.match(r"\w.{15,}?[.:](\s|$)", words), f"{header}: no sentence in: {words}"
