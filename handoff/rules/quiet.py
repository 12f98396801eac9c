"""When a number may be texted unasked: 8:00 to 21:00 where its owner lives, by area code; where that is unclear, in all
places where it may be."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from handoff.rules import places

FROM, UNTIL = 8, 21  # hours
STEP = timedelta(minutes=15)  # the finest offset that any place has
DAYS_AHEAD = 2


def allowed_from(number: str, now: datetime) -> datetime | None:
    """The next moment, now included, at which a text may go out; None if there is never one."""
    zones = places.zones_of(number)
    if _allowed(zones, now):
        return now
    moment = now.replace(minute=now.minute // 15 * 15, second=0, microsecond=0)
    for _ in range(int(timedelta(days=DAYS_AHEAD) / STEP)):
        moment += STEP
        if _allowed(zones, moment):
            return moment
    return None


def _allowed(zones: tuple[ZoneInfo, ...], moment: datetime) -> bool:
    return bool(zones) and all(FROM <= moment.astimezone(zone).hour < UNTIL for zone in zones)
