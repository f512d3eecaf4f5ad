#!/usr/bin/env python3
"""Turns the files of the page into C, so that the program carries them: page_files[].

usage: embed.py SOURCE FILE...
"""

import hashlib
import json
import sys
from pathlib import Path

TYPES = {".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}


def row(file):
    text = file.read_text("utf-8")
    literal = "\n     ".join(json.dumps(line, ensure_ascii=False) for line in text.splitlines(True)) or '""'
    etag = hashlib.sha256(text.encode()).hexdigest()[:16]
    size = len(text.encode())
    return (f'    {{"{file.name}", "{TYPES[file.suffix]}; charset=utf-8", "\\"{etag}\\"", {size},\n     {literal}}},\n')


def main(source, *files):
    rows = "".join(row(Path(file)) for file in files)
    Path(source).write_text(
        "/* The files of the page: made from this folder. */\n"
        '#include "server/page/page.h"\n\n'
        f"const struct page_file page_files[] = {{\n{rows}}};\nconst int page_file_count = {len(files)};\n"
    )


main(*sys.argv[1:])
