#!/usr/bin/env python3
"""Adds up JUnit files: "N passed, N failed" (and skipped, where any was), alone on the last line."""

import sys
from xml.etree import ElementTree


def outcome(case):
    if case.find("failure") is not None or case.find("error") is not None:
        return "failed"
    return "skipped" if case.find("skipped") is not None else "passed"


def main(files):
    count = {"passed": 0, "failed": 0, "skipped": 0}
    for file in files:
        for case in ElementTree.parse(file).iter("testcase"):
            count[outcome(case)] += 1
    skipped = f", {count['skipped']} skipped" if count["skipped"] else ""
    print(f"{count['passed']} passed, {count['failed']} failed{skipped}")
    return 1 if count["failed"] or not count["passed"] else 0


sys.exit(main(sys.argv[1:]))
