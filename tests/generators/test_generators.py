"""What tools make of the contract: linters find nothing, clients compile and work, a collection of requests runs.

The tools come from npm, in the versions of package.json, into build/generators.
"""

import json
import os
import shutil
import subprocess
from pathlib import Path
from urllib.request import urlopen

import pytest

HERE = Path(__file__).resolve().parent
BUILD = HERE.parents[1] / "build" / "generators"
PROGRAM = os.environ["EDGES_EMULATOR"]
BIN = BUILD / "node_modules" / ".bin"
LIMIT = 120  # seconds for one tool

# The command of each generator. openapi-typescript-codegen is called by its file: another tool has its name, openapi.
GENERATORS = {
    "openapi-typescript": [BIN / "openapi-typescript", "openapi.json", "-o", "generated/openapi-typescript.ts"],
    "hey-api": [BIN / "openapi-ts", "-i", "openapi.json", "-o", "generated/hey-api",
                "-p", "@hey-api/client-fetch", "@hey-api/typescript", "@hey-api/sdk"],
    "oazapfts": [BIN / "oazapfts", "openapi.json", "generated/oazapfts.ts"],
    "orval": [BIN / "orval", "--config", "orval.config.js"],
    "openapi-typescript-codegen": ["node", "node_modules/openapi-typescript-codegen/bin/index.js", "--client", "fetch", "--useOptions",
                                   "--input", "openapi.json", "--output", "generated/openapi-typescript-codegen"],
}  # fmt: skip

# Of a collection made from the contract: three name what has to be made first, and wait takes one condition at a time.
REFUSED = {"replayCallback", "removeFault", "restoreSnapshot", "wait"}


def run(*command, env=None):
    done = subprocess.run(command, cwd=BUILD, capture_output=True, text=True, timeout=LIMIT, env={**os.environ, **(env or {})})
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def install():
    """The tools, unless those of this very package.json are there."""
    BUILD.mkdir(parents=True, exist_ok=True)
    wanted, installed = HERE / "package.json", BUILD / "installed.json"
    if not installed.is_file() or installed.read_bytes() != wanted.read_bytes():
        shutil.copy(wanted, BUILD)
        command = ["npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", "--no-package-lock", "--silent"]
        subprocess.run(command, cwd=BUILD, check=True, timeout=900)
        shutil.copy(wanted, installed)
    for file in (*HERE.glob("*.ts"), *HERE.glob("*.js"), *HERE.glob("*.yaml"), HERE / "tsconfig.json"):
        shutil.copy(file, BUILD)
    shutil.rmtree(BUILD / "generated", ignore_errors=True)
    (BUILD / "generated").mkdir()


@pytest.fixture(scope="module")
def server():
    """The address of an emulator with the fixture demo."""
    process = subprocess.Popen([PROGRAM, "--port", "0"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        yield process.stdout.readline().split(" listening on ")[1].split()[0]
    finally:
        process.terminate()
        assert process.wait(timeout=10) == 0


@pytest.fixture(scope="module", autouse=True)
def contract(server):
    """The contract as it is served, in openapi.json beside the tools."""
    install()
    with urlopen(f"{server}/_emulator/openapi.json") as reply:
        text = reply.read()
    (BUILD / "openapi.json").write_bytes(text)
    return json.loads(text)


def test_redocly_finds_nothing():
    found = json.loads(run(BIN / "redocly", "lint", "--format", "json", "openapi.json", env={"REDOCLY_TELEMETRY": "off"}))
    assert found["totals"] == {"errors": 0, "warnings": 0, "ignored": 0}, found["problems"]


def test_spectral_finds_nothing():
    run(BIN / "spectral", "lint", "--fail-severity", "hint", "--ruleset", "spectral.yaml", "openapi.json")


def test_swagger_parser_finds_nothing():
    run("node", "-e", "require('@apidevtools/swagger-parser').validate('openapi.json').catch(e => { console.error(e); process.exit(1) })")


@pytest.fixture(scope="module")
def generated(contract):
    for command in GENERATORS.values():
        run(*command)


def test_each_generated_client_compiles(generated):
    run(BIN / "tsc")


@pytest.mark.parametrize("generator", GENERATORS)
def test_a_generated_client_drives_reset_snapshots_faults_and_waits(generated, server, generator):
    run(BIN / "esbuild", f"{generator}.ts", "--bundle", "--platform=node", f"--outfile=generated/{generator}.js", "--log-level=error")
    run("node", f"generated/{generator}.js", env={"EDGES_EMULATOR_URL": server, "EDGES_API_KEY": f"key-{generator}"})


def test_a_postman_collection_runs_as_it_stands(contract, server):
    run(BIN / "openapi2postmanv2", "-s", "openapi.json", "-o", "collection.json", "-O", "parametersResolution=Example")
    subprocess.run([BIN / "newman", "run", "collection.json", "--timeout-request", "10000", "--env-var", f"baseUrl={server}", "--env-var", "apiKey=postman",
                    "--reporters", "json", "--reporter-json-export", "newman.json"], cwd=BUILD, timeout=LIMIT)  # fmt: skip
    names = {operation["summary"]: operation["operationId"] for item in contract["paths"].values() for operation in item.values()}
    sent = {names[each["item"]["name"]]: each.get("response", {}).get("code")
            for each in json.loads((BUILD / "newman.json").read_text("utf-8"))["run"]["executions"]}  # fmt: skip
    assert set(sent) == set(names.values())
    assert sent.pop("streamEvents") is None, "a stream has no end"
    assert {operation for operation, status in sent.items() if not status or status >= 300} == REFUSED, sent
