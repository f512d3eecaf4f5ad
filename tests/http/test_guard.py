"""Who may call: what keeps web pages and callbacks from reading and driving the emulator."""

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
    assert_forbidden(write(emulator, path, host="page.example"))
    assert emulator.run(RUNNING)["status"] == "RUNNING"


@pytest.mark.parametrize("path", WRITES)
def test_a_foreign_origin_is_forbidden(emulator, path):
    lines = ("Content-Type: application/json", "Origin: http://page.example")
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
    "192.168.0.7:80", "[::1]", "[::1]:3343", "[fe80::1]:80", "emulator", "edges-emulator:3343",
    "app.localhost", "host.docker.internal:3343", "emulator.svc.cluster.local", "x.localdomain",
    "emulator.lan", "emulator.test", "nas.home.arpa", "Host.Docker.Internal", "api.edges.run",
    "API.edges.run:3343", "localhost.", "localhost.:3343", "api.edges.run.", "x.internal."])
def test_a_host_nobody_can_rebind_is_fine(emulator, host):
    assert write(emulator, "/_emulator/reset", host=host).status == 200


@pytest.mark.parametrize("host", [
    "page.example", "page.example:3343", "localhost.page.example", "127.0.0.1.page.example", "1.2.3.4.5",
    "a.localhost.example", "127.0.0.1x.example", "[::1].page.example", "page.example:127.0.0.1",
    "localhost@page.example", "300.1.2.3", "127.0.0.1,page.example", "page.example.",
    "localhost..page.example", "page.nothome.arpa", "home.arpa.example", "edges.run",
    "v1.api.edges.run", "api.edges.run.example", "api-edges.run", "page.xlan", "x.internal..",
    "page.internal.example", ".", "..", ":3343"])
def test_a_host_somebody_could_rebind_is_forbidden(emulator, host):
    assert_forbidden(write(emulator, "/_emulator/reset", host=host))


def test_an_allowed_host_is_fine(start):
    emulator = start("--allowed-host", "ci.page.example", "--allowed-host", "other.example")
    for host in "ci.page.example", "ci.page.example:3343", "other.example", "CI.page.example", "localhost", \
            "ci.page.example.", "ci.page.example.:80":
        assert write(emulator, "/_emulator/reset", host=host).status == 200
    for host in "page.example", "x.ci.page.example", "xother.example":
        assert_forbidden(write(emulator, "/_emulator/reset", host=host))


def test_its_own_origin_is_fine(emulator):
    lines = ("Content-Type: application/json",
             f"Origin: http://{emulator.host}:{emulator.port}")
    assert write(emulator, "/_emulator/reset", lines=lines).status == 200


@pytest.mark.parametrize("origin", [
    "null", "http://page.example", "https://page.example", "http://127.0.0.1.page.example", "file://", "x",
    "http://127.0.0.1@page.example", "http://page.example#127.0.0.1", "chrome-extension://abc",
    "http://127.0.0.1", "http://localhost", ""])
def test_another_origin_is_forbidden(emulator, origin):
    lines = ("Content-Type: application/json", f"Origin: {origin}")
    assert_forbidden(write(emulator, "/_emulator/reset", lines=lines))


@pytest.mark.parametrize("scheme", ["https", "ws", "HTTPS", "x-http"])
def test_its_own_host_by_another_scheme_is_another_origin(emulator, scheme):
    lines = ("Content-Type: application/json",
             f"Origin: {scheme}://{emulator.host}:{emulator.port}")
    assert_forbidden(write(emulator, "/_emulator/reset", lines=lines))


def test_origin_is_asked_before_the_key_and_that_before_the_content_type(emulator):
    assert_forbidden(write(emulator, WRITES[0], lines=("Origin: http://page.example",), key=None))
    assert write(emulator, WRITES[1], lines=(), key=None).status == 401
    assert write(emulator, WRITES[1], lines=()).status == 415


