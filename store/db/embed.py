#!/usr/bin/env python3
"""Turns the .sql files into C: one enum value and one string for each statement and piece.

A file is a list of parts, each after a line `-- statement: name` (prepared once) or `-- piece:
name` (a part of statements, or text that is put together at run time). `{name}` stands for a piece,
in another piece for one before it. schema.sql, which has no such lines, becomes store_schema, and schema_image:
the database that SQLite makes of it.

A table of columns, NAME_columns.def (columns.h describes it), gives the pieces {NAME_definition},
{NAME_columns}, {NAME_listed}, {NAME_insert}, {NAME_insert_rows}, {NAME_changes}, {NAME_listed_changes}, {NAME_copy} and {NAME_shown}, which is for people to
read, and of its EXTRAs the same with NAME_extra; another table of schema.sql gives {NAME_copy} and {NAME_shown}. The statuses of runs are read
from run_machine.def.

Each table of schema.sql above its line `-- End of the content.` gets a table saved_NAME, for snapshots: it has the
same columns, and no index but its key.

`-- each table: name` makes one statement for each of these tables of content; `-- each table, saved too: name` then one
for each saved table. C has them as a list of enum values, NAME. There

    {table}           is its name
    {key}, {columns}  the columns of its key behind the workspace, and all columns behind that, the key first
    {last}            the key of the last row of the workspace :to, or what is less than any
    {descending}      the key, from the last row to the first
    {given}, {after}  a key that is given; and one, or null: what is less than any
    {by_creation}     names the index of the order of creation, which is {order}; without one that is the order of keys
    {save}, {restore} copy the rows of the workspace :from to the saved table, and back

usage: embed.py HEADER SOURCE schema.sql run_machine.def NAME_columns.def... FILE.sql...
"""

import re
import sqlite3
import sys
from pathlib import Path

HEAD = re.compile(r"^-- (statement|piece|each table|each table, saved too): (\w+)$", re.M)
CONTENT_END = "-- End of the content."
TABLE = re.compile(r"^CREATE TABLE (\w+) \((.*?)\) STRICT", re.M | re.S)
ROW = re.compile(r'^(COLUMN|EXTRA)\((\w+), *(\w+), *"([^"]*)", *(\w+), *(\w+|"[^"]*")(?:, *"[^"]*"(?:, *"([^"]*)")?)?\)', re.M)
ROWS = 8  # of {NAME_insert_rows}; stmt.h says the same
STATUS = re.compile(r'^RUN_STATUS\(\w+, *("\w+"), *(\d+),', re.M)
COPIES = {
    "SAME": "{0}",
    "OWNER": "nullif({0}, :{1})",
    "SHIFTED": "iif({0} < :least, :shift + {0}, {0})",
}
HEX = "lower(hex({0}))"
UID = "nullif(" + " || '-' || ".join(f"substr({HEX}, {at}, {size})" for at, size in
                                     [(1, 8), (9, 4), (13, 4), (17, 4), (21, 12)]) + ", '----')"  # fmt: skip
TIME = "strftime('%Y-%m-%dT%H:%M:%fZ', {0} / 1000.0, 'unixepoch')"
# What people read of a column, by its kind; of others it is the value.
SHOWN = {
    "UID": UID,
    "OWNER_UID": UID.replace("{0}", "coalesce({0}, (SELECT owner.{2} FROM workspace AS owner WHERE owner.id = {1}.workspace))"),
    "WORKFLOW_UID": UID,
    "INSTANT": TIME,
}


def squeeze(sql):
    """The SQL on one line, without comments."""
    return re.sub(r"\s+", " ", re.sub(r"--.*", "", sql)).strip()


def parts(text):
    """(kind, name, sql) of each part of a file."""
    pieces = HEAD.split(text)[1:]
    for kind, name, sql in zip(pieces[::3], pieces[1::3], pieces[2::3]):
        yield kind, name, squeeze(sql).removesuffix(";")


def columns(text, which="COLUMN"):
    """(name, kind, type, use, copy, written) of each row of a table of columns, or of its EXTRAs."""
    found = ROW.findall(text)
    if len(found) != len(re.findall(r"^(COLUMN|EXTRA)\(", text, re.M)):
        sys.exit("a row of a table of columns is not as columns.h says")
    return [row for word, *row in found if word == which]


def extra_columns(text):
    """The same of the table NAME_extra: the key, then the EXTRAs."""
    extra = columns(text, "EXTRA")
    key = [row for row in columns(text) if row[0] in ("workspace", "uid")]
    return [[*row[:3], "WRITTEN", *row[4:]] for row in key] + extra if extra else []


