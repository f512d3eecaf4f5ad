"""Makes of openapi.json the contract as it is served: adds what holds for every call.

An operation of openapi.json names its success, and of its errors those of its own, such as 404 and 422. Added to
each are the errors that every call may answer, the headers of its replies and requests, and the version.
"""

import copy

ERROR_REPLY = "#/components/responses/Error"
METHODS = ("get", "post", "put", "delete")

# Each error that a call may name: its component, and when it is answered.
ERRORS = {
    "400": ("BadRequest", "A parameter, the body or the head of the request is wrong"),
    "401": ("Unauthorized", "No API key, or an unknown one"),
    "403": ("Forbidden", "A foreign Host or Origin, or a callback of an emulator"),
    "404": ("NotFound", "No such flow, run, schedule, callback, fault rule, snapshot or request"),
    "408": ("Timeout", "What was waited for did not happen in time"),
    "409": ("Conflict", "It exists already"),
    "413": ("TooLarge", "The body is larger than the limit"),
    "415": ("UnsupportedMediaType", "The body is not application/json"),
    "422": ("Unprocessable", "Not possible in the present state"),
    "429": ("TooManyRequests", "A rate limit, or no room for one more workspace; Retry-After says when to try again"),
    "503": ("Unavailable", "As many streams of events are open as there can be; Retry-After says when to try again"),
    "default": ("OtherError", "Any other error: 414, 431, 500, 501, 505, or the status of a fault rule"),
}
ERROR_HEADERS = ("X-Request-Id", "Emulator-Fidelity", "Emulator-Hint", "Link", "Retry-After")
LIMIT_HEADERS = ("X-RateLimit-Type", "X-RateLimit-Remaining")


def is_api(path):
    return not path.startswith("/_emulator/")


def errors_of(path, method, operation):
    """The errors that every such call may answer."""
    errors = {"400", "403", "default"}
    if operation.get("security") != []:
        errors |= {"401", "429"}
    if method != "get":
        errors |= {"413"} if is_api(path) and "requestBody" not in operation else {"413", "415"}
    return errors


def headers(names):
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def let_commas_divide(parameter):
    """One text may have several items: ours names them, and the contract as it is served allows such a text too."""
    schema = parameter.get("schema", {})
    if "x-between-commas" in schema:
        name = r"-?[a-z_]{1,127}"
        several = {"type": "string", "description": "several with commas", "pattern": f"^{name}(, ?{name})+$"}
        schema["items"] = {"anyOf": [schema["items"], several]}


def complete_operation(path, method, operation):
    for parameter in operation.get("parameters", []):
        let_commas_divide(parameter)
    replies = operation["responses"]
    for status in ERRORS:
        if status in errors_of(path, method, operation) or replies.pop(status, None) == {"$ref": ERROR_REPLY}:
            replies.pop(status, None)
            replies[status] = {"$ref": f"#/components/responses/{ERRORS[status][0]}"}
    for status, reply in replies.items():
        if status[0] in "23":
            every = ("X-Request-Id", "Emulator-Fidelity") if is_api(path) else ("X-Request-Id",)
            reply["headers"] = {**headers(every), **reply.get("headers", {})}
    every = ("RequestId", "Label", "EmulatorFault") if is_api(path) else ("RequestId", "Label")
    operation.setdefault("parameters", []).extend({"$ref": f"#/components/parameters/{name}"} for name in every)


def complete(source, version="0"):
    document = copy.deepcopy(source)
    document["info"]["version"] = version
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                complete_operation(path, method, item[method])
    replies = document["components"]["responses"]
    error = replies.pop("Error")
    for status, (name, description) in ERRORS.items():
        names = ERROR_HEADERS + (LIMIT_HEADERS if status == "429" else ())
        replies[name] = {**error, "description": description, "headers": headers(names)}
    return document


def published(document):
    """Without the page: it is for browsers, and tools refuse a path that ends in a slash."""
    paths = {path: item for path, item in document["paths"].items() if not item.get("get", {}).get("x-page")}
    return {**document, "paths": paths}
