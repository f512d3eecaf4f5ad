"""Completions in the shells themselves, and the manual page: both are made of the option table."""

import os
import pty
import re
import select
import shutil
import subprocess
import time
from functools import partial

import pytest
from process import PROGRAM, run_program

SHELLS = ["bash", "zsh", "fish"]
TABLES = {"routes", "schedules", "state-machine", "refusals", "assumptions", "effects", "delivery-effects", "options", "exit-statuses", "limits",
          "probes", "not-settled", "coverage", "lint"}


def options():
    """Those that the help shows."""
    return set(re.findall(r"^  (--[a-z-]+)", run_program("--help")[1], re.MULTILINE)) - {"--version"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The scripts, the program under its name, and a file to be found."""
    folder = tmp_path_factory.mktemp("completion")
    for shell in SHELLS:
        status, out, err = run_program("docs", "completion", shell)
        assert (status, err) == (0, "")
        (folder / f"script.{shell}").write_text(out)
    (folder / "edges-emulator").symlink_to(PROGRAM)
    (folder / "world.json").write_text("{}")
    return folder


def shell(folder, *command):
    assert shutil.which(command[0]), f"{command[0]} is missing: ./test installs it"
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=30,
                          env={**os.environ, "PATH": f"{folder}:{os.environ['PATH']}", "HOME": str(folder)})
    assert (done.returncode, done.stderr) == (0, ""), done
    return set(done.stdout.splitlines())


def complete_bash(folder, line):
    words = line.replace("=", " = ").split(" ")
    return shell(folder, "bash", "-c", 'source script.bash; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1));'
                 '_edges_emulator; printf "%s\\n" "${COMPREPLY[@]}"', "bash", *words) - {""}


def complete_fish(folder, line):
    found = shell(folder, "fish", "--no-config", "-c", f"source script.fish; complete -C '{line}'")
    return {each.split("\t")[0].rpartition("=")[2] if "=" in line else each.split("\t")[0] for each in found}


ZSH = """
autoload -Uz compinit && compinit -D -u
source script.zsh
compadd() {
    local -a found
    [[ " $* " = *" -"[OAD]" "* ]] || { builtin compadd -A found "$@"; print -rl -- $found >> found; }
    builtin compadd "$@"
}
bindkey '^I' complete-word
bindkey -s '^X' '^A^K: > done\\n'
rm -f found
: > ready
"""


class Zsh:
    """One in a terminal, for all stories: its start takes long. What it finds, it writes into a file."""

    def __init__(self, folder):
        self.folder = folder
        (folder / "setup").write_text(ZSH)
        self.child, self.terminal = pty.fork()
        if self.child == 0:
            os.chdir(folder)
            os.execvpe("zsh", ["zsh", "-f", "-i"], {**os.environ, "PATH": f"{folder}:{os.environ['PATH']}", "TERM": "dumb"})
        self.type("source ./setup\n", "ready")

    def type(self, text, sign):
        """Returns when this file is there."""
        os.write(self.terminal, text.encode())
        until = time.monotonic() + 60
        while not (self.folder / sign).exists():
            assert time.monotonic() < until, f"no answer to {text!r}"
            if select.select([self.terminal], [], [], 0.02)[0]:
                os.read(self.terminal, 65536)

    def complete(self, line):
        for name in "found", "done":
            (self.folder / name).unlink(missing_ok=True)
        self.type(f"{line}\t\x18", "done")
        return {each.strip().removesuffix("=") for each in (self.folder / "found").read_text().splitlines()} - {""}

    def close(self):
        os.close(self.terminal)
        os.waitpid(self.child, 0)


@pytest.fixture(scope="module")
def complete(folder):
    zsh = Zsh(folder)
    yield {"bash": partial(complete_bash, folder), "zsh": zsh.complete, "fish": partial(complete_fish, folder)}
    zsh.close()


@pytest.mark.parametrize("name", SHELLS)
@pytest.mark.parametrize("line, found", [
    ("edges-emulator he", {"healthcheck", "help"}),
    ("edges-emulator --log-l", {"--log-level"}),
    ("edges-emulator --log-level ", {"error", "warn", "info"}),
    ("edges-emulator --log-level=w", {"warn"}),
    ("edges-emulator --fixture wor", {"world.json"}),
    ("edges-emulator validate wor", {"world.json"}),
    ("edges-emulator help val", {"validate"}),
    ("edges-emulator docs completion ", {"bash", "zsh", "fish"}),
    ("edges-emulator docs ", TABLES | {"man", "completion"}),
], ids=lambda value: value if isinstance(value, str) else "")
def test_a_shell_completes(complete, name, line, found):
    assert complete[name](line) == found


@pytest.mark.parametrize("name", SHELLS)
def test_a_shell_completes_every_option(complete, name):
    assert complete[name]("edges-emulator --") >= options()


def test_shellcheck_finds_nothing_in_the_completion_of_bash(folder):
    done = subprocess.run(["shellcheck", "-s", "bash", folder / "script.bash"], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("arguments", [["completion"], ["completion", "tcsh"]])
def test_a_completion_for_another_shell_is_a_usage_error(arguments):
    assert run_program("docs", *arguments) == (2, "", "edges-emulator: docs completion takes bash, zsh or fish\n")


def test_docs_names_what_it_has():
    status, _, err = run_program("docs", "limit")
    assert status == 2
    assert all(name in err for name in TABLES | {"man", "completion"})


@pytest.fixture(scope="module")
def page():
    status, out, err = run_program("docs", "man")
    assert (status, err) == (0, "")
    done = subprocess.run(["groff", "-man", "-ww", "-Tascii", "-P-cbou"], input=out, capture_output=True, text=True, timeout=30)
    assert (done.returncode, done.stderr) == (0, ""), "groff complains"
    return done.stdout


def test_the_manual_page_has_its_sections(page):
    headings = re.findall(r"^([A-Z][A-Z ]+)$", page, re.MULTILINE)
    assert headings == ["NAME", "SYNOPSIS", "DESCRIPTION", "COMMANDS", "OPTIONS", "EXIT STATUS", "ENVIRONMENT", "EXAMPLES"]
    assert "edges-emulator - local emulator of the Edges Flows API" in page


def test_the_manual_page_tells_every_option_and_status(page):
    assert options() <= set(re.findall(r"^ +(--[a-z-]+)", page, re.MULTILINE))
    for status in range(6):
        assert re.search(rf"^ +{status} ", page, re.MULTILINE)
    assert "edges-emulator --port 0 --clock 2026-01-01T00:00:00Z" in page
