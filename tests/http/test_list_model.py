"""listFlowRuns against the model: random runs, random filters, sorts and pages."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from model import STATUS_ORDERS, expected_uids

STATUSES = STATUS_ORDERS[0]
FIELDS = ["created_at", "updated_at", "started_at", "finished_at", "status", "uid"]
USERS = [f"00000000-0000-4000-8000-{n:012d}" for n in range(1, 4)]
UIDS = [f"{c}bcdef01-2345-4678-9abc-def012345678" for c in "0123456789abcdef"]
NOBODY = "99999999-9999-4999-8999-999999999999"

times = st.sampled_from([f"2025-01-0{n}T00:00:00.000Z" for n in range(1, 5)])
runs = st.lists(
    st.fixed_dictionaries({
        "uid": st.sampled_from(UIDS), "user_uid": st.sampled_from(USERS),
        "status": st.sampled_from(STATUSES), "created_at": times, "updated_at": times,
        "started_at": st.none() | times, "finished_at": st.none() | times}),
    max_size=10, unique_by=lambda run: run["uid"])


def some(values):
    return st.lists(st.sampled_from(values), min_size=1, max_size=4)


queries = st.fixed_dictionaries({
    "filters": st.fixed_dictionaries({}, optional={
        "status": some(STATUSES), "uid": some(UIDS + [NOBODY]), "user_uid": some(USERS + [NOBODY]),
    }),
    "sorts": st.lists(st.sampled_from(FIELDS + [f"-{f}" for f in FIELDS]), max_size=4),
    "limit": st.integers(1, 12),
    "offset": st.integers(0, 12),
})


def query_string(query):
    parts = [f"{name}={value}" for name, values in query["filters"].items() for value in values]
    parts += [f"sort={field}" for field in query["sorts"]]
    return "&".join([*parts, f"limit={query['limit']}", f"offset={query['offset']}"])


def pages(made, query, orders):
    for statuses in orders:
        uids = expected_uids(made, query["filters"], query["sorts"], statuses)
        yield uids[query["offset"]:query["offset"] + query["limit"]]


def test_list_is_what_the_model_says(empty):
    names = itertools.count()
    orders = list(STATUS_ORDERS)  # narrows down to the one order the server uses

    @given(runs, st.lists(queries, min_size=1, max_size=6))
    def agree(world, asked):
        member = empty.member(f"model-{next(names)}")
        made = [member.make(**run) for run in world]
        for query in asked:
            found = [run["uid"] for run in member.runs(query_string(query))]
            right = [o for o in orders if found in pages(made, query, [o])]
            assert right, f"{query_string(query)}: {found}, not {list(pages(made, query, orders))}"
            orders[:] = right

    agree()
