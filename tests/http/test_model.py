"""The model of the list is an oracle, so it is looked at by hand once."""

from model import expected_uids

A = {"uid": "a", "status": "RUNNING", "created_at": "2", "finished_at": None}
B = {"uid": "b", "status": "FAILED", "created_at": "1", "finished_at": "9"}
C = {"uid": "c", "status": "RUNNING", "created_at": "2", "finished_at": None}


def order(sorts, filters=()):
    return "".join(expected_uids([C, A, B], dict(filters), sorts))


def test_the_order_of_creation_is_the_default():
    assert order([]) == "bac"


def test_empty_times_come_last_and_descending_is_the_reverse():
    assert order(["finished_at"]) == "bac"
    assert order(["-finished_at"]) == "cab"


def test_ties_follow_the_last_field():
    assert order(["created_at", "-finished_at"]) == "bca"
    assert order(["-created_at"]) == "cab"


def test_a_status_sorts_in_the_order_asked_for():
    assert order(["status"]) == "bac"
    assert "".join(expected_uids([A, B], {}, ["status"], ["RUNNING", "FAILED"])) == "ab"


def test_any_value_of_a_filter_and_all_filters():
    assert order([], {"status": ["RUNNING"]}) == "ac"
    assert order([], {"uid": ["a", "b"], "status": ["RUNNING", "BLOCKED"]}) == "a"
