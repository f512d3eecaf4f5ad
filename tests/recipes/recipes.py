"""How the recipes of docs/recipes are run: copied into a folder of their own, as a user would, without our variables."""

import json
import os
import shutil
import subprocess
import sys
import urllib.parse
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
RECIPES = ROOT / "docs" / "recipes"
sys.path.insert(0, str(ROOT / "tests" / "http"))

from process import PROGRAM, Process, environment  # noqa: E402, F401


def env_of_a_developer(**more):
    """The program by name, and variables that must not reach a server that a helper starts."""
    return environment({"EDGES_PROGRAM": PROGRAM, "EDGES_API_KEY": "a-real-key", "EDGES_EMULATOR_STRICT_FIDELITY": "true", **more})


def copy(name, folder):
    shutil.copytree(RECIPES / name, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


def run(folder, *command, env=None, timeout=120):
    """Its exit status, and all that it said."""
    done = subprocess.run(list(map(str, command)), cwd=folder, env=env or env_of_a_developer(), stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=timeout)
    return done.returncode, done.stdout


def get(server, path, **headers):
    with urllib.request.urlopen(urllib.request.Request(f"http://127.0.0.1:{server.port}/_emulator/{path}", headers=headers)) as reply:
        return json.load(reply)


def labels(server):
    """By what the page would list the workspaces."""
    return {each["label"] for each in get(server, "workspaces")}


def callback_hosts(server):
    """To what names callbacks of all workspaces went."""
    return {urllib.parse.urlsplit(callback["url"]).hostname for each in get(server, "workspaces")
            for callback in get(server, "callbacks", **{"Emulator-Workspace": each["workspace_uid"]})}


def npm_install(folder):
    status, said = run(folder, "npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", env=os.environ, timeout=600)
    assert status == 0, said
    package = json.loads((folder / "package.json").read_text())
    for name, version in {**package.get("dependencies", {}), **package["devDependencies"]}.items():
        installed = json.loads((folder / "node_modules" / name / "package.json").read_text())
        assert installed["version"] == version, f"{name} is pinned"
