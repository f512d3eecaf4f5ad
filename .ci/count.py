#!/usr/bin/env python3
"""Adds up a folder of JUnit files: "N passed, N failed" (and skipped, where any was), on one line.

usage: count.py FOLDER [SUITE THAT FAILED]...

A suite that failed without a failed story, as when it did not build, counts as one failure.
"""

import sys
from pathlib import Path
from xml.etree import ElementTree


def outcome(case):
    if case.find("failure") is not None or case.find("error") is not None:
        return "failed"
    return "skipped" if case.find("skipped") is not None else "passed"


def main(folder, *failed_suites):
    count = {"passed": 0, "failed": 0, "skipped": 0}
    blamed = set()
    for file in Path(folder).glob("*.xml"):
        for case in ElementTree.parse(file).iter("testcase"):
            count[outcome(case)] += 1
            if outcome(case) == "failed":
                blamed.add(file.stem.split("-")[0])
    count["failed"] += len(set(failed_suites) - blamed)
    skipped = f", {count['skipped']} skipped" if count["skipped"] else ""
    print(f"{count['passed']} passed, {count['failed']} failed{skipped}")
    return 1 if count["failed"] or not count["passed"] else 0


sys.exit(main(*sys.argv[1:]))
