"""--allowed-origin: web pages of that origin may call both APIs, as the Fetch standard wants it."""

import pytest
from contract import DOCUMENT
from facts import DEMO, RUNNING, assert_no_route, assert_refused
from process import run_program

APP = "http://localhost:5173"
EXPOSED = ["Retry-After", "X-RateLimit-Type", "X-RateLimit-Remaining", "X-Request-Id", "X-Total-Count",
           "Emulator-Coverage", "Emulator-Fidelity", "Emulator-Hint"]
CANCEL = f"/v1/flows/runs/{RUNNING}/cancel"


@pytest.fixture
def emulator(start):
    return start("--allowed-origin", APP, "--allowed-origin", "https://app.example")


def allowed(reply):
    return reply.header("Access-Control-Allow-Origin")


def preflight(emulator, path, origin=APP, method="POST", **headers):
    """As a browser sends it: without a key."""
    return emulator.raw(emulator.head(
        "OPTIONS", path, f"Origin: {origin}", f"Access-Control-Request-Method: {method}",
        *(f"{name.replace('_', '-')}: {value}" for name, value in headers.items()), key=None))


@pytest.mark.parametrize("path", [CANCEL, "/v1/flows/runs", "/_emulator/reset", "/_emulator/clock", "/v1/nope"])
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE"])
def test_a_preflight_is_answered(start, path, method):
    emulator = start("--allowed-origin", APP)
    with emulator.wire() as wire:
        wire.send(emulator.head(
            "OPTIONS", path, f"Origin: {APP}", f"Access-Control-Request-Method: {method}",
            "Access-Control-Request-Headers: x-api-key,content-type,emulator-fault", key=None))
        reply = wire.reply("OPTIONS", path)
        assert (reply.status, allowed(reply)) == (204, APP)
        assert method in reply.header("Access-Control-Allow-Methods").split(", ")
        assert reply.header("Access-Control-Allow-Headers") == "x-api-key,content-type,emulator-fault"
        assert reply.header("Access-Control-Max-Age") == "600"
        assert reply.header("Vary") == "Origin"
        assert reply.header("Access-Control-Allow-Credentials") is None
        assert reply.header("Content-Length") is None and reply.header("Content-Type") is None
        wire.send(emulator.head("POST", CANCEL, f"Origin: {APP}", "Content-Length: 0"))
        assert wire.reply("POST", CANCEL).status == 200


@pytest.mark.parametrize("origin", ["http://page.example", "null", "http://localhost", "http://localhost:51730",
                                    "https://localhost:5173", "http://app.example", "https://app.example.org", ""])
def test_another_origin_is_told_nothing(emulator, origin):
    reply = preflight(emulator, CANCEL, origin)
    assert_no_route(reply)
    assert allowed(reply) is None and reply.header("Access-Control-Allow-Methods") is None
    reply = emulator.get("/v1/flows/runs", headers={"Origin": origin})
    assert (reply.status, allowed(reply), reply.header("Vary")) == (200, None, "Origin")
    reply = emulator.cancel(RUNNING, headers={"Origin": origin})
    assert_refused(reply, 403, "FORBIDDEN", "auth")
    assert reply.header("Emulator-Hint") == "start with --allowed-origin, if this page may call the emulator"
    assert emulator.run(RUNNING)["status"] == "RUNNING"


def test_options_without_a_method_asked_for_is_no_preflight(emulator):
    assert_no_route(emulator.request("OPTIONS", CANCEL, headers={"Origin": APP}))


def test_no_page_is_allowed_unless_it_was_said(start):
    emulator = start()
    reply = emulator.get("/v1/flows/runs", headers={"Origin": APP})
    assert (reply.status, allowed(reply), reply.header("Vary")) == (200, None, None)


@pytest.mark.parametrize("origin", [APP, "https://app.example", "https://APP.example"])
def test_a_page_of_an_allowed_origin_reads_and_writes(emulator, origin):
    headers = {"Origin": origin}
    for reply in (emulator.get("/v1/flows/runs", headers=headers), emulator.cancel(RUNNING, headers=headers),
                  emulator.post("/_emulator/reset", {}, headers=headers),
                  emulator.request("DELETE", "/_emulator/journal", headers=headers)):
        assert (reply.status, allowed(reply), reply.header("Vary")) == (200, origin, "Origin")
        assert reply.header("Access-Control-Expose-Headers").split(", ") == EXPOSED


@pytest.mark.parametrize("status, call", [
    (401, lambda e, h: e.get("/v1/flows/runs", headers=h, key=None)),
    (404, lambda e, h: e.get("/nope", headers=h)),
    (422, lambda e, h: e.cancel(DEMO["SUCCEEDED"], headers=h)),
    (400, lambda e, h: e.post("/_emulator/reset", {"x": 1}, headers=h)),
    (403, lambda e, h: e.get("/v1/flows/runs", headers={**h, "Emulator-Callback": "x"})),
    (503, lambda e, h: e.get("/v1/flows/runs", headers={**h, "Emulator-Fault": "status=503"}))])
def test_it_can_read_what_is_wrong(emulator, status, call):
    reply = call(emulator, {"Origin": APP})
    assert (reply.status, allowed(reply)) == (status, APP)


def test_every_header_that_the_contract_names_is_exposed():
    named = {name for response in DOCUMENT["components"]["responses"].values() for name in response["headers"]}
    named |= {name for item in DOCUMENT["paths"].values() for operation in item.values()
              for response in operation["responses"].values() for name in response.get("headers", {})}
    assert named and named - {"Content-Disposition", "Link", "Location"} <= set(EXPOSED)


def test_its_host_must_still_be_local(emulator):
    reply = emulator.get("/v1/flows/runs", headers={"Origin": APP, "Host": "page.example"})
    assert_refused(reply, 403, "FORBIDDEN", "auth")
    reply = emulator.request("OPTIONS", CANCEL, headers={
        "Origin": APP, "Host": "page.example", "Access-Control-Request-Method": "POST"})
    assert_refused(reply, 403, "FORBIDDEN", "auth")


def test_its_own_page_behind_a_proxy_with_tls(start):
    emulator = start("--allowed-origin", "https://emulator.test")
    headers = {"Host": "emulator.test", "Origin": "https://emulator.test"}
    assert emulator.post("/_emulator/reset", {}, headers=headers).status == 200


@pytest.mark.parametrize("origin", ["null", "*", "localhost:5173", "http://localhost:5173/", "http://", "://x",
                                    "http://localhost/app", "http://user@localhost"])
def test_what_no_browser_sends_is_a_usage_error(origin):
    code, _, stderr = run_program("--allowed-origin", origin)
    assert code == 2
    assert "--allowed-origin" in stderr and "http://localhost:5173" in stderr
