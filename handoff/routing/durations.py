"""Durations as people write them: "30 s", "2 min", "1 h", "7 days"."""

import re
from datetime import timedelta

UNITS = {"days": 86_400, "h": 3_600, "min": 60, "s": 1}  # the longest first: `words` takes the first that fits
_ONE = {"day": "days", "sec": "s", "hours": "h", "hour": "h", "minutes": "min", "minute": "min", "seconds": "s"}
_WRITTEN = re.compile(r"(\d{1,6})\s*([a-z]+)")


def read(given: object) -> timedelta:
    """`ValueError` says how it is written."""
    if isinstance(given, timedelta):
        return given
    found = _WRITTEN.fullmatch(given.strip()) if isinstance(given, str) else None
    unit = found and _ONE.get(found[2], found[2])
    if not found or unit not in UNITS:
        raise ValueError(f'{given} is no duration; write it like "30 s", "2 min", "1 h" or "7 days"')
    return timedelta(seconds=int(found[1]) * UNITS[unit])


def words(duration: timedelta) -> str:
    """The same in the greatest unit that fits without a rest; parts of a second are rounded."""
    seconds = round(duration.total_seconds())
    unit = next(unit for unit, size in UNITS.items() if seconds % size == 0 and (seconds >= size or size == 1))
    number = seconds // UNITS[unit]
    return f"{number} {'day' if unit == 'days' and number == 1 else unit}"
