"""The layout of C is not discussed: it is what .clang-format says."""

import subprocess

from .sources import ROOT, c_files


def test_c_files_are_formatted():
    files = c_files("server", "store", "tests")
    command = ["clang-format", "--dry-run", "-Werror", "--style=file", *files]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, f"run: clang-format -i FILE\n{done.stderr}"
