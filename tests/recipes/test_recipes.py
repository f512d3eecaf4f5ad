"""The recipes that need nothing but Debian: helpers for node:test and pytest, and what CI systems read."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request

import pytest
import yaml
from recipes import PROGRAM, RECIPES, ROOT, Process, callback_hosts, copy, env_of_a_developer, labels, run

NODE_TESTS = "# pass 7\n# fail 0"
PYTHON_TESTS = "6 passed"


def node_test(tmp_path, **env):
    return run(copy("node", tmp_path), "node", "--test", env=env_of_a_developer(**env))


def python_test(tmp_path, **env):
    return run(copy("python", tmp_path), sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider",
               env=env_of_a_developer(**env))


HELPERS = [(node_test, NODE_TESTS), (python_test, PYTHON_TESTS)]


@pytest.mark.parametrize("test, passed", HELPERS)
def test_a_helper_starts_the_program(tmp_path, test, passed):
    status, said = test(tmp_path)
    assert status == 0 and passed in said, said


@pytest.mark.parametrize("test, passed, name", [(*HELPERS[0], "cancels a run"), (*HELPERS[1], "test_cancel.py::test_cancels_a_run")])
def test_a_helper_uses_the_server_that_runs(tmp_path, test, passed, name):
    server = Process(["--port", "0", "--log-format", "json"])
    try:
        status, said = test(tmp_path, EDGES_EMULATOR_URL=f"http://127.0.0.1:{server.port}/", EDGES_PROGRAM="/nowhere", RECEIVER_HOST="localhost")
        assert status == 0 and passed in said, said
        assert name in labels(server)
        assert callback_hosts(server) == {"localhost"}
        server.stop()
        assert server.stderr().count('"operation":"cancelFlowRun"') >= 5
    finally:
        server.close()


@pytest.mark.parametrize("test", [test for test, _ in HELPERS])
def test_a_helper_names_the_program_that_it_cannot_start(tmp_path, test):
    status, said = test(tmp_path, EDGES_PROGRAM="/nowhere/edges-emulator")
    assert status != 0 and "/nowhere/edges-emulator" in said, said


@pytest.mark.parametrize("test", [test for test, _ in HELPERS])
def test_a_helper_names_the_server_that_does_not_answer(tmp_path, test):
    server = Process(["--port", "0"])
    try:
        for url in "127.0.0.1:3343", "http://127.0.0.1:1", f"http://127.0.0.1:{server.port}/nowhere":
            status, said = test(tmp_path, EDGES_EMULATOR_URL=url)
            assert status != 0 and f"no emulator answers at EDGES_EMULATOR_URL={url}: " in said, said
    finally:
        server.close()


def test_the_helper_for_pytest_takes_bools_and_options(tmp_path):
    helper = copy("python", tmp_path) / "conftest.py"
    helper.write_text(helper.read_text("utf-8").replace("return []", 'return ["--fixture", "empty"]'), "utf-8")
    (tmp_path / "test_mine.py").write_text(
        "def test_mine(edges):\n"
        "    assert edges.call('GET', '/v1/flows/runs') == []\n"
        "    assert edges.wait(idle=True, patient=False)\n"
        "    assert edges.wait(run=edges.create_run('QUEUED')['uid'], status=['RUNNING', 'QUEUED'])\n"
        "    assert edges.reset(clock='2026-01-01T00:00:00Z', fixture='empty')['now'] == '2026-01-01T00:00:00.000Z'\n", "utf-8")  # fmt: skip
    status, said = run(tmp_path, sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_mine.py")
    assert status == 0 and "1 passed" in said, said


NODE_GUESSES = """
const e = await (await import("./emulator.cjs")).startEmulator();
const w = e.workspace();
await w.freeze("2026-01-01T00:00:00Z");
console.log((await w.advance("90s")).length, (await w.advance({ to: "2026-01-02T00:00:00Z" })).length);
for (const effect of [{ status: 502, html: true }, { status: 500, body: { error: "other" } }, { status: 200, body: "{" }, { status: 503 }]) {
  await w.fault(effect, { times: 1 });
  await w.call("GET", "/v1/flows/runs").catch(({ message }) => console.log(message.replaceAll("\\n", " ")));
}
await e.stop();
"""
PYTHON_GUESSES = """
def test_mine(edges):
    edges.freeze("2026-01-01T00:00:00Z")
    print(len(edges.advance("90s")), len(edges.advance(to="2026-01-02T00:00:00Z")))
    for effect in {"status": 502, "html": True}, {"status": 500, "body": {"error": "other"}}, {"status": 200, "body": "{"}, {"status": 503}:
        edges.fault(effect, times=1)
        try:
            edges.call("GET", "/v1/flows/runs")
        except (AssertionError, ValueError) as error:
            print(str(error).replace(chr(10), " "))
