"""Callbacks as they arrive fit what the contract says of them, under webhooks."""

import pytest
from calling import call
from contract import CONTRACT
from formats import FORMATS
from jsonschema import Draft202012Validator
from living import advance
from receiver import receiving

WORLD = "still"
WEBHOOK = CONTRACT.document["webhooks"]["flowRunCallback"]["post"]


def assert_fits(value, schema):
    whole = {**schema, "components": CONTRACT.document["components"]}
    Draft202012Validator(whole, format_checker=FORMATS).validate(value)


@pytest.mark.parametrize("flow", ["linkedin-people-enrich", "demo-fails", "demo-partly"])
@pytest.mark.parametrize("on", ["all", "final"])
def test_a_callback_fits_the_webhook_of_the_contract(emulator, flow, on):
    with receiving() as receiver:
        call(emulator, receiver.url(), flow, on=on)
        advance(emulator, "PT1H")
        heard, ended = [], False
        while not ended:
            heard.append(receiver.take())
            ended = heard[-1].json["flow_run"]["status"] != "RUNNING"
    for each in heard:
        assert_fits(each.json, WEBHOOK["requestBody"]["content"]["application/json"]["schema"])
        for parameter in WEBHOOK["parameters"]:
            text = each.header(parameter["name"])
            assert_fits(int(text) if parameter["schema"].get("type") == "integer" else text, parameter["schema"])
