"""GET /v1/flows/runs: order, paging, filters, and each refusal with its message."""

import json

import pytest
from facts import (
    DEMO, FLOW_RUN_DETAIL, NOW, RUNNING, STATUSES, UNKNOWN, VENDOR, assert_refused, uid,
)
from living import ADA, advance, flow, launch


def uids(runs):
    return [run["uid"] for run in runs]


def assert_bad_query(emulator, query, message=None):
    assert_refused(emulator.get(f"/v1/flows/runs?{query}"), 400, "BAD_PARAMETERS", "param", message)


def test_the_first_page_is_ten_runs_in_the_order_they_were_created(emulator):
    assert uids(emulator.runs()) == list(DEMO.values())


def test_the_vendors_sample_comes_eleventh(emulator):
    assert uids(emulator.runs("offset=10&limit=1")) == [VENDOR]


def test_ids_count_from_one_in_that_order(emulator):
    assert [run["id"] for run in emulator.runs()] == [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]


def test_a_bare_array_of_whole_runs(emulator):
    runs = emulator.runs("limit=100")
    assert isinstance(runs, list) and len(runs) >= 11
    for run in runs:
        assert list(run) == FLOW_RUN_DETAIL
        assert run == emulator.run(run["uid"])


def test_an_empty_world_is_an_empty_array(empty):
    reply = empty.get("/v1/flows/runs")
    assert reply.body.strip() == b"[]"


def test_an_empty_query_is_no_query(emulator):
    assert len(emulator.get("/v1/flows/runs?").json) == 10


@pytest.mark.parametrize("limit, offset, expected", [
    (1, 0, STATUSES[:1]), (3, 0, STATUSES[:3]), (3, 4, STATUSES[4:7]), (10, 0, STATUSES)])
def test_limit_and_offset_cut_a_page(emulator, limit, offset, expected):
    runs = emulator.runs(f"limit={limit}&offset={offset}")
    assert [run["status"] for run in runs] == expected


def test_an_offset_beyond_the_end_is_an_empty_page(emulator):
    assert emulator.runs("offset=1000") == []
    assert emulator.runs("offset=9007199254740991") == []


@pytest.mark.parametrize("status", STATUSES)
def test_filter_by_status(emulator, status):
    runs = emulator.runs(f"status={status}")
    assert DEMO[status] in uids(runs)
    assert {run["status"] for run in runs} == {status}


def test_several_statuses_mean_any_of_them(emulator):
    runs = emulator.runs("status=FAILED&status=INVALID")
    assert uids(runs) == [DEMO["INVALID"], DEMO["FAILED"]]


def test_the_same_status_twice_is_that_status(emulator):
    assert uids(emulator.runs("status=FAILED&status=FAILED")) == [DEMO["FAILED"]]


def test_filter_by_uid(emulator):
    runs = emulator.runs(f"uid={VENDOR}&uid={RUNNING}&uid={UNKNOWN}")
    assert uids(runs) == [RUNNING, VENDOR]


def test_filter_by_an_upper_case_uid(emulator):
    assert uids(emulator.runs(f"uid={VENDOR.upper()}")) == [VENDOR]


def test_filter_by_user(empty):
    me = empty.reset()["user_uid"]
    empty.make(uid=uid(1))
    empty.make(uid=uid(2), user_uid=uid(100))
    empty.make(uid=uid(3), user_uid=uid(101))
    assert uids(empty.runs(f"user_uid={me}")) == [uid(1)]
    assert uids(empty.runs(f"user_uid={uid(100)}&user_uid={uid(101)}")) == [uid(2), uid(3)]
    assert empty.runs(f"user_uid={UNKNOWN}") == []


def test_filter_by_workspace(emulator):
    mine = emulator.reset()["workspace_uid"]
    theirs = emulator.member("another-key").reset()["workspace_uid"]
    assert uids(emulator.runs(f"workspace_uid={mine}")) == list(DEMO.values())
    assert emulator.runs(f"workspace_uid={theirs}") == []
    assert uids(emulator.runs(f"workspace_uid={theirs}&workspace_uid={mine}&limit=1")) == [
        DEMO["CREATED"]]


def test_different_filters_must_all_agree(emulator):
    assert uids(emulator.runs(f"status=RUNNING&uid={VENDOR}")) == [VENDOR]
    assert emulator.runs(f"status=FAILED&uid={VENDOR}") == []


def test_a_percent_encoded_query_means_the_same(emulator):
    assert uids(emulator.runs("st%61tus=FAI%4CED")) == [DEMO["FAILED"]]


def test_a_filter_finds_platform_stopped_and_cancelled_runs_alike(empty):
    empty.make("STOPPED", uid=uid(1))
    empty.make("STOPPED", uid=uid(2), cancelled=True)
    empty.make("RUNNING", uid=uid(3))
    assert uids(empty.runs("status=STOPPED")) == [uid(1), uid(2)]


def test_a_list_may_be_read_for_another_members_runs_only_by_their_key(empty):
    empty.make(uid=uid(1))
    assert empty.member("another-key").runs() == []


