"""What the command line says of a mistake: the thing, then the way out, in one line."""

import os
import subprocess

import pytest
from process import PROGRAM, environment, run_program

MESSAGES = {
    ("--port",): "--port needs a value: --port N",
    ("--port", ""): "--port needs a value: --port N",
    ("--log-level=",): "--log-level needs a value: --log-level error|warn|info",
    ("--strict-fidelity=",): "--strict-fidelity needs a value: --strict-fidelity=false|true",
    ("validate", "--format"): "--format needs a value: --format text|json",
    ("validate",): "validate needs FILE; see edges-emulator help validate",
    ("validate", "a", "b"): 'unexpected argument "b"; see edges-emulator help validate',
    ("start",): "unknown command start; did you mean serve?",
    ("run",): "unknown command run; did you mean serve?",
    ("up",): "unknown command up; did you mean serve?",
    ("check", "world.json"): "unknown command check; did you mean validate?",
    ("lint", "world.json"): "unknown command lint; did you mean validate?",
    ("health",): "unknown command health; did you mean healthcheck?",
    ("version",): "unknown command version; did you mean --version?",
    ("completion", "bash"): "unknown command completion; did you mean docs completion?",
    ("man",): "unknown command man; did you mean docs man?",
    ("--host", "0.0.0.0"): "unknown option --host; did you mean --listen?",
    ("--host=0.0.0.0",): "unknown option --host=0.0.0.0; did you mean --listen?",
    ("-p", "3343"): "unknown option -p; did you mean --port?",
    ("--seed", "1"): "unknown option --seed; did you mean --random-seed?",
    ("--verbose",): "unknown option --verbose; did you mean --log-level info?",
    ("--frozen",): "unknown option --frozen; did you mean --clock frozen?",
    ("--strict",): "unknown option --strict; did you mean --strict-fidelity?",
    ("--bind", "x"): "unknown option --bind; did you mean --listen?",
    ("--address", "x"): "unknown option --address; did you mean --listen?",
    ("-v",): "unknown option -v; did you mean --version?",
    ("--data", "x.json"): "unknown option --data; did you mean --fixture?",
    ("--database", "x.db"): "unknown option --database; did you mean --db?",
    ("--time", "x"): "unknown option --time; did you mean --clock?",
    ("--debug",): "unknown option --debug; did you mean --log-level info?",
    ("--quiet",): "unknown option --quiet; did you mean --log-level error?",
    ("--cors", "*"): "unknown option --cors; did you mean --allowed-origin?",
    ("--origin", "*"): "unknown option --origin; did you mean --allowed-origin?",
    ("--ui",): "unknown option --ui; did you mean --page?",
    ("serve", "now"): 'unexpected argument "now"; see edges-emulator help serve',
    ("docs", "assumptions", "too"): 'unexpected argument "too"; see edges-emulator help docs',
    ("docs", "man", "too"): 'unexpected argument "too"; see edges-emulator help docs',
    ("--assume", "cancel.statu=FAILED"): '--assume cannot be "cancel.statu=FAILED"; did you mean cancel.status?',
    ("--assume", "cancel.status=FAILD"): '--assume cannot be "cancel.status=FAILD"; it takes cancel.status=STOPPED|FAILED',
    ("--assume", "nothing=x"): '--assume cannot be "nothing=x"; it takes ID=VALUE, with an ID that edges-emulator docs assumptions lists, or @FILE',
    ("--assume", "@/nowhere"): '--assume cannot read "/nowhere": No such file or directory; it takes @FILE, a file that verify --save wrote',
    ("--allowed-host", "http://web.example"): '--allowed-host has "http://web.example"; it takes a name such as emulator.example.com, without a scheme, a port or a path',
    ("--allowed-host", "web.example:8080"): '--allowed-host has "web.example:8080"; it takes a name such as emulator.example.com, without a scheme, a port or a path',
    ("verify", "--replay", "/nowhere"): '--replay cannot read "/nowhere": No such file or directory; it takes a folder that verify --record wrote',
    ("verify", "--run", "x"): '--run cannot be "x"; it takes the uid of a finished run',
    ("verify", "--flow", "a/b"): '--flow cannot be "a/b"; it takes the slug of a flow',
    ("verify", "--input", "x"): '--input cannot be "x"; it takes a JSON object',
    ("verify", "--against", "http://127.0.0.1:1/v1", "--save", "/nowhere/x"):
        "cannot write /nowhere/x: No such file or directory; name another place by --save or --record",
    ("verify", "--against", "http://api.edges.run/v1"):
        "--against takes http only to this machine, because the key would be sent in clear; use https",
}


@pytest.mark.parametrize("arguments", MESSAGES, ids=" ".join)
def test_a_mistake_is_named_with_the_way_out(arguments):
    status, out, err = run_program(*arguments, env={"EDGES_API_KEY": "a-key"})
    assert (status, out, err) == (2, "", f"edges-emulator: {MESSAGES[arguments]}\n")


def test_a_table_that_there_is_not():
    status, _, err = run_program("docs", "nothing")
    assert status == 2
    assert err.startswith('edges-emulator: docs has no table "nothing"; there are routes, ')
    assert err.endswith(" man and completion\n")


def test_a_service_that_is_not_reached_is_named():
    status, _, err = run_program("verify", "--against", "http://127.0.0.1:1/v1", env={"EDGES_API_KEY": "a-key"})
    assert (status, err) == (6, "edges-emulator: verify stopped: no reply from http://127.0.0.1:1/v1: Couldn't connect to server; name another service by --against\n")


@pytest.mark.parametrize("name", ["emulator.example.com", "EMULATOR_1.Example.com.", "10.0.0.7"])
def test_a_host_name_is_taken(start, name):
    assert start("--allowed-host", name).get("/_emulator/health", key=None).status == 200


NO_ROOM = "edges-emulator: cannot write to stdout: No space left on device; send it to another place\n"
CLOSED = "edges-emulator: cannot write to stdout: Bad file descriptor; send it to another place\n"


@pytest.mark.parametrize("redirect, message", [(">/dev/full", NO_ROOM), (">&-", CLOSED)], ids=["full", "closed"])
@pytest.mark.parametrize("arguments", ["validate demo", "validate --format json demo", "docs", "docs man", "docs completion zsh", "help", "--version"])
def test_output_that_cannot_be_written_is_a_failure(arguments, redirect, message):
    done = subprocess.run(f"{PROGRAM} {arguments} {redirect}", shell=True, env=environment(), stderr=subprocess.PIPE, timeout=20)
    assert (done.returncode, done.stderr.decode()) == (1, message)


def test_a_bad_fixture_stays_one_when_that_cannot_be_written(fixture_file):
    path = fixture_file(text="{")
    done = subprocess.run(f"{PROGRAM} validate --format json {path} >/dev/full", shell=True, env=environment(), stderr=subprocess.PIPE, timeout=20)
    assert (done.returncode, done.stderr.decode()) == (3, NO_ROOM)


def test_a_server_goes_on_when_nobody_reads_its_ready_line():
    ours, its = os.pipe()
    os.close(ours)
    child = subprocess.Popen([PROGRAM, "--port", "0"], env=environment(), stdout=its, stderr=subprocess.PIPE)
    os.close(its)
    with pytest.raises(subprocess.TimeoutExpired):
        child.wait(0.3)
    child.terminate()
    assert (child.wait(10), child.stderr.read()) == (0, b"")
    child.stderr.close()
