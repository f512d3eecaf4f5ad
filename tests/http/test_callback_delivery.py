"""How callbacks are delivered: tries, retries, and receivers that misbehave (API.md section 9)."""

import os
import queue
import signal
import socket
import subprocess
from contextlib import ExitStack
from pathlib import Path

import pytest
from calling import TRY, assert_refused_replay, call, callbacks, end, of, replay, settled, tried
from covering import report
from facts import NOW, assert_refused, uid
from living import (ADA, ENRICH_STEP, EXTRACT_STEP, advance, at, clock, flow, launch,
                    set_clock)
from process import PROGRAM
from receiver import TLS, babble, break_off, hang_up, receiving, reply, reset

WORLD = "still"

LADDER = ["2026-01-01T00:00:00.000Z", "2026-01-01T00:00:05.000Z", "2026-01-01T00:00:35.000Z",
          "2026-01-01T00:02:35.000Z", "2026-01-01T00:12:35.000Z"]


@pytest.fixture
def receiver():
    with receiving() as receiver:
        yield receiver


@pytest.fixture
def dead_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    return f"http://127.0.0.1:{port}/"


def times(delivery):
    return [each["at"] for each in delivery["attempts"]]


def test_retries_come_when_the_clock_does(emulator, receiver):
    receiver.answers = [reply(503)]
    run = end(emulator, receiver.url())
    for tries, by in enumerate(["PT5S", "PT30S", "PT2M", "PT10M"], 1):
        [delivery] = tried(emulator, run, tries)
        assert (delivery["status"], delivery["retry_count"]) == ("PENDING", tries - 1)
        assert delivery["next_attempt_at"] == LADDER[tries]
        assert (delivery["http_status"], delivery["error"]) == (503, "the receiver answered 503")
        advance(emulator, by)
    [delivery] = tried(emulator, run, 5)
    assert (delivery["status"], delivery["retry_count"]) == ("FAILED", 4)
    assert delivery["next_attempt_at"] is None
    assert times(delivery) == LADDER
    advance(emulator, "P1D")
    assert len(receiver.take_all(5)) == 5
    assert receiver.is_quiet()


def test_a_moment_before_its_time_no_retry_comes(emulator, receiver):
    receiver.answers = [reply(500)]
    run = end(emulator, receiver.url())
    tried(emulator, run, 1)
    advance(emulator, 4999)
    assert of(emulator, run)[0]["status"] == "PENDING"
    advance(emulator, 1)
    assert times(tried(emulator, run, 2)[0]) == LADDER[:2]


@pytest.mark.parametrize("by", ["PT12M35S", "P30D"])
def test_one_advance_past_all_retries_waits_for_none(emulator, receiver, by):
    receiver.answers = [reply(500)]
    run = end(emulator, receiver.url())
    advance(emulator, by)
    [delivery] = settled(emulator, run, 1, "FAILED")
    assert times(delivery) == LADDER


@pytest.mark.parametrize("failures", [1, 4])
def test_a_receiver_that_recovers_has_heard_it(emulator, receiver, failures):
    receiver.answers = [reply(500)] * failures + [reply(204)]
    run = end(emulator, receiver.url())
    advance(emulator, "PT1H")
    [delivery] = settled(emulator, run, 1, "SUCCESS")
    assert (delivery["retry_count"], delivery["http_status"]) == (failures, 204)
    assert times(delivery) == LADDER[:failures + 1]
    assert [each["http_status"] for each in delivery["attempts"]] == [500] * failures + [204]
    assert len({heard.body for heard in receiver.take_all(failures + 1)}) == 1


@pytest.mark.parametrize("status", [200, 201, 204, 299])
def test_any_2xx_is_success(emulator, receiver, status):
    receiver.answers = [reply(status)]
    [delivery] = settled(emulator, end(emulator, receiver.url()), 1, "SUCCESS")
    assert delivery["http_status"] == status


