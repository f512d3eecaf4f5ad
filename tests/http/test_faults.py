"""Faults on purpose, as they are on the wire (CONTROL.md "Control API"; API.md section 3)."""

import json
import socket
import time

import pytest
from facts import assert_refused

RUNNING = "00000000-0000-4000-8000-000000000007"
QUEUED = "00000000-0000-4000-8000-000000000003"
WORLD = "still"

# What each status says where a fault names no label: API.md section 3.
LABELS = [
    (400, "BAD_INPUT", "input"), (401, "UNAUTHORIZED", "auth"), (402, "NO_ACCESS", "config"),
    (403, "FORBIDDEN", "auth"), (404, "NOT_FOUND", "param"), (418, "BAD_INPUT", "input"),
    (422, "ACTION_ABORTED", "input"), (424, "LK_ERROR", "integ"), (429, "STATUS_429", "config"),
    (500, "INTERNAL_ERROR", "server"), (503, "GENERIC_ERROR", "server"), (599, "GENERIC_ERROR", "server"),
]


def rule(emulator, effect, **when):
    reply = emulator.post("/_emulator/faults", {**when, "effect": effect})
    assert reply.status == 201, reply
    return reply.json


def faults(emulator):
    return emulator.get("/_emulator/faults").json


def cancel_bytes(emulator, fault=None, uid=RUNNING):
    """All that comes on the wire for a cancel, and how it ended: "end", "reset", or "open"."""
    lines = [f"Emulator-Fault: {fault}"] if fault else []
    with socket.create_connection((emulator.host, emulator.port), timeout=10) as s:
        s.sendall(emulator.head("POST", f"/v1/flows/runs/{uid}/cancel", *lines))
        data = b""
        while True:
            try:
                piece = s.recv(65536)
            except ConnectionResetError:
                return data, "reset"
            except TimeoutError:
                return data, "open"
            if not piece:
                return data, "end"
            data += piece
            head, mark, body = data.partition(b"\r\n\r\n")
            length = [line for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")]
            if mark and len(body) == int(length[0].split(b":")[1]) and b"close" not in head:
                return data, "open"


PAGE = b"<!DOCTYPE html>\n<html>\n<title>502</title>\n<h1>502</h1>\n<p>edges-emulator: a fault that was asked for</p>\n"


@pytest.mark.parametrize("fault", ["status=502; html", None], ids=["header", "rule"])
def test_a_page_as_a_proxy_sends_one(emulator, fault):
    """A client that reads each body as JSON fails here."""
    if not fault:
        made = rule(emulator, {"status": 502, "html": True, "delay_ms": 1}, operation="cancelFlowRun", times=1)
        assert made["effect"] == {"status": 502, "html": True, "delay_ms": 1}
    data, _ = cancel_bytes(emulator, fault)
    head, _, body = data.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 502 Bad Gateway\r\n") and b"\r\nContent-Type: text/html; charset=utf-8\r\n" in head
    assert body == PAGE
    assert emulator.run(RUNNING)["status"] == "RUNNING"
    [entry] = emulator.get("/_emulator/journal?operation=cancelFlowRun").json
    assert (entry["status"], entry["fault"], entry["response"]["body"]["text"]) == (502, "status", PAGE.decode())


@pytest.mark.parametrize("effect, said", [
    ({"html": True}, "body/effect has html without a status"),
    ({"reset": True, "html": True}, "body/effect has html without a status"),
    ({"status": 502, "html": True, "label": "X"}, "body/effect has html and a label, which a page does not have"),
    ({"status": 502, "html": 1}, "body/effect/html must be boolean")])
def test_a_page_needs_a_status_and_has_no_label(emulator, effect, said):
    reply = emulator.post("/_emulator/faults", {"effect": effect})
    assert (reply.status, reply.json["message"]) == (400, said)
    reply = emulator.post("/_emulator/faults", {"callback": True, "effect": {"status": 502, "html": True}})
    assert (reply.status, reply.json["message"]) == (400, "body/effect has html, which is for calls of the API")


JSON_TYPE = "application/json; charset=utf-8"
NEW_FIELD = {"uid": RUNNING, "status": "PAUSED_BY_PLATFORM", "extra": [1.50, None, "\u00e9"]}


@pytest.mark.parametrize("effect, sent, kind", [
    ({"status": 200, "body": NEW_FIELD}, json.dumps(NEW_FIELD, ensure_ascii=False, separators=(",", ":")), JSON_TYPE),
    ({"status": 503, "body": {"error": "upstream"}, "retry_after": 7}, '{"error":"upstream"}', JSON_TYPE),
    ({"status": 200, "body": '{"uid": "3c90'}, '{"uid": "3c90', JSON_TYPE),
    ({"status": 200, "body": ""}, "", JSON_TYPE), ({"status": 202, "body": None}, "null", JSON_TYPE),
    ({"status": 500, "body": []}, "[]", JSON_TYPE), ({"status": 599, "body": False}, "false", JSON_TYPE),
    ({"status": 502, "html": True, "body": "<h1>Bad gateway</h1>"}, "<h1>Bad gateway</h1>", "text/html; charset=utf-8"),
], ids=str)  # fmt: skip
def test_a_body_of_ones_own(emulator, effect, sent, kind):
    """For a client that meets fields and statuses that it does not know, JSON that breaks off, or another service's error."""
    made = rule(emulator, effect, operation="cancelFlowRun", times=1)
    assert made["effect"] == effect
    assert emulator.get("/_emulator/faults").json["rules"][0]["effect"] == effect
    data, _ = cancel_bytes(emulator, None)
    head, _, body = data.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 %d " % effect["status"]) and b"\r\nContent-Type: %s\r\n" % kind.encode() in head
    assert body.decode() == sent
    assert (b"\r\nRetry-After: 7\r\n" in head) == ("retry_after" in effect)
    assert emulator.run(RUNNING)["status"] == "RUNNING"
    [entry] = emulator.get("/_emulator/journal?operation=cancelFlowRun").json
    assert (entry["status"], entry["fault"], entry["fault_rule"]) == (effect["status"], "status", made["id"])


def test_a_body_of_ones_own_outlives_its_rule(emulator):
    """While the reply waits for its delay, the rule goes."""
    rule(emulator, {"status": 200, "body": "x" * 16384, "delay_ms": 300}, operation="cancelFlowRun")
    with emulator.wire() as wire:
        wire.send(emulator.head("POST", f"/v1/flows/runs/{RUNNING}/cancel", "Content-Length: 0"))
        deadline = time.monotonic() + 10
        while not emulator.get("/_emulator/faults").json["rules"][0]["fired"]:
            assert time.monotonic() < deadline
        assert emulator.request("DELETE", "/_emulator/faults").json["rules"] == []
        assert wire.reply("POST", "/v1/flows/runs").body == b"x" * 16384


def test_a_body_of_ones_own_is_kept_with_a_snapshot(emulator):
    effect = {"status": 200, "body": {"a": [1, {"b": "c"}]}}
    rule(emulator, effect)
    assert emulator.post("/_emulator/snapshots/one").status == 201
    emulator.request("DELETE", "/_emulator/faults")
    rule(emulator, {"status": 500, "body": "other"})
    assert emulator.post("/_emulator/snapshots/one/restore", {"faults": True}).status == 200
    assert [each["effect"] for each in emulator.get("/_emulator/faults").json["rules"]] == [effect]
    assert cancel_bytes(emulator, None)[0].endswith(b'\r\n\r\n{"a":[1,{"b":"c"}]}')


def test_bodies_of_ones_own_have_a_limit_together(start):
    """1 MiB in a workspace: 64 of the largest. One that goes makes room."""
    emulator = start()
    effect = {"status": 200, "body": "x" * 16384}
    made = [rule(emulator, effect, nth=10 ** 6)["id"] for _ in range(64)]
    for more in {"effect": effect}, {"effect": {"status": 200, "body": "x"}}:
        reply = emulator.post("/_emulator/faults", more)
        assert (reply.status, reply.json["message"]) == (400, "the bodies of all fault rules would be more than 1 MiB")
    rule(emulator, {"status": 500})
    assert emulator.request("DELETE", f"/_emulator/faults/{made[5]}").status == 200
    rule(emulator, effect, nth=10 ** 6)
    assert emulator.post("/_emulator/faults", {"effect": {"status": 200, "body": "x"}}).status == 400
    assert emulator.post("/_emulator/snapshots/one").status == 201
    emulator.request("DELETE", "/_emulator/faults")
    rule(emulator, effect)
    assert emulator.post("/_emulator/snapshots/one/restore", {"faults": True}).status == 200
    assert emulator.post("/_emulator/faults", {"effect": {"status": 200, "body": "x"}}).status == 400


@pytest.mark.parametrize("effect, said", [
    ({"body": {}}, "body/effect has a body without a status"),
    ({"reset": True, "body": {}}, "body/effect has a body without a status"),
    ({"status": 500, "body": {}, "label": "X"}, "body/effect has a body and a label, which is for the body of an error"),
    ({"status": 500, "body": {}, "html": True}, "body/effect has html and a body that is no string"),
    ({"status": 204, "body": ""}, "body/effect has a body, and a status that has none"),
    ({"status": 304, "body": {}}, "body/effect has a body, and a status that has none"),
    ({"status": 200}, "body/effect status must be from 400 to 599, or from 200 in a rule with a body"),
    ({"status": 199, "body": {}}, "body/effect/status must be >= 200"),
    ({"status": 200, "body": "x" * 16385}, "body/effect has a body of more than 16 KiB")], ids=lambda value: str(value)[:60])
def test_a_body_of_ones_own_goes_with_a_status_alone(emulator, effect, said):
    reply = emulator.post("/_emulator/faults", {"effect": effect})
    assert (reply.status, reply.json["message"]) == (400, said)
    if effect.get("status") == 500 and "label" not in effect:
        reply = emulator.post("/_emulator/faults", {"callback": True, "effect": {"status": 500, "body": {}}})
        assert (reply.status, reply.json["message"]) == (400, "body/effect has a body, which is for calls of the API")


def test_a_success_of_ones_own_is_not_covered(start):
    emulator = start()
    rule(emulator, {"status": 200, "body": {}}, operation="cancelFlowRun", times=1)
    cancel_bytes(emulator, None)
    missing = [(cell["dimension"], cell["cell"]) for cell in emulator.get("/_emulator/coverage").json["missing"]]
    assert {("statuses", "cancelFlowRun 200"), ("faults", "status")} <= set(missing)


@pytest.mark.parametrize("status, label, scope", LABELS)
def test_a_status_in_the_shape_of_an_error(emulator, status, label, scope):
    reply = emulator.cancel(RUNNING, headers={"Emulator-Fault": f"status={status}"})
    assert reply.status == status
    assert (reply.json["error_label"], reply.json["error_scope"]) == (label, scope)
    assert reply.json["status_code"] == status
    assert emulator.run(RUNNING)["status"] == "RUNNING", "nothing was cancelled"


def test_a_label_of_ones_own(emulator):
    reply = emulator.cancel(
        RUNNING, headers={"Emulator-Fault": "status=424; label=NO_VALID_ACCOUNT_CONFIGURED"})
    assert (reply.status, reply.json["error_label"]) == (424, "NO_VALID_ACCOUNT_CONFIGURED")


@pytest.mark.parametrize("label", ["lower_case", "Mixed1"])
def test_a_label_in_any_letter_case(emulator, label):
    reply = emulator.cancel(RUNNING, headers={"Emulator-Fault": f"status=424; label={label}"})
    assert (reply.status, reply.json["error_label"]) == (424, label)
    rule(emulator, {"status": 424, "label": label})
    assert emulator.cancel(RUNNING).json["error_label"] == label


@pytest.mark.parametrize("name", ["retry-after", "retry_after"])
def test_a_429_says_when_to_come_again(emulator, name):
    reply = emulator.cancel(RUNNING, headers={"Emulator-Fault": f"status=429;{name}=7"})
    assert_says_when(reply)
    assert rule(emulator, {"status": 429, name: 7})["effect"] == {
        "status": 429, "label": "STATUS_429", "retry_after": 7}
    assert_says_when(emulator.cancel(RUNNING))


def assert_says_when(reply):
    assert reply.header("Retry-After") == "7" and reply.json["retry_after"] == 7
    assert reply.header("X-RateLimit-Type") == "/v1/flows/runs/cancel"
    assert reply.header("X-RateLimit-Remaining") == "0"


@pytest.mark.parametrize("method, path, limited", [
    ("GET", "/v1/flows/runs?limit=1", "/v1/flows/runs"),
    ("GET", f"/v1/flows/runs/{RUNNING}", "/v1/flows/runs"),
    ("GET", f"/v1/flows/runs/{RUNNING}/outputs", "/v1/flows/runs/outputs"),
    ("POST", f"/v1/flows/runs/{RUNNING}/resume", "/v1/flows/runs/resume"),
    ("POST", "/v1/flows/demo-fails/run/async", "/v1/flows/run/async"),
    ("POST", f"/v1/flows/schedules/{RUNNING}/pause", "/v1/flows/schedules")])
def test_a_429_names_the_path_that_it_limits_without_its_parameters(emulator, method, path, limited):
    reply = emulator.request(method, path, headers={"Emulator-Fault": "status=429"})
    assert (reply.status, reply.header("X-RateLimit-Type")) == (429, limited)


def test_another_status_says_no_more_than_when(emulator):
    reply = emulator.cancel(RUNNING, headers={"Emulator-Fault": "status=503; retry-after=7"})
    assert (reply.status, reply.header("Retry-After")) == (503, "7")
    assert reply.header("X-RateLimit-Type") is None and reply.header("X-RateLimit-Remaining") is None
    assert "retry_after" not in reply.json


def test_reset_is_an_rst_and_nothing_happened(emulator):
    assert cancel_bytes(emulator, "reset") == (b"", "reset")
    assert emulator.run(RUNNING)["status"] == "RUNNING"


@pytest.mark.parametrize("header, status", [("status=418", 418), ("delay=1ms", 200), ("nonsense", 400)])
def test_a_rule_is_not_used_up_where_the_header_decides(emulator, header, status):
    rule(emulator, {"status": 500}, times=1)
    assert emulator.get("/v1/flows/runs", headers={"Emulator-Fault": header}).status == status
    assert [each["fired"] for each in faults(emulator)["rules"]] == [0]
    assert [emulator.get("/v1/flows/runs").status for _ in "12"] == [500, 200]


def test_a_word_of_the_header_may_be_written_as_in_a_rule(emulator):
    assert cancel_bytes(emulator, "reset_after_commit") == (b"", "reset")
    assert emulator.run(RUNNING)["status"] == "STOPPED"


def test_reset_after_commit_is_an_rst_and_the_run_is_cancelled(emulator):
    assert cancel_bytes(emulator, "reset-after-commit") == (b"", "reset")
    assert emulator.run(RUNNING)["status"] == "STOPPED"


def test_empty_is_an_end_without_a_byte_and_nothing_happened(emulator):
    assert cancel_bytes(emulator, "empty") == (b"", "end")
    assert emulator.run(RUNNING)["status"] == "RUNNING"


@pytest.mark.parametrize("size", [0, 1, 40])
def test_a_body_that_breaks_off(emulator, size):
    data, ended = cancel_bytes(emulator, f"truncate={size}")
    head, _, body = data.partition(b"\r\n\r\n")
    assert ended == "end" and head.startswith(b"HTTP/1.1 200 ")
    assert len(body) == size and b'{"uid":"00000000-0000-4000-8000-000000000007"'.startswith(body)
    promised = [line for line in head.split(b"\r\n") if line.startswith(b"Content-Length: ")]
    assert int(promised[0].split()[1]) > 300, "the whole length is promised"
    assert emulator.run(RUNNING)["status"] == "STOPPED"


def test_truncate_beyond_the_end_cuts_nothing(emulator):
    data, ended = cancel_bytes(emulator, "truncate=100000")
    assert json.loads(data.partition(b"\r\n\r\n")[2])["status"] == "STOPPED"


@pytest.mark.parametrize("length", [10, 100000])
def test_a_length_that_is_not_so(emulator, length):
    data, ended = cancel_bytes(emulator, f"wrong-length={length}")
    head, _, body = data.partition(b"\r\n\r\n")
    assert [line for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")] == [
        b"Content-Length: %d" % length]
    assert ended == "end"
    assert json.loads(body)["status"] == "STOPPED", "the body itself is whole"


def test_slow_bytes(emulator):
    began = time.monotonic()
    data, ended = cancel_bytes(emulator, "slow=2000")
    took = time.monotonic() - began
    body = data.partition(b"\r\n\r\n")[2]
    assert json.loads(body)["status"] == "STOPPED"
    assert took >= len(body) / 2000 * 0.9, f"{len(body)} bytes came in {took} s"


def test_a_delay_keeps_one_connection_waiting_and_not_the_server(emulator):
    began = time.monotonic()
    with emulator.wire() as slow:
        slow.send(emulator.head("POST", f"/v1/flows/runs/{RUNNING}/cancel", "Emulator-Fault: delay=600ms"))
        while emulator.run(RUNNING)["status"] != "STOPPED":
            pass  # it is cancelled at once; only the reply waits
        for _ in range(20):
            assert emulator.run(QUEUED)["status"] == "QUEUED"
        reply = emulator.read(slow, "POST", f"/v1/flows/runs/{RUNNING}/cancel")
    assert reply.status == 200 and reply.json["status"] == "STOPPED"
    assert time.monotonic() - began >= 0.6


def test_a_delay_goes_with_any_other_effect(emulator):
    for fault, ended in [("delay=200ms;reset", "reset"), ("empty; delay=200", "end")]:
        began = time.monotonic()
        assert cancel_bytes(emulator, fault) == (b"", ended)
        assert time.monotonic() - began >= 0.2


def test_a_connection_serves_on_after_a_delay(emulator):
    for _ in range(3):
        reply = emulator.cancel(RUNNING, headers={"Emulator-Fault": "delay=20ms;status=500"})
        assert reply.status == 500
    assert emulator.cancel(RUNNING).status == 200


def test_a_client_that_leaves_during_a_delay_does_no_harm(emulator):
    for _ in range(5):
        with emulator.wire() as wire:
            wire.send(emulator.head("POST", f"/v1/flows/runs/{RUNNING}/cancel", "Emulator-Fault: delay=300ms"))
    emulator.assert_alive()


def test_a_stop_does_not_wait_for_a_delay(start):
    emulator = start()
    with emulator.wire() as wire:
        wire.send(emulator.head("POST", f"/v1/flows/runs/{RUNNING}/cancel", "Emulator-Fault: delay=600000ms"))
        while emulator.run(RUNNING)["status"] != "STOPPED":
            pass
        began = time.monotonic()
        emulator.process.stop()
        assert time.monotonic() - began < 5


@pytest.mark.parametrize("words, status, seconds", [("delay=1s", 200, 1), ("status=503; delay=0.2s", 503, 0.2), ("status=502; html=true", 502, 0)])
def test_words_as_people_guess_them(emulator, words, status, seconds):
    begun = time.monotonic()
    data, _ = cancel_bytes(emulator, words)
    assert data.startswith(b"HTTP/1.1 %d " % status) and time.monotonic() - begun >= seconds
    assert (b"text/html" in data) == ("html" in words)


@pytest.mark.parametrize("words, message", [
    ("", 'Emulator-Fault has the unknown word ""; known: label, retry-after, html, delay, status, reset,'),
    ("503", "Emulator-Fault must say what 503 is, as in status=503"),
    ("stattus=503", 'Emulator-Fault has the unknown word "stattus"; known: label, '),
    ("status", "status must be given a number"),
    ("status=503, delay=250ms", "has a comma: a semicolon stands between words, as in status=503; delay=250ms"),
    ("delay=250ms,reset", "has a comma: a semicolon stands between words, as in status=503; delay=250ms"),
    ("status=200", "status must be from 400 to 599, or from 200 in a rule with a body"),
    ("status=503;reset", "has both status and reset"),
    ("reset=1", "reset must have no value"),
    ("html", "has html without a status"),
    ("status=502; html=1", "html must have no value"),
    ("status=502; html; label=X", "has html and a label, which a page does not have"),
    ("label=X", "has a label or a retry-after without a status"),
    ("status=429; retry-after=0", "retry-after must be seconds, from one to those of a day"),
    ("status=503;label=no.label", "label must be letters, digits and underscores"),
    ("status=503;label=", "label must be letters, digits and underscores"),
    ("status=503;label=" + "x" * 65, "label must be letters, digits and underscores, at most 64"),
    ("delay=soon", "delay must be a time such as 250ms or 2s, at most ten minutes"),
    ("delay=700000", "delay must be a time such as 250ms or 2s, at most ten minutes"),
    ("delay=0", "has no effect"),
    ("slow=0", "slow must be from 1"),
])
def test_words_that_make_no_fault(emulator, words, message):
    reply = emulator.cancel(RUNNING, headers={"Emulator-Fault": words})
    assert (reply.status, reply.json["error_label"]) == (400, "BAD_INPUT")
    assert message in reply.json["message"]
    assert emulator.run(RUNNING)["status"] == "RUNNING"


def test_the_control_api_has_no_faults(emulator):
    reply = emulator.get("/_emulator/clock", headers={"Emulator-Fault": "status=503"})
    assert reply.status == 400 and "calls of the API" in reply.json["message"]
    rule(emulator, {"status": 503})
    assert emulator.get("/_emulator/clock").status == 200


# Rules


def calls(emulator, count, uid=RUNNING):
    return [emulator.get(f"/v1/flows/runs/{uid}").status for _ in range(count)]


@pytest.mark.parametrize("when, expected", [
    ({}, [500, 500, 500, 500, 500, 500, 500]),
    ({"nth": 3}, [200, 200, 500, 200, 200, 200, 200]),
    ({"every": 2}, [200, 500, 200, 500, 200, 500, 200]),
    ({"nth": 3, "every": 2}, [200, 200, 500, 200, 500, 200, 500]),
    ({"times": 2}, [500, 500, 200, 200, 200, 200, 200]),
    ({"nth": 2, "every": 1, "times": 3}, [200, 500, 500, 500, 200, 200, 200]),
    ({"probability": 0}, [200, 200, 200, 200, 200, 200, 200]),
    ({"probability": 1}, [500, 500, 500, 500, 500, 500, 500]),
    ({"operation": "getFlowRun"}, [500, 500, 500, 500, 500, 500, 500]),
    ({"operation": "cancelFlowRun"}, [200, 200, 200, 200, 200, 200, 200]),
    ({"run": RUNNING}, [500, 500, 500, 500, 500, 500, 500]),
    ({"run": QUEUED}, [200, 200, 200, 200, 200, 200, 200]),
])
def test_which_calls_a_rule_meets(emulator, when, expected):
    rule(emulator, {"status": 500}, **when)
    assert calls(emulator, 7) == expected


def test_a_rule_finds_its_run_in_capitals_too(emulator):
    uid = "abcdef00-0000-4000-8000-00000000abcd"
    emulator.make("RUNNING", uid=uid)
    rule(emulator, {"status": 500}, run=uid.upper())
    assert calls(emulator, 1, uid.upper()) == [500] and calls(emulator, 1, uid) == [500]


def test_chance_comes_from_the_seed(start):
    def draw(seed, key="test-key"):
        emulator = start("--random-seed", seed, key=key)
        rule(emulator, {"status": 500}, probability=0.3)
        return calls(emulator, 200)

    first = draw(7)
    assert first == draw(7), "the same seed, the same faults"
    assert first != draw(8) and first != draw(7, "another-key")
    assert 30 <= first.count(500) <= 90  # 60 are expected; so far off has a chance below 1 in 10^5


def test_the_first_rule_that_fires_decides_and_every_rule_counts(emulator):
    assert rule(emulator, {"status": 500}, nth=2)["id"] == 1
    assert rule(emulator, {"status": 503})["id"] == 2
    assert calls(emulator, 3) == [503, 500, 503]
    assert [(r["calls"], r["fired"]) for r in faults(emulator)["rules"]] == [(3, 1), (3, 2)]


def test_the_header_goes_before_the_rules(emulator):
    rule(emulator, {"status": 500})
    reply = emulator.cancel(RUNNING, headers={"Emulator-Fault": "status=502"})
    assert reply.status == 502


def test_a_rule_shows_itself(emulator):
    made = rule(emulator, {"status": 429, "label": "LIMIT_REACHED", "delay_ms": 5},
                operation="cancelFlowRun", run=RUNNING, nth=3, every=2, probability=0.5, times=1)
    assert made == {
        "id": 1, "callback": False, "operation": "cancelFlowRun", "run": RUNNING, "nth": 3, "every": 2, "times": 1,
        "probability": 0.5, "calls": 0, "fired": 0, "used_up": False,
        "effect": {"status": 429, "label": "LIMIT_REACHED", "retry_after": 1, "delay_ms": 5}}
    assert faults(emulator) == {"rules": [made], "rate_limit": None}


@pytest.mark.parametrize("more, after", [
    ({}, [False, False, False]), ({"times": 2}, [False, True, True]), ({"nth": 2}, [False, True, True]),
    ({"nth": 2, "every": 2}, [False, False, False]), ({"every": 2, "times": 1}, [False, True, True]),
    ({"probability": 0}, [True, True, True])])
def test_a_rule_that_will_never_fire_again_says_so(emulator, more, after):
    rule(emulator, {"status": 500}, **more)
    assert [calls(emulator, 1) and faults(emulator)["rules"][0]["used_up"] for _ in after] == after


@pytest.mark.parametrize("effect", [
    {"reset": True}, {"reset_after_commit": True}, {"empty": True}, {"truncate": 40},
    {"wrong_length": 10}, {"bytes_per_second": 100}, {"delay_ms": 250},
    {"status": 503, "label": "GENERIC_ERROR"}])
def test_every_effect_of_a_rule_is_read_back(emulator, effect):
    assert rule(emulator, effect)["effect"] == effect


def test_a_rule_resets_the_connection(emulator):
    rule(emulator, {"reset": True}, operation="cancelFlowRun", times=1)
    assert cancel_bytes(emulator) == (b"", "reset")
    assert emulator.cancel(RUNNING).status == 200


def test_one_rule_goes_and_then_all(emulator):
    for status in (500, 501, 502):
        rule(emulator, {"status": status})
    reply = emulator.request("DELETE", "/_emulator/faults/1", headers={"Content-Type": "application/json"})
    assert [r["id"] for r in reply.json["rules"]] == [2, 3]
    assert calls(emulator, 1) == [501]
    reply = emulator.request("DELETE", "/_emulator/faults/3", headers={"Content-Type": "application/json"})
    assert [r["id"] for r in reply.json["rules"]] == [2]
    rule(emulator, {"status": 504})
    assert [r["id"] for r in faults(emulator)["rules"]] == [2, 4]
    reply = emulator.request("DELETE", "/_emulator/faults", headers={"Content-Type": "application/json"})
    assert reply.json == {"rules": [], "rate_limit": None}
    assert calls(emulator, 1) == [200]
    reply = emulator.request("DELETE", "/_emulator/faults/2", headers={"Content-Type": "application/json"})
    assert (reply.status, reply.json["error_label"]) == (404, "NOT_FOUND")


def test_a_workspace_has_its_own_faults_and_a_reset_takes_them(emulator):
    rule(emulator, {"status": 500})
    assert calls(emulator.member("somebody-else"), 1) == [200]
    emulator.reset()
    assert calls(emulator, 1) == [200]
    assert rule(emulator, {"status": 500})["id"] == 1


@pytest.mark.parametrize("body, message", [
    ({}, "must have required property 'effect'"),
    ({"effect": {}}, "body/effect must NOT have fewer than 1 properties"),
    ({"effect": {"status": 200}}, "body/effect status must be from 400 to 599, or from 200 in a rule with a body"),
    ({"effect": {"reset": True, "empty": True}}, "has both reset and empty"),
    ({"effect": {"label": "X"}}, "without a status"),
    ({"effect": {"status": 429, "retry_after": 1, "retry-after": 1}},
     "body/effect has both retry_after and retry-after"),
    ({"effect": {"status": 429, "retry-after": 0}}, "body/effect/retry-after must be >= 1"),
    ({"effect": {"status": 503, "label": "no.label"}},
     "body/effect label must be letters, digits and underscores"),
    ({"effect": {"reset": True}, "probability": 1.5}, "body/probability must be <= 1"),
    ({"effect": {"reset": True}, "probability": -0.1}, "body/probability must be >= 0"),
    ({"effect": {"reset": True}, "nth": 0}, "body/nth must be >= 1"),
    ({"effect": {"reset": True}, "operation": "getClock"}, "body/operation must be equal to one of the allowed values"),
    ({"effect": {"reset": True}, "when": 1}, "must NOT have additional properties (when)"),
])
def test_a_rule_that_makes_no_sense(emulator, body, message):
    reply = emulator.post("/_emulator/faults", body)
    assert reply.status == 400 and message in reply.json["message"]
    assert faults(emulator)["rules"] == []


def test_rules_are_limited(emulator):
    for _ in range(1000):
        rule(emulator, {"status": 500})
    reply = emulator.post("/_emulator/faults", {"effect": {"status": 500}})
    assert reply.status == 400 and "1000 fault rules" in reply.json["message"]


# The rate limit


def put(emulator, value):
    return emulator.request("PUT", "/_emulator/faults/rate-limit", json.dumps(value).encode(),
                            {"Content-Type": "application/json"})


def test_a_rate_limit_on_the_workspaces_clock(emulator):
    assert put(emulator, {"per_minute": 3}).json["rate_limit"] == {"per_minute": 3, "used": 0}
    assert calls(emulator, 3) == [200, 200, 200]
    emulator.post("/_emulator/clock/advance", {"by": 15500})
    reply = emulator.cancel(RUNNING)
    assert_refused(reply, 429, "STATUS_429", "config", "more than 3 requests in a minute")
    assert reply.header("Emulator-Fidelity") == "documented"
    assert reply.header("Retry-After") == "45" and reply.json["retry_after"] == 45
    assert reply.header("X-RateLimit-Type") == "/v1/flows/runs/cancel"
    assert reply.header("X-RateLimit-Remaining") == "0"
    emulator.post("/_emulator/clock/advance", {"by": 44499})
    assert emulator.cancel(RUNNING).header("Retry-After") == "1"
    emulator.post("/_emulator/clock/advance", {"by": 1})
    assert emulator.cancel(RUNNING).status == 200


def test_a_rate_limit_is_lifted_and_is_one_workspaces_own(emulator):
    put(emulator, {"per_minute": 1})
    assert calls(emulator, 2) == [200, 429]
    assert calls(emulator.member("somebody-else"), 3) == [200, 200, 200]
    assert put(emulator, {"per_minute": None}).json["rate_limit"] is None
    assert calls(emulator, 3) == [200, 200, 200]
    assert put(emulator, {"per_minute": 0}).status == 400
