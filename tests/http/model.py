"""listFlowRuns as a dozen lines of Python, written from API.md section 6."""

import functools

# A status sorts by its name or as the page lists them: the documents do not say.
STATUS_ORDERS = [
    ["BLOCKED", "CREATED", "FAILED", "INVALID", "PARTIAL_SUCCEEDED", "QUEUED", "RUNNING",
     "SCHEDULED", "STOPPED", "SUCCEEDED"],
    ["CREATED", "INVALID", "QUEUED", "SCHEDULED", "BLOCKED", "STOPPED", "RUNNING", "FAILED",
     "PARTIAL_SUCCEEDED", "SUCCEEDED"],
]


def matches(run, filters):
    """Any value of one filter, all filters together."""
    return all(run[name] in values for name, values in filters.items())


def compare(a, b, sorts, statuses):
    """A null comes after every other; ties break by uid, the way the last field goes."""
    sorts = sorts or ["created_at"]
    last = "-uid" if sorts[-1].startswith("-") else "uid"
    for field in [*sorts, last]:
        sign, name = (-1, field[1:]) if field.startswith("-") else (1, field)
        x, y = a[name], b[name]
        if name == "status":
            x, y = statuses.index(x), statuses.index(y)
        x, y = (((True, "") if v is None else (False, v)) for v in (x, y))
        if x != y:
            return sign if x > y else -sign
    return 0


def expected_uids(runs, filters, sorts, statuses=STATUS_ORDERS[0]):
    found = [run for run in runs if matches(run, filters)]
    found.sort(key=functools.cmp_to_key(lambda a, b: compare(a, b, sorts, statuses)))
    return [run["uid"] for run in found]
