"""The page is served with what keeps it safe, and a browser finds it (PAGE.md)."""

import http.client
import re
from contextlib import closing

import pytest
from facts import assert_no_route

HTML = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}  # as Chromium and Firefox begin it
POLICY = ("default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
          "worker-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
          "require-trusted-types-for 'script'; trusted-types page")
HEADERS = {
    "Content-Security-Policy": POLICY, "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin"}
TYPES = {"html": "text/html", "js": "text/javascript", "css": "text/css", "svg": "image/svg+xml"}


def files(emulator):
    """The paths of the page and of every file that it names, and those that these name."""
    found, todo = {}, ["/_emulator/"]
    while todo:
        path = todo.pop()
        if path in found:
            continue
        reply = found[path] = emulator.get(path, key=None)
        assert reply.status == 200, reply
        text = reply.body.decode()
        folder = "/_emulator/" if path == "/_emulator/" else path.rpartition("/")[0] + "/"
        todo += [folder + name for name in re.findall(r"""["'](?:\./)?((?:page/\w+/)?[\w-]+\.(?:js|css|svg))["']""", text)]
    return found


def test_every_file_of_the_page_has_its_type_and_what_keeps_it_safe(emulator):
    found = files(emulator)
    for path, reply in found.items():
        assert {name: reply.header(name) for name in HEADERS} == HEADERS, path
        suffix = "html" if path.endswith("/") else path.rpartition(".")[2]
        assert reply.header("Content-Type") == f"{TYPES[suffix]}; charset=utf-8"
    assert sum(len(reply.body) for reply in found.values()) < 140 * 1024


def test_a_browser_keeps_the_files_and_asks_for_the_page_again(emulator):
    found = files(emulator)
    assert found.pop("/_emulator/").header("Cache-Control") == "no-cache"
    assert {reply.header("Cache-Control") for reply in found.values()} == {"max-age=31536000, immutable"}
    for path in found:  # as a page that is still open from another version asks
        other = emulator.get(f"/_emulator/page/other/{path.rpartition('/')[2]}", key=None)
        assert (other.status, other.header("Cache-Control")) == (200, "no-cache")


def test_every_module_of_the_first_view_is_asked_for_at_once(emulator):
    html = emulator.get("/_emulator/", key=None).body.decode()
    early = re.findall(r'<link rel="modulepreload" href="(page/[^"]*)">', html)
    for path in (*early, *re.findall(r'<script type="module" src="(page/[^"]*)">', html)):
        folder = path.rpartition("/")[0]
        imported = re.findall(r"^import .* from '\./(.*)';", emulator.get(f"/_emulator/{path}", key=None).body.decode(), re.M)
        assert {f"{folder}/{name}" for name in imported} <= set(early), path
    assert {path.rpartition("/")[2] for path in early} >= {"api.js", "runs.js"}


def test_a_file_that_a_browser_has_is_not_sent_again(emulator):
    for path, reply in files(emulator).items():
        etag = reply.header("ETag")
        assert re.fullmatch(r'"[0-9a-f]{16}"', etag)
        for known in etag, f'"0", W/{etag}':
            again = emulator.get(path, headers={"If-None-Match": known}, key=None)
            assert (again.status, again.body, again.header("ETag")) == (304, b"", etag)
            assert again.header("Content-Security-Policy") == POLICY
        assert emulator.get(path, headers={"If-None-Match": '"0"'}, key=None).status == 200
        assert emulator.request("HEAD", path, key=None).header("ETag") == etag


@pytest.mark.parametrize("path", ["/", "/_emulator"])
def test_a_browser_that_opens_the_address_finds_the_page(emulator, path):
    with closing(http.client.HTTPConnection(emulator.host, emulator.port)) as browser:
        browser.request("GET", path, headers=HTML)
        reply = browser.getresponse()
        assert (reply.status, reply.getheader("Location"), reply.read()) == (302, "/_emulator/", b"")


@pytest.mark.parametrize("accept", [{}, {"Accept": "*/*"}, {"Accept": "application/json"}])
def test_any_other_client_gets_the_404_of_the_vendor(emulator, accept):
    reply = emulator.get("/", headers=accept)
    assert_no_route(reply)
    assert reply.json["message"] == "Route GET:/ not found"


def test_a_file_that_there_is_not_is_404(emulator):
    for name in "nothing.js", "..%2Findex.html", "index.html/":
        assert_no_route(emulator.get(f"/_emulator/page/now/{name}", key=None))


def test_the_page_answers_only_under_a_local_name(emulator):
    for path in "/", "/_emulator/", "/_emulator/page/now/index.html":
        assert emulator.get(path, headers={"Host": "page.example", **HTML}, key=None).status == 403


def test_with_page_off_there_is_none(start):
    emulator = start("--page", "off")
    for path in "/", "/_emulator/", "/_emulator/page/now/index.html":
        assert_no_route(emulator.get(path, headers=HTML))


def test_a_page_that_is_read_only_is_served(start):
    assert start("--page", "read-only").get("/_emulator/", key=None).status == 200
