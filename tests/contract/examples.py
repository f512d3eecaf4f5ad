"""The example request of each operation, as server/contract/openapi.json has it."""

from urllib.parse import quote, urlencode

from contract import CONTRACT, METHODS


def parameters(operation, place, all=False):
    """(name, example) in the document's order; of the query those that are suggested, or all."""
    known = [CONTRACT._resolve(p) for p in operation.get("parameters", [])]
    return [(p["name"], p["example"]) for p in known
            if p["in"] == place and (all or place == "path" or p.get("x-suggest"))]


def text(value):
    """As a URL has it."""
    return str(value).lower() if isinstance(value, bool) else value


def body(operation):
    """None where the operation reads no body."""
    content = operation.get("requestBody", {}).get("content", {})
    return content.get("application/json", {}).get("example")


def target(path, operation, all=False):
    for name, value in parameters(operation, "path"):
        path = path.replace("{" + name + "}", quote(str(value), safe=""))
    query = urlencode([(name, text(value)) for name, value in parameters(operation, "query", all)], doseq=True)
    return f"{path}?{query}" if query else path


def success(operation):
    """The status that the document names first for a success."""
    return int(next(status for status in operation["responses"] if status[0] == "2"))


def ends(operation):
    """Whether its reply does: a stream goes on until somebody closes it."""
    return not any("text/event-stream" in reply.get("content", {}) for reply in operation["responses"].values())


OPERATIONS = {
    operation["operationId"]: (path, method, operation)
    for path, item in CONTRACT.document["paths"].items() for method, operation in item.items()
    if method in METHODS and ends(operation)}

# By operation id, in the document's order: (method, target, body, status of the success).
EXAMPLES = {
    name: (method.upper(), target(path, operation), body(operation), success(operation))
    for name, (path, method, operation) in OPERATIONS.items()}


def with_everything(name):
    """(target, headers) with the example of every parameter that the operation knows."""
    path, _, operation = OPERATIONS[name]
    return target(path, operation, all=True), dict(parameters(operation, "header", all=True))
