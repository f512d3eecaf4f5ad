"""The contract document itself: whole, and about what API.md and CONTROL.md name."""

import pytest
from contract import CONTRACT, DOCUMENT, ORDER
from examples import EXAMPLES
from jsonschema import Draft202012Validator

OPERATIONS = {  # typed from API.md section 1 and CONTROL.md; later ones join as they are built
    "listFlowRuns": ("GET", "/v1/flows/runs"),
    "getFlowRun": ("GET", "/v1/flows/runs/{flow_run_uid}"),
    "cancelFlowRun": ("POST", "/v1/flows/runs/{flow_run_uid}/cancel"),
}
CONTROL_CALLS = [
    ("GET", "/_emulator/health"), ("GET", "/_emulator/info"), ("GET", "/_emulator/openapi.json"),
    ("GET", "/_emulator/state-machine"), ("GET", "/_emulator/assumptions"),
    ("POST", "/_emulator/reset"), ("POST", "/_emulator/runs"),
    ("POST", "/_emulator/runs/{flow_run_uid}/events"),
]
STATUSES = ["CREATED", "INVALID", "QUEUED", "SCHEDULED", "BLOCKED", "STOPPED", "RUNNING",
            "FAILED", "PARTIAL_SUCCEEDED", "SUCCEEDED"]


def document():
    return DOCUMENT


def references(node):
    if isinstance(node, dict):
        if "$ref" in node:
            yield node["$ref"]
        for child in node.values():
            yield from references(child)
    elif isinstance(node, list):
        for child in node:
            yield from references(child)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_an_operation_of_the_api_has_its_method_and_path(operation):
    method, path = OPERATIONS[operation]
    assert document()["paths"][path][method.lower()]["operationId"] == operation


@pytest.mark.parametrize("method, path", CONTROL_CALLS)
def test_a_call_of_the_control_api_is_there(method, path):
    assert method.lower() in document()["paths"][path]


def test_operation_ids_are_unique():
    ids = [operation["operationId"] for _, _, operation in CONTRACT.operations]
    assert len(ids) == len(set(ids))


def test_every_operation_documents_a_refusal():
    for _, _, operation in CONTRACT.operations:
        assert "default" in operation["responses"], operation["operationId"]


def test_every_reference_leads_somewhere():
    for reference in references(document()):
        CONTRACT._resolve({"$ref": reference})


def test_every_schema_is_a_json_schema():
    for schema in document()["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)


def test_statuses_are_those_of_the_page_in_its_order():
    assert document()["components"]["schemas"]["RunStatus"]["enum"] == STATUSES


@pytest.mark.parametrize("name", ORDER)
def test_fields_are_those_of_the_page_in_its_order(name):
    assert list(document()["components"]["schemas"][name]["properties"]) == ORDER[name]


def test_cancel_takes_no_query_and_no_body():
    cancel = document()["paths"]["/v1/flows/runs/{flow_run_uid}/cancel"]["post"]
    assert "requestBody" not in cancel
    assert {CONTRACT._resolve(p)["in"] for p in cancel["parameters"]} == {"path", "header"}


def test_what_an_example_needs_is_another_operation():
    needed = [operation["x-example-needs"] for _, _, operation in CONTRACT.operations
              if "x-example-needs" in operation]
    assert sorted(needed) == ["addFault", "setClock", "takeSnapshot", "takeSnapshot"]
    assert set(needed) <= set(EXAMPLES)
