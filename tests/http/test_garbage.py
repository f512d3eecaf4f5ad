"""Random bytes in every place a client can put some: JSON comes back, and the server lives on."""

import json

from facts import RUNNING, uid
from hypothesis import given, settings
from hypothesis import strategies as st

# What a request line or a header line can carry and still be one line of HTTP.
TARGET = bytes(b for b in range(0x21, 0x100) if b != 0x7f)
VALUE = bytes([0x09, *range(0x20, 0x7f), *range(0x80, 0x100)])
TOKEN = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_!#$%&'*+.^`|~"
FRAMING = {b"host", b"connection", b"content-length", b"transfer-encoding", b"expect", b"upgrade",
           b"te", b"trailer", b"x-api-key"}


def some_bytes(alphabet, **sizes):
    return st.lists(st.sampled_from(list(alphabet)), **sizes).map(bytes)


hints = st.sampled_from([
    b"%00", b"%", b"%zz", b"%2F", b"..", b"//", b"?", b"#", b"%ff", b"%F0%9F", b"status=", b"&",
    b"=", b"limit=", b"\\", b"'", b'"', b"%25", b";", RUNNING.encode(), b"+", b"%0a", b"{",
    b"cancel"])
garbage = st.lists(hints | some_bytes(TARGET, max_size=6), max_size=8).map(b"".join)
headers = st.lists(
    st.tuples(some_bytes(TOKEN, min_size=1, max_size=12), some_bytes(VALUE, max_size=40)).filter(
        lambda pair: pair[0].lower() not in FRAMING), max_size=5)


def request(emulator, method, target, fields=(), body=b"", key=b"test-key"):
    lines = [method + b" " + target + b" HTTP/1.1", b"Host: " + emulator.host.encode(),
             b"X-API-Key: " + key, b"Content-Length: %d" % len(body)]
    lines += [name + b": " + value for name, value in fields]
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


def ask(emulator, data, target):
    """The contract is checked by read(); a 500 is our own fault and never right."""
    with emulator.wire() as wire:
        wire.send_what_it_takes(data)
        reply = emulator.read(wire, data.split(b" ", 1)[0].decode(), target.decode("latin-1"))
    assert reply is not None, f"no reply to {data!r}"
    assert reply.status < 500 or reply.status in (501, 505), reply
    return reply


def test_garbage_around_a_cancel(emulator):
    @given(path=garbage, query=st.none() | garbage, fields=headers, body=st.binary(max_size=200))
    @settings(max_examples=300)
    def survive(path, query, fields, body):
        target = b"/v1/flows/runs/" + path + b"/cancel"
        target += b"" if query is None else b"?" + query
        ask(emulator, request(emulator, b"POST", target, fields, body), target)

    survive()
    emulator.assert_alive()


def test_garbage_in_the_query_of_a_list(emulator):
    @given(garbage)
    @settings(max_examples=300)
    def survive(query):
        target = b"/v1/flows/runs?" + query
        ask(emulator, request(emulator, b"GET", target), target)

    survive()
    emulator.assert_alive()


def test_garbage_for_a_path_and_a_method(emulator):
    methods = st.sampled_from([b"GET", b"POST", b"PUT", b"DELETE", b"OPTIONS"]) | some_bytes(
        TOKEN, min_size=1, max_size=10).filter(lambda m: m.upper() not in (b"HEAD", b"CONNECT"))

    @given(methods, garbage)
    @settings(max_examples=200)
    def survive(method, path):
        target = b"/" + path
        ask(emulator, request(emulator, method, target), target)

    survive()
    emulator.assert_alive()


def test_a_garbage_key_is_a_key_or_refused(emulator):
    target = b"/v1/flows/runs"

    @given(some_bytes(VALUE, max_size=300))
    def survive(key):
        reply = ask(emulator, request(emulator, b"GET", target, key=key), target)
        assert reply.status in (200, 400, 401), reply

    survive()
    assert emulator.run(RUNNING)["status"] == "RUNNING"


names = st.sampled_from([
    "id", "uid", "user_uid", "workspace_uid", "last_error", "callback", "status", "cancelled",
    "output_count", "started_at", "finished_at", "created_at", "updated_at", "workflow", "outputs",
    "synced_at", "flow_slug", "label", "message", "url", "data", "step_uid", "metadata"])
leaves = st.sampled_from([
    None, True, False, 0, 1, -1, 1.5, 1e300, 2 ** 53, 2 ** 63, -2 ** 63, "", "x", "RUNNING",
    "STOPPED", uid(1), "2025-01-01T00:00:00Z", "9999-12-31T23:59:59.999Z",
    "2016-12-31T23:59:60Z", "https://x/", "\u0000", "\ud83c\udfe0", "a" * 5000])
values = st.recursive(
    leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=4),
    max_leaves=8)


def test_garbage_for_a_run_is_a_run_or_refused(empty):
    target = b"/_emulator/runs"
    media = [(b"Content-Type", b"application/json")]

    @given(st.dictionaries(names, values, max_size=6), st.booleans())
    @settings(max_examples=300)
    def survive(fields, good_status):
        body = json.dumps({**fields, "status": "RUNNING"} if good_status else fields).encode()
        reply = ask(empty, request(empty, b"POST", target, media, body), target)
        assert reply.status in (201, 400, 409), reply

    survive()
    empty.runs("limit=100")
    empty.assert_alive()


def test_a_flipped_byte_in_a_good_body(empty):
    target = b"/_emulator/runs"
    media = [(b"Content-Type", b"application/json")]
    good = json.dumps({
        "status": "FAILED", "last_error": {"label": "X", "message": "\u00e4\U0001f3e0"},
        "created_at": "2025-01-01T00:00:00Z", "output_count": 3,
        "outputs": [{"step_uid": "a", "data": {"n": [1, 2.5, -3e2, True, None]}}]}).encode()

    @given(st.integers(0, len(good) - 1), st.integers(0, 255))
    @settings(max_examples=300)
    def survive(at, byte):
        body = good[:at] + bytes([byte]) + good[at + 1:]
        reply = ask(empty, request(empty, b"POST", target, media, body), target)
        assert reply.status in (201, 400), reply
        try:
            json.loads(body.decode("utf-8"))
        except ValueError:
            assert reply.status == 400, f"{body!r} is no JSON"

    survive()
    empty.assert_alive()


def test_noise_instead_of_http(emulator):
    """The HTTP library may refuse this with a page of its own, or just hang up."""
    @given(st.binary(max_size=300), st.booleans())
    @settings(max_examples=200)
    def survive(noise, ends):
        with emulator.wire() as wire:
            wire.send_what_it_takes(noise + (b"\r\n\r\n" if ends else b""))
            # Without an end the library waits for more: it may not even see the client hang up.
            if ends:
                wire.no_more()
                assert not wire.rest().startswith(b"HTTP/1.1 2")

    survive()
    emulator.assert_alive()