@pytest.mark.parametrize("status", [300, 400, 404, 429, 500])
def test_any_other_status_is_a_failed_try(emulator, receiver, status):
    receiver.answers = [reply(status)]
    [delivery] = tried(emulator, end(emulator, receiver.url()), 1)
    assert (delivery["status"], delivery["http_status"]) == ("PENDING", status)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(emulator, receiver, status):
    with receiving() as elsewhere:
        receiver.answers = [reply(status, b"", f"Location: {elsewhere.url()}")]
        [delivery] = tried(emulator, end(emulator, receiver.url()), 1)
        assert (delivery["status"], delivery["http_status"]) == ("PENDING", status)
        assert elsewhere.is_quiet()


def test_a_2xx_is_success_even_if_its_body_breaks_off(emulator, receiver):
    receiver.answers = [break_off]
    [delivery] = settled(emulator, end(emulator, receiver.url()), 1, "SUCCESS")
    assert (delivery["http_status"], delivery["error"]) == (200, None)


@pytest.mark.parametrize("answer", [hang_up, reset, babble])
def test_a_receiver_that_breaks_off_is_tried_again(emulator, receiver, answer):
    receiver.answers = [answer, answer, reply()]
    run = end(emulator, receiver.url())
    [delivery] = tried(emulator, run, 1)
    assert delivery["status"] == "PENDING" and delivery["error"]
    advance(emulator, "PT1H")
    [delivery] = settled(emulator, run, 1, "SUCCESS")
    assert delivery["error"] is None


def test_nobody_there_is_a_failed_try(emulator, dead_port):
    [delivery] = tried(emulator, end(emulator, dead_port), 1)
    assert (delivery["http_status"], delivery["error"]) == (None, "Couldn't connect to server")


def test_a_name_that_nobody_has_is_a_failed_try(emulator):
    [delivery] = tried(emulator, end(emulator, "http://nobody.invalid/"), 1)
    assert (delivery["status"], delivery["http_status"]) == ("PENDING", None)


def test_a_receiver_that_answers_a_megabyte_has_heard_it(emulator, receiver):
    receiver.answers = [reply(200, b"x" * 1_000_000), reply(200, b"x" * 5_000_000), reply()]
    for _ in range(3):
        settled(emulator, end(emulator, receiver.url()), 1, "SUCCESS")


@pytest.mark.parametrize("host", ["169.254.169.254", "169.254.0.1", "[fe80::1]",
                                  "[::ffff:169.254.169.254]", "[64:ff9b::169.254.169.254]",
                                  "[64:ff9b::a9fe:1]"])
def test_link_local_addresses_are_refused(emulator, host):
    [delivery] = tried(emulator, end(emulator, f"http://{host}/"), 1)
    assert delivery["error"] == "link-local addresses are refused"


def test_the_metadata_service_at_a_unique_local_address_is_refused(emulator):
    [delivery] = tried(emulator, end(emulator, "http://[fd00:ec2::254]/"), 1)
    assert delivery["error"] == "the address of a cloud's metadata service is refused"


@pytest.mark.parametrize("listen, host", [
    ("127.0.0.1", "127.0.0.1"), ("127.0.0.1", "localhost"), ("127.0.0.1", "0.0.0.0"),
    ("127.0.0.1", "[::ffff:127.0.0.1]"), ("0.0.0.0", "127.0.0.1"), ("0.0.0.0", "127.4.3.2"),
    ("0.0.0.0", "0.0.0.0")])
def test_the_emulator_itself_is_refused_at_the_socket(start, listen, host):
    emulator = start("--listen", listen)
    target = "/_emulator/reset"
    [delivery] = tried(emulator, end(emulator, f"http://{host}:{emulator.port}{target}"), 1)
    assert delivery["error"] == "the emulator's own address is refused"
    assert delivery["http_status"] is None


def test_another_address_with_the_port_of_the_emulator_is_not(start):
    emulator = start("--listen", "127.0.0.1")
    with socket.create_server(("127.0.0.2", emulator.port)) as listener:
        end(emulator, f"http://127.0.0.2:{emulator.port}/")
        listener.settimeout(20)
        listener.accept()[0].close()


