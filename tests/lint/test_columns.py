"""A column that the export of a workspace forgets, or the version of the schema: neither the compiler nor SQLite would notice."""

import hashlib
import re
import sqlite3

import pytest

from .sources import text
from .sql import FUNCTIONS, PIECES, SCHEMA, STATEMENTS, TABLES

# The version of the schema, and what the schema of that version is, its views included.
VERSION, DIGEST = 16, "c48e48f9abfaa804"

# A schedule gets a number again where an export is read, and of a run it is found out.
NOT_EXPORTED = {"schedule": {"number"}, "run": {"has_extra"}}


def columns_read(statement, table):
    read = set()
    database = sqlite3.connect(":memory:")
    for name in FUNCTIONS:
        database.create_function(name, 1, str)
    database.executescript(SCHEMA)
    database.set_authorizer(lambda _, name, column, *__: read.add((name, column)) or sqlite3.SQLITE_OK)
    database.execute(f"EXPLAIN {statement}", dict.fromkeys(re.findall(r":(\w+)", statement)))
    return {column for name, column in read if name == table}


@pytest.mark.parametrize(
    "table, statement",
    [(table, f"state_{name}") for table in ("run", "run_extra") for name in ("run", "runs")] + [("schedule", "state_schedules")],
)
def test_an_export_reads_every_column(table, statement):
    columns = {name for name, *_ in TABLES[f"{table}_columns"]} - NOT_EXPORTED.get(table, set())
    assert columns_read(STATEMENTS[statement], table) - NOT_EXPORTED.get(table, set()) == columns


def test_a_schema_that_has_changed_has_a_new_version():
    digest = hashlib.sha256((SCHEMA + PIECES["views"]).encode()).hexdigest()[:16]
    version = int(re.search(r'#define SCHEMA_VERSION "(\d+)"', text("store/db/db_lock.h"))[1])
    assert (version, digest) == (VERSION, DIGEST), (
        f"raise SCHEMA_VERSION in store/db/db_lock.h, and write here: {VERSION + 1}, \"{digest}\"")