READS = ["/_emulator/info", "/_emulator/state", "/_emulator/journal", "/_emulator/clock",
         "/_emulator/openapi.json", "/v1/flows/runs", f"/v1/flows/runs/{RUNNING}",
         f"/v1/flows/runs/{RUNNING}/outputs", "/v1/flows/schedules"]


@pytest.mark.parametrize("path", READS)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_page_with_a_rebound_name_cannot_read(emulator, method, path):
    assert emulator.request(method, path).status == 200
    reply = emulator.request(method, path, headers={"Host": "page.example"})
    assert reply.status == 403
    assert reply.header("Emulator-Hint").endswith("--allowed-host")
    if method == "GET":
        assert_forbidden(reply)


def test_a_page_with_a_rebound_name_cannot_call_the_api(emulator):
    assert_forbidden(emulator.cancel(RUNNING, headers={"Host": "page.example"}))
    assert_forbidden(emulator.cancel(RUNNING, headers={"Host": "page.example", "X-API-Key": ""}))
    assert emulator.run(RUNNING)["status"] == "RUNNING"


def test_a_foreign_page_cannot_write_to_the_api(emulator):
    for origin in "http://page.example", "null", "http://127.0.0.1", "":
        assert_forbidden(emulator.cancel(RUNNING, headers={"Origin": origin}))
    assert emulator.run(RUNNING)["status"] == "RUNNING"
    own = {"Origin": f"http://{emulator.host}:{emulator.port}"}
    assert emulator.cancel(RUNNING, headers=own).status == 200


@pytest.mark.parametrize("origin", ["http://page.example", "null"])
def test_a_read_with_an_origin_is_answered_without_leave_to_read_it(emulator, origin):
    reply = emulator.get("/v1/flows/runs", headers={"Origin": origin})
    assert reply.status == 200
    assert reply.header("Access-Control-Allow-Origin") is None


@pytest.mark.parametrize("path", ["/v1/nope", "/_emulator/nope", "/"])
def test_a_route_that_is_not_there_is_guarded_too(emulator, path):
    assert_no_route(emulator.get(path))
    assert_forbidden(emulator.get(path, headers={"Host": "page.example"}))
    assert_forbidden(emulator.post(path, {}, headers={"Origin": "http://page.example"}))


@pytest.mark.parametrize("path", ["/_emulator/health", "/_emulator/metrics"])
def test_health_and_metrics_answer_under_any_host(emulator, path):
    for method in "GET", "HEAD":
        assert emulator.request(method, path, headers={"Host": "page.example"}).status == 200
    assert_forbidden(emulator.get(path, headers={"Emulator-Callback": "x"}))


@pytest.mark.parametrize("head", [
    "GET /v1/flows/runs HTTP/1.0", f"POST /v1/flows/runs/{RUNNING}/cancel HTTP/1.0",
    "POST /_emulator/reset HTTP/1.0\r\nContent-Type: application/json"])
def test_a_request_without_a_host_is_local(emulator, head):
    head += "\r\nX-API-Key: test-key"
    assert emulator.raw(f"{head}\r\n\r\n".encode()).status == 200
    if head.startswith("POST"):
        for origin in "http://", "null", "http://127.0.0.1":
            assert_forbidden(emulator.raw(f"{head}\r\nOrigin: {origin}\r\n\r\n".encode()))
    assert_forbidden(emulator.raw(f"{head}\r\nHost: page.example\r\n\r\n".encode()))


@pytest.mark.parametrize("value", ["3c90c3cc-0d44-4b50-8888-8dd25736052a", "x", ""])
def test_a_callback_cannot_call_an_emulator(emulator, value):
    headers = {"Emulator-Callback": value}
    assert_forbidden(emulator.cancel(RUNNING, headers=headers))
    assert_forbidden(emulator.post("/_emulator/reset", headers=headers))
    assert_forbidden(emulator.post("/hook", {}, headers=headers))
    assert_forbidden(emulator.get("/v1/flows/runs", headers=headers))
    assert_forbidden(emulator.get("/_emulator/state", headers=headers))
    assert emulator.run(RUNNING)["status"] == "RUNNING"
