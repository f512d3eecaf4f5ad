"""`verify` against a service that lies, hangs, redirects, floods, and says the key wherever it can."""

import json
import signal
import socket
import subprocess
import time

import pytest
from process import PROGRAM, environment
from receiver import break_off, hang_up, receiving, reply, reset
from verifying import KEY, LEVELS, against, differing, verdicts, verify

EMULATOR = "Emulator-Fidelity: documented"  # without it, --self-test takes nobody for an emulator
AS_JSON = "Content-Type: application/json"
RUN = {
    "id": 1, "uid": "3c90c3cc-0d44-4b50-8888-8dd25736052a", "user_uid": "3c90c3cc-0d44-4b50-8888-8dd25736052b",
    "workspace_uid": "3c90c3cc-0d44-4b50-8888-8dd25736052c", "last_error": None, "callback": None, "status": "FAILED",
    "output_count": 0, "scheduled_flow_run_uid": None, "started_at": None, "finished_at": None,
    "created_at": "2026-01-01T00:00:00.000Z", "updated_at": None,
    "workflow": {"uid": "3c90c3cc-0d44-4b50-8888-8dd25736052d", "metadata": {"account_rotation": True}},
    "synced_at": None,
}


def says(value, status=200, *headers):
    body = value if isinstance(value, bytes) else json.dumps(value).encode()
    return reply(status, body, EMULATOR, AS_JSON, *headers)


def ask(*answers, level="reads", options=()):
    with receiving(*answers) as service:
        return against(service.url("/v1"), *options, level=level)


def test_the_key_is_sent_with_all_calls_but_one():
    with receiving(says([RUN])) as service:
        against(service.url("/v1"))
        keys = [heard.header("X-API-Key") for heard in service.take_all(3)]
    assert keys == [None, KEY, KEY]


@pytest.mark.parametrize("change, field, here, there", [
    ({"created_at": "2026-01-01T00:00:00Z"}, "created_at", "time", "time in another format"),
    ({"created_at": "2026-01-01T01:00:00.000+01:00"}, "created_at", "time", "time in another format"),
    ({"created_at": "Thu, 01 Jan 2026 00:00:00 GMT"}, "created_at", "time", "string"),
    ({"created_at": 1767225600}, "created_at", "time", "integer"),
    ({"created_at": None}, "created_at", "time", "null"),
    ({"started_at": 1.5}, "started_at", "null or time", "number"),
    ({"status": "PARKED"}, "status", "known status", "string"),
    ({"uid": "3C90C3CC-0D44-4B50-8888-8DD25736052A"}, "uid", "UUID", "string"),
    ({"id": "1"}, "id", "integer", "string"),
    ({"last_error": "no"}, "last_error", "null or object", "string"),
    ({"workflow": {"uid": RUN["uid"], "metadata": {}}}, "workflow.metadata.account_rotation", "boolean", "missing"),
    ({"new_field": [1]}, "new_field", "missing", "list"),
])
def test_a_field_that_is_another_is_told_by_name_and_type(change, field, here, there):
    status, report, _ = ask(says([{**RUN, **change}]))
    assert status == 1
    assert {"what": f"field {field}", "here": here, "there": there} in differing(report)["list-runs"]["differences"]


def test_a_field_that_is_not_there_is_told():
    short = {name: value for name, value in RUN.items() if name != "updated_at"}
    report = ask(says([short]))[1]
    assert {"what": "field updated_at", "here": "time", "there": "missing"} in (
        differing(report)["list-runs"]["differences"])


def test_a_run_as_the_contract_has_it_is_no_difference():
    found = verdicts(ask(says([RUN, {**RUN, "output_count": None, "status": None}]))[1])
    assert found["list-runs"] == "same"


@pytest.mark.parametrize("body, form", [
    (b"", "empty"), (b"<html></html>", "not JSON"), (b"[", "not JSON"), (b'{"a":1,"a":2}', "not JSON"),
    (b"\xff\xfe", "not JSON"), (b"[" * 100000, "not JSON"), (b'"text"', "other JSON"),
    (b'[{"a":1e999}]', "list"), (b"[[[1]],null,3]", "list"),
])
def test_a_body_that_is_none_is_told(body, form):
    status, report, _ = ask(says(body))
    assert status == 1
    found = {each["what"]: each["there"] for each in differing(report)["unknown-run"]["differences"]}
    assert found["body"] == form
    assert found["status"] == "200"


def test_html_is_told():
    report = ask(reply(200, b"<html>", EMULATOR, "Content-Type: text/html; charset=utf-8"))[1]
    assert {"what": "type", "here": "JSON", "there": "HTML"} in differing(report)["list-runs"]["differences"]


def flood(connection):
    connection.sendall(f"HTTP/1.1 200 OK\r\n{EMULATOR}\r\n{AS_JSON}\r\nContent-Length: {2 << 30}\r\n\r\n".encode())
    while True:
        connection.sendall(b"[" * (1 << 16))


def test_two_gigabytes_are_not_read():
    status, report, _ = ask(flood)
    assert status == 1
    assert {"what": "body", "here": "list", "there": "too large"} in differing(report)["list-runs"]["differences"]


def endless_head(connection):
    connection.sendall(b"HTTP/1.1 200 OK\r\n")
    while True:
        connection.sendall(b"X-More: and more\r\n" * 1000)


def drip(connection):
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
    while True:
        connection.sendall(b"[")
        time.sleep(0.02)


@pytest.mark.parametrize("answer", [
    lambda connection: connection.recv(1), drip, endless_head, hang_up, reset, break_off,
    lambda connection: connection.sendall(b"not HTTP\r\n\r\n") or hang_up(connection)],
    ids=["hangs", "drips", "endless head", "hangs up", "resets", "breaks off", "no HTTP"])
