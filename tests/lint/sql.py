"""The SQL as the generator gives it to the program."""

import sys

from .sources import ROOT

sys.path.insert(0, str(ROOT / "store/db"))
import embed  # noqa: E402

STORE = ROOT / "store"
FILES = sorted(path for suffix in ("def", "sql") for path in STORE.glob(f"*/*.{suffix}"))
TABLES = {path.stem: embed.columns(path.read_text()) for path in STORE.glob("*/*_columns.def")}
TABLES["run_extra_columns"] = embed.extra_columns((STORE / "run/run_columns.def").read_text())
SCHEMA, STATEMENTS, PIECES, _ = embed.read(
    STORE / "db/schema.sql",
    [path for path in FILES if path.suffix == ".sql" or path.stem in {"run_machine", *TABLES}],
)

# The functions of SQL that export_json.c defines, of one value each.
FUNCTIONS = ("instant", "uid_text")
