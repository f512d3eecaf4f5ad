"""The manual as the stories read it: its fenced blocks, and its commands, run as they stand."""

import json
import pathlib
import re
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.M | re.S)
SERVER = "127.0.0.1:3343"

# What no story can run: it takes the machine's Docker, builds, or asks the real service (test_verify.py asks an emulator).
NOT_HERE = {
    "docker build -t edges-emulator .",
    "docker run --rm -p 127.0.0.1:3343:3343 --add-host=host.docker.internal:host-gateway --read-only --cap-drop=ALL edges-emulator",
    "./run",
    "EDGES_API_KEY=... edges-emulator verify --against https://api.edges.run/v1",
    "EDGES_API_KEY=... edges-emulator verify --against https://api.edges.run/v1 --save verified.json",
    "edges-emulator --assume @verified.json",
}


def blocks(page, language):
    """The contents of its blocks of this language."""
    return [text for name, text in FENCE.findall((ROOT / page).read_text("utf-8")) if name == language]


def commands(page):
    """Each line of its shell blocks that can be run here."""
    lines = "".join(blocks(page, "sh")).replace("\\\n", " ").splitlines()
    return [line for line in lines if line not in NOT_HERE]


def status_of(item):
    """What identifies a reply: the status of an error, of a run, of a schedule; a delivery's run's."""
    if not isinstance(item, dict):
        return None
    return item.get("status_code", item.get("flow_run_status", item.get("status")))


def run(command, port):
    """What came back: the status of each item of a list, or of the one thing; None where there is none."""
    here = command.replace(SERVER, f"127.0.0.1:{port}").replace("curl ", "curl -sS ", 1)
    done = subprocess.run(["bash", "-c", here], cwd=ROOT, capture_output=True, text=True, timeout=20)
    assert done.returncode == 0, (command, done.stdout, done.stderr)
    reply = json.loads(done.stdout.rpartition("\n\n")[2])
    if not isinstance(reply, list):
        return status_of(reply)
    shown = [status_of(item) for item in reply]
    return shown if any(shown) or not shown else None
