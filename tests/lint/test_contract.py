"""The contract as it is served: every example is there and fits, and everything says what it is.

Whoever adds a call, a parameter or a schema is told here what is still missing. tests/http/test_examples.py
sends the examples.
"""

import copy
import json
import sys

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from .sources import ROOT, report

sys.path.insert(0, str(ROOT / "server/contract"))
from complete import METHODS, complete  # noqa: E402

SOURCE = "server/contract/openapi.json"
DOCUMENT = complete(json.loads((ROOT / SOURCE).read_text("utf-8")))


def resolve(node):
    while "$ref" in node:
        found = DOCUMENT
        for part in node["$ref"].removeprefix("#/").split("/"):
            found = found[part]
        node = found
    return node


def operations(document=None):
    document = document or DOCUMENT
    for part in ("paths", "webhooks"):
        for item in document[part].values():
            yield from (item[method] for method in METHODS if method in item)


def parts(operation):
    """(what it is, itself) of each parameter and of the body."""
    for parameter in map(resolve, operation.get("parameters", ())):
        yield f"the parameter {parameter['name']}", parameter
    for body in operation.get("requestBody", {}).get("content", {}).values():
        yield "the body", body


def examples_missing(operation):
    return [f'{operation["operationId"]}: {what} has no "example": add one that works in a new workspace with the fixture demo'
            for what, part in parts(operation) if "example" not in part]  # fmt: skip


def examples_wrong(operation):
    for what, part in parts(operation):
        if "example" in part:
            schema = {**part["schema"], "components": DOCUMENT["components"]}
            for error in Draft202012Validator(schema, format_checker=FormatChecker()).iter_errors(part["example"]):
                yield f"{operation['operationId']}: the example of {what} does not fit its schema: {error.message}"


def descriptions_missing(operation):
    name = operation["operationId"]
    if "description" not in operation:
        yield f'{name} has no "description": say behind the summary what its caller should know'
    for what, part in parts(operation):
        if what != "the body" and "description" not in part:
            yield f'{name}: {what} has no "description"'


@pytest.mark.parametrize("check", [examples_missing, examples_wrong, descriptions_missing])
def test_each_operation_has_its(check):
    wrong = [f"{SOURCE}: {line}" for operation in operations() for line in check(operation)]
    assert not wrong, report(wrong)


def test_each_schema_says_what_it_is():
    schemas = DOCUMENT["components"]["schemas"]
    wrong = [f'{SOURCE}: the schema {name} has no "description"' for name in schemas if "description" not in schemas[name]]
    assert not wrong, report(wrong)


def test_no_schema_takes_a_name_that_languages_have():
    taken = {"Error", "Request", "Response", "Object", "Date"}
    assert not taken & DOCUMENT["components"]["schemas"].keys(), "generated clients would hide their language's own"


def test_every_component_is_used():
    text = json.dumps(DOCUMENT)
    wrong = [f"{SOURCE}: nothing refers to {part}/{name}" for part, named in DOCUMENT["components"].items()
             for name in named if part != "securitySchemes" and f'"#/components/{part}/{name}"' not in text]  # fmt: skip
    assert not wrong, report(wrong)


def test_a_status_is_named_by_itself():
    wrong = [f"{SOURCE}: {operation['operationId']}: name the statuses of {status} one by one"
             for operation in operations() for status in operation["responses"] if "X" in status]  # fmt: skip
    assert not wrong, report(wrong)


def test_what_is_missing_is_noticed():
    document = copy.deepcopy(DOCUMENT)
    operation = document["paths"]["/_emulator/clock"]["put"]
    del operation["requestBody"]["content"]["application/json"]["example"]
    assert ["setClock: the body has no" in line for line in examples_missing(operation)] == [True]
    operation["requestBody"]["content"]["application/json"]["example"] = {"mode": "slow"}
    assert ["does not fit its schema" in line for line in examples_wrong(operation)] == [True]
    del operation["description"]
    assert len(list(descriptions_missing(operation))) == 1
