"""Run it with pytest. The fixture `edges` is in conftest.py."""

import pytest

RUN = "3c90c3cc-0d44-4b50-8888-8dd25736052a"  # RUNNING in the fixture demo


def cancel(edges, run):
    """Your client stands here."""
    return edges.call("POST", f"/v1/flows/runs/{run}/cancel")


def test_cancels_a_run(edges):
    assert cancel(edges, RUN)["status"] == "STOPPED"
    with pytest.raises(AssertionError, match="422 .*run is STOPPED"):
        cancel(edges, RUN)


def test_starts_a_flow_and_sees_it_succeed_without_waiting(edges):
    edges.freeze("2026-01-01T00:00:00Z")
    run = edges.call("POST", "/v1/flows/linkedin-people-enrich/run/async", {"inputs": [{}]})
    edges.advance("1m")
    assert edges.call("GET", f"/v1/flows/runs/{run['uid']}")["status"] == "SUCCEEDED"


def test_starts_a_flow_of_its_own(edges):
    edges.freeze()
    edges.put_flow("mine", plan=[{"after_ms": 100, "event": "START"}, {"after_ms": 500, "event": "FAIL"}])
    run = edges.call("POST", "/v1/flows/mine/run/async", {"inputs": [{}]})
    edges.advance("600ms")
    assert edges.call("GET", f"/v1/flows/runs/{run['uid']}")["status"] == "FAILED"


def test_survives_an_error(edges):
    edges.fault({"status": 503}, operation="cancelFlowRun", times=1)
    with pytest.raises(AssertionError, match="503"):
        cancel(edges, RUN)
    assert cancel(edges, RUN)["status"] == "STOPPED"
    assert [each["status"] for each in edges.journal()] == [503, 200]


def test_sees_what_the_client_sent(edges):
    run = edges.create_run("QUEUED")
    cancel(edges, run["uid"])
    edges.wait(journal=1, operation="cancelFlowRun")
    edges.wait(run=run["uid"], status="STOPPED")