@pytest.mark.parametrize("query, message", [
    ("foo=1", "querystring must NOT have additional properties (foo)"),
    ("Limit=1", "querystring must NOT have additional properties (Limit)"),
    ("limit=101", "querystring/limit must be <= 100"),
    ("limit=1000000", "querystring/limit must be <= 100"),
    ("limit=0", "querystring/limit must be >= 1"),
    ("limit=-1", "querystring/limit must be >= 1"),
    ("limit=ten", "querystring/limit must be integer"),
    ("limit=1.5", "querystring/limit must be integer"),
    ("limit=5x", "querystring/limit must be integer"),
    ("limit=", "querystring/limit must be integer"),
    ("limit=1&limit=2", "querystring/limit must be integer"),
    ("limit=1&limit=1", "querystring/limit must be integer"),
    ("offset=-1", "querystring/offset must be >= 0"),
    ("offset=x", "querystring/offset must be integer"),
    ("status=DONE", "querystring/status/0 must be equal to one of the allowed values"),
    ("status=running", "querystring/status/0 must be equal to one of the allowed values"),
    ("status=", "querystring/status/0 must be equal to one of the allowed values"),
    ("status=CANCELLED", "querystring/status/0 must be equal to one of the allowed values"),
    ("status=RUNNING,FAILED", "querystring/status/0 must be equal to one of the allowed values"),
    ("status=FAILED&status=DONE",
     "querystring/status/1 must be equal to one of the allowed values"),
    ("uid=nope", 'querystring/uid/0 must match format "uuid"'),
    ("uid=", 'querystring/uid/0 must match format "uuid"'),
    (f"uid={RUNNING}&uid=nope", 'querystring/uid/1 must match format "uuid"'),
    ("user_uid=nope", 'querystring/user_uid/0 must match format "uuid"'),
    ("workspace_uid=nope", 'querystring/workspace_uid/0 must match format "uuid"'),
    ("sort=id", "querystring/sort/0 must be equal to one of the allowed values"),
    ("sort=--uid", "querystring/sort/0 must be equal to one of the allowed values"),
    ("sort=created_at%20desc", "querystring/sort/0 must be equal to one of the allowed values"),
    ("sort=uid&sort=nope", "querystring/sort/1 must be equal to one of the allowed values"),
    ("&".join(["sort=uid"] * 11), "querystring/sort must NOT have more than 10 items"),
    ("sort=" + "a" * 129, "querystring/sort/0 must NOT have more than 128 characters"),
], ids=lambda value: value[:40])
def test_a_bad_query_is_refused_and_named(emulator, query, message):
    assert_bad_query(emulator, query, message)


@pytest.mark.parametrize("query", [
    "status=%zz", "status=%", "status=%4", "status=FAILED%00", "uid=%ff", "%ff=1", "%00=1",
    "sort=%C3%28", "status=%ED%A0%80", "status%5B%5D=FAILED", "limit=99999999999999999999",
    "limit=-99999999999999999999", "limit=%EF%BC%91", "=1"])
def test_a_query_that_cannot_be_read_is_refused(emulator, query):
    assert_bad_query(emulator, query)


def test_ten_sort_fields_are_allowed(emulator):
    assert emulator.get("/v1/flows/runs?" + "&".join(["sort=uid"] * 10)).status == 200


def test_a_made_run_takes_its_place_by_its_creation(empty):
    empty.make(uid=uid(1), created_at="2025-01-02T00:00:00.000Z")
    empty.make(uid=uid(2))
    empty.make(uid=uid(3), created_at="2025-01-01T00:00:00.000Z")
    assert uids(empty.runs()) == [uid(3), uid(1), uid(2)]
    assert empty.run(uid(2))["created_at"] == NOW


def put(emulator, **content):
    body = json.dumps({"version": 1, **content}).encode()
    assert emulator.request("PUT", "/_emulator/state", body, {"Content-Type": "application/json"}).status == 200


@pytest.mark.parametrize("query, key, fits", [
    ("", lambda n: (n % 7, n), lambda n: True),
    ("sort=-created_at", lambda n: (-(n % 7), -n), lambda n: True),
    ("sort=status,-updated_at", lambda n: (n % 3 != 0, -(n % 5), -n), lambda n: True),
    ("status=FAILED&status=RUNNING", lambda n: (n % 7, n), lambda n: True),
    ("status=RUNNING&sort=uid", lambda n: n, lambda n: n % 3),
])
def test_pages_far_down_go_on_where_those_before_end(emulator, query, key, fits):
    """900 runs, of which many have the same times."""
    runs = [{"uid": f"{n:08x}-0000-4000-8000-000000000000", "status": "RUNNING" if n % 3 else "FAILED",
             "created_at": f"2026-01-01T00:00:0{n % 7}Z", "updated_at": f"2026-01-02T00:00:0{n % 5}Z"}
            for n in range(900)]
    put(emulator, runs=runs)
    expected = [runs[n]["uid"] for n in sorted(filter(fits, range(900)), key=key)]
    for offset in 0, 190, 199, 200, 290, 555, 595, 890, 2000:
        assert uids(emulator.runs(f"{query}&limit=20&offset={offset}")) == expected[offset:offset + 20]


@pytest.mark.parametrize("path, most", [
    ("/v1/flows/schedules?", 100), ("/v1/flows/schedules?sort=-next_execution_at&status=ACTIVE&", 100),
    ("/_emulator/schedules?", 1000),
    ("/_emulator/callbacks?", 1000), ("/_emulator/callbacks?sort=-created_at&", 1000),
])
def test_pages_of_other_lists_do_so_too(emulator, path, most):
    plan = [{"after_ms": 0, "event": "START"}, *[{"after_ms": 1, "step_uid": "a"}] * 210]
    put(emulator, flows=[flow(plan)], schedules=[
        {"status": "ACTIVE", "flow_slug": "own", "cron": f"{n % 60} 0 1 1 *", "inputs": [ADA]} for n in range(210)])
    launch(emulator, "own", callback={"url": "http://127.0.0.1:9/"})
    advance(emulator, 1000)
    every = [each for offset in range(0, 211, 10) for each in uids(emulator.get(f"{path}limit=10&offset={offset}").json)]
    assert len(set(every)) == len(every) >= 210
    assert uids(emulator.get(f"{path}limit={most}").json) == every[:most]
    assert uids(emulator.get(f"{path}limit=10&offset=199").json) == every[199:209]
