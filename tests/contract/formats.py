"""The two formats replies use, as strict as API.md prints them (section 3 and 4)."""

import datetime
import re

from jsonschema import FormatChecker

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
TIME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z")


def is_uuid(value):
    return not isinstance(value, str) or UUID.fullmatch(value) is not None


def is_time(value):
    if not isinstance(value, str):
        return True
    if not TIME.fullmatch(value):
        return False
    try:
        datetime.datetime.strptime(value, "%Y-%m-%dT%H:%M:%S.%fZ")
    except ValueError:
        return False
    return True


FORMATS = FormatChecker(formats=())
FORMATS.checks("uuid")(is_uuid)
FORMATS.checks("date-time")(is_time)
