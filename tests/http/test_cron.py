"""Cron expressions in time zones: instants worked out by hand, and by another implementation."""

import json
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from cron_oracle import Oracle, parse, show
from hypothesis import given
from hypothesis import strategies as st
from living import advance, set_clock
from scheduling import ask, firings, schedule

WORLD = "still"

# Both changes of daylight saving: what a clock on the wall shows, worked out by hand.
BY_HAND = [
    # Paris: 02:00 becomes 03:00 on 29 March 2026 (01:00 UTC); 03:00 becomes 02:00 on 25 October.
    ("30 2 * * *", "Europe/Paris", "2026-03-27T12:00:00Z",
     ["2026-03-28T01:30:00.000Z", "2026-03-29T01:30:00.000Z", "2026-03-30T00:30:00.000Z"]),
    ("0 * * * *", "Europe/Paris", "2026-03-28T23:30:00Z",
     ["2026-03-29T00:00:00.000Z", "2026-03-29T01:00:00.000Z", "2026-03-29T02:00:00.000Z"]),
    ("30 2 * * *", "Europe/Paris", "2026-10-24T12:00:00Z",
     ["2026-10-25T00:30:00.000Z", "2026-10-26T01:30:00.000Z"]),
    ("0 * * * *", "Europe/Paris", "2026-10-24T23:30:00Z",
     ["2026-10-25T00:00:00.000Z", "2026-10-25T01:00:00.000Z", "2026-10-25T02:00:00.000Z"]),
    ("*/30 0-23 * * *", "Europe/Paris", "2026-10-24T23:30:00Z",
     ["2026-10-25T00:00:00.000Z", "2026-10-25T00:30:00.000Z", "2026-10-25T01:00:00.000Z",
      "2026-10-25T01:30:00.000Z", "2026-10-25T02:00:00.000Z"]),
    ("0 */2 * * *", "Europe/Paris", "2026-10-24T21:30:00Z",  # a fixed list of hours
     ["2026-10-24T22:00:00.000Z", "2026-10-25T00:00:00.000Z", "2026-10-25T03:00:00.000Z"]),
    # New York: 8 March (07:00 UTC) and 1 November 2026 (06:00 UTC).
    ("15 2,3 * * *", "America/New_York", "2026-03-08T00:00:00Z",
     ["2026-03-08T07:15:00.000Z", "2026-03-09T06:15:00.000Z", "2026-03-09T07:15:00.000Z"]),
    ("0 9 * * 1-5", "America/New_York", "2026-10-30T00:00:00Z",
     ["2026-10-30T13:00:00.000Z", "2026-11-02T14:00:00.000Z"]),
    ("59 1 * * *", "America/New_York", "2026-10-31T12:00:00Z",
     ["2026-11-01T05:59:00.000Z", "2026-11-02T06:59:00.000Z"]),
    # Lord Howe moves by half an hour: 4 October 2026 (15:30 UTC the day before), 5 April.
    ("15 2 * * *", "Australia/Lord_Howe", "2026-10-02T20:00:00Z",
     ["2026-10-03T15:45:00.000Z", "2026-10-04T15:15:00.000Z"]),
    ("45 1 * * *", "Australia/Lord_Howe", "2026-04-03T20:00:00Z",
     ["2026-04-04T14:45:00.000Z", "2026-04-05T15:15:00.000Z"]),
    # Without daylight saving, half an hour aside.
    ("0 9 * * *", "Asia/Kolkata", "2026-03-01T00:00:00Z",
     ["2026-03-01T03:30:00.000Z", "2026-03-02T03:30:00.000Z"]),
    ("0 0 1 * *", "Pacific/Apia", "2026-01-15T00:00:00Z",
     ["2026-01-31T11:00:00.000Z", "2026-02-28T11:00:00.000Z"]),
    ("0 0 13 * fri", "UTC", "2026-02-10T00:00:00Z",
     ["2026-02-13T00:00:00.000Z", "2026-02-20T00:00:00.000Z", "2026-02-27T00:00:00.000Z",
      "2026-03-06T00:00:00.000Z", "2026-03-13T00:00:00.000Z"]),
    # A star with a step restricts a day field, one with a step of one does not.
    ("0 0 */2 * 5", "UTC", "2026-01-01T00:00:00Z",
     ["2026-01-02T00:00:00.000Z", "2026-01-03T00:00:00.000Z", "2026-01-05T00:00:00.000Z"]),
    ("0 0 */1 * 5", "UTC", "2026-01-01T00:00:00Z",
     ["2026-01-02T00:00:00.000Z", "2026-01-09T00:00:00.000Z"]),
]
LATER = [  # of the zones below: a few days around the changes of 2026
    "2026-03-07T00:00:00Z", "2026-03-28T00:00:00Z", "2026-04-04T00:00:00Z", "2026-10-03T00:00:00Z",
    "2026-10-24T00:00:00Z", "2026-10-31T00:00:00Z"]
