"""Seasons and feasts as days: when "at Christmas" was in a year. Feasts take in the days on which people shop for them."""

from collections.abc import Callable
from datetime import date, timedelta

Days = tuple[date, date]


def known(name: str) -> bool:
    return name in _DAYS


def days(name: str, year: int) -> Days:
    """From the first day to before the second, as it began in that year."""
    return _DAYS[name](year)


def easter(year: int) -> date:
    """Easter Sunday, by Gauss's rule as completed for the Gregorian calendar (Meeus, Astronomical Algorithms, ch. 8)."""
    century, rest = divmod(year, 100)
    golden = year % 19
    correction = (8 * century + 13) // 25
    moon = (19 * golden + century - century // 4 - correction + 15) % 30
    week = (32 + 2 * (century % 4) + 2 * (rest // 4) - moon - rest % 4) % 7
    late = (golden + 11 * moon + 22 * week) // 451
    month, day = divmod(moon + week - 7 * late + 114, 31)
    return date(year, month, day + 1)


def _thanksgiving(year: int) -> date:
    """The fourth Thursday of November."""
    first = date(year, 11, 1)
    return first + timedelta((3 - first.weekday()) % 7 + 21)


def _months(first: int, after: int) -> Callable[[int], Days]:
    return lambda year: (date(year, first, 1), date(year + after // 13, (after - 1) % 12 + 1, 1))


def _around(middle: Callable[[int], date], before: int, after: int) -> Callable[[int], Days]:
    return lambda year: (middle(year) - timedelta(before), middle(year) + timedelta(after + 1))


_DAYS: dict[str, Callable[[int], Days]] = {
    "spring": _months(3, 6),
    "summer": _months(6, 9),
    "fall": _months(9, 12),
    "winter": _months(12, 15),
    "christmas": _around(lambda year: date(year, 12, 25), 24, 6),
    "halloween": _around(lambda year: date(year, 10, 31), 14, 0),
    "easter": _around(easter, 14, 1),
    "thanksgiving": _around(_thanksgiving, 7, 3),
    "black friday": _around(_thanksgiving, 0, 3),
    "cyber monday": _around(lambda year: _thanksgiving(year) + timedelta(4), 0, 1),
}
