#!/usr/bin/env python3
"""Turns the .sql files into C: one enum value and one string for each statement and piece.

A file is a list of parts, each after a line `-- statement: name` (prepared once) or `-- piece:
name` (a part of statements, or text that is put together at run time). `{name}` stands for a piece,
in another piece for one before it. schema.sql, which has no such lines, becomes store_schema.

usage: embed.py HEADER SOURCE schema.sql FILE.sql...
"""

import re
import sys
from pathlib import Path

HEAD = re.compile(r"^-- (statement|piece): (\w+)$", re.M)


def squeeze(sql):
    """The SQL on one line, without comments."""
    return re.sub(r"\s+", " ", re.sub(r"--.*", "", sql)).strip()


def parts(text):
    """(kind, name, sql) of each part of a file."""
    pieces = HEAD.split(text)[1:]
    for kind, name, sql in zip(pieces[::3], pieces[1::3], pieces[2::3]):
        yield kind, name, squeeze(sql).removesuffix(";")


def whole(sql, pieces):
    return re.sub(r"\{(\w+)\}", lambda place: pieces[place[1]], sql)


def literal(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def main(header, source, schema, *files):
    found = {"statement": {}, "piece": {}}
    for file in files:
        for kind, name, sql in parts(Path(file).read_text()):
            if name in found["statement"] or name in found["piece"]:
                sys.exit(f"{file}: {name} is there twice")
            found[kind][name] = sql
    pieces = {}
    for name, sql in found["piece"].items():
        pieces[name] = whole(sql, pieces)
    statements = {n: whole(s, pieces) for n, s in found["statement"].items()}

    enum = "".join(f"    STMT_{n.upper()},\n" for n in statements)
    declared = "".join(f"extern const char piece_{n}[];\n" for n in pieces)
    Path(header).write_text(
        "/* The names of all SQL statements and pieces: made from store/sql. */\n"
        "#ifndef STORE_STATEMENTS_H\n#define STORE_STATEMENTS_H\n\n"
        f"enum stmt_id {{\n{enum}    STMT_COUNT\n}};\n\n"
        "extern const char *const statement_text[STMT_COUNT];\n"
        f"extern const char store_schema[];\n{declared}\n#endif\n"
    )
    rows = "".join(f"    [STMT_{n.upper()}] =\n        {literal(s)},\n" for n, s in statements.items())
    texts = "".join(f"const char piece_{n}[] = {literal(s)};\n" for n, s in pieces.items())
    Path(source).write_text(
        f'#include "{Path(header).name}"\n\n'
        f"const char *const statement_text[STMT_COUNT] = {{\n{rows}}};\n\n"
        f"const char store_schema[] =\n    {literal(squeeze(Path(schema).read_text()))};\n{texts}"
    )


main(*sys.argv[1:])
