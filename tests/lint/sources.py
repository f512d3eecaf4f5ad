"""The project's C sources, as the rules see them: by path, with or without comments and strings."""

import os
import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = ROOT / os.environ.get("EDGES_BUILD_DIR", "build/release")
EMULATOR = os.environ.get("EDGES_EMULATOR") or str(BUILD / "edges-emulator")

TOKEN = re.compile(
    r"""(?P<comment>/\*.*?\*/|//[^\n]*)
      | (?P<string>"(?:\\.|[^"\\\n])*")
      | (?P<char>'(?:\\.|[^'\\\n])+')""",
    re.S | re.X,
)


def c_files(*folders, suffixes=(".c", ".h")):
    """Paths relative to the root, sorted."""
    found = (path for folder in folders for path in (ROOT / folder).rglob("*"))
    return sorted(str(p.relative_to(ROOT)) for p in found if p.suffix in suffixes and p.is_file())


def text(path):
    return (ROOT / path).read_text("utf-8")


def without_comments(source):
    return TOKEN.sub(lambda m: blank(m) if m["comment"] else m[0], source)


def code_only(source):
    """Without comments, and with every literal empty."""
    return TOKEN.sub(lambda m: blank(m) if m["comment"] else m[0][0] + m[0][-1], source)


def blank(match):
    """White space that keeps the line numbers."""
    return " " + "\n" * match[0].count("\n")


def includes(path):
    """(line number, delimiter, name) of each #include."""
    for number, line in enumerate(without_comments(text(path)).splitlines(), 1):
        match = re.match(r'\s*#\s*include\s*([<"])([^>"]+)[>"]', line)
        if match:
            yield number, match[1], match[2]


def hits(path, source, pattern):
    """`path:line: what` for each place where the pattern is found."""
    for match in re.finditer(pattern, source):
        line = source.count("\n", 0, match.start()) + 1
        yield f"{path}:{line}: {' '.join(match[0].split())}"


def report(violations):
    return "\n" + "\n".join(violations)
