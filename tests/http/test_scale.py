"""Thousands of runs: all pages together are every run once, for each sort and filter."""

import datetime

import pytest
from facts import STATUSES
from model import expected_uids

COUNT = 4500  # more than are looked at at once
START = datetime.datetime(2025, 1, 1)
FINISHED = {"INVALID", "STOPPED", "FAILED", "PARTIAL_SUCCEEDED", "SUCCEEDED"}


def shown(minutes):
    return (START + datetime.timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def many_runs():
    """Many ties on purpose: 500 moments of creation, 10 statuses, 7 users."""
    for n in range(COUNT):
        status = STATUSES[n * 7 % 10]
        created = n * 31 % 500
        yield {
            "uid": f"{n * 2654435761 % 2 ** 32:08x}-0000-4000-8000-{n:012d}",
            "user_uid": f"00000000-0000-4000-8000-{n % 7:012d}",
            "status": status,
            "created_at": shown(created),
            "started_at": shown(created + n % 60) if n % 3 else None,
            "finished_at": shown(created + 60 + n % 50) if status in FINISHED else None,
            "updated_at": shown(created + 200 + n % 11),
        }


@pytest.fixture
def world(start, fixture_file):
    runs = list(many_runs())
    emulator = start("--fixture", fixture_file(runs=runs))
    assert emulator.reset()["runs"] == COUNT
    return emulator, runs


def pages(emulator, query, limit=100):
    uids = []
    while True:
        page = emulator.runs(f"{query}&limit={limit}&offset={len(uids)}")
        uids += [run["uid"] for run in page]
        if len(page) < limit:
            return uids


@pytest.mark.parametrize("sorts", [
    [], ["-created_at"], ["uid"], ["-started_at"], ["finished_at"], ["updated_at", "-created_at"],
    ["-finished_at", "started_at", "-uid"]], ids=" ".join)
def test_all_pages_together_are_every_run_once_and_in_order(world, sorts):
    emulator, runs = world
    query = "&".join(f"sort={field}" for field in sorts)
    assert pages(emulator, query) == expected_uids(runs, {}, sorts)


@pytest.mark.parametrize("filters", [
    {"status": ["RUNNING"]}, {"status": ["RUNNING", "FAILED", "STOPPED"]},
    {"user_uid": ["00000000-0000-4000-8000-000000000003"]},
    {"status": ["QUEUED"], "user_uid": ["00000000-0000-4000-8000-000000000003"]}], ids=str)
def test_all_pages_of_a_filter(world, filters):
    emulator, runs = world
    query = "&".join(f"{name}={value}" for name, values in filters.items() for value in values)
    assert pages(emulator, query) == expected_uids(runs, filters, [])
    by_end = pages(emulator, query + "&sort=-finished_at", limit=37)
    assert by_end == expected_uids(runs, filters, ["-finished_at"])


def test_a_cancel_in_a_crowd_finds_its_run_and_no_other(world):
    emulator, runs = world
    chosen = [run["uid"] for run in runs if run["status"] == "RUNNING"][::29]
    for uid in chosen:
        assert emulator.cancel(uid).status == 200
    left = {run["uid"] for run in runs if run["status"] == "RUNNING"} - set(chosen)
    assert set(pages(emulator, "status=RUNNING")) == left
