"""Holds every reply against the contract as it is served, and remembers what was hit.

The document says what a body looks like; the key lists below are typed from API.md by hand,
because JSON Schema cannot speak of order.
"""

import json
import re
import sys
from pathlib import Path
from urllib.parse import urlsplit

from jsonschema import Draft202012Validator

from formats import FORMATS, TIME, UUID, is_time
from reply import unique_members

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "server" / "contract"))
from complete import complete  # noqa: E402

VERSION = re.search(r"version: '(.+)'", (ROOT / "meson.build").read_text())[1]
DOCUMENT = complete(json.loads((ROOT / "server" / "contract" / "openapi.json").read_text("utf-8")), VERSION)

FLOW_RUN = [
    "uid", "user_uid", "workspace_uid", "last_error", "callback", "status", "output_count",
    "scheduled_flow_run_uid", "started_at", "finished_at", "created_at", "updated_at",
]
ORDER = {
    "FlowRun": FLOW_RUN,
    "FlowRunDetail": ["id", *FLOW_RUN, "workflow", "synced_at"],
    "ErrorBody": ["error_label", "error_scope", "error_ref", "message", "status_code", "params", "retry_after"],
}
MAY_BE_ABSENT = {"last_error", "callback", "flow_run_uid"}  # with --assume absent-object=omit, start.flow-run-uid=omit

METHODS = ("get", "put", "post", "delete", "patch")
REQUEST_ID = re.compile(r"[\x21-\x7e]{1,128}")
OURS = re.compile(r"X-(?!Content-Type-Options$)|Emulator-|Retry-After$", re.I)  # headers of which the contract speaks
FIDELITY = re.compile(r"documented|(assumed|verified; at=[0-9T:.-]+Z); rule=[a-z-]+(\.[a-z-]+)?(,\s*[a-z-]+(\.[a-z-]+)?)*")


class Broken(AssertionError):
    """A reply that breaks the contract."""


def path_of(target):
    if not target.startswith("/"):  # absolute form
        target = urlsplit(target).path or "/"
    return target.split("?", 1)[0]


def masked(text):
    """The text with every valid uid, time and reference made alike: same text, same verdict."""
    text = UUID.sub("00000000-0000-4000-8000-000000000000", text)
    text = TIME.sub(
        lambda m: "2026-01-01T00:00:00.000Z" if is_time(m.group()) else m.group(), text)
    text = re.sub(r'"error_ref": ?"[^"\\]+"', '"error_ref":"-"', text)
    return re.sub(r'"id": ?[1-9][0-9]{0,15}\b', '"id":1', text)


