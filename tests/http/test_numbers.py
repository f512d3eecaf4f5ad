"""A number comes back as it was written: no digit of it is lost, and none is added."""

import json

import pytest
from living import advance

JSON = {"Content-Type": "application/json"}
DIGITS = (b'{"big":12345678901234567,"one":1.0,"huge":1e400,"tiny":-1E-400,"many":0.1000000000000000055511151231257827,'
          b'"none":-0,"nought":-0.0,"list":[1,[2.50,{"3":"4\\"5.0","x":10E+2}],true],"plain":123456789012345}')
RUN = "11111111-1111-4111-8111-111111111111"


@pytest.fixture
def world(start, fixture_file):
    """A flow that gives back its input, and one that fills in a template."""
    template = DIGITS[:-1] + b',"all":"{{list}}","text":"{{one}} of {{big}}","custom_data":{"n":2.0}}'
    text = (b'{"version":1,"flows":['
            b'{"slug":"same","plan":[{"after_ms":1,"event":"START"},{"after_ms":1,"step_uid":"a"}]},'
            b'{"slug":"filled","plan":[{"after_ms":1,"event":"START"},{"after_ms":1,"step_uid":"a",'
            b'"template":' + template + b'}]}]}')
    return start("--fixture", fixture_file(text=text.decode()))


def run(emulator, slug, given):
    reply = emulator.request("POST", f"/v1/flows/{slug}/run/async", b'{"inputs":[' + given + b"]}", JSON)
    assert reply.status == 200, reply
    advance(emulator, 1000)
    return emulator.get(f"/v1/flows/runs/{reply.json['uid']}/outputs").body


def get(emulator):
    return emulator.get("/_emulator/state").body


def put(emulator, state):
    return emulator.request("PUT", "/_emulator/state", state, JSON)


def test_an_input_comes_back_byte_for_byte(world):
    assert run(world, "same", DIGITS) == b"[" + DIGITS + b"]"


def test_an_escape_in_the_body_changes_no_number(world):
    assert run(world, "same", DIGITS[:-1] + b',"\\u0061":"\\u0062"}') == b"[" + DIGITS[:-1] + b',"a":"b"}]'


def test_a_template_keeps_its_numbers_and_those_put_in(world):
    given = b'{"list":[1.0,1e400],"one":7.70,"big":12345678901234567,"custom_data":{"meta":{"n":1.50}}}'
    assert run(world, "filled", given) == (
        b"[" + DIGITS[:-1] + b',"all":[1.0,1e400],"text":"7.70 of 12345678901234567",'
        b'"custom_data":{"n":2.0,"meta":{"n":1.50}}}]')


def test_a_state_that_was_put_is_the_same_again(world):
    run(world, "same", DIGITS)
    run(world, "filled", DIGITS)
    state = get(world)
    assert state.count(DIGITS) == 3, "two inputs and an output"
    other = world.member("somebody-else")
    assert put(other, state).body == state
    assert get(other) == state


def test_what_is_made_by_hand_keeps_its_numbers(empty):
    body = b'{"uid":"%s","status":"RUNNING","inputs":[%s],"outputs":[{"step_uid":"a","data":%s}]}' % (
        RUN.encode(), DIGITS, DIGITS)
    assert empty.request("POST", "/_emulator/runs", body, JSON).status == 201
    assert empty.get(f"/v1/flows/runs/{RUN}/outputs").body == b"[" + DIGITS + b"]"
    assert get(empty).count(DIGITS) == 2


def test_a_number_that_is_none_of_ours_is_still_a_number(empty):
    """Written as 1.0 it is the integer 1 where we use it."""
    body = b'{"uid":"%s","status":"SUCCEEDED","id":7.0,"output_count":2.0e0,"credits":30e-1}' % RUN.encode()
    assert empty.request("POST", "/_emulator/runs", body, JSON).status == 201
    assert (empty.run(RUN)["id"], empty.run(RUN)["output_count"]) == (7, 2)
    assert json.loads(get(empty))["runs"][0]["credits"] == 3


def test_a_number_of_any_length_comes_back(world):
    given = b'{"a":1%s.%s1e%s1}' % (b"1" * 1000, b"0" * 1000, b"0" * 1000)
    assert run(world, "same", given) == b"[" + given + b"]"
    assert given in run(world, "same", given[:-1] + b',"\\u0061a":1}').replace(b',"aa":1}', b"}")
