"""When a number may be texted unasked: 8:00 to 21:00 where its owner lives, by area code; where that is unclear, in all
places where it may be."""

from datetime import datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import phonenumbers
from phonenumbers import timezone

FROM, UNTIL = 8, 21  # hours
STEP = timedelta(minutes=15)  # the finest offset that any place has
DAYS_AHEAD = 2
# A number of no area (800, 500) may be anywhere in the fifty states: the two ends decide.
ANYWHERE_US = ("America/New_York", "Pacific/Honolulu")
MANY = 10  # zones: the plan of a continent, not a place


def allowed_from(number: str, now: datetime) -> datetime | None:
    """The next moment, now included, at which a text may go out; None if there is never one."""
    zones = zones_of(number)
    if _allowed(zones, now):
        return now
    moment = now.replace(minute=now.minute // 15 * 15, second=0, microsecond=0)
    for _ in range(int(timedelta(days=DAYS_AHEAD) / STEP)):
        moment += STEP
        if _allowed(zones, moment):
            return moment
    return None


@cache
def zones_of(number: str) -> tuple[ZoneInfo, ...]:
    """Where the owner may live; nothing for what is no number."""
    try:
        parsed = phonenumbers.parse(number)
        names = timezone.time_zones_for_number(parsed)
        if parsed.country_code == 1 and (len(names) > MANY or names == (timezone.UNKNOWN_TIMEZONE,)):
            names = ANYWHERE_US
        return tuple(ZoneInfo(name) for name in names)
    except (phonenumbers.NumberParseException, ZoneInfoNotFoundError, ValueError):
        return ()


def _allowed(zones: tuple[ZoneInfo, ...], moment: datetime) -> bool:
    return bool(zones) and all(FROM <= moment.astimezone(zone).hour < UNTIL for zone in zones)
