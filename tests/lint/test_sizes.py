"""A ratchet: functions fit a screen, files are read in one sitting; exceptions can only shrink.

A function is counted in lines between its braces. An exception holds the exact present size: who
makes it smaller lowers the number here, or takes the row away.
"""

import re

from .sources import c_files, code_only, report, text

FUNCTION_LINES = 40
FILE_LINES = 400

FUNCTION_EXCEPTIONS = {
    # "server/http/http.c:access_handler": 44,
}
FILE_EXCEPTIONS = {
    # "server/http/http.c": 431,
}


def test_functions_fit_a_screen():
    sizes = {}
    for path in c_files("server", "store"):
        for name, lines in functions(path):
            sizes[f"{path}:{name}"] = max(lines, sizes.get(f"{path}:{name}", 0))
    assert_ratchet(sizes, FUNCTION_LINES, FUNCTION_EXCEPTIONS)


def test_files_are_short():
    sizes = {path: len(text(path).splitlines()) for path in c_files("server", "store")}
    assert_ratchet(sizes, FILE_LINES, FILE_EXCEPTIONS)


def functions(path):
    """(name, lines) of each. Our layout puts a brace at column 0 around functions only."""
    lines = code_only(text(path)).splitlines()
    opened = None
    for number, line in enumerate(lines):
        if line == "{":
            opened = number
        elif line.startswith("}") and opened is not None:
            yield name_before(lines, opened), number - opened - 1
            opened = None


def name_before(lines, brace):
    """The head may fill several lines: it ends at the brace, and begins after a blank or an end."""
    head = ""
    for line in reversed(lines[:brace]):
        if not line.strip() or line.rstrip().endswith((";", "}")) or line.startswith("#"):
            break
        head = f"{line} {head}"
    head = re.sub(r"__attribute__\s*\(\(.*?\)\)", "", head)
    match = re.search(r"(\w+)\s*\(", head)
    return match[1] if match else f"line {brace}"


def assert_ratchet(sizes, limit, exceptions):
    wrong = []
    for name, size in sizes.items():
        allowed = exceptions.get(name)
        if allowed is None and size > limit:
            wrong.append(f"{name}: {size} lines, at most {limit}")
        elif allowed is not None and size > allowed:
            wrong.append(f"{name}: {size} lines, its exception allows {allowed}")
        elif allowed is not None and size <= limit:
            wrong.append(f"{name}: {size} lines need no exception any more, remove it")
        elif allowed is not None and size < allowed:
            wrong.append(f"{name}: only {size} lines now, lower its exception from {allowed}")
    wrong += [f"{name}: an exception for what is not there" for name in exceptions.keys() - sizes]
    assert not wrong, report(wrong)
