"""The page: small, without foreign code, and with nothing that could run what it shows."""

import re
import shutil
import subprocess
import sys

import pytest

from .sources import ROOT, hits, report, text

FOLDER = "server/page"
BUDGET = 140 * 1024  # bytes of all files that a browser gets
FILE_LINES = 400

PAGE = sorted(str(path.relative_to(ROOT)) for path in (ROOT / FOLDER).iterdir() if path.suffix in (".html", ".css", ".js"))
SCRIPTS = [path for path in PAGE if path.endswith(".js")]

# What makes code or elements of text, or reaches another host.
FORBIDDEN = (r"(?:inner|outer)HTML|insertAdjacentHTML|document\s*\.\s*write|DOMParser|createContextualFragment|srcdoc|setHTML\w*"
             r"|\beval\s*\(|new\s+Function\b|\bimport\s*\((?!'\./[\w-]+\.js'\))|https?://(?!www\.w3\.org/2000/svg|www\.linkedin\.com/in/)")


def test_the_page_is_within_its_budget(tmp_path):
    """As it is served: the build adds to index.html."""
    made = tmp_path / "page.c"
    subprocess.run([sys.executable, ROOT / FOLDER / "embed.py", made, *(ROOT / path for path in PAGE)], check=True)
    sizes = dict(re.findall(r'^    \{"([\w.]+)", .*, (\d+),$', made.read_text("utf-8"), re.M))
    assert len(sizes) == len(PAGE)
    assert sum(map(int, sizes.values())) < BUDGET, report(f"{name}: {size}" for name, size in sizes.items())


def test_files_are_short():
    long = [f"{path}: {lines} lines, at most {FILE_LINES}" for path in PAGE if (lines := len(text(path).splitlines())) > FILE_LINES]
    assert not long, report(long)


def test_nothing_runs_or_parses_what_is_shown_and_no_other_host_is_named():
    wrong = [hit for path in PAGE for hit in hits(path, text(path), FORBIDDEN)]
    assert not wrong, report(wrong)


def test_markup_has_no_inline_script_or_style():
    for path in PAGE:
        if path.endswith(".html"):
            assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)", text(path)), path


def exports(source):
    return set(re.findall(r"^export (?:async )?(?:const|let|function|class) (\w+)", source, re.M))


def imports(source):
    """(name, file) of each name that is imported."""
    for names, file in re.findall(r"^import \{([^}]*)\} from '\./([\w.]+)';", source, re.M):
        for name in names.split(","):
            yield name.strip(), f"{FOLDER}/{file}"


def test_imports_are_of_this_folder_exist_and_are_used():
    wrong = []
    for path in SCRIPTS:
        source = text(path)
        wrong += [f"{path}: imports {file}" for file in re.findall(r"^import .* from '(?!\./)([^']*)'", source, re.M)]
        body = re.sub(r"^import [^;]*;", "", source, flags=re.M)
        for name, file in imports(source):
            if name not in exports(text(file)):
                wrong.append(f"{path}: {file} has no {name}")
            if not re.search(rf"\b{name}\b", body):
                wrong.append(f"{path}: {name} is not used")
    assert not wrong, report(wrong)


def test_exports_are_used_elsewhere():
    used = {pair for path in SCRIPTS for pair in ((name, file) for name, file in imports(text(path)))}
    view = {"name", "areas", "title", "load", "show", "keepsList"}  # main.js imports views as modules
    wrong = [f"{path}: {name}" for path in SCRIPTS for name in sorted(exports(text(path)) - view) if (name, path) not in used]
    assert not wrong, report(wrong)


@pytest.mark.parametrize("path", SCRIPTS)
def test_scripts_are_well_formed(path):
    if not shutil.which("node"):
        pytest.skip("no node here")
    done = subprocess.run(["node", "--check", "--input-type=module"], input=text(path), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_every_class_of_the_style_sheets_occurs_in_a_script():
    scripts = "".join(map(text, SCRIPTS))
    sheets = re.sub(r"/\*.*?\*/|\{[^{}]*\}", "", "".join(text(path) for path in PAGE if path.endswith(".css")), flags=re.S)
    unused = [name for name in sorted(set(re.findall(r"\.([a-z][\w-]*)", sheets))) if not re.search(rf"\b{name}\b", scripts)]
    assert not unused, report(unused)


@pytest.mark.parametrize("source", ["x.innerHTML = y", "eval (x)", "new Function('x')", "fetch(a, `b https://evil.example`)", "import('x')", "import('./' + x)", "import(`./x.js`)"])
def test_the_search_finds_what_it_should(source):
    assert list(hits("x.js", source, FORBIDDEN))


def test_a_module_of_this_folder_may_be_fetched_later():
    assert not list(hits("x.js", "load(() => import('./runs.js'))", FORBIDDEN))
    wrong = [file for path in SCRIPTS for file in re.findall(r"\bimport\('\./([^']*)'\)", text(path)) if f"{FOLDER}/{file}" not in SCRIPTS]
    assert not wrong, report(wrong)
