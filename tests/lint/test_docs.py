"""The tables in README.md and docs/*.md are what `edges-emulator docs NAME` prints, or what the contract says."""

import json
import re
import subprocess
import sys

import pytest

from .sources import EMULATOR, ROOT

sys.path.insert(0, str(ROOT / ".ci"))
from contract_tables import DOCUMENT, Tables, contract_table  # noqa: E402

NAMES = ["routes", "schedules", "state-machine", "refusals", "assumptions", "effects", "delivery-effects", "coverage", "lint", "options", "exit-statuses", "limits", "probes", "not-settled"]
BLOCK = re.compile(r"^<!-- docs:([\w-]+) -->\n(.*?)^<!-- /docs:\1 -->$", re.M | re.S)
CONTRACT_BLOCK = re.compile(r"^<!-- (contract:[\w-]+) -->\n(.*?)^<!-- /\1 -->$", re.M | re.S)


def docs(*name):
    done = subprocess.run([EMULATOR, "docs", *name], capture_output=True, text=True, timeout=10)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip(), "nothing printed"
    return done.stdout.strip("\n")


PAGES = "".join(page.read_text("utf-8") for page in (ROOT / "README.md", *sorted(ROOT.glob("docs/*.md"))))


def blocks():
    return [(name, content.strip("\n")) for name, content in BLOCK.findall(PAGES)]


def test_every_table_is_there_once():
    assert sorted(name for name, _ in blocks()) == sorted(NAMES)


def test_every_marker_belongs_to_a_block():
    assert len(re.findall(r"<!-- /?docs:", PAGES)) == 2 * len(blocks())


@pytest.mark.parametrize("name", NAMES)
def test_a_table_is_fresh(name):
    assert dict(blocks()).get(name) == docs(name), "run .ci/refresh-docs"


def test_the_tables_of_the_contract_are_there_once_and_fresh():
    found = CONTRACT_BLOCK.findall(PAGES)
    assert sorted(name for name, _ in found) == sorted(Tables({}).named)
    for name, content in found:
        assert content == contract_table(name), f"{name}: run .ci/refresh-docs"


def test_every_query_parameter_and_every_member_of_a_body_is_told():
    document = json.loads(DOCUMENT.read_text("utf-8"))
    told = contract_table("contract:queries"), contract_table("contract:bodies")
    for path in document["paths"].values():
        for operation in (path[method] for method in path if method in ("get", "post", "put", "delete")):
            for parameter in operation.get("parameters", ()):
                assert parameter.get("in") != "query" or f"| `{parameter['name']}` |" in told[0]
            assert "requestBody" not in operation or f"| {operation['operationId']} |" in told[1]


def test_docs_without_a_name_prints_all_of_them():
    everything, position = docs(), 0
    for name in NAMES:
        position = everything.find(docs(name), position)
        assert position >= 0, f"{name} is missing, or not in this order: {', '.join(NAMES)}"
        position += 1


def test_the_readme_is_read_in_a_few_minutes():
    readme = (ROOT / "README.md").read_text("utf-8")
    assert len(readme.split()) <= 950, "say it in docs/, and link there"
    recipes = re.split(r"^\*\*", readme.partition("\n## Recipes\n")[2].partition("\n## ")[0], flags=re.M)[1:]
    assert [len(re.findall(r"^[^`\n]", recipe, re.M)) <= 8 for recipe in recipes] == [True] * 5
