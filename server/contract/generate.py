#!/usr/bin/env python3
"""Turns openapi.json into the tables of server/contract/contract.h.

Only what a request can carry becomes a table: parameters, bodies, and the schemas named in KEPT.
A keyword of JSON Schema that the emulator does not check is an error here, so that the contract
never promises a check that nobody makes. So is an operation without an example of its body or of a
parameter of its path. The parameters of the path, those of the query with `x-suggest`, and the body
are a request that works on the fixture demo, by their `example`. `x-example-needs` names an operation whose example has to be
sent before it; `x-run-status` is the status that the run named by a parameter must have.

usage: generate.py openapi.json VERSION contract.c operations.h operation_handlers.h operation_handlers.c
"""

import json
import re
import sys
from pathlib import Path

from complete import METHODS, complete, published

KEPT = {"Fixture": "contract_fixture"}
KNOWN = {
    "type", "minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems", "minProperties", "format", "enum",
    "items", "properties", "required", "additionalProperties", "default", "description",
    "x-assumption", "x-opened-by", "x-between-commas",
}  # fmt: skip
LIMITS = {
    "minimum": ("minimum", "INT64_MIN"), "maximum": ("maximum", "INT64_MAX"),
    "min_length": ("minLength", "0"), "max_length": ("maxLength", "INT64_MAX"),
    "min_items": ("minItems", "0"), "max_items": ("maxItems", "INT64_MAX"), "min_properties": ("minProperties", "0"),
}  # fmt: skip
ROW_TYPES = {
    "enum_values": "const char *const", "properties": "const struct property",
    "parameters": "const struct example_parameter",
}  # fmt: skip
SERVER = '"servers":[{"url":'


def quoted(text):
    return "NULL" if text is None else json.dumps(str(text), ensure_ascii=False)


def row_of(assumption):
    """The name in C of a row of assumptions.def; a row that is none does not compile."""
    return "ASSUME_" + re.sub(r"[.-]", "_", assumption).upper()


def default_text(value):
    if isinstance(value, list):
        return "".join(value)
    return json.dumps(value) if isinstance(value, bool) else value


def words(value):
    return value if isinstance(value, list) else [value]


class Tables:
    """Schemas as C, each written once, those it refers to before it."""

    def __init__(self, document):
        self.document = document
        self.names = {}
        self.lines = []

    def resolve(self, node):
        while "$ref" in node:
            where = self.document
            for part in node["$ref"].removeprefix("#/").split("/"):
                where = where[part]
            node = where
        return node

    def array(self, kind, rows):
        """The name of a static array of these rows."""
        name = f"{kind}_{len(self.lines)}"
        body = "".join(f"    {row},\n" for row in rows)
        self.lines.append(f"static {ROW_TYPES[kind]} {name}[] = {{\n{body}}};\n")
        return name

    def schema(self, node, name=None):
        """A C expression: the address of the table of this schema."""
        node = self.resolve(node)
        key = json.dumps(node, sort_keys=True)
        if key not in self.names or name:
            fields = self.fields(node)
            static = "" if name else "static "
            name = name or f"schema_{len(self.lines)}"
            self.lines.append(f"{static}const struct schema {name} = {{\n{fields}}};\n")
            self.names[key] = name
        return f"&{self.names[key]}"

    def fields(self, node):
        unknown = set(node) - KNOWN
        if unknown:
            sys.exit(f"openapi.json: nothing checks {', '.join(unknown)} in {node}")
        fields = {"types": " | ".join(f"JSON_{t.upper()}" for t in words(node.get("type", []))) or "0"}
        for field, (keyword, widest) in LIMITS.items():
            fields[field] = node.get(keyword, widest)
        if "format" in node:
            fields["format"] = "FORMAT_" + node["format"].upper().replace("-", "_")
        if "enum" in node:
            fields["enum_values"] = self.array("enum_values", [quoted(v) for v in node["enum"]] + ["NULL"])
        if "x-between-commas" in node:
            fields["comma_separated"] = "true"
        if "items" in node:
            fields["items"] = self.schema(node["items"].get("anyOf", [node["items"]])[0])
        if node.get("properties"):
            required = node.get("required", [])
            rows = [self.property(n, s, n in required) for n, s in node["properties"].items()]
            fields["properties"] = self.array("properties", rows)
            fields["property_count"] = len(rows)
        others = node.get("additionalProperties", True)
        fields["no_additional_properties"] = "true" if others is False else "false"
        if isinstance(others, dict):
            fields["additional_schema"] = self.schema(others)
        if "x-opened-by" in node:
            fields["opened_by_assumption"] = row_of(node["x-opened-by"])
        if "default" in node:
            fields["default_value"] = quoted(default_text(node["default"]))
        if "x-assumption" in node:
            fields["default_assumption"] = row_of(node["x-assumption"])
        return "".join(f"    .{k} = {v},\n" for k, v in fields.items())

    def property(self, name, node, required):
        return f"{{{quoted(name)}, {self.schema(node)}, {'true' if required else 'false'}}}"


def is_control(node):
    return "Emulator" in node["tags"]


def snake(name):
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def reserved_words(paths, segments):
    """What a parameter may not be, because a longer or a sister path has it as a fixed segment there."""
    others = [path[1:].split("/") for path in paths]
    return sorted({
        other[i]
        for i, segment in enumerate(segments) if segment.startswith("{")
        for other in others if len(other) > i and other[:i] == segments[:i] and not other[i].startswith("{")
    })  # fmt: skip


