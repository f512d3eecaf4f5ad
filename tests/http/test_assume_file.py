"""--assume @FILE: what `verify --save` wrote is verified, and said to be."""

import json

import pytest
from facts import DEMO, assert_refused
from process import run_program

AT = "2026-11-29T02:00:00.000Z"
JSON = {"Content-Type": "application/json"}


@pytest.fixture
def saved(tmp_path):
    def write(at=AT, **assumptions):
        file = tmp_path / "verified.json"
        file.write_text(json.dumps({"verified_at": at, "assumptions": assumptions}))
        return f"@{file}"

    return write


def both(saved):
    return saved(**{"not-cancellable.code": "409", "not-cancellable.label": "INVALID_STATUS"})


def cancel(emulator):
    reply = emulator.cancel(DEMO["SUCCEEDED"])
    return reply.status, reply.header("Emulator-Fidelity")


def assume(emulator, **values):
    reply = emulator.request("PUT", "/_emulator/assumptions", json.dumps(values).encode(), JSON)
    assert reply.status == 200, reply


VERIFIED = f"verified; at={AT}; rule=not-cancellable.code, not-cancellable.label"


def test_a_reply_that_rests_on_verified_rows_says_when(start, saved):
    assert cancel(start("--assume", both(saved))) == (409, VERIFIED)


def test_a_reply_that_rests_on_a_guess_too_names_the_guess(start, saved):
    file = saved(**{"not-cancellable.code": "409"})
    assert cancel(start("--assume", file)) == (409, "assumed; rule=not-cancellable.label")


def test_what_is_verified_is_no_guess(start, saved):
    assert cancel(start("--assume", both(saved), "--strict-fidelity")) == (409, VERIFIED)


def test_a_later_assumption_takes_its_place_and_is_not_verified(start, saved):
    emulator = start("--assume", both(saved), "--assume", "not-cancellable.code=400")
    assert cancel(emulator) == (400, "assumed; rule=not-cancellable.code")
    assert cancel(start("--assume", both(saved), "--assume", "not-cancellable.code=409")) == (409, VERIFIED)


def test_a_workspace_may_assume_something_else_and_take_it_back(start, saved, tmp_path):
    options = "--assume", both(saved), "--db", tmp_path / "state.db"
    emulator = start(*options)
    assume(emulator, **{"not-cancellable.code": 422})
    assert cancel(emulator) == (422, "assumed; rule=not-cancellable.code")
    emulator.process.stop()
    emulator = start(*options)
    assert cancel(emulator) == (422, "assumed; rule=not-cancellable.code")
    assume(emulator, **{"not-cancellable.code": None})
    assert cancel(emulator) == (409, VERIFIED)


@pytest.mark.parametrize("text, word", [
    (None, "cannot read"),
    ("", "a file that verify --save wrote"), ("[]", "a file that verify --save wrote"),
    ('{"assumptions": {}}', "a file that verify --save wrote"),
    ('{"verified_at": "yesterday", "assumptions": {}}', "a file that verify --save wrote"),
    (f'{{"verified_at": "{AT}"}}', "a file that verify --save wrote"),
    (f'{{"verified_at": "{AT}", "assumptions": {{"no.such": "1"}}}}', "edges-emulator docs assumptions"),
    (f'{{"verified_at": "{AT}", "assumptions": {{"cancel.repeat": "maybe"}}}}', "cancel.repeat=refuse|accept"),
    (f'{{"verified_at": "{AT}", "assumptions": {{"cancel.repeat": 1}}}}', "ID=VALUE"),
])
def test_a_file_that_is_none_is_a_usage_error(tmp_path, text, word):
    file = tmp_path / "verified.json"
    if text is not None:
        file.write_text(text)
    status, out, err = run_program("--port", "0", "--assume", f"@{file}")
    assert (status, out) == (2, "")
    assert "--assume" in err and word in err


def test_a_refusal_before_the_key_is_verified_too(start, saved):
    reply = start("--assume", saved(**{"unauthorized.label": "NO_KEY"})).get("/v1/flows/runs", key=None)
    assert_refused(reply, 401, "NO_KEY", "auth")
    assert reply.header("Emulator-Fidelity") == f"verified; at={AT}; rule=unauthorized.label"
