"""The example request of each operation, as server/contract/openapi.json has it."""

from urllib.parse import quote, urlencode

from contract import CONTRACT, METHODS


def parameters(operation, place):
    """Those with an example: (name, value) in the document's order."""
    known = [CONTRACT._resolve(p) for p in operation.get("parameters", [])]
    return [(p["name"], p["example"]) for p in known if p["in"] == place and "example" in p]


def text(value):
    """As a URL has it."""
    return str(value).lower() if isinstance(value, bool) else value


def body(operation):
    """None where the operation reads no body."""
    content = operation.get("requestBody", {}).get("content", {})
    return content.get("application/json", {}).get("example")


def target(path, operation):
    for name, value in parameters(operation, "path"):
        path = path.replace("{" + name + "}", quote(str(value), safe=""))
    query = urlencode([(name, text(value)) for name, value in parameters(operation, "query")], doseq=True)
    return f"{path}?{query}" if query else path


def success(operation):
    """The status that the document names first for a success."""
    return int(next(status for status in operation["responses"] if status[0] == "2"))


# By operation id, in the document's order: (method, target, body, status of the success).
EXAMPLES = {
    operation["operationId"]: (method.upper(), target(path, operation), body(operation), success(operation))
    for path, item in CONTRACT.document["paths"].items() for method, operation in item.items() if method in METHODS}
