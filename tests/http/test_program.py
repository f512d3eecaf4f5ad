"""The command line: options, variables, ready line, signals, exit statuses."""

import json
import os
import re
import signal
import socket
import subprocess

import pytest
from facts import DEMO, RUNNING, VENDOR
from process import PROGRAM, READY, environment, run_program

OPTIONS = ["--listen", "--port", "--fixture", "--db", "--clock", "--api-key", "--assume",
           "--random-seed", "--log-format", "--log-level",
           "--allowed-host", "--allowed-origin", "--idle-timeout", "--max-connections", "--wait", "--url", "--format"]
COMMANDS = ["serve", "healthcheck", "validate", "verify", "docs", "help"]


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


@pytest.mark.parametrize("command", ["--help", "-h", "help", "--version", "-V"])
def test_help_and_version_end_well(command):
    status, out, err = run_program(command)
    assert (status, err) == (0, "")
    assert "edges-emulator" in out


@pytest.mark.parametrize("option", ["--version", "-V"])
def test_version_says_the_version(option):
    assert run_program(option) == (0, "edges-emulator 0.1.0\n", "")


@pytest.mark.parametrize("option", OPTIONS)
def test_help_names_every_option(option):
    assert option in run_program("--help")[1]


@pytest.mark.parametrize("command", COMMANDS)
def test_help_names_every_command(command):
    assert f"\n  {command} " in run_program("--help")[1]


@pytest.mark.parametrize("arguments", [["--help"], *(["help", command] for command in COMMANDS)],
                         ids=lambda arguments: " ".join(arguments))
def test_help_has_its_parts_in_80_columns(arguments):
    status, out, err = run_program(*arguments)
    assert (status, err) == (0, "")
    assert max(map(len, out.splitlines())) <= 80
    assert not any(line.endswith(" ") for line in out.splitlines())
    parts = [out.index(f"\n{part}") for part in ("Usage: edges-emulator ", "Examples:\n  ", "Exit status:\n  0  ")]
    assert parts == sorted(parts)


def test_help_shows_options_in_groups():
    out = run_program("--help")[1]
    assert re.findall(r"^(\w+):\n  --", out, re.MULTILINE) == ["Connections", "State", "Behaviour", "Logs", "Checks", "Verify"]
    told = " ".join(out.split())
    assert "--port N port to listen on; 0 picks a free one (default: 3343)" in told
    assert "--log-level is EDGES_EMULATOR_LOG_LEVEL" in told


def test_help_of_a_command_is_about_that_command():
    by_word, by_option = run_program("help", "healthcheck")[1], run_program("healthcheck", "--help")[1]
    assert by_word == by_option
    assert "Usage: edges-emulator healthcheck" in by_word
    assert "--wait TIME" in by_word and "--port N" in by_word
    assert "--fixture" not in by_word and "--format" not in by_word
    assert "--wait" not in run_program("help", "serve")[1]