ZONES = ["UTC", "Europe/Paris", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata",
         "Pacific/Apia", "America/St_Johns", "Africa/Casablanca", "Europe/London"]


# What cron-parser of npm says: tests/http/cron_cases.mjs made them.
CASES = [tuple(case) for case in json.loads((Path(__file__).parent / "cron_cases.json").read_text())]


@pytest.mark.parametrize("cron,zone,after,expected", BY_HAND + CASES)
def test_instants_by_hand(emulator, cron, zone, after, expected):
    set_clock(emulator, now=after)
    made = schedule(emulator, cron=cron, timezone=zone)
    until = parse(expected[-1]) - parse(after)
    assert firings(advance(emulator, int(until.total_seconds() * 1000)), made) == expected


@pytest.mark.parametrize("cron,zone,after,expected", BY_HAND)
def test_the_oracle_knows_the_same(cron, zone, after, expected):
    found = Oracle(cron, zone).between(parse(after), parse(expected[-1]))
    assert [show(each) for each in found] == expected


@pytest.mark.parametrize("zone", ZONES)
def test_every_half_hour_around_the_changes(emulator, zone):
    made = schedule(emulator, "demo-invalid", cron="7-59/30 * * * *", timezone=zone)
    oracle = Oracle("7-59/30 * * * *", zone)
    for start in LATER:
        set_clock(emulator, now=start)
        until = parse(start) + timedelta(days=2)
        expected = [show(each) for each in oracle.between(parse(start), until)]
        assert firings(advance(emulator, "P2D"), made) == expected


def field(low, high, names=()):
    number = st.integers(low, high)
    single = number.map(str) | (st.sampled_from(names) if names else number.map(str))
    span = st.tuples(number, number).map(lambda pair: "%d-%d" % tuple(sorted(pair)))
    stepped = st.tuples(st.just("*") | span | number.map(str), st.integers(1, 20)).map(
        lambda pair: "%s/%d" % pair)
    return st.just("*") | st.lists(single | span | stepped, min_size=1, max_size=3).map(",".join)


EXPRESSIONS = st.tuples(
    field(0, 59), field(0, 23), field(1, 31), field(1, 12, ["JAN", "feb", "Oct"]),
    field(0, 7, ["sun", "Wed", "SAT"])).map(" ".join)
INSTANTS = st.datetimes(datetime(2026, 1, 1), datetime(2036, 1, 1)).map(
    lambda moment: moment.replace(microsecond=0, tzinfo=timezone.utc))
NEAR_A_CHANGE = st.tuples(st.sampled_from(LATER), st.integers(0, 2 * 86400)).map(
    lambda pair: parse(pair[0]) + timedelta(seconds=pair[1]))


@given(data=st.data())
def test_the_next_firing_is_that_of_the_oracle(emulator, data):
    cron, zone = data.draw(EXPRESSIONS), data.draw(st.sampled_from(ZONES))
    now = data.draw(INSTANTS | NEAR_A_CHANGE)
    test_the_next_firing_is_that_of_the_oracle.count += 1
    member = emulator.member(f"key-{test_the_next_firing_is_that_of_the_oracle.count}")
    set_clock(member, now=show(now))
    reply = ask(member, cron=cron, timezone=zone)
    expected = Oracle(cron, zone).next(now)
    assert reply.status == (200 if expected else 400), (cron, zone, show(now), reply)
    if expected:
        assert reply.json["next_execution_at"] == show(expected), (cron, zone, show(now))


test_the_next_firing_is_that_of_the_oracle.count = 0
