"""Assertions stay in the build that users run: some of them guard bounds."""

import pathlib

from .sources import EMULATOR, c_files, hits, report, text

SWITCH = r"#\s*define\s+NDEBUG\b"


def test_the_program_has_its_assertions():
    assert b"sqlite3_bind_parameter_count(s->handle)" in pathlib.Path(EMULATOR).read_bytes(), "built with NDEBUG"


def test_no_source_switches_its_assertions_off():
    wrong = [hit for path in c_files("server", "store") for hit in hits(path, text(path), SWITCH)]
    assert not wrong, report(wrong)
