"""The README's commands, copied and pasted: in their order, against one server."""

import json
import pathlib
import re
import subprocess

README = pathlib.Path(__file__).resolve().parents[2] / "README.md"
COMMANDS = re.findall(r"^    (curl .*)$", README.read_text(), re.M)

# what each of them shows: the status of the run that comes back, or of each in the list
SHOWN = ["STOPPED", ["RUNNING", "QUEUED"], None, "QUEUED", "RUNNING", None, "CREATED", None, ["SUCCEEDED"],
         "ACTIVE", ["ACTIVE"] * 2, "PAUSED", None, ["callback"] * 5, "RUNNING", None,
         503, None, None, [503], None, 422, 422, None, None]


def statuses(reply):
    if isinstance(reply, list):
        return ["callback" if "tries" in each else each["status"] for each in reply]
    return reply.get("status_code", reply.get("status"))


def test_the_commands_work_as_they_stand(start):
    emulator = start("--clock", "real")
    shown = []
    for command in COMMANDS:
        here = command.replace("127.0.0.1:3343", f"127.0.0.1:{emulator.process.port}")
        done = subprocess.run(["bash", "-c", here.replace("curl ", "curl -sS ", 1)],
                              capture_output=True, text=True, timeout=10)
        assert done.returncode == 0, (command, done.stderr)
        shown.append(statuses(json.loads(done.stdout.rpartition("\n\n")[2])))
    assert shown == SHOWN
