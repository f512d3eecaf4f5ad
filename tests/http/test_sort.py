"""The sort parameter: every field, both ways, several at once, ties, empty times."""

import pytest
from facts import uid

FIELDS = ["created_at", "updated_at", "started_at", "finished_at", "status", "uid"]


def order(emulator, *fields):
    query = "&".join(f"sort={field}" for field in fields)
    return [int(run["uid"][-12:]) for run in emulator.runs(f"limit=100&{query}")]


def day(number):
    return f"2025-06-{number:02d}T00:00:00.000Z"


@pytest.fixture
def world(empty):
    """Four runs: by created_at 3 1 4 2, by started_at 4 3 1 and 2, which never did."""
    empty.make("RUNNING", uid=uid(1), created_at=day(2), started_at=day(20), updated_at=day(21))
    empty.make("QUEUED", uid=uid(2), created_at=day(4), updated_at=day(24))
    empty.make("FAILED", uid=uid(3), created_at=day(1), started_at=day(19), finished_at=day(20),
               updated_at=day(23))
    empty.make("RUNNING", uid=uid(4), created_at=day(3), started_at=day(18), updated_at=day(22))
    return empty


@pytest.mark.parametrize("field, expected", [
    ("created_at", [3, 1, 4, 2]),
    ("updated_at", [1, 4, 3, 2]),
    ("started_at", [4, 3, 1, 2]),
    ("finished_at", [3, 1, 2, 4]),
    ("status", [3, 2, 1, 4]),
    ("uid", [1, 2, 3, 4]),
])
def test_one_field(world, field, expected):
    if field == "status":
        assert order(world, field) in (expected, [2, 1, 4, 3])  # by name, or as the page lists them
    else:
        assert order(world, field) == expected


@pytest.mark.parametrize("field", FIELDS)
def test_descending_is_the_exact_reverse(world, field):
    assert order(world, f"-{field}") == order(world, field)[::-1]


def test_no_sort_is_the_order_of_creation(world):
    assert order(world) == order(world, "created_at") == [3, 1, 4, 2]


def test_a_second_field_breaks_ties_of_the_first(world):
    assert order(world, "finished_at", "-created_at") == [3, 2, 4, 1]


def test_ties_that_remain_break_by_uid_in_the_direction_of_the_last_field(world):
    assert order(world, "-created_at", "uid") == [2, 4, 1, 3]
    assert order(world, "finished_at") == [3, 1, 2, 4]
    assert order(world, "-finished_at") == [4, 2, 1, 3]


def test_runs_created_in_the_same_moment_come_by_uid(empty):
    for number in 5, 2, 9, 1:
        empty.make(uid=uid(number))
    assert order(empty) == [1, 2, 5, 9]
    assert order(empty, "-created_at") == [9, 5, 2, 1]


def test_a_field_named_twice_counts_the_first_time(world):
    assert order(world, "created_at", "-created_at") == [3, 1, 4, 2]


def test_stopped_and_cancelled_are_one_status_to_sort_by(empty):
    for number, cancelled in (1, True), (2, False), (3, True):
        empty.make("STOPPED", uid=uid(number), cancelled=cancelled)
    assert order(empty, "status", "uid") == [1, 2, 3]
    assert order(empty, "-status") == [3, 2, 1]


def test_the_percent_encoded_minus_is_a_minus(world):
    assert order(world, "%2Duid") == [4, 3, 2, 1]


def test_sort_filter_and_page_together(world):
    runs = world.runs("status=RUNNING&status=FAILED&sort=-created_at&limit=1&offset=1")
    assert [run["uid"] for run in runs] == [uid(1)]