def example_of(tables, node, parameters, placeholders):
    """The initializer of the example of one operation: of its path's parameters in order, then of its query's."""
    needed = [next(p for p in parameters if p["name"] == name and p["in"] == "path") for name in placeholders]
    needed += [p for p in parameters if p["in"] == "query" and p.get("x-suggest")]
    body = node.get("requestBody", {}).get("content", {}).get("application/json")
    if any("example" not in part for part in [*needed, *([body] if body else [])]):
        sys.exit(f"openapi.json: {node['operationId']} has no example of its body or of a parameter of its path")
    rows = [
        f"{{{quoted(p['name'])}, {quoted(default_text(value))}, {quoted(p.get('x-run-status'))}}}"
        for p in needed for value in words(p["example"])
    ]  # fmt: skip
    fields = {}
    if rows:
        fields["parameters"] = tables.array("parameters", rows)
        fields["parameter_count"] = len(rows)
    if body:
        fields["body"] = quoted(json.dumps(body["example"], separators=(",", ":")))
    if "x-example-needs" in node:
        fields["needs"] = f"&contract_operations[OP_{snake(node['x-example-needs']).upper()}]"
    return fields and "{" + ", ".join(f".{k} = {v}" for k, v in fields.items()) + "}"


def operation(tables, path, method, node):
    """The initializer of one row, and the key that sorts fixed segments before parameters."""
    segments = path[1:].split("/")
    parameters = [tables.resolve(p) for p in node.get("parameters", [])]
    by_name = {p["name"]: p for p in parameters if p["in"] == "path"}
    query = {
        "type": "object",
        "additionalProperties": False,
        "properties": {p["name"]: p["schema"] for p in parameters if p["in"] == "query"},
    }
    if not is_control(node):
        query["x-opened-by"] = "unknown-query"
    body = node.get("requestBody")
    params = [tables.property(s[1:-1], by_name[s[1:-1]]["schema"], True) for s in segments if s.startswith("{")]
    fields = {
        "id": quoted(node["operationId"]),
        "method": quoted(method.upper()),
        "path": quoted(path),
        "summary": quoted(node["summary"]),
        "segment": "{" + ", ".join("NULL" if s.startswith("{") else quoted(s) for s in segments) + "}",
        "segment_count": len(segments),
        "query": tables.schema(query),
        "statuses": "(const short[]){" + "".join(f"{s}, " for s in sorted(node["responses"]) if s.isdecimal()) + "0}",
        "body": tables.schema(body["content"]["application/json"]["schema"]) if body else "NULL",
        "body_optional": "false" if body and body.get("required") else "true",
        "body_max": node.get("x-body-limit", "LIMIT_BODY"),
        "body_depth": node.get("x-body-depth", "LIMIT_JSON_DEPTH"),
        "no_auth": "true" if node.get("security") == [] else "false",
        "any_host": "true" if node.get("x-any-host") else "false",
        "control": "true" if is_control(node) else "false",
        "page": "true" if node.get("x-page") else "false",
        "skips_engine": "true" if node.get("x-skips-engine") else "false",
        "takes_long": "true" if node.get("x-takes-long") else "false",
    }
    reserved = reserved_words(tables.document["paths"], segments)
    if reserved:
        fields["reserved_words"] = tables.array("enum_values", [quoted(w) for w in reserved] + ["NULL"])
    example = example_of(tables, node, parameters, [s[1:-1] for s in segments if s.startswith("{")])
    if example:
        fields["example"] = example
    if params:
        fields["param"] = "{" + ", ".join(params) + "}"
    row = "".join(f"        .{k} = {v},\n" for k, v in fields.items())
    return [s.startswith("{") for s in segments], f"    {{\n{row}    }},\n", snake(node["operationId"])


def main(source, version, target, header, declared, handlers):
    document = complete(json.loads(Path(source).read_text()), version)
    tables = Tables(document)
    rows = sorted(
        (operation(tables, path, method, item[method])
         for path, item in document["paths"].items() for method in METHODS if method in item),
        key=lambda row: row[0],
    )  # fmt: skip
    for name, symbol in KEPT.items():
        tables.schema(document["components"]["schemas"][name], symbol)
    served = json.dumps(published(document), separators=(",", ":"), ensure_ascii=False).partition(SERVER + '"/"')
    Path(target).write_text(
        '#include "server/contract/contract.h"\n#include "server/operations.h"\n#include "store/base/limits.h"\n\n' + "\n".join(tables.lines)
        + "\nconst struct operation contract_operations[] = {\n" + "".join(row for _, row, _ in rows) + "};\n"
        + f"const int contract_operation_count = {len(rows)};\n"
        + f"\nconst char contract_document[] =\n    {quoted(served[0] + SERVER)};\n"
        + f"const char contract_document_rest[] =\n    {quoted(served[2])};\n"
    )  # fmt: skip
    Path(header).write_text(
        "/* The operations of the contract by name: made from server/contract/openapi.json. */\n"
        "#ifndef SERVER_OPERATIONS_H\n#define SERVER_OPERATIONS_H\n\n"
        "enum operation_id {\n" + "".join(f"    OP_{name.upper()},\n" for _, _, name in rows)
        + "    OPERATION_COUNT\n};\n\n#endif\n"
    )  # fmt: skip
    Path(declared).write_text(
        "/* The handlers of the operations: made from server/contract/openapi.json. */\n"
        "#ifndef SERVER_OPERATION_HANDLERS_H\n#define SERVER_OPERATION_HANDLERS_H\n\n"
        '#include "server/request/reply.h"\n\n'
        + "".join(f"operation_handler op_{name};\n" for _, _, name in rows) + "\n#endif\n"
    )  # fmt: skip
    Path(handlers).write_text(
        '#include "server/operation_handlers.h"\n#include "server/operations.h"\n\n'
        "operation_handler *const operation_handlers[] = {\n"
        + "".join(f"    [OP_{name.upper()}] = op_{name},\n" for _, _, name in rows) + "};\n"
    )  # fmt: skip


main(*sys.argv[1:])