def column_pieces(table, rows):
    """The pieces of a table; its workspace is the first column."""
    names = ", ".join(name for name, *_ in rows)
    copied = [COPIES.get(copy, copy.strip('"')).format(name, name.removeprefix("workspace_"))
              for name, *_, copy, _ in rows[1:]]  # fmt: skip
    yield "definition", ", ".join(f"{name} {type}" for name, _, type, *_ in rows)
    yield "columns", ", ".join(name for name, _, _, use, *_ in rows if use != "WRITTEN")
    yield "changes", ", ".join(f"{name} = :{name}" for name, _, _, use, *_ in rows if use.endswith("CHANGES"))
    yield "listed_changes", ", ".join(f"{name} = :{name}" for name, _, _, use, *_ in rows if use == "CHANGES")
    yield "listed", ", ".join(name for name, _, _, use, *_ in rows if use in ("FIXED", "CHANGES"))
    yield "shown", shown(table, [(name, kind) for name, kind, *_ in rows[2 if table.endswith("_extra") else 0 :]])
    yield "insert", (f"INSERT INTO {table} ({names}) VALUES "
                     f"({', '.join(written or f':{name}' for name, *_, written in rows)})")  # fmt: skip
    values = ["(" + ", ".join(written or "?" for *_, written in rows) + ")"] * ROWS  # SQLite compares a name with all before it
    yield "insert_rows", f"INSERT OR FAIL INTO {table} ({names}) VALUES {', '.join(values)}"
    yield "copy", copy_rows(table, names, copied)
    yield "save", save_rows(table, [(name, copy) for name, *_, copy, _ in rows])


def shown(table, columns):
    return ", ".join(
        SHOWN.get(kind, "{0}").format(f"{table}.{name}", table, name.removeprefix("workspace_")) + f" AS {name}"
        for name, kind in columns
    )


def status_shown(text):
    """SHOWN of the status of a run, from the text of run_machine.def."""
    names = sorted({(int(number), name.replace('"', "'")) for name, number in STATUS.findall(text)})
    return f"CASE {{0}} {' '.join(f'WHEN {number} THEN {name}' for number, name in names)} END"


def copy_rows(table, names, copied):
    return (f"INSERT INTO {table} ({names}) SELECT :to, {', '.join(copied)} "
            f"FROM {table} WHERE workspace = :from")  # fmt: skip


def content_tables(schema):
    """The names of the tables of content, and {NAME_copy} and {NAME_shown} of those without a table of columns."""
    pieces, names = {}, []
    for table in TABLE.finditer(schema):
        name, body = table.groups()
        if table.start() < schema.index(CONTENT_END):
            names.append(name)
        if body.startswith("{"):
            continue
        columns = re.findall(r"^ +([a-z]\w*) +([A-Z]+)", body, re.M)
        all_names = [column for column, _ in columns]
        pieces[f"{name}_copy"] = copy_rows(name, ", ".join(all_names), all_names[1:])
        pieces[f"{name}_save"] = save_rows(name, [(column, "SAME") for column in all_names])
        kinds = {"BLOB": "UID"}
        pieces[f"{name}_shown"] = shown(name, [(c, "INSTANT" if c == "at" else kinds.get(type)) for c, type in columns])
    return names, pieces


class Table:
    """A table of content, or its saved one, as the statements for each table see it."""

    def __init__(self, name, schema):
        body = re.search(rf"CREATE TABLE {name} \((.*?)\) STRICT", schema)[1]
        self.name, self.plain, self.schema = name, name.removeprefix("saved_"), schema
        self.definitions = body[: re.search(r", (?:PRIMARY KEY|UNIQUE) \(workspace, (.*?)\)", body).start()]
        self.key = re.search(r"(?:PRIMARY KEY|UNIQUE) \(workspace, (.*?)\)", body)[1].split(", ")
        self.columns = [definition.split()[0] for definition in self.definitions.split(", ")]

    def saved(self):
        """The definition of its saved table."""
        return (f"CREATE TABLE saved_{self.name} ({self.definitions}, PRIMARY KEY (workspace, {', '.join(self.key)})) "
                "STRICT, WITHOUT ROWID;")  # fmt: skip

    def least(self, name):
        return "-1" if re.search(rf"\b{name} INTEGER", self.definitions) else "''"

    def descending(self):
        return ", ".join(f"{name} DESC" for name in self.key)

    def last(self):
        return ", ".join(f"coalesce((SELECT {name} FROM {self.name} WHERE workspace = :to ORDER BY {self.descending()} LIMIT 1), "
                         f"{self.least(name)})" for name in self.key)  # fmt: skip

    def by_creation(self):
        """The index of creation, if there is one."""
        index = f"{self.name}_by_creation"
        return f"INDEXED BY {index}" if f"CREATE INDEX {index} " in self.schema else ""

    def pieces(self, tables):
        names, saved = ", ".join(self.columns), f"saved_{self.plain}"
        order = ["created_at"] * bool(self.by_creation()) + self.key
        rest = [name for name in self.columns[1:] if name not in self.key]
        restore = (f"INSERT INTO {self.plain} ({names}) SELECT :to, {', '.join(self.columns[1:])} "
                   f"FROM {saved} WHERE workspace = :from")  # fmt: skip
        return {
            "table": self.name, "key": ", ".join(self.key), "columns": ", ".join(self.key + rest),
            "last": self.last(), "descending": self.descending(),
            "given": ", ".join(f":{name}" for name in self.key),
            "after": ", ".join(f"coalesce(:{name}, {self.least(name)})" for name in self.key),
            "by_creation": self.by_creation(), "order": ", ".join(order),
            "copy": tables[f"{self.plain}_copy"], "save": tables[f"{self.plain}_save"], "restore": restore,
        }  # fmt: skip


