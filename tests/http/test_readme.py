"""What the manual shows can be copied and pasted: commands in their order, against one server, and programs."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from living import launch
from manual import ROOT, SERVER, blocks, commands, run
from process import PROGRAM, environment, run_program

# What each command shows: the status of the run, schedule or error that comes back, or of each in the list.
SHOWN = {
    "README.md": [
        "STOPPED", 422,
        None, "CREATED", None,
        "CREATED", None, None, ["RUNNING", "SUCCEEDED"],
        None, "STOPPED", None, [200],
        503, None,
        None, None,
    ],
    "docs/FIXTURES.md": [
        ["RUNNING", "RUNNING", "QUEUED"], None, "QUEUED", "RUNNING", "RUNNING",
        None, "ACTIVE",
        None,
        None, None, None,
        None, ["SUCCEEDED"],
    ],
    "docs/CLOCK.md": [
        None, None, None,
        "CREATED", None, ["SUCCEEDED"],
        None, "CREATED", None, ["SUCCEEDED"],
        "ACTIVE", ["ACTIVE", "ACTIVE"], "PAUSED", None,
    ],
    "docs/CALLBACKS.md": [None, "CREATED", None, ["RUNNING", "FAILED"], None, None],
    "docs/FAULTS.md": [503, None, None, None, None, None, None, None, None, ["CREATED"], 429, None, 422, None],
    "docs/JOURNAL.md": ["STOPPED", [200], "STOPPED", None, [200, 200], None, None, 422, 422, ["RUNNING"], None],
    "docs/COVERAGE.md": ["RUNNING", None, None, None, None],
    "docs/ASSUMPTIONS.md": [None, 409],
    "docs/PAGE.md": [["CREATED", "INVALID", "QUEUED", "SCHEDULED", "BLOCKED", "STOPPED", "RUNNING", "FAILED",
                      "PARTIAL_SUCCEEDED", "SUCCEEDED"]],
    "docs/TROUBLESHOOTING.md": [None],
}


def test_every_page_with_commands_is_told():
    pages = [str(page.relative_to(ROOT)) for page in (ROOT / "README.md", *sorted(ROOT.glob("docs/*.md")))]
    assert {page for page in pages if commands(page)} == set(SHOWN)


@pytest.mark.parametrize("page", SHOWN)
def test_the_commands_work_as_they_stand(start, page):
    port = start("--clock", "real").process.port
    shown = []
    for command in commands(page):
        if command.startswith("curl "):
            shown.append(run(command, port))
        else:
            program, *arguments = command.split()
            assert program == "build/release/edges-emulator"
            arguments = [argument.replace(SERVER, f"127.0.0.1:{port}") for argument in arguments]
            assert run_program(*arguments, cwd=ROOT)[0] == 0
    assert shown == SHOWN[page]


def example(page, language, emulator):
    """The one program of a page in this language, for this server."""
    (text,) = blocks(page, language)
    return text.replace(SERVER, f"127.0.0.1:{emulator.process.port}")


# The client of the snippets, in the least that each language needs.
CLIENT = {
    "python": ("your_client.py", """
import json, types, urllib.request
class YourClient:
    def __init__(self, base_url, api_key):
        self.base_url, self.api_key = base_url, api_key
    def cancel(self, uid):
        request = urllib.request.Request(f"{self.base_url}/flows/runs/{uid}/cancel", headers={"X-API-Key": self.api_key}, method="POST")
        return types.SimpleNamespace(**json.load(urllib.request.urlopen(request)))
"""),
    "js": ("your-client.mjs", """
export class YourClient {
  constructor({ baseUrl, apiKey }) { Object.assign(this, { baseUrl, apiKey }); }
  async cancel(uid) {
    return (await fetch(`${this.baseUrl}/flows/runs/${uid}/cancel`, { method: "POST", headers: { "X-API-Key": this.apiKey } })).json();
  }
}
"""),
}


@pytest.mark.parametrize("language, helper, test, command, passed", [
    ("python", "python/conftest.py", "test_cancel.py", [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"], "1 passed"),
    ("js", "node/emulator.cjs", "cancel.test.mjs", ["node", "--test"], "# pass 1"),
], ids=["python", "node"])
def test_the_tests_of_the_readme_pass(tmp_path, language, helper, test, command, passed):
    (text,) = blocks("README.md", language)
    (tmp_path / Path(helper).name).write_text((ROOT / "docs/recipes" / helper).read_text())
    name, client = CLIENT[language]
    (tmp_path / name).write_text(client)
    (tmp_path / test).write_text(text)
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60,
                          env=environment({"EDGES_PROGRAM": PROGRAM}))
    assert done.returncode == 0 and passed in done.stdout, done.stdout + done.stderr


def test_the_receiver_of_the_manual_receives(emulator, tmp_path):
    program = tmp_path / "receiver.py"
    program.write_text(example("docs/CALLBACKS.md", "python", emulator))
    with subprocess.Popen([sys.executable, program, "0"], stdout=subprocess.PIPE, text=True) as receiver:
        try:
            url = receiver.stdout.readline().removeprefix("listening on ").strip()
            run = launch(emulator, callback={"url": url})
            assert emulator.post("/_emulator/clock/advance", {"by": "PT2S"}).status == 200
            said = json.loads(receiver.stdout.readline())
            assert said["flow_run"]["flow_run_uid"] == run
            assert said["flow_run"]["status"] == "RUNNING"
        finally:
            receiver.kill()
