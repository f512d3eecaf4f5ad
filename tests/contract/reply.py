"""One exchange as a test saw it: what was asked, and the reply to it."""

import json
from dataclasses import dataclass, field


def unique_members(pairs):
    names = [name for name, _ in pairs]
    assert len(names) == len(set(names)), f"a member name comes twice: {names}"
    return dict(pairs)


@dataclass
class Reply:
    method: str
    target: str
    status: int
    headers: list = field(default_factory=list)
    body: bytes = b""
    version: str = "HTTP/1.1"

    def all(self, name):
        return [value for key, value in self.headers if key.lower() == name.lower()]

    def header(self, name):
        values = self.all(name)
        assert len(values) <= 1, f"header {name} comes {len(values)} times"
        return values[0] if values else None

    @property
    def json(self):
        """Members keep the order in which the server wrote them."""
        return json.loads(self.body.decode("utf-8"), object_pairs_hook=unique_members)

    def __str__(self):
        shown = self.body[:400].decode("utf-8", "replace")
        return f"{self.method} {self.target[:120]} -> {self.status} {shown}"
