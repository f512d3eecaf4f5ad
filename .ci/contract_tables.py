"""Tables of the manual that are made of the contract: the parameters, the bodies, and the items of a fixture."""

import json
from pathlib import Path

DOCUMENT = Path(__file__).resolve().parent.parent / "server/contract/openapi.json"
METHODS = ("get", "post", "put", "delete")
FORMATS = {"uuid": "UUID", "date-time": "time", "uri": "URL"}
HUGE = 2**53 - 1  # a limit that is this number is not worth naming
FIXTURE_ITEMS = {"FixtureRun": "run", "FixtureOutput": "output", "FixtureFlow": "flow", "PlanItem": "item of a plan",
                 "FixtureSchedule": "schedule", "FixtureWorkspace": "workspace"}  # fmt: skip
NAMED = {**FIXTURE_ITEMS, "ApiOperation": "operation of the API"}
ELSEWHERE = {"Effect"}  # has a table of its own


class Tables:
    def __init__(self, document):
        self.document = document
        self.named = {
            "contract:queries": self.queries, "contract:bodies": self.bodies, "contract:fixtures": self.fixtures,
        }  # fmt: skip

    def resolve(self, node):
        while "$ref" in node:
            found = self.document
            for part in node["$ref"].removeprefix("#/").split("/"):
                found = found[part]
            node = found
        return node

    def operations(self):
        for path in self.document["paths"].values():
            for method in METHODS:
                if method in path:
                    yield path[method]

    def value(self, schema):
        """What a schema allows, in words."""
        name = schema.get("$ref", "").rpartition("/")[2]
        if name in NAMED:
            return NAMED[name]
        schema = self.resolve(schema)
        types = schema.get("type", "any value")
        types = types if isinstance(types, list) else [types]
        words = " or ".join(self.type_text(each, schema) for each in types if each != "null")
        if "enum" not in schema:
            words += limits(schema)
        if "default" in schema and schema["default"] is not None:
            words += f"; default {', '.join(f'`{word}`' for word in listed(schema['default']))}"
        return words + (", or null" if "null" in types else "")

    def type_text(self, name, schema):
        if "enum" in schema:
            return ", ".join(f"`{word}`" for word in schema["enum"] if word is not None)
        if name == "array":
            return f"list of: {self.value(schema['items'])}" if "items" in schema else "list"
        return FORMATS.get(schema.get("format"), name)

    def members(self, schema, prefix=""):
        """(name, what it allows, a remark) of each member of an object, and of the objects in it."""
        schema = self.resolve(schema)
        for name, member in schema.get("properties", {}).items():
            inner = self.resolve(member)
            required = "required" if name in schema.get("required", ()) else ""
            remark = member.get("description") or inner.get("description", "")
            yield f"`{prefix}{name}`", self.value(member), "; ".join(filter(None, (required, remark)))
            if member.get("$ref", "").rpartition("/")[2] not in ELSEWHERE:
                yield from self.members(inner, f"{prefix}{name}.")

    def queries(self):
        rows = []
        for operation in self.operations():
            for parameter in map(self.resolve, operation.get("parameters", ())):
                if parameter["in"] == "query":
                    rows.append((operation["operationId"], f"`{parameter['name']}`", self.value(parameter["schema"]),
                                 parameter.get("description", "")))  # fmt: skip
        return table(("operation", "parameter", "value", "note"), rows)

    def bodies(self):
        rows = []
        for operation in self.operations():
            body = operation.get("requestBody")
            if not body:
                continue
            schema = next(iter(body["content"].values()))["schema"]
            found = list(self.members(schema)) or [("any", self.value(self.resolve(schema)["additionalProperties"]), "")]
            if schema.get("$ref", "").endswith("/FixtureRun"):
                found = [("", "a run, as in a fixture", "")]
            rows += [(operation["operationId"], *member) for member in found]
        return table(("operation", "member", "value", "note"), rows)

    def fixtures(self):
        schemas = self.document["components"]["schemas"]
        rows = [(what, *member) for name, what in FIXTURE_ITEMS.items() for member in self.members(schemas[name])]
        return table(("of a", "member", "value", "note"), rows)


def listed(value):
    """The words of a default."""
    return [str(word).lower() if isinstance(word, bool) else str(word) for word in (value if isinstance(value, list) else [value])]


def limits(schema):
    return (bounds(schema, "minimum", "maximum", "") + bounds(schema, "minLength", "maxLength", " characters")
            + bounds(schema, "minItems", "maxItems", " items"))  # fmt: skip


def bounds(schema, least, most, unit):
    least, most = schema.get(least), schema.get(most)
    most = None if most is not None and most >= HUGE else most
    mark = ";" if unit == " items" else ","
    if most is None:
        return f"{mark} at least {least}{unit}" if least else ""
    if least == most:
        return f"{mark} {most}{unit}"
    return f"{mark} {least} to {most}{unit}" if least is not None else f"{mark} at most {most}{unit}"


def table(head, rows):
    """Markdown; what a first cell repeats is left out."""
    lines, last = [f"| {' | '.join(head)} |", "|---" * len(head) + "|"], None
    for first, *rest in rows:
        cells = ["" if first == last else first, *rest]
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
        last = first
    return "\n".join(lines) + "\n"


def contract_table(name):
    return Tables(json.loads(DOCUMENT.read_text("utf-8"))).named[name]()
