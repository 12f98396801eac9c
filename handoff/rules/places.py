"""Where the owner of a phone number may be, by country and area: what hours and moments are told by."""

from datetime import datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import phonenumbers
from phonenumbers import timezone

# A number of no area (800, 500) may be anywhere in the fifty states: the two ends decide.
ANYWHERE_US = ("America/New_York", "Pacific/Honolulu")
MANY = 10  # zones: the plan of a continent, not a place
HALF_A_YEAR = timedelta(days=182)


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


def zone_of(number: str, at: datetime) -> ZoneInfo | None:
    """The zone whose time they have, if all places where they may live have the same, in winter and in summer."""
    zones = zones_of(number)
    times = {(at.astimezone(zone).utcoffset(), (at + HALF_A_YEAR).astimezone(zone).utcoffset()) for zone in zones}
    return zones[0] if len(times) == 1 else None


def country_of(number: str) -> str | None:
    """The country, such as US; None for what is no number."""
    try:
        country: str | None = phonenumbers.region_code_for_number(phonenumbers.parse(number))
    except phonenumbers.NumberParseException:
        return None
    return country
