"""The command line: options, variables, ready line, signals, exit statuses."""

import json
import os
import re
import signal
import socket

import pytest
from facts import DEMO, RUNNING, VENDOR
from process import READY, run_program

OPTIONS = ["--listen", "--port", "--fixture", "--db", "--clock", "--api-key", "--assume",
           "--random-seed", "--log-format", "--log-level",
           "--allowed-host", "--idle-timeout", "--max-connections"]


def assert_usage(arguments, *words, env=None):
    status, out, err = run_program(*arguments, env=env)
    assert status == 2, err
    assert "Ready." not in out
    for word in words:
        assert word in err, err


def test_the_ready_line_and_then_ready(start):
    process = start().process
    assert READY.fullmatch(process.ready_line)
    assert (process.host, process.fixture, process.clock) == (
        "127.0.0.1", "demo", "2026-01-01T00:00:00.000Z")
    process.stop()
    assert process.rest_of_stdout() == ""


def test_serve_may_be_said(start):
    assert start("serve").cancel(RUNNING).status == 200


def test_port_0_picks_a_free_port_each_time(start):
    assert start().port != start().port


@pytest.mark.parametrize("command", ["--help", "--version"])
def test_help_and_version_end_well(command):
    status, out, err = run_program(command)
    assert (status, err) == (0, "")
    assert "edges-emulator" in out


def test_version_says_the_version():
    assert re.search(r"\b0\.1\.0\b", run_program("--version")[1])


@pytest.mark.parametrize("option", OPTIONS)
def test_help_names_every_option(option):
    assert option in run_program("--help")[1]


@pytest.mark.parametrize("command", ["serve", "healthcheck", "validate", "docs"])
def test_help_names_every_command(command):
    assert command in run_program("--help")[1]


def test_docs_prints_the_tables():
    status, out, _ = run_program("docs")
    assert status == 0
    for word in "PARTIAL_SUCCEEDED", "not-cancellable.code", "INVALID_STATUS", "cancelFlowRun":
        assert word in out
    assert re.search(r"^\| *-", out, re.MULTILINE), "no Markdown table"


@pytest.mark.parametrize("wrong, meant", [
    ("--prot", "--port"), ("--fixtures", "--fixture"), ("--clok", "--clock"),
    ("--apikey", "--api-key")])
def test_an_unknown_option_is_told_what_was_meant(wrong, meant):
    assert_usage([wrong, "0"], wrong, "did you mean", meant)


def test_an_unknown_variable_that_is_like_none_is_not():
    status, _, err = run_program("--port", "0", env={"EDGES_EMULATOR_FOO": "0"})
    assert (status, err) == (2, "edges-emulator: unknown environment variable EDGES_EMULATOR_FOO; "
                                "see edges-emulator --help\n")


@pytest.mark.parametrize("wrong, meant", [
    ("EDGES_EMULATOR_PROT", "EDGES_EMULATOR_PORT"),
    ("EDGES_EMULATOR_API_KEYS", "EDGES_EMULATOR_API_KEY")])
def test_an_unknown_variable_is_told_what_was_meant(wrong, meant):
    assert_usage(["--port", "0"], wrong, "did you mean", meant, env={wrong: "0"})


@pytest.mark.parametrize("arguments", [
    ["--nonsense-without-likeness"], ["-x"], ["srve"], ["--port", "0", "extra"],
    ["--port"], ["--port", ""], ["--port", "abc"], ["--port", "-1"], ["--port", "65536"],
    ["--port", "80x"], ["--port", "99999999999999999999"], ["--idle-timeout", "soon"],
    ["--idle-timeout", "-1"], ["--max-connections", "many"], ["--max-connections", "0"],
    ["--log-level", "shout"], ["--log-format", "xml"], ["--random-seed", "dice"],
    ["-1"], ["validate"], ["validate", "--nope"],
], ids=lambda arguments: " ".join(arguments)[:40])
def test_a_usage_error_exits_with_2(arguments):
    assert_usage(arguments)


def test_a_bad_variable_is_a_usage_error():
    assert_usage([], "EDGES_EMULATOR_PORT", env={"EDGES_EMULATOR_PORT": "abc"})


@pytest.mark.parametrize("arguments, env", [
    (["--api-key", ""], None), (["--api-key", "ok", "--api-key", " "], None),
    (["--api-key", "k" * 257], None), (["--api-key", "clé"], None), (["--api-key", "a\nb"], None),
    ([], {"EDGES_EMULATOR_API_KEY": ","}), ([], {"EDGES_EMULATOR_API_KEY": "ok, spaced"}),
], ids=["empty", "blank", "long", "no ASCII", "two lines", "list of nothing", "spaced list"])
def test_a_key_that_lets_nobody_in_is_a_usage_error(arguments, env):
    """And never one that lets everybody in."""
    assert_usage(["--port", "0", *arguments], "EDGES_EMULATOR_API_KEY" if env else "api-key", env=env)


def test_every_option_is_a_variable(start):
    emulator = start(defaults=False, env={
        "EDGES_EMULATOR_PORT": "0", "EDGES_EMULATOR_LISTEN": "127.0.0.1",
        "EDGES_EMULATOR_CLOCK": "2027-01-01T00:00:00Z", "EDGES_EMULATOR_FIXTURE": "empty",
        "EDGES_EMULATOR_API_KEY": "test-key", "EDGES_EMULATOR_LOG_LEVEL": "info",
        "EDGES_EMULATOR_LOG_FORMAT": "text", "EDGES_EMULATOR_IDLE_TIMEOUT": "30",
        "EDGES_EMULATOR_MAX_CONNECTIONS": "10", "EDGES_EMULATOR_RANDOM_SEED": "1",
        "EDGES_EMULATOR_ALLOWED_HOST": "ci.test",
        "EDGES_EMULATOR_DB": ":memory:"})
    assert (emulator.process.fixture, emulator.process.clock) == (
        "empty", "2027-01-01T00:00:00.000Z")
    assert emulator.runs() == []
    assert emulator.cancel(VENDOR, key="another-key").status == 401


