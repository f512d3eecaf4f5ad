"""The recipes that need packages of npm: Vitest, Jest, ts-jest, TypeScript, and a generated client."""

import re
import shutil

import pytest
from recipes import PROGRAM, RECIPES, Process, copy, env_of_a_developer, npm_install, run


@pytest.fixture(scope="module")
def node(tmp_path_factory):
    folder = copy("node", tmp_path_factory.mktemp("node"))
    npm_install(folder)
    return folder


def test_vitest(node):
    status, said = run(node, "npm", "run", "--silent", "test:vitest")
    assert status == 0 and "3 passed" in said, said


def test_jest(node):
    status, said = run(node, "npm", "run", "--silent", "test:jest")
    assert status == 0 and "Tests:       2 passed, 2 total" in said, said


@pytest.fixture(scope="module")
def ts_jest(tmp_path_factory):
    folder = copy("ts-jest", tmp_path_factory.mktemp("ts-jest"))
    for name in "emulator.cjs", "emulator.d.cts", "global-setup.mjs":
        shutil.copy(RECIPES / "node" / name, folder)
    npm_install(folder)
    return folder


def test_ts_jest(ts_jest):
    status, said = run(ts_jest, "npm", "run", "--silent", "test")
    assert status == 0 and "Tests:       2 passed, 2 total" in said, said
    assert run(ts_jest, "npm", "run", "--silent", "check") == (0, "")


def test_jest_with_require_and_without_a_global_setup(ts_jest, tmp_path):
    (ts_jest / "jest.config.json").write_text("{}")
    (ts_jest / "plain.test.js").write_text(
        'const { startEmulator } = require("./emulator.cjs");\n'
        'let emulator;\nbeforeAll(async () => { emulator = await startEmulator(); });\nafterAll(() => emulator.stop());\n'
        'test("answers", async () => {\n'
        '  expect(await emulator.workspace().wait({ idle: true })).toBeDefined();\n'
        '  require("node:fs").writeFileSync(process.env.TOLD, emulator.url);\n});\n')
    status, said = run(ts_jest, "npx", "jest", "--config", "jest.config.json", "plain", env=env_of_a_developer(TOLD=str(tmp_path / "url")))
    assert status == 0 and "Tests:       1 passed, 1 total" in said, said
    assert run(ts_jest, PROGRAM, "healthcheck", "--url", (tmp_path / "url").read_text())[0] == 1, "the server is stopped"


def test_the_types_of_the_helper_are_strict(node):
    assert run(node, "npm", "run", "--silent", "check") == (0, "")


def test_the_types_of_the_helper_refuse_what_it_does_not_take(node):
    (node / "wrong.mts").write_text('import { startEmulator } from "./emulator.cjs";\n'
                                    'const edges = (await startEmulator()).workspace();\n'
                                    'await edges.createRun({ status: "DONE" });\nedges.fault({ staus: 503 });\n'
                                    'await edges.wait({ journal: 1, exactly: true });\n'
                                    'edges.fault({ duplicate: 2 }, { callback: true });\n'
                                    'edges.fault({ status: 503 }, { operation: "cancelRun" });\n'
                                    'await edges.wait({ run: "", status: ["FAILED", "DONE"] });\n'
                                    'await edges.journal({ operation: "cancelRun" });\n'
                                    'const ended: boolean = (await edges.advance("PT1M")).some((each) => each.status === "DONE");\n'
                                    'const status: string | undefined = (await edges.wait({ run: "", finished: true })).run?.status;\n'
                                    'console.log(ended, status);\n'
                                    'const methods: string[] = (await edges.journal()).map((each) => each.request.method);\n'
                                    'console.log(methods);\n')
    status, said = run(node, "npx", "tsc", "--noEmit", "--strict", "--module", "nodenext", "--target", "es2022",
                       "--skipLibCheck", "wrong.mts")
    assert status != 0 and "wrong.mts(3,25)" in said and "wrong.mts(4,15)" in said, said
    assert re.findall(r"wrong.mts\((\d+),", said) == ["3", "4", "7", "8", "9", "10"], said


def test_a_generated_client_cancels_a_run(tmp_path):
    folder = copy("sdk", tmp_path)
    npm_install(folder)
    server = Process(["--port", "0"])
    try:
        env = env_of_a_developer(EDGES_EMULATOR_URL=f"http://127.0.0.1:{server.port}")
        for script in "generate", "build":
            status, said = run(folder, "npm", "run", "--silent", script, env=env)
            assert status == 0, said
        assert run(folder, "npm", "run", "--silent", "start", env=env) == (0, "STOPPED\nINVALID_STATUS\n")
        server.stop()
    finally:
        server.close()
