"""The journal: what the client asked, how often, and what it was told (CONTROL.md "Control API")."""

import json

import pytest

RUNNING = "00000000-0000-4000-8000-000000000007"
QUEUED = "00000000-0000-4000-8000-000000000003"
WORLD = "still"
JSON = {"Content-Type": "application/json"}


def journal(emulator, query=""):
    reply = emulator.get(f"/_emulator/journal{query}")
    assert reply.status == 200, reply
    return reply.json


def total(emulator, query=""):
    return emulator.get(f"/_emulator/journal{query}").header("X-Total-Count")


def test_the_client_called_cancel_exactly_once_with_no_body(emulator):
    emulator.cancel(RUNNING, headers={"X-Request-Id": "mine"})
    emulator.run(RUNNING)
    (entry,) = journal(emulator, f"?operation=cancelFlowRun&run={RUNNING}")
    assert entry["duration_us"] >= 0
    assert {k: v for k, v in entry.items() if k not in ("duration_us", "response", "request")} == {
        "number": 1, "request_id": "mine", "at": "2026-01-01T00:00:00.000Z", "operation": "cancelFlowRun",
        "run": RUNNING, "workspace_header": False, "status": 200, "fault": None, "fault_rule": None, "delay_ms": None}
    request = entry["request"]
    assert (request["method"], request["path"], request["query"]) == (
        "POST", f"/v1/flows/runs/{RUNNING}/cancel", "")
    assert request["body"] == {"size": 0, "text": ""}
    assert json.loads(entry["response"]["body"]["text"])["status"] == "STOPPED"


def test_bodies_are_kept_as_they_came(emulator):
    body = '{"inputs": [{"name": "Zoë"}]}'
    reply = emulator.request("POST", "/v1/flows/linkedin-people-enrich/run/async", body.encode(), JSON)
    (entry,) = journal(emulator)
    assert entry["request"]["body"] == {"size": len(body.encode()), "text": body}
    assert entry["response"]["body"] == {"size": len(reply.body), "text": reply.body.decode()}
    assert entry["run"] == reply.json["uid"], "the run it made"


def test_of_a_large_body_the_beginning_is_kept_and_no_character_cut(emulator):
    body = "x" + "é" * 5000
    emulator.request("POST", f"/v1/flows/runs/{RUNNING}/cancel", body.encode(), JSON)
    (entry,) = journal(emulator)
    assert entry["request"]["body"] == {"size": 10001, "text": "x" + "é" * 2047}


def test_bytes_that_are_no_text_do_not_break_it(emulator):
    emulator.request("POST", f"/v1/flows/runs/{RUNNING}/cancel", b"a\xff\x00b", JSON)
    emulator.raw(emulator.head("GET", "/v1/flows/runs", "X-Odd: \xe9\xff"))
    first, second = journal(emulator)
    assert first["request"]["body"] == {"size": 4, "text": "a\ufffd\ufffdb"}
    assert second["request"]["headers"]["X-Odd"] == "\ufffd\ufffd"


def test_secrets_are_redacted(emulator):
    secret = {"Authorization": "Bearer hush", "Cookie": "a=hush", "Proxy-Authorization": "hush",
              "X-Trace": "seen"}
    emulator.get("/v1/flows/runs", headers=secret)
    text = emulator.get("/_emulator/journal").body.decode()
    assert "hush" not in text and emulator.key not in text
    headers = journal(emulator)[0]["request"]["headers"]
    assert headers["X-API-Key"] == headers["Authorization"] == "[redacted]"
    assert headers["X-Trace"] == "seen"


def test_a_header_that_comes_twice_has_both_values(emulator):
    emulator.raw(emulator.head("GET", "/v1/flows/runs", "X-Tag: a", "X-Tag: b"))
    assert journal(emulator)[0]["request"]["headers"]["X-Tag"] == "a, b"


