"""The tables in README.md are what the program prints: `edges-emulator docs NAME`."""

import re
import subprocess

import pytest

from .sources import EMULATOR, text

NAMES = ["routes", "schedules", "state-machine", "refusals", "assumptions", "effects", "options", "limits"]
BLOCK = re.compile(r"^<!-- docs:([\w-]+) -->\n(.*?)^<!-- /docs:\1 -->$", re.M | re.S)


def docs(*name):
    done = subprocess.run([EMULATOR, "docs", *name], capture_output=True, text=True, timeout=10)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip(), "nothing printed"
    return done.stdout.strip("\n")


def blocks():
    return [(name, content.strip("\n")) for name, content in BLOCK.findall(text("README.md"))]


def test_readme_has_every_table_once():
    assert sorted(name for name, _ in blocks()) == sorted(NAMES)


def test_every_marker_in_the_readme_belongs_to_a_block():
    assert len(re.findall(r"<!-- /?docs:", text("README.md"))) == 2 * len(blocks())


@pytest.mark.parametrize("name", NAMES)
def test_table_in_the_readme_is_fresh(name):
    assert dict(blocks()).get(name) == docs(name), f"paste again: edges-emulator docs {name}"


def test_docs_without_a_name_prints_all_of_them():
    everything, position = docs(), 0
    for name in NAMES:
        position = everything.find(docs(name), position)
        assert position >= 0, f"{name} is missing, or not in this order: {', '.join(NAMES)}"
        position += 1
