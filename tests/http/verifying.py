"""Runs `verify`: its exit status, its report, and what it said."""

import json

from process import run_program

KEY = "planted-key-7f3a"
FINISHED = "00000000-0000-4000-8000-000000000010"
FLOW = "at-once"
LEVELS = {
    "reads": [],
    "refusals": ["--run", FINISHED],
    "writes": ["--run", FINISHED, "--flow", FLOW, "--most-credits", "2", "--i-own-this-workspace"],
}


def verify(*arguments, key=KEY, env=None):
    """(exit status, stdout, stderr)"""
    return run_program("verify", *arguments, env={**({"EDGES_API_KEY": key} if key else {}), **(env or {})})


def against(url, *arguments, level="reads", key=KEY):
    """(exit status, report, stderr), of an emulator or of what says that it is one."""
    status, out, err = verify("--against", url, "--self-test", "--format", "json", "--level", level,
                              *LEVELS[level], *arguments, key=key)
    return status, json.loads(out), err


def verdicts(report):
    return {probe["id"]: probe["verdict"] for probe in report["probes"]}


def differing(report):
    return {probe["id"]: probe for probe in report["probes"] if probe["verdict"] == "differs"}
