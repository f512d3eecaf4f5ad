"""Cron by brute force: every local minute is looked at, one after the other.

Written from API.md section 8 alone, on Python's own time zones, to hold the emulator against. What
cron-parser of npm says of the same expressions is in cron_cases.json.
"""

import re
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

UTC = timezone.utc
MINUTE = timedelta(minutes=1)
RANGES = [(0, 59), (0, 23), (1, 31), (1, 12), (0, 7)]
NAMES = {3: "jan feb mar apr may jun jul aug sep oct nov dec".split(),
         4: "sun mon tue wed thu fri sat".split()}


def value(text, field):
    names = NAMES.get(field, [])
    return names.index(text.lower()) + RANGES[field][0] if text.lower() in names else int(text)


def values(text, field):
    """The set of values that a field names."""
    low, high = RANGES[field]
    found = set()
    for item in text.split(","):
        span, _, step = item.partition("/")
        if span == "*":
            first, last = low, high
        elif "-" in span:
            first, last = (value(each, field) for each in span.split("-"))
            last = 7 if field == 4 and last < first else last
        else:
            first = value(span, field)
            last = high if step else first
        found |= set(range(first, last + 1, int(step or 1)))
    return found | ({0} if field == 4 and 7 in found else set())


class Oracle:
    def __init__(self, expression, zone):
        self.texts = expression.split()
        self.fields = [values(text, field) for field, text in enumerate(self.texts)]
        self.zone = ZoneInfo(zone)

    def fits(self, local):
        minute, hour, day, month, weekday = self.fields
        in_day, in_week = local.day in day, (local.weekday() + 1) % 7 in weekday
        both = not {self.texts[2], self.texts[4]} & {"*", "*/1"}
        return (local.minute in minute and local.hour in hour and local.month in month
                and (in_day or in_week if both else in_day and in_week))

    def instant(self, local):
        """Of a naive local time: fold=0 is the first of two, and counts through a gap."""
        return local.replace(tzinfo=self.zone, fold=0).astimezone(UTC)

    def is_interval(self):
        """Whether every hour fires: then it does so through a repeated hour too."""
        return self.fields[1] == set(range(24))

    def interval_between(self, after, until):
        """Every instant whose local time fits, but for those of a repeated half hour."""
        found, instant = [], (after + MINUTE).replace(second=0, microsecond=0)
        while instant <= until:
            local = instant.astimezone(self.zone)
            if not self.day_may_fit(local.replace(tzinfo=None)):
                instant += min(timedelta(hours=1) - timedelta(minutes=instant.minute), until - instant + MINUTE)
                continue
            repeated = local.replace(fold=0).utcoffset() - local.utcoffset() if local.fold else timedelta(0)
            if self.fits(local) and not repeated % timedelta(hours=1):
                found.append(instant)
            instant += MINUTE
        return found

    def between(self, after, until):
        """Every instant at which it fires, in order: all local minutes that may map there."""
        if self.is_interval():
            return self.interval_between(after, until)
        margin = timedelta(hours=26)
        local = (after - margin).replace(tzinfo=None, second=0, microsecond=0)
        local += timedelta(hours=-14)
        end = (until + margin).replace(tzinfo=None) + timedelta(hours=14)
        found = set()
        while local <= end:
            if not self.day_may_fit(local):
                local = (local + timedelta(days=1)).replace(hour=0, minute=0)
                continue
            if self.fits(local):
                found.add(self.instant(local))
            local += MINUTE
        return sorted(each for each in found if after < each <= until)

    def day_may_fit(self, local):
        hour = min(self.fields[1])
        return self.fits(local.replace(hour=hour, minute=min(self.fields[0])))

    def next(self, after, within=timedelta(days=2)):
        """The first instant after another; None when there is none for ten years."""
        until = after
        while until < after + timedelta(days=3660):
            found = self.between(until, until + within)
            if found:
                return found[0]
            until, within = until + within, within * 4
        return None


def parse(text):
    return datetime.fromisoformat(re.sub("Z$", "+00:00", text))


def show(instant):
    return instant.strftime("%Y-%m-%dT%H:%M:%S.") + f"{instant.microsecond // 1000:03d}Z"