def test_the_variables_kubernetes_sets_for_a_service_of_our_name_are_passed_over(start):
    emulator = start(env={
        "EDGES_EMULATOR_SERVICE_HOST": "10.0.0.1", "EDGES_EMULATOR_SERVICE_PORT": "3343",
        "EDGES_EMULATOR_PORT": "tcp://10.0.0.1:3343", "EDGES_EMULATOR_PORT_3343_TCP_PROTO": "tcp"})
    assert emulator.cancel(VENDOR).status == 200


def test_an_option_beats_its_variable(start):
    emulator = start("--fixture", "demo", env={
        "EDGES_EMULATOR_FIXTURE": "empty", "EDGES_EMULATOR_PORT": "1"})
    assert emulator.runs()[0]["uid"] == DEMO["CREATED"]


def test_a_random_seed_makes_uids_reproducible(start):
    def made():
        emulator = start("--random-seed", 7, "--fixture", "empty")
        return [emulator.make()["uid"] for _ in range(5)]

    assert made() == made()


def test_without_a_seed_uids_differ_from_start_to_start(start):
    assert start("--fixture", "empty").make()["uid"] != start("--fixture", "empty").make()["uid"]


def test_an_address_may_stand_in_brackets(start):
    emulator = start("--listen", "[::1]")
    assert emulator.process.host == "[::1]"
    assert run_program("healthcheck", "--listen", "[::1]", "--port", emulator.port)[0] == 0
    assert run_program("healthcheck", "--listen", "::1", "--port", emulator.port)[0] == 0


@pytest.mark.parametrize("address", ["nonsense.invalid", "1.2.3.4.5", "[::1", "[127.0.0.1]"])
def test_what_is_no_address_is_a_usage_error(address, tmp_path):
    assert_usage(["--port", "0", "--listen", address, "--db", tmp_path / "db"], "--listen", address)
    assert os.listdir(tmp_path) == []


def test_an_address_in_use_exits_with_4(start):
    port = start().port
    status, out, err = run_program("--port", port)
    assert status == 4
    assert "Ready." not in out
    assert str(port) in err


def test_an_address_in_use_by_somebody_else_exits_with_4():
    with socket.create_server(("127.0.0.1", 0)) as other:
        assert run_program("--port", other.getsockname()[1])[0] == 4


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "SIGINT"])
def test_a_signal_stops_it_cleanly(start, number):
    process = start().process
    process.send(number)
    assert process.wait() == 0


def test_a_second_signal_does_no_harm(start):
    process = start().process
    for number in signal.SIGTERM, signal.SIGINT, signal.SIGTERM:
        process.send(number)
    assert process.wait() == 0


def test_it_stops_although_clients_hang_on(start):
    emulator = start()
    with emulator.wire() as idle, emulator.wire() as half, emulator.wire() as body:
        idle.send(emulator.head("GET", f"/v1/flows/runs/{RUNNING}"))
        assert emulator.read(idle, "GET", f"/v1/flows/runs/{RUNNING}").status == 200
        cancel = f"/v1/flows/runs/{RUNNING}/cancel"
        half.send(emulator.head("POST", cancel)[:40])
        body.send(emulator.head("POST", cancel, "Content-Length: 9") + b"1234")
        emulator.process.send(signal.SIGTERM)
        assert emulator.process.wait() == 0


def test_it_may_start_again_on_the_port_at_once(start):
    emulator = start()
    emulator.cancel(RUNNING)
    emulator.process.stop()
    again = start("--port", emulator.port)
    assert again.port == emulator.port
    assert again.cancel(RUNNING).status == 200


def test_it_writes_nothing_into_the_folder_it_runs_in(start, tmp_path):
    emulator = start(cwd=tmp_path)
    emulator.cancel(RUNNING)
    emulator.process.stop()
    assert os.listdir(tmp_path) == []


def test_healthcheck_finds_a_ready_server(start):
    port = start().port
    assert run_program("healthcheck", "--port", port)[0] == 0
    assert run_program("healthcheck", env={"EDGES_EMULATOR_PORT": str(port)})[0] == 0


def test_healthcheck_finds_a_server_that_listens_everywhere(start):
    port = start("--listen", "0.0.0.0").port
    assert run_program("healthcheck", "--listen", "0.0.0.0", "--port", port)[0] == 0


def test_healthcheck_of_nobody_fails():
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))  # taken, but nobody listens
        assert run_program("healthcheck", "--port", bound.getsockname()[1])[0] == 1


def test_healthcheck_of_a_stopped_server_fails(start):
    emulator = start()
    emulator.process.stop()
    assert run_program("healthcheck", "--port", emulator.port)[0] == 1


def test_the_log_may_be_json(start):
    emulator = start("--log-format", "json")
    emulator.cancel(RUNNING)
    emulator.cancel("nope")
    emulator.process.stop()
    lines = [json.loads(line) for line in emulator.process.stderr().splitlines()]
    assert len(lines) >= 2
    assert all(isinstance(line, dict) for line in lines)


def test_a_client_cannot_forge_a_line_of_the_log(start):
    emulator = start()
    emulator.get("/v1/flows/runs/%0Aforged%0D", headers={"User-Agent": "\x1b["})
    emulator.process.stop()
    log = emulator.process.stderr()
    assert not any(line.startswith("forged") for line in log.splitlines())
    assert "\x1b" not in log