def test_each_attempt_says_which_callback_it_is_and_how_often_it_was_sent(emulator, receiver):
    receiver.answers = [reply(500)] * 5 + [reply()]
    run = end(emulator, receiver.url())
    for attempt, by in zip("12345", ["PT5S", "PT30S", "PT2M", "PT10M", "PT0S"]):
        heard = receiver.take()
        assert heard.header("Emulator-Attempt") == attempt
        [delivery] = tried(emulator, run, int(attempt))
        assert heard.header("Emulator-Callback") == delivery["uid"]
        advance(emulator, by)
    assert replay(emulator, delivery["uid"]).status == 200
    heard = receiver.take()
    assert heard.header("Emulator-Callback") == delivery["uid"]
    assert heard.header("Emulator-Attempt") == "1"


def test_a_callback_that_comes_back_by_another_way_is_forbidden(emulator, receiver):
    callback = {"url": receiver.url("/_emulator/reset"), "headers": {"X-API-Key": "test-key"}}
    emulator.event(emulator.make("RUNNING", callback=callback)["uid"], "FINISH")
    heard = receiver.take()
    assert heard.header("X-API-Key") == "test-key"
    lines = [f"{name}: {value}" for name, value in heard.headers]
    head = "\r\n".join([f"POST {heard.path} HTTP/1.1", *lines])
    reply_ = emulator.raw(head.encode() + b"\r\n\r\n" + heard.body)
    assert_refused(reply_, 403, "FORBIDDEN", "auth")


@pytest.mark.parametrize("url", ["ftp://127.0.0.1/x", "file:///etc/passwd", "gopher://127.0.0.1/"])
def test_only_http_is_spoken(emulator, url):
    reply_ = emulator.post("/_emulator/runs", {"status": "RUNNING", "callback": {"url": url}})
    if reply_.status == 201:
        emulator.event(reply_.json["uid"], "FINISH")
        [delivery] = tried(emulator, reply_.json["uid"], 1)
        assert (delivery["status"], delivery["http_status"]) == ("PENDING", None)
        assert "rotocol" in delivery["error"]
    else:
        assert_refused(reply_, 400, "BAD_INPUT", "input")


def test_a_proxy_of_the_environment_is_not_asked(start, receiver):
    with receiving() as proxy:
        emulator = start(env={"http_proxy": proxy.url(""), "ALL_PROXY": proxy.url("")})
        settled(emulator, end(emulator, receiver.url()), 1, "SUCCESS")
        assert proxy.is_quiet()


@pytest.mark.parametrize("library", ["libcurl", "libcurl-gnutls"])
def test_a_receiver_with_a_trusted_certificate_is_told(start, tmp_path, library):
    """Debian has libcurl in two flavours; the program takes either."""
    found = [*Path("/usr/lib").glob(f"*/{library}.so.4")]
    if not found:
        pytest.skip(f"{library} is not installed")
    (tmp_path / "libcurl.so.4").symlink_to(found[0])
    emulator = start(env={"SSL_CERT_FILE": str(TLS), "LD_LIBRARY_PATH": str(tmp_path)})
    with receiving(tls=True) as receiver:
        run = end(emulator, receiver.url())
        settled(emulator, run, 1, "SUCCESS")
        assert receiver.take().json["flow_run"]["flow_run_uid"] == run


@pytest.mark.skipif(
    subprocess.run("strace -o /dev/null true", shell=True, capture_output=True).returncode != 0,
    reason="no process can be traced here")
def test_authorities_are_read_once(start, tmp_path):
    """And not for each connection: Debian's are 200 KB."""
    calls = tmp_path / "calls"
    emulator = start(env={"SSL_CERT_FILE": str(TLS), "ASAN_OPTIONS": "detect_leaks=0"},
                     within=["strace", "-D", "-f", "--seccomp-bpf", "-e", "trace=openat", "-o", str(calls)])
    with receiving(reply(200, b"", "Connection: close"), tls=True) as receiver:
        for _ in range(4):
            settled(emulator, end(emulator, receiver.url()), 1, "SUCCESS")
    emulator.process.stop()
    if "/libssl." not in calls.read_text():
        pytest.skip("libcurl keeps authorities only with OpenSSL")
    assert calls.read_text().count(f'"{TLS}"') == 1


def test_a_receiver_that_nobody_vouches_for_is_not(emulator):
    with receiving(tls=True) as receiver:
        [delivery] = tried(emulator, end(emulator, receiver.url()), 1)
        assert (delivery["status"], delivery["http_status"]) == ("PENDING", None)
        assert "certificate" in delivery["error"]
        assert receiver.is_quiet()