class Contract:
    def __init__(self, document=None):
        self.document = document or DOCUMENT
        self.operations = []
        for template, item in self.document["paths"].items():
            pattern = re.compile(re.sub(r"\\{\w+\\}", "[^/]+", re.escape(template)))
            for method in METHODS:
                if method in item:
                    self.operations.append((method.upper(), pattern, item[method]))
        self.seen = set()
        self.approved = set()

    def find(self, method, target):
        """The operation, or None. HEAD is GET without the body."""
        wanted = "GET" if method == "HEAD" else method
        for known, pattern, operation in self.operations:
            if known == wanted and pattern.fullmatch(path_of(target)):
                return operation
        return None

    def documented(self):
        for _, _, operation in self.operations:
            for status in operation["responses"]:
                if status != "default":
                    yield operation["operationId"], status

    def write_hits(self, file):
        """Writes what this process hit, for the one that counts."""
        file.write_text(json.dumps(sorted(self.seen)))

    def missing(self, files=()):
        """What was never hit, here or by the processes that wrote these files."""
        hits = {tuple(hit) for file in files for hit in json.loads(file.read_text())}
        return sorted(set(self.documented()) - self.seen - hits)

    def check(self, reply, omit=False):
        try:
            self._check(reply, omit)
        except (AssertionError, ValueError) as e:  # ValueError: no JSON, or no UTF-8
            raise Broken(f"{e}\n  in {reply}") from e

    def _check(self, reply, omit):
        operation = self.find(reply.method, reply.target)
        if operation is None:
            assert reply.status >= 400, "a success of something the contract does not know"
            response = self.document["components"]["responses"]["OtherError"]
        else:
            documented = self._documented(operation, reply.status)
            response = self._resolve(operation["responses"][documented])
        self._check_headers(reply, response)
        if reply.method == "HEAD":
            assert reply.body == b"", "HEAD has no body"
            return
        if operation is not None:
            self.seen.add((operation["operationId"], documented))
        self._check_body(reply, response, omit)

    def _documented(self, operation, status):
        """The key of the response that speaks of this status: itself, or the rest."""
        if str(status) in operation["responses"]:
            return str(status)
        assert status >= 400 and "default" in operation["responses"], (
            f"{operation['operationId']} does not document {status}")
        return "default"

    def _resolve(self, node):
        while "$ref" in node:
            target = self.document
            for step in node["$ref"].lstrip("#/").split("/"):
                target = target[step]
            node = target
        return node

    def _check_headers(self, reply, response):
        known = {name.lower(): self._resolve(header) for name, header in response["headers"].items()}
        for name, value in reply.headers:
            if OURS.match(name):
                assert name.lower() in known, f"the header {name} is not documented"
                assert known[name.lower()]["schema"]["type"] != "integer" or value.isdecimal(), f"{name}: {value!r}"
        sent = {name.lower() for name, _ in reply.headers}
        missing = [name for name, header in known.items() if header.get("required") and name not in sent]
        assert not missing, f"no header {missing}"
        request_id = reply.header("X-Request-Id")
        assert request_id and REQUEST_ID.fullmatch(request_id), f"X-Request-Id: {request_id!r}"
        fidelity = reply.header("Emulator-Fidelity")
        assert fidelity is None or FIDELITY.fullmatch(fidelity), f"Emulator-Fidelity: {fidelity!r}"
        cors = [name for name, _ in reply.headers if name.lower().startswith("access-control-")]
        assert not cors or reply.header("Vary") == "Origin", f"CORS is answered without --allowed-origin: {cors}"

    def _check_body(self, reply, response, omit):
        if "content" not in response:
            assert reply.body == b"", "a body that is not documented"
            return
        media = (reply.header("Content-Type") or "").split(";")[0].strip().lower()
        if media != "application/json":
            assert media in response["content"], f"Content-Type {media!r} is not documented"
            return
        schema = response["content"]["application/json"]["schema"]
        text = reply.body.decode("utf-8")
        if reply.status >= 400:
            said = reply.json.get("status_code")
            assert said == reply.status, f"status_code {said} in a {reply.status}"
        if schema.get("type") == "array" and "$ref" in schema["items"]:
            rows = reply.json
            assert isinstance(rows, list), "the body is not an array"
            assert len(rows) <= schema.get("maxItems", len(rows)), f"{len(rows)} rows"
            for row in rows:
                self._approve(schema["items"], json.dumps(row), omit)
        else:
            self._approve(schema, text, omit)

    def _approve(self, schema, text, omit):
        key = (json.dumps(schema) if "$ref" not in schema else schema["$ref"], omit, masked(text))
        if key in self.approved:
            return
        value = json.loads(text, object_pairs_hook=unique_members)
        validator = Draft202012Validator(
            {**schema, "components": self.document["components"]}, format_checker=FORMATS)
        errors = [f"{'/'.join(map(str, e.absolute_path))}: {e.message}"
                  for e in validator.iter_errors(value)
                  if not (omit and e.validator == "required" and set(e.validator_value) - set(e.instance) <= MAY_BE_ABSENT)]
        assert not errors, "; ".join(errors)
        self._check_order(schema, value, omit)
        self.approved.add(key)

    def _check_order(self, schema, value, omit):
        name = schema.get("$ref", "").rsplit("/", 1)[-1]
        if name not in ORDER:
            return
        expected = [key for key in ORDER[name]
                    if key in value or not (key == "retry_after" or (omit and key in MAY_BE_ABSENT))]
        assert list(value) == expected, f"{name} has the keys {list(value)}"


CONTRACT = Contract()
