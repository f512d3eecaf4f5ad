"""What keeps a web page from driving the emulator: Host, Origin and Content-Type of a write."""

import pytest
from facts import RUNNING, assert_no_route, assert_refused

WRITES = ["/_emulator/reset", "/_emulator/runs", f"/_emulator/runs/{RUNNING}/events"]
BODY = {"/_emulator/reset": b"", "/_emulator/runs": b'{"status": "QUEUED"}'}
EVENT = b'{"event": "FINISH"}'
STATUS = {"/_emulator/reset": 200, "/_emulator/runs": 201}


def write(emulator, path, host=None, lines=("Content-Type: application/json",), key="test-key"):
    body = BODY.get(path, EVENT)
    host = host or f"{emulator.host}:{emulator.port}"
    head = [f"POST {path} HTTP/1.1", f"Host: {host}", f"Content-Length: {len(body)}", *lines]
    if key:
        head.append(f"X-API-Key: {key}")
    return emulator.raw("\r\n".join(head).encode("latin-1") + b"\r\n\r\n" + body)


def assert_forbidden(reply):
    assert_refused(reply, 403, "FORBIDDEN", "auth")


@pytest.mark.parametrize("path", WRITES)
def test_a_write_as_it_should_be(emulator, path):
    assert write(emulator, path).status == STATUS.get(path, 200)


@pytest.mark.parametrize("path", WRITES)
def test_a_page_with_a_rebound_name_is_forbidden(emulator, path):
    assert_forbidden(write(emulator, path, host="page.test"))
    assert emulator.run(RUNNING)["status"] == "RUNNING"


@pytest.mark.parametrize("path", WRITES)
def test_a_foreign_origin_is_forbidden(emulator, path):
    lines = ("Content-Type: application/json", "Origin: http://page.test")
    assert_forbidden(write(emulator, path, lines=lines))
    assert emulator.run(RUNNING)["status"] == "RUNNING"


@pytest.mark.parametrize("path", WRITES[1:])
def test_a_form_cannot_write(emulator, path):
    for lines in ((), ("Content-Type: text/plain",), ("Content-Type:",),
                  ("Content-Type: application/x-www-form-urlencoded",),
                  ("Content-Type: multipart/form-data; boundary=x",),
                  ("Content-Type: application/jsonx",), ("Content-Type: text/json",),
                  ("Content-Type: text/plain; application/json",)):
        assert_refused(write(emulator, path, lines=lines), 415, "BAD_INPUT", "input")
    assert emulator.run(RUNNING)["status"] == "RUNNING"


@pytest.mark.parametrize("media", [
    "application/json;charset=utf-8", "application/json ; charset=\"utf-8\"", "Application/JSON",
    "application/json; charset=utf-8; x=y"])
def test_a_content_type_may_have_parameters(emulator, media):
    assert write(emulator, "/_emulator/reset", lines=(f"Content-Type: {media}",)).status == 200


@pytest.mark.parametrize("host", [
    "localhost", "localhost:3343", "LocalHost", "127.0.0.1", "127.0.0.1:9", "127.1.2.3", "10.1.2.3",
    "192.168.0.7:80", "[::1]", "[::1]:3343", "[fe80::1]:80", "emulator", "edges-emulator:3343"])
def test_a_host_nobody_can_rebind_is_fine(emulator, host):
    assert write(emulator, "/_emulator/reset", host=host).status == 200


@pytest.mark.parametrize("host", [
    "page.test", "page.test:3343", "localhost.page.test", "127.0.0.1.page.test", "1.2.3.4.5",
    "a.localhost.test", "127.0.0.1x.test", "[::1].page.test", "page.test:127.0.0.1",
    "localhost@page.test", "300.1.2.3", "127.0.0.1,page.test"])
def test_a_host_somebody_could_rebind_is_forbidden(emulator, host):
    assert_forbidden(write(emulator, "/_emulator/reset", host=host))


def test_an_allowed_host_is_fine(start):
    emulator = start("--allowed-host", "ci.page.test", "--allowed-host", "other.test")
    for host in "ci.page.test", "ci.page.test:3343", "other.test", "CI.page.test", "localhost":
        assert write(emulator, "/_emulator/reset", host=host).status == 200
    for host in "page.test", "x.ci.page.test", "xother.test":
        assert_forbidden(write(emulator, "/_emulator/reset", host=host))


def test_its_own_origin_is_fine(emulator):
    lines = ("Content-Type: application/json",
             f"Origin: http://{emulator.host}:{emulator.port}")
    assert write(emulator, "/_emulator/reset", lines=lines).status == 200


@pytest.mark.parametrize("origin", [
    "null", "http://page.test", "https://page.test", "http://127.0.0.1.page.test", "file://", "x",
    "http://127.0.0.1@page.test", "http://page.test#127.0.0.1", "chrome-extension://abc"])
def test_another_origin_is_forbidden(emulator, origin):
    lines = ("Content-Type: application/json", f"Origin: {origin}")
    assert_forbidden(write(emulator, "/_emulator/reset", lines=lines))


def test_origin_is_asked_before_the_content_type_and_that_before_the_key(emulator):
    assert_forbidden(write(emulator, WRITES[0], lines=("Origin: http://page.test",), key=None))
    assert write(emulator, WRITES[1], lines=(), key=None).status == 415
    assert write(emulator, WRITES[1], key=None).status == 401


def test_a_route_that_is_not_there_is_not_guarded(emulator):
    assert_no_route(write(emulator, "/_emulator/nope", host="page.test", lines=()))


def test_reads_and_the_api_are_not_guarded(emulator):
    foreign = {"Host": "page.test", "Origin": "http://page.test", "Content-Type": "text/plain"}
    assert emulator.get("/_emulator/info", headers=foreign).status == 200
    assert emulator.get("/v1/flows/runs", headers=foreign).status == 200
    assert emulator.cancel(RUNNING, headers=foreign).status == 200
