"""Prometheus text, read by the parser of that format's own library."""

from calling import call, settled
from living import advance
from prometheus_client.parser import text_string_to_metric_families
from receiver import receiving, reply as http_reply

WORLD = "still"
RUNNING = "00000000-0000-4000-8000-000000000007"
FINISHED = "00000000-0000-4000-8000-000000000010"


def samples(emulator):
    reply = emulator.get("/_emulator/metrics", key=None)
    assert reply.status == 200
    assert reply.header("Content-Type") == "text/plain; version=0.0.4; charset=utf-8"
    families = list(text_string_to_metric_families(reply.body.decode()))
    assert all(family.documentation and family.type != "unknown" for family in families)
    return {(s.name.removeprefix("edges_emulator_"), *sorted(s.labels.values())): s.value
            for family in families for s in family.samples}


def test_requests_by_operation_and_status(emulator):
    for _ in range(3):
        emulator.cancel(RUNNING)
    emulator.get("/v1/nowhere")
    with emulator.wire() as wire:
        wire.send(emulator.head("GET", "/v1/flows/runs", "Emulator-Fault: reset"))
        wire.rest()
    found = samples(emulator)
    assert found["requests_total", "200", "cancelFlowRun"] == 1
    assert found["requests_total", "422", "cancelFlowRun"] == 2
    assert found["requests_total", "404", "none"] == 1
    assert found["requests_total", "0", "listFlowRuns"] == 1
    assert ("requests_total", "200", "getMetrics") not in found
    assert samples(emulator)["requests_total", "200", "getMetrics"] == 1


def test_the_histogram_adds_up(start):
    emulator = start()
    for _ in range(20):
        emulator.runs()
    found = samples(emulator)
    buckets = sorted((float(key[1]), value) for key, value in found.items()
                     if key[0] == "request_duration_seconds_bucket")
    counts = [count for _, count in buckets]
    assert counts == sorted(counts) and buckets[-1] == (float("inf"), 20)
    assert found["request_duration_seconds_count",] == 20
    assert 0 < found["request_duration_seconds_sum",] < 60


def test_runs_and_workspaces(start):
    emulator = start()
    emulator.runs()
    emulator.member("somebody-else").cancel(RUNNING)
    found = samples(emulator)
    assert found["workspaces",] == 2
    assert found["runs", "RUNNING"] == 3, "the vendor's sample runs too, in both"
    assert found["runs", "STOPPED"] == 3
    assert found["runs", "SUCCEEDED"] == 2
    assert 1e6 < found["resident_memory_bytes",] < 1e12
    assert found["uptime_seconds",] >= 0


def test_events_and_callbacks(emulator):
    with receiving(http_reply(500), http_reply(200)) as receiver:
        uid = call(emulator, receiver.url(), on="final")
        fired = len(advance(emulator, "PT2S"))
        settled(emulator, uid, 1, "PENDING", "SUCCESS")
        receiver.take()
        advance(emulator, "PT5S")
        settled(emulator, uid, 1, "SUCCESS")
    found = samples(emulator)
    assert found["events_fired_total",] == fired > 3
    assert found["callback_tries_total", "delivered"] == 1
    assert found["callback_tries_total", "failed"] == 1


def test_they_take_no_parameters(emulator):
    assert emulator.get("/_emulator/metrics?a=1", key=None).status == 400
