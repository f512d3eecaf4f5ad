#!/usr/bin/env python3
"""Turns the files of the page into C, so that the program carries them: page_files[], and the version of them all.

usage: embed.py SOURCE FILE...
"""

import hashlib
import json
import re
import sys
from pathlib import Path

TYPES = {".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}


def hash_of(text):
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def modules_of(name, texts, found):
    """The module and those that it imports, so that a browser asks for all of them at once."""
    if name not in found:
        found.append(name)
        for imported in re.findall(r"^import .* from '\./(.*)';", texts[name], re.M):
            modules_of(imported, texts, found)
    return found


def complete(html, version, texts):
    """The addresses of the files carry the version, so that a browser may keep them; what main.js imports is asked for early."""
    modules = modules_of("runs.js", texts, modules_of("main.js", texts, []))[1:]
    preloads = "".join(f'<link rel="modulepreload" href="page/{name}">\n' for name in modules)
    return html.replace("<noscript>", preloads + "<noscript>").replace('"page/', f'"page/{version}/')


def row(name, text):
    literal = "\n     ".join(json.dumps(line, ensure_ascii=False) for line in text.splitlines(True)) or '""'
    size = len(text.encode())
    return f'    {{"{name}", "{TYPES[Path(name).suffix]}; charset=utf-8", "\\"{hash_of(text)}\\"", {size},\n     {literal}}},\n'


def main(source, *files):
    texts = {Path(file).name: Path(file).read_text("utf-8") for file in files}
    version = hash_of("".join(texts.values()))[:8]
    texts["index.html"] = complete(texts["index.html"], version, texts)
    rows = "".join(row(*each) for each in texts.items())
    Path(source).write_text(
        "/* The files of the page: made from this folder. */\n"
        '#include "server/page/page.h"\n\n'
        f'const char page_version[] = "{version}";\n'
        f"const struct page_file page_files[] = {{\n{rows}}};\nconst int page_file_count = {len(files)};\n"
    )


main(*sys.argv[1:])
