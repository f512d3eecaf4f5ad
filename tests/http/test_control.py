"""The open calls of the control API, and reset."""

import json

import pytest
from calling import end
from complete import published
from contract import DOCUMENT
from facts import DEMO, NOW, RUNNING, assert_no_such_run, assert_refused, uid
from receiver import receiving


def test_health(emulator):
    assert emulator.get("/_emulator/health", key=None).json == {"status": "ok", "version": "0.1.0"}


def test_info_names_the_libraries_and_counts(emulator):
    emulator.runs()
    info = emulator.get("/_emulator/info", key=None).json
    assert info["version"] == "0.1.0"
    assert {"libmicrohttpd", "cjson", "sqlite"} <= set(info["libraries"])
    assert info["counts"]["workspaces"] == 1
    assert info["counts"]["runs"] >= 11
    assert info["counts"]["requests"] >= 1


def test_info_names_the_library_that_sends_callbacks_when_it_was_needed(start):
    emulator = start()

    def libraries():
        return emulator.get("/_emulator/info", key=None).json["libraries"]

    assert "libcurl" not in libraries()
    with receiving() as receiver:
        end(emulator, receiver.url())
        receiver.take()
    assert libraries()["libcurl"].startswith(("7.", "8."))


def test_info_counts_on(emulator):
    def counts():
        return emulator.get("/_emulator/info").json["counts"]

    emulator.runs()
    before = counts()
    emulator.make()
    emulator.member("another-key").runs()
    after = counts()
    assert after["workspaces"] == before["workspaces"] + 1
    assert after["runs"] > before["runs"] + 10
    assert after["requests"] > before["requests"] + 1


def options(emulator):
    info = emulator.get("/_emulator/info").json
    return {name.lstrip("-"): option for name, option in info["options"].items()}


def test_info_tells_where_an_option_came_from(start):
    emulator = start("--clock", "frozen", env={"EDGES_EMULATOR_FIXTURE": "empty"})
    known = options(emulator)
    assert known["clock"] == {"value": "frozen", "from": "option"}
    assert known["fixture"]["from"] == "environment"
    assert "empty" in known["fixture"]["value"]
    assert known["listen"] == {"value": "127.0.0.1", "from": "default"}


def test_info_is_open_and_so_tells_no_key(start):
    emulator = start("--api-key", "a-secret", key="a-secret")
    emulator.runs()
    assert b"a-secret" not in emulator.get("/_emulator/info", key=None).body


def test_the_contract_names_the_version_and_the_address_by_which_it_was_asked(emulator):
    served = emulator.get("/_emulator/openapi.json", key=None).json
    assert served["info"]["version"] == emulator.get("/_emulator/health").json["version"]
    assert served["servers"][0]["url"] == f"http://{emulator.host}:{emulator.port}"
    known = published(DOCUMENT)
    assert served == {**known, "servers": [{**known["servers"][0], "url": served["servers"][0]["url"]}]}


@pytest.mark.parametrize("host, url", [
    ("emulator:3343", "http://emulator:3343"), ("[::1]:80", "http://[::1]:80"), ('a"\\b', 'http://a"\\b')])
def test_the_contract_names_the_host_that_was_asked(emulator, host, url):
    reply = emulator.raw(f"GET /_emulator/openapi.json HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
    assert reply.json["servers"][0]["url"] == url


def test_without_a_host_the_address_is_relative(emulator):
    assert emulator.raw(b"GET /_emulator/openapi.json HTTP/1.0\r\n\r\n").json["servers"][0]["url"] == "/"


def test_every_open_call_refuses_a_query_it_does_not_know(emulator):
    for name in "health", "info", "openapi.json", "state-machine", "assumptions":
        reply = emulator.get(f"/_emulator/{name}?foo=1")
        assert_refused(reply, 400, "BAD_PARAMETERS", "param",
                       "querystring must NOT have additional properties (foo)")


def test_reset_tells_the_state_of_the_world(empty):
    empty.make()
    world = empty.reset()
    assert list(world) == ["workspace_uid", "user_uid", "now", "runs"]
    assert (world["now"], world["runs"]) == (NOW, 0)


def test_reset_counts_the_seeded_runs(emulator):
    assert emulator.reset()["runs"] == len(emulator.runs("limit=100"))


def test_reset_brings_back_what_was_cancelled(emulator):
    before = emulator.runs("limit=100")
    for status in "CREATED", "QUEUED", "SCHEDULED", "RUNNING":
        emulator.cancel(DEMO[status])
    emulator.event(DEMO["BLOCKED"], "STOP")
    emulator.reset()
    assert emulator.runs("limit=100") == before


def test_reset_takes_away_what_was_made(emulator):
    emulator.make(uid=uid(1))
    emulator.reset()
    assert_no_such_run(emulator.get(f"/v1/flows/runs/{uid(1)}"))


def test_reset_counts_ids_from_the_start_again(empty):
    assert empty.make()["id"] == 1
    empty.reset()
    assert empty.make()["id"] == 1


def test_reset_twice_is_reset_once(emulator):
    emulator.cancel(RUNNING)
    assert emulator.reset() == emulator.reset()


def test_reset_of_a_world_nobody_used_yet(emulator):
    assert emulator.member("brand-new").reset()["runs"] >= 11


def test_reset_refuses_a_query(emulator):
    emulator.cancel(RUNNING)
    assert_refused(emulator.post("/_emulator/reset?all=1"), 400, "BAD_PARAMETERS", "param",
                   "querystring must NOT have additional properties (all)")
    assert emulator.run(RUNNING)["status"] == "STOPPED"
