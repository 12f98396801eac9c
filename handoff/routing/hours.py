"""Opening hours: pure arithmetic on weeks, holidays and time zones. Moments go in aware and come out in UTC.

An interval belongs to the day it begins on, also when it ends after midnight; a holiday takes away what begins that
day. Where the clock is put back, an interval begins the first time its hour strikes and ends the last time; an hour
that is left out counts as the one after it.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY = timedelta(days=1)
FURTHEST = 400  # days that are looked through: what stays closed for longer has closed for good

Interval = tuple[time, time]  # an end that is not after its beginning is on the next day; 0:00 to 0:00 is a whole day
Span = tuple[datetime, datetime]

MIDNIGHT = time(0)
_INTERVAL = re.compile(r"(\d{1,2}):(\d{2})\s*-\s*(\d{1,2}):(\d{2})")


@dataclass(frozen=True)
class Hours:
    """`week` has the intervals of each day, by its three letters; a day that is not named is closed."""

    zone: ZoneInfo
    week: Mapping[str, list[Interval]]
    holidays: frozenset[date] = frozenset()
    _spans: dict[date, list[Span]] = field(default_factory=dict, init=False, repr=False, compare=False)

    @cached_property
    def always(self) -> bool:
        return not self.holidays and all((MIDNIGHT, MIDNIGHT) in self.week.get(day, ()) for day in DAYS)

    def is_open(self, at: datetime) -> bool:
        return self.next_open(at) == at

    def next_open(self, at: datetime) -> datetime | None:
        """When it opens next; `at` itself while it is open. None: not within a year."""
        if self.always:
            return at.astimezone(UTC)
        found = next(self._open_from(at), None)
        return found and found[0]

    def closes_at(self, at: datetime) -> datetime | None:
        """When what is open now closes. None: it is closed, or does not close within a year."""
        if self.always:
            return None
        begins, ends = next(self._open_from(at), (None, None))
        return ends if begins == at and ends and ends < at + FURTHEST * DAY else None

    def open_between(self, a: datetime, b: datetime) -> timedelta:
        """How long it is open from `a` until `b`."""
        if self.always:
            return max(b - a, timedelta(0))
        total = timedelta(0)
        for begins, ends in self._open_from(a, until=b):
            total += min(ends, b.astimezone(UTC)) - begins
        return total

    def after_open(self, at: datetime, open_time: timedelta) -> datetime:
        """When so much open time has gone by since `at`. Where it never opens again, closed time counts too."""
        if self.always:
            return at.astimezone(UTC) + open_time
        left, last = open_time, at.astimezone(UTC)
        for begins, ends in self._open_from(at, until=at + FURTHEST * DAY + 5 * open_time):
            if ends - begins >= left:
                return begins + left
            left, last = left - (ends - begins), ends
        return last + left

    def _open_from(self, at: datetime, until: datetime | None = None) -> Iterator[Span]:
        """The times it is open from `at` on, in order: none touches the next, and the first does not begin before `at`."""
        merged: Span | None = None
        for begins, ends in self._clipped(at.astimezone(UTC), (until or at + FURTHEST * DAY).astimezone(UTC)):
            if merged and begins <= merged[1]:
                merged = merged[0], max(merged[1], ends)
                continue
            if merged:
                yield merged
            merged = begins, ends
        if merged:
            yield merged

    def _clipped(self, at: datetime, until: datetime) -> Iterator[Span]:
        """All intervals that end after `at` and begin before `until`, none of them before `at`."""
        day = at.astimezone(self.zone).date() - 2 * DAY
        while datetime.combine(day, MIDNIGHT, self.zone) < until:
            for begins, ends in self._on(day):
                if ends > at and begins < until:
                    yield max(begins, at), ends
            day += DAY

    def _on(self, day: date) -> list[Span]:
        """What begins on this day, the earliest first."""
        if day not in self._spans:
            intervals = [] if day in self.holidays else self.week.get(DAYS[day.weekday()], [])
            spans = (self._span(day, *interval) for interval in intervals)
            self._spans[day] = sorted(span for span in spans if span[0] < span[1])
        return self._spans[day]

    def _span(self, day: date, begins: time, ends: time) -> Span:
        last = day if begins < ends else day + DAY
        first = datetime.combine(day, begins, self.zone).astimezone(UTC)
        return first, max(datetime.combine(last, ends, self.zone).replace(fold=f).astimezone(UTC) for f in (0, 1))


def read(given: object, zone: ZoneInfo) -> Hours:
    """Hours as they are written: `always`, or zone, week and holidays. `zone` counts where none is named. `ValueError`
    says what cannot be read."""
    if given == "always":
        return Hours(zone, {day: [(MIDNIGHT, MIDNIGHT)] for day in DAYS})
    if not isinstance(given, Mapping):
        raise ValueError("is 'always', or has week and, if need be, zone and holidays")
    unknown = [str(key) for key in given if key not in ("zone", "week", "holidays")]
    if unknown:
        raise ValueError(f"{unknown[0]} is unknown; hours have zone, week and holidays")
    return Hours(_zone(given.get("zone"), zone), _week(given.get("week")), _holidays(given.get("holidays")))


def written(hours: Hours) -> object:
    """The same in the words that `read` reads."""
    if hours.always:
        return "always"
    week = {day: ", ".join(f"{a:%H:%M}-{b:%H:%M}" for a, b in hours.week[day]) for day in DAYS if hours.week.get(day)}
    return {"zone": hours.zone.key, "week": week, "holidays": [day.isoformat() for day in sorted(hours.holidays)]}


def _zone(given: object, zone: ZoneInfo) -> ZoneInfo:
    if given is None:
        return zone
    try:
        return ZoneInfo(str(given))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"{given} is no time zone; use a name such as America/New_York") from None


def _week(given: object) -> dict[str, list[Interval]]:
    if not isinstance(given, Mapping) or not given:
        raise ValueError("week is missing: it has days such as mon-fri, and times such as 9:00-12:30, 13:30-18:00")
    week: dict[str, list[Interval]] = {}
    for days, times in given.items():
        for day in _days(str(days)):
            if day in week:
                raise ValueError(f"{day} stands twice in the week")
            week[day] = _intervals(times)
    if not any(week.values()):
        raise ValueError("the week is closed on every day")
    return week


def _days(written: str) -> list[str]:
    first, dash, last = (part.strip() for part in written.partition("-"))
    if first not in DAYS or (dash and last not in DAYS):
        raise ValueError(f"{written} is no day: use {', '.join(DAYS)}, or a range such as mon-fri")
    a, b = DAYS.index(first), DAYS.index(last or first)
    return list(DAYS[a : b + 1] if a <= b else (*DAYS[a:], *DAYS[: b + 1]))


def _intervals(written: object) -> list[Interval]:
    if written in (None, "", "closed"):
        return []
    intervals = []
    for part in str(written).split(","):
        found = _INTERVAL.fullmatch(part.strip())
        if not found:
            raise ValueError(f"{part.strip()} is no interval; write times such as 9:00-12:30, 13:30-18:00")
        a, b, c, d = map(int, found.groups())
        intervals.append((_time(a, b), _time(c, d)))
    return intervals


def _time(hour: int, minute: int) -> time:
    if (hour, minute) == (24, 0):
        return MIDNIGHT
    if hour > 23 or minute > 59:
        raise ValueError(f"{hour}:{minute:02} is no time of the day")
    return time(hour, minute)


def _holidays(given: object) -> frozenset[date]:
    if given is None:
        return frozenset()
    if not isinstance(given, list):
        raise ValueError("holidays are a list of days such as 2026-12-25")
    try:
        return frozenset(day if type(day) is date else date.fromisoformat(str(day)) for day in given)
    except ValueError:
        raise ValueError("holidays are days such as 2026-12-25") from None
