"""Date words as days: "last week", "march 3", "2 week ago", "christmas", seen from today.

The words come in the one spelling of recognition. Where people mean different days by the same words ("last Monday"),
all of them come out.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from shop.picking import feasts
from shop.picking.mentions import Mention, of

MONTHS = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
DAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
_SINCE = re.compile(r"\b(?:since|after)\s+(?:the\s+)?$", re.I)
_BEFORE = re.compile(r"\b(?:before|prior to|until|up to)\s+(?:the\s+)?$", re.I)
_TO = re.compile(r"^\s*(?:to|until|till|through|and|-|–)\s*$", re.I)
_LONG_AGO = date(1970, 1, 1)


@dataclass(frozen=True)
class Span:
    """Days from `first` to before `end`."""

    first: date
    end: date

    def utc(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """The same as moments: from the first to before the second."""
        return tuple(datetime.combine(day, time(), zone) for day in (self.first, self.end))  # type: ignore[return-value]


def spans(mentions: Sequence[Mention], text: str, today: date) -> tuple[Span, ...]:
    """The days that the date words of a message may mean; empty when it has none that are understood."""
    said = of(mentions, "date")
    if len(said) == 2 and _TO.match(text[said[0].end : said[1].start]) and said[0].end:
        first, last = (_meant(str(mention.value), today) for mention in said)
        if first and last and first[0].first < last[0].end:
            return (Span(first[0].first, last[0].end),)
    return tuple(span for mention in said for span in _in_place(mention, text, today))


def _in_place(mention: Mention, text: str, today: date) -> tuple[Span, ...]:
    found = _meant(str(mention.value), today)
    before = text[max(mention.start - 15, 0) : mention.start]
    if found and _SINCE.search(before):
        return (Span(found[0].first, max(found[0].end, today + timedelta(1))),)
    if found and _BEFORE.search(before) and not feasts.known(str(mention.value)):
        return (Span(_LONG_AGO, found[0].first),)
    return found


def _meant(words: str, today: date) -> tuple[Span, ...]:
    """One date word or phrase, such as "march 3 2026"."""
    for reading in (_written, _named_day, _ago, _relative, _month, _weekday, _feast):
        try:
            found = reading(words, today)
        except (ValueError, OverflowError):  # february 30
            return ()
        if found:
            return found
    return ()


def _day(day: date, days: int = 1) -> Span:
    return Span(day, day + timedelta(days))


def _written(words: str, today: date) -> tuple[Span, ...]:
    """2026-05-03, 5/3, 5/3/26."""
    if match := re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)", words):
        return (_day(date(*(int(part) for part in match.groups()))),)
    if match := re.fullmatch(r"(\d{1,2})/(\d{1,2})(?:/(\d{2,4}))?", words):
        month, day = int(match[1]), int(match[2])
        if month > 12:
            month, day = day, month
        return (_day(_dated(month, day, match[3], today)),)
    if re.fullmatch(r"20\d\d", words):
        return (Span(date(int(words), 1, 1), date(int(words) + 1, 1, 1)),)
    return ()


def _dated(month: int, day: int, year: str | None, today: date) -> date:
    """The day of that year; without a year, the last time that it was."""
    if year:
        return date(int(year) % 100 + 2000, month, day)
    for back in range(9):  # february 29
        try:
            found = date(today.year - back, month, day)
        except ValueError:
            continue
        if found <= today:
            return found
    raise ValueError(f"no {month}/{day}")


def _named_day(words: str, today: date) -> tuple[Span, ...]:
    back = {
        "today": 0,
        "tonight": 0,
        "this morning": 0,
        "yesterday": 1,
        "last night": 1,
        "day before yesterday": 2,
    }.get(words)
    if back is not None:
        return (_day(today - timedelta(back)),)
    return (Span(today - timedelta(7), today + timedelta(1)),) if words == "other day" else ()


def _ago(words: str, today: date) -> tuple[Span, ...]:
    """ "2 week ago" is about then; "past week" came as "week" and is all since."""
    match = re.fullmatch(r"(?:(\d+) )?(?:(few) )?(hour|hr|day|week|month|year)s?( ago)?", words)
    if not match:
        return ()
    number, few, unit, _ = match.groups()
    if number is None and not few:
        return (Span(today - timedelta(_LENGTH[unit]), today + timedelta(1)),)
    if few:
        return (Span(today - timedelta(6 * _LENGTH[unit]), today - timedelta(2 * _LENGTH[unit] - 1)),)
    middle = _back(today, int(number), unit)
    slack = {"hour": 1, "hr": 1, "day": 0, "week": 3, "month": 15, "year": 120}[unit]
    return (Span(middle - timedelta(slack), min(middle + timedelta(slack), today) + timedelta(1)),)


_LENGTH = {"hour": 1, "hr": 1, "day": 1, "week": 7, "month": 30, "year": 365}


def _back(today: date, number: int, unit: str) -> date:
    if unit in ("hour", "hr"):
        return today - timedelta(number // 24)
    return today - timedelta(round(number * {"day": 1, "week": 7, "month": 30.44, "year": 365.25}[unit]))


def _relative(words: str, today: date) -> tuple[Span, ...]:
    match = re.fullmatch(r"(last|previous|this|next) (week|weekend|month|year)", words)
    if not match:
        return ()
    step = {"last": -1, "previous": -1, "this": 0, "next": 1}[match[1]]
    if match[2] == "year":
        return (Span(date(today.year + step, 1, 1), date(today.year + step + 1, 1, 1)),)
    if match[2] == "month":
        return (_whole_month(today.year, today.month + step),)
    monday = today - timedelta(today.weekday()) + timedelta(7 * step)
    if match[2] == "weekend":
        return (_day(monday + timedelta(5), 2),)
    # some weeks begin on Sunday
    sunday = today - timedelta(today.isoweekday() % 7) + timedelta(7 * step)
    return (Span(min(monday, sunday), max(monday, sunday) + timedelta(7)),)


def _whole_month(year: int, month: int) -> Span:
    """`month` may lie beyond the year's end or beginning."""
    first, after = (date(year + (m - 1) // 12, (m - 1) % 12 + 1, 1) for m in (month, month + 1))
    return Span(first, after)


def _month(words: str, today: date) -> tuple[Span, ...]:
    match = re.fullmatch(
        rf"(?:(last|this|previous|next) )?({'|'.join(MONTHS)})(?: (\d{{1,2}}))?(?: ((?:20)?\d\d))?", words
    )
    if not match:
        return ()
    which, month, day, year = match[1], MONTHS.index(match[2]) + 1, match[3], match[4]
    if day:
        return (_day(_dated(month, int(day), year, today)),)
    if year:
        return (_whole_month(int(year) % 100 + 2000, month),)
    if which == "this":
        return (_whole_month(today.year, month),)
    latest = today.year if month <= today.month else today.year - 1
    if which in ("last", "previous"):
        if month == today.month:
            return (_whole_month(latest - 1, month),)
        return (_whole_month(latest, month), *([_whole_month(latest - 1, month)] if latest == today.year else []))
    return (_whole_month(latest, month),)


def _weekday(words: str, today: date) -> tuple[Span, ...]:
    match = re.fullmatch(rf"(?:(last|this|previous|past|next) )?({'|'.join(DAYS)})", words)
    if not match:
        return ()
    back = (today.weekday() - DAYS.index(match[2])) % 7
    if back == 0:
        days = (7,) if match[1] in ("last", "previous") else (0,) if match[1] == "this" else (0, 7)
    else:
        days = (back, back + 7) if match[1] in ("last", "previous") and back <= today.weekday() else (back,)
    return tuple(_day(today - timedelta(day)) for day in days)


def _feast(words: str, today: date) -> tuple[Span, ...]:
    which = words.split(" ")[0] if words.startswith(("last ", "this ", "previous ", "next ")) else ""
    name = words.removeprefix(which).lstrip()
    if not feasts.known(name):
        return ()
    years = [year for year in range(today.year, today.year - 3, -1) if feasts.days(name, year)[0] <= today]
    running = feasts.days(name, years[0])[1] > today
    if which in ("last", "previous") and running:
        years = years[1:]
    return (Span(*feasts.days(name, years[0])),)
