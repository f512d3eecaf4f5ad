"""The recipes that need packages of npm: Vitest, Jest, TypeScript, and a generated client."""

import pytest
from recipes import Process, copy, env_of_a_developer, npm_install, run


@pytest.fixture(scope="module")
def node(tmp_path_factory):
    folder = copy("node", tmp_path_factory.mktemp("node"))
    npm_install(folder)
    return folder


def test_vitest(node):
    status, said = run(node, "npm", "run", "--silent", "test:vitest")
    assert status == 0 and "2 passed" in said, said


def test_jest(node):
    status, said = run(node, "npm", "run", "--silent", "test:jest")
    assert status == 0 and "Tests:       2 passed, 2 total" in said, said


def test_the_types_of_the_helper_are_strict(node):
    assert run(node, "npm", "run", "--silent", "check") == (0, "")


def test_the_types_of_the_helper_refuse_what_it_does_not_take(node):
    (node / "wrong.mts").write_text('import { startEmulator } from "./emulator.mjs";\n'
                                    'const edges = (await startEmulator()).workspace();\n'
                                    'await edges.createRun({ status: "DONE" });\nedges.fault({ staus: 503 });\n'
                                    'await edges.wait({ journal: 1, exactly: true });\n'
                                    'edges.fault({ duplicate: 2 }, { callback: true });\n'
                                    'const methods: string[] = (await edges.journal()).map((each) => each.request.method);\n'
                                    'console.log(methods);\n')
    status, said = run(node, "npx", "tsc", "--noEmit", "--strict", "--module", "nodenext", "--target", "es2022",
                       "--skipLibCheck", "wrong.mts")
    assert status != 0 and "wrong.mts(3,25)" in said and "wrong.mts(4,15)" in said and said.count("error TS") == 2, said


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
