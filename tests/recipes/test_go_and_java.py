"""The helpers for Go and Java, with the compilers and the JUnit of Debian."""

import time

import pytest
from recipes import PROGRAM, Process, callback_hosts, copy, env_of_a_developer, labels, run

JAR = "/usr/share/java/{}.jar"
JUNIT = ":".join(JAR.format(name) for name in (
    "junit-platform-console", "junit-platform-commons", "junit-platform-engine", "junit-platform-launcher",
    "junit-platform-reporting", "junit-jupiter-api", "junit-jupiter-engine", "opentest4j", "apiguardian-api", "picocli"))


@pytest.fixture(scope="module", autouse=True)
def go_cache(tmp_path_factory):
    """One for all stories: compiling the standard library takes most of their time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GOCACHE", str(tmp_path_factory.mktemp("go-cache")))
        yield


def go_test(folder, **env):
    copy("go", folder)
    return run(folder, "go", "test", "-count=1", "./...", env=env_of_a_developer(**env), timeout=300)


def java_test(folder, *options, **env):
    copy("java", folder)
    status, said = run(folder, "javac", "-Xlint:all,-path", "-Werror", "-cp", JUNIT, "-d", "classes", "EdgesEmulator.java", "CancelTest.java", "CallbackTest.java")
    assert (status, said) == (0, "")
    return run(folder, "java", *options, "-cp", f"{JUNIT}:classes", "org.junit.platform.console.ConsoleLauncher", "--disable-banner",
               "--select-class", "CancelTest", "--select-class", "CallbackTest", env=env_of_a_developer(**env))


TESTS = [(go_test, "ok  \tedges.test/recipes"), (java_test, "6 tests successful")]


@pytest.mark.parametrize("test, passed", TESTS)
def test_a_helper_starts_the_program(tmp_path, test, passed):
    status, said = test(tmp_path / "recipe")
    assert status == 0 and passed in said, said


@pytest.mark.parametrize("test, passed, name", [(*TESTS[0], "TestCancelsARun"), (*TESTS[1], "cancelsARun(TestInfo)")])
def test_a_helper_uses_the_server_that_runs(tmp_path, test, passed, name):
    server = Process(["--port", "0"])
    try:
        status, said = test(tmp_path / "recipe", EDGES_EMULATOR_URL=f"http://127.0.0.1:{server.port}/v1/", EDGES_PROGRAM="/nowhere",
                            RECEIVER_HOST="localhost")
        assert status == 0 and passed in said, said
        assert name in labels(server)
        assert callback_hosts(server) == {"localhost"}
        server.stop()
        assert " 422 POST /v1/flows/runs/" in server.stderr() and " 200 POST /v1/flows/runs/" in server.stderr()
    finally:
        server.close()


def test_a_helper_gives_options_to_the_program(tmp_path):
    """The reports are written when the server has been stopped."""
    go, java = copy("go", tmp_path / "go"), copy("java", tmp_path / "java")
    main = (go / "cancel_test.go").read_text()
    (go / "cancel_test.go").write_text(main.replace("Main(m)", f'Main(m, "--coverage", "{tmp_path}/go.json")'))
    assert run(go, "go", "test", "-count=1", ".", env=env_of_a_developer(), timeout=300)[0] == 0
    status, said = java_test(java, f"-Dedges.options=--coverage {tmp_path}/java.json")
    assert status == 0, said
    end = time.monotonic() + 20
    while not (tmp_path / "java.json").exists() and time.monotonic() < end:
        time.sleep(0.05)
    for name in "go.json", "java.json":
        assert "cancelFlowRun" in (tmp_path / name).read_text()


@pytest.mark.parametrize("test", [test for test, _ in TESTS])
def test_a_helper_says_why_there_is_no_server(tmp_path, test):
    (tmp_path / "program").write_text(f'#!/bin/sh\nexec "{PROGRAM}" --no-such-option\n')
    (tmp_path / "program").chmod(0o755)
    for program, reason in ("/nowhere/edges-emulator", "/nowhere/edges-emulator"), (tmp_path / "program", "before it was ready"):
        status, said = test(tmp_path / "recipe", EDGES_PROGRAM=str(program))
        assert status != 0 and reason in said, said
    status, said = test(tmp_path / "recipe", EDGES_PROGRAM="/nowhere/edges-emulator")
    assert "cannot start /nowhere/edges-emulator: " in said and "; set EDGES_PROGRAM to its absolute path, or EDGES_EMULATOR_URL" in said, said


@pytest.mark.parametrize("test", [test for test, _ in TESTS])
def test_a_helper_names_the_server_that_does_not_answer(tmp_path, test):
    server = Process(["--port", "0"])
    try:
        for url in "127.0.0.1:3343", "http://127.0.0.1:1", f"http://127.0.0.1:{server.port}/nowhere":
            status, said = test(tmp_path / "recipe", EDGES_EMULATOR_URL=url)
            assert status != 0 and f"no emulator answers at EDGES_EMULATOR_URL={url}: " in said, said
            assert "; start one there, or unset it" in said, said
    finally:
        server.close()


def test_a_call_of_the_helper_for_go_that_is_refused_ends_the_test(tmp_path):
    """That of the helper for Java is in CancelTest.java."""
    folder = copy("go", tmp_path / "recipe")
    (folder / "wrong_test.go").write_text(
        'package recipes\n\nimport (\n\t"testing"\n\n\t"edges.test/recipes/edgestest"\n)\n\nfunc TestWrong(t *testing.T) {\n'
        '\tedgestest.New().Fault(t, edgestest.Object{"effect": edgestest.Object{"staus": 503}})\n}\n')
    status, said = run(folder, "go", "test", "-run", "TestWrong", timeout=300)
    assert status == 1 and "wrong_test.go:10: POST /_emulator/faults: 400 " in said and "did you mean" in said, said


def test_the_server_ends_with_a_test_for_go_that_panics(tmp_path):
    """Else go test would wait, and say nothing, for it has the same stderr."""
    folder = copy("go", tmp_path / "recipe")
    (folder / "panic_test.go").write_text('package recipes\n\nimport "testing"\n\nfunc TestPanic(t *testing.T) { panic("an end") }\n')
    status, said = run(folder, "go", "test", "-run", "TestPanic", timeout=120)
    assert status == 1 and "panic: an end" in said


def test_the_helper_for_go_is_formatted_and_vetted(tmp_path):
    folder = copy("go", tmp_path / "recipe")
    assert run(folder, "gofmt", "-l", ".") == (0, "")
    assert run(folder, "go", "vet", "./...", timeout=300) == (0, "")
