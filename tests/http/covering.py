"""What stories of coverage share: the report, and a curl that is much faster than the real one.

The commands of the report are lines of curl. There are two hundred, so most are read here and sent by http.client;
test_a_shell_runs_the_commands gives some to a real shell.
"""

import http.client
import os
import re
import shlex
import subprocess

VARIABLE = re.compile(r"\$\{(\w+):-(\w+)\}|\$(\w+)")


def report(emulator):
    reply = emulator.get("/_emulator/coverage", key=None)
    assert reply.status == 200, reply
    return reply.json


def dimension(emulator, name):
    return next(each for each in report(emulator)["dimensions"] if each["dimension"] == name)


def counts(emulator, name):
    """How often each cell of a dimension was covered; those that were not are left out."""
    return {each["cell"]: each["count"] for each in dimension(emulator, name)["counts"] if each["count"]}


def run_in_shell(command, receiver_url=""):
    return subprocess.run(["sh", "-c", command], env={**os.environ, "RECEIVER_URL": receiver_url}, capture_output=True, timeout=60)


def curl(words):
    """The calls that are here: -s, -X, -H, --json, --data-binary."""
    method, headers, body, url = None, {}, None, None
    words = iter(words)
    for word in words:
        if word == "-X":
            method = next(words)
        elif word == "-H":
            name, value = next(words).split(": ", 1)
            headers[name] = value
        elif word in ("--json", "--data-binary"):
            text = next(words)
            body = b"\0" * 1048577 if text == "@-" else text.encode()
            if word == "--json":
                headers["Content-Type"] = "application/json"
        elif word != "-s":
            assert url is None and word.startswith("http://"), word
            url = word
    host, _, target = url.removeprefix("http://").partition("/")
    connection = http.client.HTTPConnection(host, timeout=20)
    try:
        connection.request(method or ("GET" if body is None else "POST"), f"/{target}", body, headers)
        connection.getresponse().read()
    except (http.client.HTTPException, OSError):
        pass  # what a fault does
    finally:
        connection.close()


def run(command, receiver_url=""):
    """The same as run_in_shell(), in a hundredth of the time."""
    for line in command.split("; "):
        words = shlex.split(VARIABLE.sub(lambda m: m[2] or receiver_url, line.replace("head -c 1048577 /dev/zero | ", "")))
        assert words[0] == "curl", line
        curl(words[1:])
