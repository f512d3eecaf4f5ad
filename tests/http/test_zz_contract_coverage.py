"""Comes last: an operation or a documented status that no story ever hit fails the suite."""

from pathlib import Path

import pytest
from contract import CONTRACT

HERE = Path(__file__).resolve().parent


def is_whole_suite(config):
    option = config.option
    if option.keyword or option.markexpr or option.deselect or option.ignore or option.ignore_glob:
        return False
    if getattr(option, "lf", False) or getattr(option, "stepwise", False):
        return False
    folders = [(config.invocation_params.dir / argument).resolve() for argument in config.args]
    return any(folder in (HERE, *HERE.parents) for folder in folders)


def test_every_operation_and_every_documented_status_was_hit(request):
    if not is_whole_suite(request.config):
        pytest.skip("only a part of the suite was asked for")
    missing = [f"{operation} {status}" for operation, status in CONTRACT.missing()]
    assert not missing, f"no story ever got: {', '.join(missing)}"
