"""docs/ARCHITECTURE.md names nothing that is not there: files, functions, tests, and who may include whom."""

import re

import pytest

from .sources import ROOT, c_files, code_only, report, text
from .test_layers import FOLDERS
from .test_layers import STORE as WHOLE_STORE

PAGE = "docs/ARCHITECTURE.md"
NAMED = sorted(set(re.findall(r"`([^`\n]+)`", text(PAGE))))
TREES = ("server", "store", "tests", "docs", "fixtures", ".ci")

PATH = re.compile(rf"(?:{'|'.join(map(re.escape, TREES))})(?:/[\w.-]+)*/?")
PLACE = re.compile(rf"({PATH.pattern}):(\w+)")
CONSTANT = re.compile(r"[A-Z][A-Z_]+")
TYPE = re.compile(r"(?:struct|enum) \w+")
CALL = re.compile(r"(\w+)\(\)")

# Words in backticks that name no place in the code.
OTHERS = {"/v1", "/_emulator", ".sql", "malloc", "operationId", "x-assumption", "x-takes-long", "op_", "LIMIT_"}


def code():
    return "\n".join(code_only(text(path)) for path in c_files("server", "store", suffixes=(".c", ".h", ".def")))


CODE = code()
GENERATED = {"operations.h", "operation_handlers.h", "statements.h"}


def has(path, name):
    """Whether a file defines a function (C: declares it, in a header), or a test; in other files whether it has the word."""
    source = (ROOT / path).read_text("utf-8")
    if path.endswith(".py"):
        return bool(re.search(rf"^def {name}\(", source, re.M))
    source = code_only(source)
    if path.endswith(".c"):
        return bool(re.search(rf"^\w[^;{{}}#]*\b{name}\([^;{{}}]*\)\n{{", source, re.M))
    return bool(re.search(rf"\b{name}\(", source))


def what_is_missing(named):
    """Why it is none, or nothing."""
    place = PLACE.fullmatch(named)
    if place:
        path, name = place.groups()
        if not (ROOT / path).is_file():
            return "there is no such file"
        return None if has(path, name) else "the file does not define it"
    if PATH.fullmatch(named):
        return None if (ROOT / named).exists() else "there is no such file or folder"
    if TYPE.fullmatch(named):
        return None if re.search(rf"^{named} {{", CODE, re.M) else "no header defines it"
    if CALL.fullmatch(named):
        return None if re.search(rf"\b{CALL.fullmatch(named)[1]}\(", CODE) else "nothing calls or defines it"
    if CONSTANT.fullmatch(named):
        return None if re.search(rf"\b{named}\b", CODE + text("tests/lint/test_tables.py")) else "no source has it"
    short = {word for words in FOLDERS.values() for word in words.split()}
    if named in short | GENERATED | OTHERS | contract_schemas():
        return None
    member = re.search(rf"\b{re.escape(named)}\b", CODE) if re.fullmatch(r"\w+", named) else None
    return None if member else "what is it? A place is `path` or `path:function`; other words are in OTHERS"


def contract_schemas():
    return set(re.findall(r'^ {6}"(\w+)": \{', text("server/contract/openapi.json"), re.M))


def test_everything_it_names_exists():
    wrong = [f"{PAGE}: `{named}`: {what_is_missing(named)}" for named in NAMED if what_is_missing(named)]
    assert not wrong, report(wrong)


def test_it_names_what_it_is_about():
    assert sum(1 for named in NAMED if PLACE.fullmatch(named)) > 50


def rows():
    """Folder and what it may include, of each row of its table."""
    for line in text(PAGE).splitlines():
        row = re.fullmatch(r"\| `([\w/]+)` \| .* \| ?(.*?) ?\|", line)
        if row:
            words = set(re.findall(r"`([\w.]+)`", row[2]))
            yield row[1], words | set(WHOLE_STORE.split() if "the store" in row[2] else ())


def test_its_table_of_layers_is_the_one_that_is_checked():
    assert dict(rows()) == {folder: set(words.split()) for folder, words in FOLDERS.items()}


@pytest.mark.parametrize("named, there", [
    ("server/loop.c", True), ("server/nope.c", False), ("store/run/", True), ("store/run/run.c:run_save", True),
    ("store/run/run.c:transaction_begin", False), ("store/run/run.h:run_get", True), ("struct run", True),
    ("struct nope", False), ("ERROR_NONE", True), ("ERROR_NOPE", False), ("run_save()", True), ("nope()", False),
    ("tests/lint/test_docs.py:test_a_table_is_fresh", True), ("tests/lint/test_docs.py:test_nope", False),
])  # fmt: skip
def test_the_check_can_fail(named, there):
    assert (what_is_missing(named) is None) == there
