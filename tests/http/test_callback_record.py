"""What an attempt to deliver a callback sent and what came back (CONTROL.md "Control API")."""

import json
import socket

import pytest
from calling import callbacks, end, of, replay, settled, tried
from living import advance
from receiver import receiving, reply

WORLD = "still"


@pytest.fixture
def receiver():
    with receiving() as receiver:
        yield receiver


def attempt(emulator, receiver, answer):
    """The first attempt to deliver a callback that is answered so."""
    receiver.answers = [answer]
    return tried(emulator, end(emulator, receiver.url()), 1)[0]["attempts"][0]


def test_each_attempt_shows_both_sides(emulator, receiver):
    receiver.answers = [reply(503, b'{"busy":true}', "Retry-After: 7"), reply(200)]
    run = end(emulator, receiver.url())
    tried(emulator, run, 1)
    advance(emulator, "PT5S")
    [delivery] = settled(emulator, run, 1, "SUCCESS")
    heard = receiver.take()
    body = '{"flow_run":{"flow_run_uid":"%s","step_uid":null,"status":"SUCCEEDED"},"results_count":0}' % run
    for number, each in enumerate(delivery["attempts"], 1):
        assert list(each) == [
            "attempt", "at", "http_status", "error", "fault", "fault_rule", "duration_us", "request", "response"]
        assert 0 < each["duration_us"] < 10_000_000
        headers = each["request"]["headers"]
        assert headers["Host"] == f"127.0.0.1:{receiver.port}"
        assert headers["Content-Type"] == "application/json"
        assert headers["Content-Length"] == str(len(heard.body))
        assert headers["Emulator-Callback"] == delivery["uid"]
        assert headers["Emulator-Attempt"] == str(number)
        assert each["request"]["body"] == {"size": len(heard.body), "text": heard.body.decode()}
    first, second = delivery["attempts"]
    assert json.loads(first["request"]["body"]["text"]) == json.loads(body)
    assert list(first["request"]["headers"].items()) == heard.headers
    assert first["response"] == {
        "status": 503, "headers": {"Content-Length": "13", "Retry-After": "7"},
        "body": {"size": 13, "text": '{"busy":true}'}}
    assert second["response"] == {
        "status": 200, "headers": {"Content-Length": "0"}, "body": {"size": 0, "text": ""}}


def test_a_refused_connection_has_no_response(emulator):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    run = end(emulator, f"http://127.0.0.1:{port}/")
    [delivery] = tried(emulator, run, 1)
    [each] = delivery["attempts"]
    assert each["response"] is None
    assert each["request"]["headers"] == {}
    assert json.loads(each["request"]["body"]["text"])["flow_run"]["flow_run_uid"] == run


def test_a_half_body_is_what_was_sent(emulator, receiver):
    assert emulator.post("/_emulator/faults", {"callback": True, "effect": {"truncate": 10}}).status == 201
    receiver.answers = [receiver.hold]
    [delivery] = tried(emulator, end(emulator, receiver.url()), 1)
    assert delivery["attempts"][0]["request"]["body"] == {"size": 10, "text": '{"flow_run'}
    assert delivery["attempts"][0]["response"] is None


def test_each_copy_has_its_own(emulator, receiver):
    assert emulator.post("/_emulator/faults", {"callback": True, "effect": {"duplicate": 2}}).status == 201
    receiver.answers = [reply(200, b"one"), reply(200, b"two"), reply(200, b"three")]
    [delivery] = tried(emulator, end(emulator, receiver.url()), 3)
    assert [each["response"]["body"] for each in delivery["attempts"]] == [
        {"size": 3, "text": "one"}, {"size": 3, "text": "two"}, {"size": 5, "text": "three"}]


@pytest.mark.parametrize("body,text", [
    (b"<script>alert(1)</script>", "<script>alert(1)</script>"),
    (b'"\\\r\n\t', '"\\\r\n\t'),
    (b"a\xffb\xc3", "a\ufffdb\ufffd"),
    (b"a\x00b", "a\ufffdb"),
    ("é".encode() * 3000, "é" * 2048),
    (b"a" + "é".encode() * 3000, "a" + "é" * 2047),
    (b"x" * 4096, "x" * 4096),
    (b"x" * 1_000_000, "x" * 4096),
], ids=["markup", "quotes", "not UTF-8", "NUL", "long", "cut in a character", "just kept", "very long"])
def test_any_body_is_text(emulator, receiver, body, text):
    assert attempt(emulator, receiver, reply(500, body))["response"]["body"] == {"size": len(body), "text": text}