def save_rows(table, columns):
    """Copies the rows of a workspace to the saved table; what a copy sets by SQL in quotes is set here already."""
    values = [copy.strip('"') if copy.startswith('"') else name for name, copy in columns[1:]]
    return (f"INSERT INTO saved_{table} ({', '.join(name for name, _ in columns)}) SELECT :to, {', '.join(values)} "
            f"FROM {table} WHERE workspace = :from")  # fmt: skip


def whole(sql, pieces):
    return re.sub(r"\{(\w+)\}", lambda place: pieces[place[1]], sql)


def read(schema, files):
    """The schema, and the statements, pieces and lists of statements of the files by their names."""
    schema = Path(schema).read_text()
    content, tables = content_tables(schema)
    found, lists = {"statement": {}, "piece": {}}, {}
    whole_schema = None
    for file in sorted(map(Path, files), key=lambda file: file.suffix):  # the tables of columns first
        if file.suffix == ".sql" and not whole_schema:
            whole_schema = whole(squeeze(schema), tables)
            whole_schema += "".join(f" {Table(name, whole_schema).saved()}" for name in content)
        if file.stem == "run_machine":
            SHOWN["RUN_STATUS"] = status_shown(file.read_text())
            continue
        if file.suffix == ".def":
            table = file.stem.removesuffix("_columns")
            text = file.read_text()
            for noun, rows in (table, columns(text)), (f"{table}_extra", extra_columns(text)):
                for name, sql in column_pieces(noun, rows) if rows else ():
                    tables[f"{noun}_{name}"] = sql
            continue
        for kind, name, sql in parts(file.read_text()):
            if name in tables or name in found["statement"] or name in found["piece"]:
                sys.exit(f"{file}: {name} is there twice")
            if kind.startswith("each table"):
                each = content + ([f"saved_{table}" for table in content] if kind != "each table" else [])
                lists[name] = [f"{name}_{table}" for table in each]
                for table in each:
                    found["statement"][f"{name}_{table}"] = whole(sql, Table(table, whole_schema).pieces(tables))
            else:
                found[kind][name] = sql
    pieces = {}
    for name, sql in found["piece"].items():
        pieces[name] = whole(sql, tables | pieces)
    statements = {n: whole(s, tables | pieces) for n, s in found["statement"].items()}
    return whole_schema, statements, pieces, lists


def image(schema):
    """A database with these tables: its size, and (place, bytes) of each part of it that is not zeros."""
    db = sqlite3.connect(":memory:")
    db.executescript(schema)
    whole = db.serialize()
    return len(whole), [(part.start(), part[0]) for part in re.finditer(rb"[^\0](?:\0{,15}[^\0])*", whole)]


def literal(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def main(header, source, schema, *files):
    schema, statements, pieces, lists = read(schema, files)
    size, parts = image(schema)
    enum = "".join(f"    STMT_{n.upper()},\n" for n in statements)
    declared = "".join(f"extern const char piece_{n}[];\n" for n in pieces)
    listed = "".join(
        f"#define {n.upper()} {', '.join(f'STMT_{name.upper()}' for name in names)}\n"
        for n, names in lists.items()
    )
    Path(header).write_text(
        "/* The names of all SQL statements and pieces: made by store/db/embed.py. */\n"
        "#ifndef STORE_STATEMENTS_H\n#define STORE_STATEMENTS_H\n\n"
        f"enum stmt_id {{\n{enum}    STMT_COUNT\n}};\n\n{listed}\n"
        "extern const char *const statement_text[STMT_COUNT];\n"
        f"extern const char store_schema[];\n{declared}\n"
        f"enum {{ SCHEMA_IMAGE_SIZE = {size}, SCHEMA_IMAGE_PARTS = {len(parts)} }};\n"
        "extern const struct schema_image_part {\n    unsigned at, size;\n    const char *bytes;\n}"
        " schema_image[SCHEMA_IMAGE_PARTS];\n\n#endif\n"
    )
    rows = "".join(f"    [STMT_{n.upper()}] =\n        {literal(s)},\n" for n, s in statements.items())
    texts = "".join(f"const char piece_{n}[] = {literal(s)};\n" for n, s in pieces.items())
    image_rows = "".join(
        f'    {{{at}, {len(part)}, "' + "".join(f"\\{byte:03o}" for byte in part) + '"},\n' for at, part in parts
    )
    Path(source).write_text(
        f'#include "{Path(header).name}"\n\n'
        f"const char *const statement_text[STMT_COUNT] = {{\n{rows}}};\n\n"
        f"const char store_schema[] =\n    {literal(schema)};\n{texts}\n"
        f"const struct schema_image_part schema_image[] = {{\n{image_rows}}};\n"
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