def test_without_a_reply_it_stops(answer):
    status, report, err = ask(answer, options=["--reply-timeout", "300ms"])
    assert (status, report["requests"]) == (6, 1)
    assert err.startswith("edges-emulator: verify stopped: ")
    assert report["stopped"]


def test_a_service_that_is_not_there_is_not_reached():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    assert against(f"http://127.0.0.1:{port}/v1")[0] == 6


def test_a_redirect_is_not_followed():
    with receiving(says([])) as elsewhere:
        status, report, err = ask(says({}, 302, f"Location: {elsewhere.url('/v1')}"))
        assert elsewhere.is_quiet()
    assert (status, report["requests"]) == (6, 1)
    assert "the service redirects, which is not followed; name the place itself by --against" in err


@pytest.mark.parametrize("code, requests, word", [(401, 2, "401"), (429, 1, "429"), (500, 3, "5xx"), (503, 3, "5xx")])
def test_it_stops_where_going_on_would_harm(code, requests, word):
    status, report, err = ask(says({"error_label": "NO"}, code))
    assert (status, report["requests"]) == (6, requests)
    assert word in err


def test_a_stop_is_an_error_for_junit():
    with receiving(says({}, 429)) as service:
        status, out, _ = verify("--against", service.url("/v1"), "--self-test", "--format", "junit")
    assert status == 6
    assert 'errors="1"' in out and "<error message=" in out


def test_what_should_be_refused_and_is_accepted_ends_it():
    run = {**RUN, "uid": LEVELS["refusals"][1], "status": "SUCCEEDED"}
    with receiving(*[says([run])] * 3, *[says(run)] * 30) as service:
        status, report, err = against(service.url("/v1"), level="refusals")
        heard = service.heard.qsize()
    assert status == 8
    assert "a call that should have been refused was accepted" in err
    assert (report["requests"], report["stopped"] is not None) == (heard, True)
    assert verdicts(report)["cancel-finished"] == "differs"
    assert verdicts(report)["resume-finished"] == "skipped"


def test_an_interrupt_stops_it_before_the_next_request():
    with receiving(reply(401, b"{}", AS_JSON)) as service:
        child = subprocess.Popen([PROGRAM, "verify", "--against", service.url("/v1")], text=True,
                                 env=environment({"EDGES_API_KEY": KEY}), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        service.take()
        child.send_signal(signal.SIGINT)
        err = child.communicate(timeout=20)[1]
        assert (child.returncode, service.heard.qsize()) == (6, 0)
    assert "it was interrupted" in err


def test_a_self_test_of_what_is_no_emulator_is_refused():
    with receiving(reply(200, b"[]", AS_JSON)) as service:
        status, report, err = against(service.url("/v1"))
    assert (status, report["requests"]) == (2, 1)
    assert "the target is no emulator; leave --self-test out" in err


def test_a_service_is_asked_once_a_second():
    with receiving(reply(401, b"{}", AS_JSON)) as service:
        began = time.monotonic()
        status = verify("--against", service.url("/v1"))[0]
        assert (status, service.heard.qsize()) == (6, 2)
    assert time.monotonic() - began >= 1


def planted(key):
    """Replies that say the key in every field, header and label."""
    error = {"error_label": key, "error_scope": key, "error_ref": key, "message": key, "status_code": key,
             "params": {key: key}, key: key}
    run = {**{name: key for name in RUN}, key: {key: {key: key}}, key.upper(): key, f"a_{key}_b": [key],
           "last_error": {"label": key, key: key}, "schedule_flow_run_uid": key}
    headers = f"X-{key}: {key}", f"X-Request-Id: {key}", f"Location: http://{key}/", f"Content-Type: text/{key}"
    done = {**RUN, "uid": LEVELS["refusals"][1], "status": "SUCCEEDED", key: key}
    yield [says([run], 200, *headers), says([done]), says(done), says(run), says(error, 422)]
    yield [says(run, 200, *headers)]
    for status in 404, 500, 429, 302, 401:
        yield [says(error, status, *headers)]
    yield [f"HTTP/1.1 200 {key}\r\n{EMULATOR}\r\nContent-Length: {key}\r\n\r\n".encode()]
    yield [f"{key}\r\n\r\n".encode() * 3]


@pytest.mark.parametrize("form, key", [
    ("text", "planted-key-7f3a"), ("json", "PLANTED_KEY_7F3A"), ("junit", "planted_key"),
    ("markdown", "3c90c3cc-0d44-4b50-8888-8dd25736052f")])
def test_the_key_is_nowhere(form, key, tmp_path):
    for number, answers in enumerate(planted(key)):
        folder = tmp_path / str(number)
        with receiving(*answers) as service:
            _, out, err = verify("--against", service.url("/v1"), "--self-test", "--level", "writes", *LEVELS["writes"],
                                 "--format", form, "--record", folder, "--save", tmp_path / f"{number}.json",
                                 "--reply-timeout", "500ms", key=key)
        files = "".join(file.name + file.read_text() for file in tmp_path.rglob("*") if file.is_file())
        told = (out + err + files).lower()
        assert key.lower() not in told
        assert number > 1 or "facts" in files


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "\x1b[31mred", "a|b", "two\nlines", "x" * 65, "é"])
def test_what_does_not_look_like_a_name_is_not_printed(text):
    with receiving(says({"error_label": text, "error_scope": text, text: {text: 1}}, 404)) as service:
        for form in "text", "json", "junit", "markdown":
            _, out, err = verify("--against", service.url("/v1"), "--self-test", "--format", form)
            assert json.dumps(text)[1:-1] not in out + err and text not in out
            assert "not a name" in out