@pytest.mark.parametrize("lines,headers", [
    (["X-A:  b\t ", "X-A: c"], {"X-A": "b, c"}),
    (["X-A:", "X-B:c:d: e"], {"X-A": "", "X-B": "c:d: e"}),
    (["Set-Cookie: sid=1"], {"Set-Cookie": "[redacted]"}),
    (["X-A: <b>\xe9\"</b>"], {"X-A": '<b>é"</b>'}),
    (["X-Long: " + "y" * 20_000], {"X-Long": "y" * 16_334}),
    (["X-Long: " + "y" * 20_000, "X-Last: 1"], {"X-Long": "y" * 16_334}),
], ids=["twice", "odd", "cookie", "markup", "long", "cut"])
def test_any_headers_are_shown(emulator, receiver, lines, headers):
    shown = attempt(emulator, receiver, reply(500, b"", *lines))["response"]["headers"]
    assert shown == {"Content-Length": "0", **headers}


def test_bytes_of_a_header_that_are_not_text_stay_json(emulator, receiver):
    answer = b"HTTP/1.1 500 \xff\r\nContent-Length: 0\r\nX-A: a\xffb\r\nX-\xfe: 1\r\n\r\n"
    assert attempt(emulator, receiver, answer)["response"]["headers"] == {
        "Content-Length": "0", "X-A": "a\ufffdb", "X-\ufffd": "1"}


def test_an_interim_reply_is_not_what_came_back(emulator, receiver):
    answer = b"HTTP/1.1 103 Early\r\nX-Early: 1\r\n\r\n" + reply(500, b"no", "X-Late: 2")
    assert attempt(emulator, receiver, answer)["response"] == {
        "status": 500, "headers": {"Content-Length": "2", "X-Late": "2"}, "body": {"size": 2, "text": "no"}}


def test_secrets_are_redacted(emulator, receiver):
    run = emulator.make("RUNNING", callback={"url": receiver.url(), "headers": {
        "Authorization": "Bearer s3cret", "Cookie": "sid=s3cret", "X-Mine": "shown"}})["uid"]
    emulator.event(run, "FINISH")
    [delivery] = settled(emulator, run, 1, "SUCCESS")
    headers = delivery["attempts"][0]["request"]["headers"]
    assert receiver.take().header("Authorization") == "Bearer s3cret"
    assert (headers["Authorization"], headers["Cookie"], headers["X-Mine"]) == ("[redacted]", "[redacted]", "shown")


def test_of_many_attempts_the_last_are_kept(start, receiver):
    emulator = start("--journal", "2")
    runs = [end(emulator, receiver.url()) for _ in range(3)]
    for run in runs:
        settled(emulator, run, 1, "SUCCESS")
    shown = [of(emulator, run)[0]["attempts"][0] for run in runs]
    assert sum("request" in each for each in shown) == 2
    [oldest] = [each for each in shown if "request" not in each]
    assert list(oldest) == ["attempt", "at", "http_status", "error"]


def test_without_a_journal_nothing_is_kept(start, receiver):
    emulator = start("--journal", "0")
    [delivery] = settled(emulator, end(emulator, receiver.url()), 1, "SUCCESS")
    assert list(delivery["attempts"][0]) == ["attempt", "at", "http_status", "error"]


def test_a_reset_forgets(emulator, receiver):
    first = end(emulator, receiver.url())
    settled(emulator, first, 1, "SUCCESS")
    emulator.reset()
    assert callbacks(emulator) == []
    receiver.answers = [reply(500, b"after")]
    [delivery] = tried(emulator, end(emulator, receiver.url()), 1)
    assert [each["response"]["body"]["text"] for each in delivery["attempts"]] == ["after"]


def test_a_restored_snapshot_has_none_of_another_time(emulator, receiver):
    run = end(emulator, receiver.url())
    [delivery] = settled(emulator, run, 1, "SUCCESS")
    assert emulator.post("/_emulator/snapshots/before").status in (200, 201)
    assert emulator.post("/_emulator/snapshots/before/restore").status == 200
    assert list(of(emulator, run)[0]["attempts"][0]) == ["attempt", "at", "http_status", "error"]
    receiver.answers = [reply(202, b"again")]
    assert replay(emulator, delivery["uid"]).status == 200
    first, second = tried(emulator, run, 2)[0]["attempts"]
    assert "request" not in first
    assert second["response"]["body"] == {"size": 5, "text": "again"}


def test_a_restart_forgets(start, receiver, tmp_path):
    emulator = start("--db", str(tmp_path / "state.db"))
    run = end(emulator, receiver.url())
    settled(emulator, run, 1, "SUCCESS")
    emulator.process.stop()
    again = start("--db", str(tmp_path / "state.db"))
    assert list(of(again, run)[0]["attempts"][0]) == ["attempt", "at", "http_status", "error"]