def test_filters_and_counts(emulator):
    for uid in (RUNNING, QUEUED, RUNNING):
        emulator.cancel(uid)
    emulator.run(RUNNING)
    emulator.runs("limit=2")
    emulator.get("/v1/flows/runs/not-a-uid")
    emulator.get("/v1/nowhere")
    numbers = [
        ("", [1, 2, 3, 4, 5, 6, 7]), ("?operation=cancelFlowRun", [1, 2, 3]),
        (f"?run={RUNNING}", [1, 3, 4]), (f"?run={RUNNING.upper()}&status=422", [3]), ("?status=404", [7]),
        ("?operation=cancelFlowRun&limit=2", [2, 3]), ("?operation=resumeFlowRun", []), ("?limit=0", [])]
    for query, expected in numbers:
        assert [e["number"] for e in journal(emulator, query)] == expected, query
    assert total(emulator, "?limit=0") == "7"
    assert total(emulator, "?operation=cancelFlowRun&limit=1") == "3"
    assert journal(emulator, "?limit=3")[0]["request"]["query"] == "limit=2"
    assert journal(emulator, "?limit=1")[0]["operation"] is None


def test_what_a_fault_did_is_told(emulator):
    emulator.raw(emulator.head("POST", f"/v1/flows/runs/{RUNNING}/cancel", "Emulator-Fault: status=503"))
    with emulator.wire() as wire:
        wire.send(emulator.head("POST", f"/v1/flows/runs/{RUNNING}/cancel", "Emulator-Fault: reset-after-commit"))
        wire.rest()
    assert [(e["status"], e["fault"], e["response"]["body"]["size"] > 0) for e in journal(emulator)] == [
        (503, "status", True), (None, "reset-after-commit", False)]
    assert [e["number"] for e in journal(emulator, "?status=0")] == [2]
    assert [e["number"] for e in journal(emulator, f"?run={RUNNING}")] == [1, 2], "a call that was not handled too"


def test_a_delay_is_a_fault_and_says_how_long_the_client_waited(emulator):
    path = f"/v1/flows/runs/{RUNNING}"
    assert emulator.post("/_emulator/faults", {"operation": "getFlowRun", "effect": {"delay_ms": 150}}).status == 201
    size = [len(emulator.get(path, headers={"Emulator-Fault": fault} if fault else {}).body)
            for fault in (None, "delay=20ms", "delay=20ms; status=503", "slow=20000", "delay=10ms; slow=20000", "truncate=9999")][0]
    whole = -(-size * 1000 // 20000)  # milliseconds until the last byte of the slow ones
    entries = journal(emulator)
    assert [(e["fault"], e["fault_rule"], e["delay_ms"]) for e in entries] == [
        ("delay", 1, 150), ("delay", None, 20), ("status", None, 20), ("slow", None, whole), ("slow", None, whole + 10),
        ("truncate", None, None)]
    explained = emulator.get(f"/_emulator/explain/{entries[1]['request_id']}").json
    assert (explained["fault"], explained["exchange"]["delay_ms"]) == ("delay", 20)


def test_the_control_api_is_not_in_it(emulator):
    emulator.get("/_emulator/clock")
    emulator.post("/_emulator/nowhere")
    emulator.get("/_emulator/journal")
    assert journal(emulator) == []


def test_each_workspace_has_its_own_and_a_reset_empties_it(emulator):
    other = emulator.member("somebody-else")
    emulator.cancel(RUNNING)
    other.runs()
    assert [e["operation"] for e in journal(other)] == ["listFlowRuns"]
    emulator.reset()
    assert journal(emulator) == []
    emulator.runs()
    assert [e["number"] for e in journal(emulator)] == [1]


def test_it_is_emptied(emulator):
    emulator.runs()
    emulator.runs()
    assert emulator.request("DELETE", "/_emulator/journal", headers=JSON).json == {"deleted": 2}
    assert journal(emulator) == []
    emulator.runs()
    assert [e["number"] for e in journal(emulator)] == [3], "numbers go on"


@pytest.mark.parametrize("most, expected", [(0, []), (1, [30]), (3, [28, 29, 30]), (20, list(range(11, 31)))])
def test_the_oldest_fall_out(start, most, expected):
    emulator = start("--journal", most)
    for _ in range(30):
        emulator.runs()
    assert [e["number"] for e in journal(emulator)] == expected


def test_it_is_bounded_in_bytes(emulator):
    for _ in range(1000):
        emulator.request("POST", f"/v1/flows/runs/{RUNNING}/cancel", b"x" * 5000, JSON)
    entries = journal(emulator)
    assert entries[-1]["number"] == 1000
    assert sum(len(e["request"]["body"]["text"]) for e in entries) <= 2 * 1024 * 1024
    assert 200 < len(entries) < 512


def test_a_journal_that_is_no_number(start):
    process = start("--journal", "12").process
    assert process.port
    with pytest.raises(AssertionError, match="--journal"):
        start("--journal", "many")