def test_help_of_an_unknown_command_is_told_what_was_meant():
    assert_usage(["help", "healtcheck"], "unknown command healtcheck", "did you mean healthcheck?")


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
    status, _, err = run_program("--port", "0", env={"EDGES_EMULATOR_ZEBRA": "0"})
    assert (status, err) == (2, "edges-emulator: unknown environment variable EDGES_EMULATOR_ZEBRA; "
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
    ["-1"], ["validate"], ["validate", "--nope"], ["validate", "a", "b"], ["help", "serve", "me"],
    ["--wait", "1s"], ["healthcheck", "--wait", "soon"], ["healthcheck", "--wait", "11m"],
    ["healthcheck", "--format", "json"], ["validate", "--format", "xml", "-"], ["docs", "assumptions", "too"],
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


def test_healthcheck_takes_a_url(start):
    port = start().port
    for url in f"http://127.0.0.1:{port}", f"http://localhost:{port}/", f"HTTP://127.0.0.1:{port}/v1?a#b":
        assert run_program("healthcheck", "--url", url) == (0, "", ""), url
        assert run_program("healthcheck", env={"EDGES_EMULATOR_URL": url})[0] == 0


def test_healthcheck_takes_the_url_of_an_ipv6_address(start):
    port = start("--listen", "::1").port
    assert run_program("healthcheck", "--url", f"http://[::1]:{port}/")[0] == 0


def test_healthcheck_by_an_option_beats_the_variable_of_the_url(start):
    port = start().port
    assert run_program("healthcheck", "--port", port, env={"EDGES_EMULATOR_URL": "http://127.0.0.1:1"})[0] == 0
    assert run_program("healthcheck", env={"EDGES_EMULATOR_PORT": str(port), "EDGES_EMULATOR_URL": "http://127.0.0.1:1"})[0] == 1


@pytest.mark.parametrize("url", [
    "127.0.0.1:3343", "https://127.0.0.1:3343", "http://", "http://:3343", "http://[::1", "http://h:99999", "http://h:0",
    "http://h:80x", "http://h:", "http://me@h:1", "ftp://h"])
def test_what_is_no_url_of_a_server_is_a_usage_error(url):
    assert_usage(["healthcheck", "--url", url], f'--url cannot be "{url}"; it takes a URL such as http://127.0.0.1:3343')


def test_the_variable_of_the_url_is_known_to_every_command(start):
    start(env={"EDGES_EMULATOR_URL": "http://127.0.0.1:1"})


def test_healthcheck_waits_until_a_server_is_ready(start):
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        port = bound.getsockname()[1]
    waiting = subprocess.Popen([PROGRAM, "healthcheck", "--wait", "20s", "--port", str(port)], env=environment())
    try:
        assert waiting.poll() is None
        start("--port", port)
        assert waiting.wait(20) == 0
    finally:
        waiting.kill()


def test_healthcheck_waits_no_longer_than_it_was_told():
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        status, _, err = run_program("healthcheck", "--wait", "120ms", "--port", bound.getsockname()[1])
    assert status == 1 and "no server is ready at 127.0.0.1 port" in err


@pytest.mark.parametrize("arguments", [["healthcheck", "--wait", "2"], ["verify", "--reply-timeout", "10"]], ids=lambda each: each[0])
def test_a_time_has_a_unit(arguments):
    """2 was taken for 2 ms."""
    assert_usage(arguments, f'{arguments[1]} cannot be "{arguments[2]}"; it takes a time with its unit, such as 2s or 500ms')


def test_no_time_needs_no_unit():
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        assert run_program("healthcheck", "--wait", "0", "--port", bound.getsockname()[1])[0] == 1


def test_healthcheck_of_nobody_says_what_to_do():
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        port = bound.getsockname()[1]
        err = run_program("healthcheck", "--port", port)[2]
    assert err == (f"edges-emulator: no server is ready at 127.0.0.1 port {port}; start edges-emulator, name another by --url or --port, "
                   "or give it time by --wait 30s\n")


@pytest.mark.parametrize("arguments", [
    ["validate", "--port", "5", "-"], ["validate", "--assume", "bad-query.code=400", "-"], ["docs", "--log-level", "info"], ["verify", "--db", "x"],
    ["coverage", "--fixture", "demo"], ["healthcheck", "--clock", "frozen"]], ids=lambda each: " ".join(each[:2]))
def test_a_command_refuses_an_option_that_it_does_not_use(arguments):
    assert_usage(arguments, f"{arguments[1]} is an option of serve; see edges-emulator help serve")


def test_help_of_validate_has_its_exit_statuses_and_formats_alone():
    told = " ".join(run_program("validate", "--help")[1].split())
    assert "Exit status: 0 the command succeeded 1 failed while running 2 wrong option, variable or argument 3 bad fixture Each option" in told
    assert "--format text|json form of the result" in told and "junit" not in told
    assert "--format text|json|junit|markdown form of the result" in " ".join(run_program("coverage", "--help")[1].split())
    assert "1 failed while running; no server is ready 2 " in " ".join(run_program("healthcheck", "--help")[1].split())


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