def test_a_receiver_that_does_not_answer_holds_up_nobody(emulator, receiver):
    receiver.answers = [receiver.hold]
    run = end(emulator, receiver.url())
    receiver.take()
    for _ in range(50):
        assert emulator.run(run)["status"] == "SUCCEEDED"
    assert of(emulator, run)[0]["status"] == "RUNNING"
    with receiving() as other:
        settled(emulator, end(emulator, other.url()), 1, "SUCCESS")
    receiver.release.set()
    settled(emulator, run, 1, "SUCCESS")


def test_a_try_ends_after_ten_seconds(emulator, receiver):
    receiver.answers = [receiver.hold]
    [delivery] = tried(emulator, end(emulator, receiver.url()), 1)
    assert (delivery["status"], delivery["http_status"]) == ("PENDING", None)
    assert delivery["error"] == "no reply within 10 seconds"
    assert delivery["next_attempt_at"] == LADDER[1]
    slow = next(each for each in report(emulator)["findings"] if each["rule"] == "callback-slow")
    assert f"{delivery['uid']}/1" in slow["request_ids"]


def test_one_run_tells_one_thing_at_a_time_and_in_order(emulator, receiver):
    receiver.answers = [receiver.hold, reply()]
    run = call(emulator, receiver.url())
    advance(emulator, 5000)
    receiver.take()
    assert [each["status"] for each in of(emulator, run)] == ["RUNNING", "PENDING"]
    assert receiver.is_quiet()
    receiver.release.set()
    settled(emulator, run, 2, "SUCCESS")
    assert receiver.take().json["flow_run"]["status"] == "SUCCEEDED"


def test_a_retry_that_waits_does_not_hold_up_what_follows(emulator, receiver):
    receiver.answers = [reply(500), reply()]
    run = call(emulator, receiver.url())
    advance(emulator, 5000)
    settled(emulator, run, 2, "PENDING", "SUCCESS")
    assert [heard.json["flow_run"]["step_uid"] for heard in receiver.take_all(2)] == [
        EXTRACT_STEP, ENRICH_STEP]


def test_runs_tell_side_by_side_and_at_most_56(emulator, receiver):
    receiver.answers = [receiver.hold]
    runs = [end(emulator, receiver.url()) for _ in range(70)]
    receiver.take_all(56)
    assert len(callbacks(emulator, "?status=RUNNING&limit=1000")) == 56
    assert receiver.is_quiet() and receiver.most_together == 56
    receiver.release.set()
    for run in runs:
        settled(emulator, run, 1, "SUCCESS")


def test_a_silent_receiver_holds_up_its_own_workspace_alone(emulator, receiver):
    receiver.answers = [receiver.hold]
    for _ in range(130):
        end(emulator, receiver.url())
    receiver.take_all(56)
    with receiving() as other:
        run = end(emulator.member("other"), other.url())
        other.take()
        settled(emulator.member("other"), run, 1, "SUCCESS")
    assert receiver.is_quiet()


def test_twenty_workspaces_with_silent_receivers_hold_up_nobody_else(emulator, receiver):
    receiver.answers = [receiver.hold]
    for n in range(20):
        for _ in range(30):
            end(emulator.member(f"silent-{n}"), receiver.url())
    receiver.take_all(128 - 16)
    with receiving() as other:
        run = end(emulator.member("other"), other.url())
        other.take()
        settled(emulator.member("other"), run, 1, "SUCCESS")


def test_a_thousand_messages_of_a_busy_run_are_sent_in_order(start, receiver, fixture_file):
    """All but the first wait, and cost nothing while they do."""
    plan = [{"after_ms": 1, "event": "START"}, *[{"after_ms": 0, "step_uid": "a"}] * 998,
            {"after_ms": 0, "event": "FINISH"}]
    emulator = start("--fixture", fixture_file(flows=[flow(plan)]))
    run = launch(emulator, "own", callback={"url": receiver.url()})
    advance(emulator, 1000)
    heard = receiver.take_all(998)
    assert [each.json["results_count"] for each in heard] == [1] * 998
    assert heard[-1].json["flow_run"]["status"] == "SUCCEEDED"
    waited = emulator.get(f"/_emulator/wait?run={run}&callback=SUCCESS&count=998&timeout=10s")
    assert waited.status == 200, waited


