"""Paths and methods: what is a route and what is not, HEAD, OPTIONS."""

import pytest
from facts import RUNNING, UNKNOWN, assert_no_route, assert_no_such_run, assert_refused

RUN = f"/v1/flows/runs/{RUNNING}"
CANCEL = f"{RUN}/cancel"


@pytest.mark.parametrize("path", [
    "/", "/v1", "/v1/", "/v2/flows/runs", "/flows/runs", "/v1/flows", "/v1/flows/run",
    "/V1/flows/runs", "/v1/Flows/runs", f"{RUN}/", f"{CANCEL}/extra",
    "/v1//flows/runs", "//v1/flows/runs", "/v1/flows//runs", "/v1/flows/runs//",
    f"/x/..{RUN}", f"/.{RUN}", "/_emulator", "/_emulator/health/",
    "/_emulator/nope", "/favicon.ico", "/v1/flows/runs;x=1", "*"])
def test_no_such_route(emulator, path):
    assert_no_route(emulator.raw(emulator.head("GET", path)))


@pytest.mark.parametrize("path", [
    f"{CANCEL}/", f"{RUN}/Cancel", f"{RUN}/cancel%2F", f"{RUN}/stop", f"{RUN}//cancel",
    "/v1/flows/runs/cancel", f"{RUN}%2Fcancel", f"{CANCEL}/cancel",
    f"{RUN}/x/../cancel", f"{RUN}/./cancel", f"/v1/flows/{RUNNING}/cancel"])
def test_nearly_a_cancel_is_none(emulator, path):
    assert_no_route(emulator.request("POST", path))
    assert emulator.run(RUNNING)["status"] == "RUNNING"


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE", "TRACE", "CANCEL"])
def test_another_method_on_cancel_is_no_route(emulator, method):
    assert_no_route(emulator.request(method, CANCEL))
    assert emulator.run(RUNNING)["status"] == "RUNNING"


@pytest.mark.parametrize("path", ["/v1/flows/runs", RUN])
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_another_method_on_a_read_is_no_route(emulator, method, path):
    assert_no_route(emulator.request(method, path))


@pytest.mark.parametrize("method", ["post", "Post", "POSTT", "POS"])
def test_a_method_is_known_only_as_it_is_written(emulator, method):
    assert_no_route(emulator.raw(emulator.head(method, CANCEL)))
    assert emulator.run(RUNNING)["status"] == "RUNNING"


@pytest.mark.parametrize("path", [CANCEL, RUN, "/v1/flows/runs", "/_emulator/reset", "/nope"])
def test_options_is_no_route_and_says_nothing_of_cors(emulator, path):
    headers = {"Origin": "http://page.example", "Access-Control-Request-Method": "POST"}
    assert_no_route(emulator.request("OPTIONS", path, headers=headers))


def head_status(emulator, path, key="test-key"):
    """Closes after the reply, so that a body sent by mistake would be seen."""
    return emulator.raw(
        emulator.head("HEAD", path, "Connection: close", key=key), closes=True).status


@pytest.mark.parametrize("path, status", [
    ("/v1/flows/runs", 200), ("/v1/flows/runs?limit=0", 400), (RUN, 200),
    (f"/v1/flows/runs/{UNKNOWN}", 404), ("/v1/flows/runs/nope", 400),
    ("/_emulator/health", 200), ("/_emulator/info", 200), ("/nope", 404)])
def test_head_is_get_without_the_body(emulator, path, status):
    assert head_status(emulator, path) == status


def test_head_needs_the_key_too(emulator):
    assert head_status(emulator, RUN, key=None) == 401


def test_head_on_cancel_is_no_route_and_cancels_nothing(emulator):
    assert head_status(emulator, CANCEL) == 404
    assert emulator.run(RUNNING)["status"] == "RUNNING"


@pytest.mark.parametrize("path", [
    "/v1/flows/runs/%zz/cancel", "/v1/flows/runs/%/cancel", "/v1/flows/runs/%4/cancel",
    "/v1/flows/runs/%00/cancel", f"{RUN}%00/cancel", "/v1/flows/runs/%ff/cancel",
    "/v1/flows/runs/%C3%28/cancel", "/v1/flows/runs/%C0%AF/cancel",
    "/v1/flows/runs/%ED%A0%80/cancel", "/v1/flows/runs/%u0041/cancel"])
def test_a_path_that_cannot_be_decoded_is_refused(emulator, path):
    assert_refused(emulator.request("POST", path), 400, "BAD_PARAMETERS", "param")
    assert emulator.run(RUNNING)["status"] == "RUNNING"


def test_a_path_is_decoded_once(emulator):
    twice = f"/v1/flows/runs/{RUNNING.replace('-', '%252D')}/cancel"
    assert_refused(emulator.request("POST", twice), 400, "BAD_PARAMETERS", "param")


def test_the_path_is_judged_before_the_query_and_the_query_before_the_run(emulator):
    both = emulator.request("POST", "/v1/flows/runs/nope/cancel?foo=1")
    assert both.json["message"] == 'params/flow_run_uid must match format "uuid"'
    query = emulator.request("POST", f"/v1/flows/runs/{UNKNOWN}/cancel?foo=1")
    assert query.status == 400
    assert_no_such_run(emulator.cancel(UNKNOWN))
