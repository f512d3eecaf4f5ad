"""Every link of the manual leads somewhere: to a file of this project, and to a heading that it has."""

import re

import pytest

from .sources import ROOT, report

PAGES = sorted(str(page.relative_to(ROOT)) for page in (*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")))
LINK = re.compile(r"\[[^\]\n]*(?:\n[^\]\n]*)?\]\(([^)\s]+)\)")
ELSEWHERE = ("https://", "http://", "mailto:")


def prose(page):
    """Its lines, those of code blocks empty."""
    fenced = False
    for line in (ROOT / page).read_text("utf-8").splitlines():
        fence = line.lstrip().startswith("```")
        fenced ^= fence
        yield "" if fenced or fence or line.startswith("    ") else line


def anchors(page):
    """What a heading is called in a link: its words in lower case, without punctuation, with hyphens."""
    for line in prose(page):
        heading = re.match(r"#+ (.*)", line)
        if heading:
            yield re.sub(r"[^\w\- ]", "", heading[1].lower()).replace(" ", "-")


def broken(page, target):
    """What is wrong with a link, or nothing."""
    path, _, anchor = target.partition("#")
    file = (ROOT / page).parent / path if path else ROOT / page
    if not file.exists() or not file.resolve().is_relative_to(ROOT):
        return "there is no such file"
    if anchor and anchor not in anchors(file.resolve().relative_to(ROOT)):
        return "the page has no such heading"
    return None


def test_the_pages_are_found():
    assert {"README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md", "docs/REFERENCE.md"} <= set(PAGES)


@pytest.mark.parametrize("page", PAGES)
def test_every_link_resolves(page):
    targets = LINK.findall("\n".join(prose(page)))
    inside = [target for target in targets if not target.startswith(ELSEWHERE)]
    wrong = [f"{page}: {target}: {broken(page, target)}" for target in inside if broken(page, target)]
    assert not wrong, report(wrong)


@pytest.mark.parametrize("page", PAGES)
def test_no_two_headings_have_the_same_anchor(page):
    found = list(anchors(page))
    twice = sorted({name for name in found if found.count(name) > 1})
    headings_of_versions = {"added", "changed", "fixed"} if page == "CHANGELOG.md" else set()
    assert not set(twice) - headings_of_versions, twice


def test_every_page_of_docs_can_be_reached_from_the_readme():
    reached, waiting = set(), ["README.md"]
    while waiting:
        page = waiting.pop()
        if page in reached or page not in PAGES:
            continue
        reached.add(page)
        for target in LINK.findall("\n".join(prose(page))):
            if not target.startswith(ELSEWHERE) and not broken(page, target):
                file = (ROOT / page).parent / target.partition("#")[0]
                waiting.append(str(file.resolve().relative_to(ROOT)))
    assert not set(PAGES) - reached, f"no link leads there: {sorted(set(PAGES) - reached)}"