def descriptors(emulator):
    return len(os.listdir(f"/proc/{emulator.process.child.pid}/fd"))


def test_of_many_receivers_few_connections_are_kept(emulator):
    open_ones = []
    with ExitStack() as stack:
        for _ in range(60):
            receiver = stack.enter_context(receiving())
            settled(emulator, end(emulator, receiver.url()), 1, "SUCCESS")
            open_ones.append(descriptors(emulator))
        assert open_ones[-1] - open_ones[0] <= 16


def test_connections_leave_descriptors_for_callbacks(start, receiver, monkeypatch, tmp_path):
    """100 descriptors, 24 of the program's own: 58 connections, 9 callbacks of two each."""
    program = tmp_path / "limited"
    program.write_text(f'#!/bin/bash\nulimit -n 100\nexec "{PROGRAM}" "$@"\n')
    program.chmod(0o700)
    monkeypatch.setattr("process.PROGRAM", str(program))
    emulator = start()
    assert "file descriptors for only 58 of 1000 connections" in emulator.process.stderr()
    emulator.runs()
    with ExitStack() as stack:
        for _ in range(57):
            stack.enter_context(socket.create_connection((emulator.host, emulator.port)))
        receiver.answers = [receiver.hold]
        runs = [end(emulator, receiver.url()) for _ in range(20)]
        receiver.take()
        receiver.release.set()
        for run in runs:
            assert [each["error"] for each in settled(emulator, run, 1, "SUCCESS")[0]["attempts"]] == [None]


def test_a_cancel_drops_what_waits(emulator, receiver):
    receiver.answers = [reply(500)]
    run = call(emulator, receiver.url())
    advance(emulator, 900)
    tried(emulator, run, 1)
    assert emulator.cancel(run).status == 200
    [delivery] = of(emulator, run)
    assert (delivery["status"], delivery["error"]) == ("FAILED", "the run was cancelled")
    assert delivery["next_attempt_at"] is None
    advance(emulator, "P1D")
    receiver.take()
    assert receiver.is_quiet() and len(of(emulator, run)) == 1


def test_a_cancel_breaks_off_what_is_on_its_way(emulator, receiver):
    gone = queue.Queue()

    def watch(connection):
        connection.settimeout(20)
        gone.put(connection.recv(1))

    receiver.answers = [watch, reply()]
    run = call(emulator, receiver.url())
    advance(emulator, 900)
    receiver.take()
    assert emulator.cancel(run).status == 200
    [delivery] = of(emulator, run)
    assert (delivery["status"], delivery["error"]) == ("FAILED", "the run was cancelled")
    assert delivery["attempts"] == [{"attempt": 1, "at": "2026-01-01T00:00:00.800Z", "http_status": None,
                                  "error": "broken off: the run was cancelled"}]
    assert delivery["retry_count"] == 0
    settled(emulator, end(emulator, receiver.url()), 1, "SUCCESS")
    assert gone.get(timeout=20) == b""


def test_a_reset_breaks_off_and_forgets(emulator, receiver):
    receiver.answers = [receiver.hold, reply()]
    end(emulator, receiver.url())
    receiver.take()
    emulator.reset()
    assert callbacks(emulator) == []
    run = end(emulator, receiver.url())
    assert len(settled(emulator, run, 1, "SUCCESS")) == 1
    receiver.release.set()
    assert len(callbacks(emulator)) == 1