"""
GUESSED = [
    "0 0",
    "GET /v1/flows/runs: 502 <!DOCTYPE html> <html> <title>502</title>",
    'GET /v1/flows/runs: 500 {"error":"other"}',
    None,  # a success that is no JSON
    "GET /v1/flows/runs: 503 fault rule 4 asked for this status",
]


@pytest.mark.parametrize("name", ["node", "python"])
def test_a_helper_advances_as_the_api_does_and_tells_errors_that_are_no_json(tmp_path, name):
    folder = copy(name, tmp_path)
    (folder / "test_mine.py").write_text(PYTHON_GUESSES)
    command = ["node", "--input-type=module", "-e", NODE_GUESSES]
    if name == "python":
        command = [sys.executable, "-m", "pytest", "-q", "-s", "-p", "no:cacheprovider", "test_mine.py"]
    status, said = run(folder, *command)
    lines = said.splitlines()
    assert status == 0 and len(lines) >= len(GUESSED), said
    for line, wanted in zip(lines, GUESSED):
        assert wanted is None or line.startswith(wanted), said


@pytest.mark.parametrize("test", [test for test, _ in HELPERS])
def test_a_helper_says_that_the_program_ended_too_early(tmp_path, test):
    (tmp_path / "program").write_text(f'#!/bin/sh\nexec "{PROGRAM}" --no-such-option\n')
    (tmp_path / "program").chmod(0o755)
    status, said = test(tmp_path, EDGES_PROGRAM=str(tmp_path / "program"))
    assert status != 0 and "ended with exit status 2 before it was ready" in said, said


def test_a_helper_that_is_not_stopped_leaves_no_server_behind(tmp_path):
    script = 'const e = await (await import("./emulator.cjs")).startEmulator(); console.log(e.url)'
    status, url = run(copy("node", tmp_path), "node", "--input-type=module", "-e", script, timeout=20)
    assert status == 0, url
    assert run(tmp_path, PROGRAM, "healthcheck", "--url", url.strip())[0] == 1


@pytest.mark.parametrize("name, file, text, command", [
    ("python", "test_killed.py", "import os\n\n\ndef test_it(edges):\n    os.kill(os.getpid(), 9)\n",
     [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "test_killed.py"]),
    ("node", "killed.cjs", 'require("./emulator.cjs").startEmulator().then(() => process.kill(process.pid, "SIGKILL"));\n',
     ["node", "killed.cjs"])], ids=["python", "node"])  # fmt: skip
def test_the_server_ends_with_a_test_run_that_is_killed(tmp_path, name, file, text, command):
    """It has the same stderr, which run() reads to the end."""
    (copy(name, tmp_path / "recipe") / file).write_text(text)
    status, said = run(tmp_path / "recipe", *command, timeout=60)
    assert status == -9, said


def test_options_for_a_server_that_runs_already_are_named(tmp_path):
    server = Process(["--port", "0"])
    try:
        url = f"http://127.0.0.1:{server.port}"
        folder = copy("python", tmp_path / "python")
        (folder / "conftest.py").write_text((folder / "conftest.py").read_text().replace("return []", 'return ["--clock", "frozen"]'))
        status, said = run(folder, sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "test_cancel.py", env=env_of_a_developer(EDGES_EMULATOR_URL=url))
        assert status == 0 and "edges_options are not used, because EDGES_EMULATOR_URL is set" in said
        (copy("node", tmp_path / "node") / "args.cjs").write_text('require("./emulator.cjs").startEmulator({ args: ["--clock", "frozen"] });\n')
        status, said = run(tmp_path / "node", "node", "args.cjs", env=env_of_a_developer(EDGES_EMULATOR_URL=url))
        assert status == 0 and "args are not used, because EDGES_EMULATOR_URL is set" in said
    finally:
        server.close()


def test_the_server_of_a_helper_writes_what_clients_have_tried(tmp_path):
    script = ('const { startEmulator } = require("./emulator.cjs");\n'
              'startEmulator({ args: ["--coverage", "coverage.json"] }).then(async (emulator) => {\n'
              '  await emulator.workspace().call("GET", "/v1/flows/runs");\n  await emulator.stop();\n});')
    assert run(copy("node", tmp_path), "node", "-e", script, timeout=20) == (0, "")
    status, said = run(tmp_path, PROGRAM, "coverage", "coverage.json")
    assert status == 0 and " by 1 calls since " in said, said


def document(name):
    return yaml.safe_load((RECIPES / name).read_text("utf-8"))


def test_the_action_for_github_starts_the_program(tmp_path):
    action = document("ci/github-action.yml")
    assert action["runs"]["using"] == "composite"
    step, = action["runs"]["steps"]
    given = {"program": PROGRAM, "port": "0", "fixture": str(ROOT / "fixtures/empty.json")}
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        given["port"] = str(free.getsockname()[1])
    env = {name: re.fullmatch(r"\$\{\{ inputs\.(\w+) \}\}", value)[1] for name, value in step["env"].items()}
    assert sorted(env.values()) == sorted(action["inputs"]) == sorted(given)
    env = env_of_a_developer(**{name: given[value] for name, value in env.items()}, RUNNER_TEMP=str(tmp_path),
                             GITHUB_ENV=str(tmp_path / "env"))
    del env["EDGES_EMULATOR_STRICT_FIDELITY"]
    shell = subprocess.Popen(["bash", "-e", "-o", "pipefail", "-c", step["run"]], env=env, start_new_session=True)
    try:
        assert shell.wait(60) == 0
        url = (tmp_path / "env").read_text().strip().partition("EDGES_EMULATOR_URL=")[2]
        assert url == f"http://127.0.0.1:{given['port']}"
        assert run(tmp_path, PROGRAM, "healthcheck", "--url", url)[0] == 0
        assert "(fixture " + given["fixture"] in (tmp_path / "edges-emulator.log").read_text()
    finally:
        os.killpg(shell.pid, signal.SIGTERM)


def test_the_workflow_for_github_waits_for_the_service_and_tells_its_address():
    job = document("ci/github-workflow.yml")["jobs"]["test"]
    assert job["services"] == {"emulator": {"image": "${{ vars.IMAGE }}", "ports": ["3343:3343"],
                                            "options": "--add-host=host.docker.internal:host-gateway"}}
    assert job["env"] == {"EDGES_EMULATOR_URL": "http://127.0.0.1:3343", "RECEIVER_HOST": "host.docker.internal"}


def test_the_job_for_gitlab_tells_the_address_of_its_service():
    job = document("ci/gitlab-ci.yml")["test"]
    assert job["services"] == [{"name": "$IMAGE", "alias": "emulator"}]
    assert job["variables"] == {"EDGES_EMULATOR_URL": "http://emulator:3343", "FF_NETWORK_PER_BUILD": "true", "RECEIVER_HOST": "build"}


def test_the_sidecar_for_kubernetes_runs_as_the_image_does_and_is_probed_where_the_program_answers():
    """Read, not run: no cluster is at hand here."""
    pod = document("ci/kubernetes-job.yml")["spec"]["template"]["spec"]
    (sidecar,), (tests,) = pod["initContainers"], pod["containers"]
    assert (sidecar["restartPolicy"], pod["restartPolicy"]) == ("Always", "Never")
    user = sidecar["securityContext"]["runAsUser"]
    assert f"\nUSER {user}:{user}\n" in (ROOT / "Dockerfile").read_text() and sidecar["securityContext"]["readOnlyRootFilesystem"]
    assert tests["env"] == [{"name": "EDGES_EMULATOR_URL", "value": "http://127.0.0.1:3343"}]
    assert sidecar["ports"] == [{"containerPort": 3343}]
    server = Process(["--port", "0", "--listen", "0.0.0.0"])
    try:
        for probe in "startupProbe", "livenessProbe":
            asked = sidecar[probe]["httpGet"]
            assert asked["port"] == 3343
            # As the kubelet asks: by the address of the pod.
            request = urllib.request.Request(f"http://127.0.0.1:{server.port}{asked['path']}", headers={"Host": "10.1.2.3:3343"})
            assert urllib.request.urlopen(request, timeout=20).status == 200
        server.stop()
    finally:
        server.close()


def test_the_feature_for_dev_containers_is_one_by_their_specification():
    folder = RECIPES / "devcontainer/edges-emulator"
    feature = json.loads((folder / "devcontainer-feature.json").read_text("utf-8"))
    assert {type(feature.pop(name)) for name in ("name", "description")} == {str}
    assert feature.pop("id") == folder.name
    assert run(ROOT, PROGRAM, "--version")[1] == f"edges-emulator {feature.pop('version')}\n"
    script = (folder / "install.sh").read_text("utf-8")
    assert f"cat >{feature.pop('entrypoint')} <<" in script and os.access(folder / "install.sh", os.X_OK)
    assert all(isinstance(value, str) for value in feature.pop("containerEnv").values())
    for name, option in feature.pop("options").items():
        assert set(option) == {"type", "default", "description"} and f"${{{name.upper()}:-}}" in script
        assert {"string": str, "boolean": bool}[option["type"]] is type(option["default"])
    assert feature == {}, "only members of the specification"


def test_the_scripts_of_recipes_are_sound():
    for script in RECIPES.rglob("*.sh"):
        assert run(ROOT, "shellcheck", script) == (0, "")


FILES = sorted(path for path in RECIPES.rglob("*") if path.is_file() and "__pycache__" not in path.parts)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(RECIPES)))
def test_a_recipe_names_only_variables_and_options_that_the_program_knows(path):
    text = path.read_text("utf-8")
    for name in set(re.findall(r"\bEDGES_EMULATOR_[A-Z_]+", text)):
        assert run(ROOT, PROGRAM, "--version", env={name: "1"})[0] == 0, name
    known = run(ROOT, PROGRAM, "--help")[1]
    for line in text.splitlines():
        if re.search(r"PROGRAM|edges-emulator |--port", line) and "docker" not in line:
            assert not [each for each in re.findall(r"(?<=[\s\"'])--[a-z-]+", line) if each not in known], line


def test_every_recipe_is_in_the_index():
    index = (RECIPES / "README.md").read_text("utf-8")
    for path in FILES:
        name = str(path.relative_to(RECIPES))
        assert name == "README.md" or f"({name})" in index, name