@pytest.mark.parametrize("answer,status", [(reply(), "SUCCESS"), (reply(500), "FAILED")])
def test_a_callback_is_sent_again_when_asked(emulator, receiver, answer, status):
    receiver.answers = [answer]
    run = end(emulator, receiver.url())
    advance(emulator, "PT1H")
    [delivery] = settled(emulator, run, 1, status)
    heard = receiver.take_all(len(delivery["attempts"]))[0]
    receiver.answers = [reply(202)]
    again = replay(emulator, delivery["uid"])
    assert again.status == 200, again
    assert (again.json["status"], again.json["retry_count"]) == ("PENDING", 0)
    assert again.json["next_attempt_at"] == "2026-01-01T01:00:00.000Z"
    assert again.json["attempts"] == delivery["attempts"]
    assert receiver.take().body == heard.body
    [after] = settled(emulator, run, 1, "SUCCESS")
    assert after["attempts"][:-1] == delivery["attempts"]
    assert [after["attempts"][-1][name] for name in TRY] == ["2026-01-01T01:00:00.000Z", 202, None]
    count = 2 if status == "SUCCESS" else 6
    assert [each["attempt"] for each in after["attempts"]] == list(range(1, count + 1)), "they are counted on"


def test_what_cannot_be_sent_again_is_refused(emulator, receiver):
    receiver.answers = [receiver.hold, reply()]
    run = end(emulator, receiver.url())
    receiver.take()
    assert_refused_replay(replay(emulator, of(emulator, run)[0]["uid"]))
    receiver.release.set()
    cancelled = call(emulator, receiver.url())
    advance(emulator, 900)
    settled(emulator, cancelled, 1, "SUCCESS")
    emulator.cancel(cancelled)
    [delivery] = of(emulator, cancelled)
    assert delivery["status"] == "SUCCESS"
    assert_refused_replay(replay(emulator, delivery["uid"]))
    assert_refused(replay(emulator, uid(1)), 404, "NOT_FOUND", "param")
    assert_refused(replay(emulator.member("other"), delivery["uid"]), 404, "NOT_FOUND", "param")
    assert_refused(replay(emulator, "x"), 400, "BAD_PARAMETERS", "param",
                   'params/callback_uid must match format "uuid"')


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_what_was_not_delivered_is_delivered_after_a_restart(start, tmp_path, receiver, how):
    options = ("--db", tmp_path / "state.db")
    emulator = start(*options)
    receiver.answers = [receiver.hold]
    under_way = end(emulator, receiver.url("/under-way"))
    receiver.take()
    waiting = call(emulator, receiver.url("/waiting"), inputs=[ADA])
    advance(emulator, 900)
    receiver.take()
    os.kill(emulator.process.child.pid, how)
    emulator.process.child.wait(20)
    receiver.answers = [reply()]
    emulator = start(*options)
    assert sorted(heard.path for heard in receiver.take_all(2)) == ["/under-way", "/waiting"]
    settled(emulator, under_way, 1, "SUCCESS")
    settled(emulator, waiting, 1, "SUCCESS")


def test_a_retry_is_still_due_after_a_restart(start, tmp_path, receiver):
    receiver.answers = [reply(500), reply()]
    emulator = start("--db", tmp_path / "state.db")
    run = end(emulator, receiver.url())
    tried(emulator, run, 1)
    emulator.process.stop()
    emulator = start("--db", tmp_path / "state.db")
    assert of(emulator, run)[0]["status"] == "PENDING"
    advance(emulator, 5000)
    assert times(settled(emulator, run, 1, "SUCCESS")[0]) == LADDER[:2]


def test_on_a_real_clock_callbacks_leave_without_any_request(start, receiver):
    emulator = start("--clock", "real")
    run = call(emulator, receiver.url())
    assert [heard.json["flow_run"]["status"] for heard in receiver.take_all(2)] == [
        "RUNNING", "SUCCEEDED"]
    assert [each["status"] for each in settled(emulator, run, 2, "SUCCESS")] == ["SUCCESS"] * 2


def test_a_clock_let_go_carries_its_retries_with_it(emulator, receiver):
    receiver.answers = [reply(500), reply()]
    run = end(emulator, receiver.url())
    tried(emulator, run, 1)
    set_clock(emulator, mode="real", now=at("04.900"))
    [delivery] = settled(emulator, run, 1, "SUCCESS")
    assert times(delivery) == LADDER[:2]


def test_the_clock_says_when_a_retry_is_due(emulator, receiver):
    receiver.answers = [reply(500)]
    tried(emulator, end(emulator, receiver.url()), 1)
    assert clock(emulator) == {"mode": "frozen", "now": NOW, "ahead_ms": None, "next_due_at": LADDER[1]}
