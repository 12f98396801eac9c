"""Moments as a customer is told them: in their own zone where it is known, else in the team's, which is then named."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff import wording
from handoff.models import Address, Conversation
from handoff.routing import policy
from handoff.rules import places
from shop.ground import clock
from shop.models import Customer

HALF_DAYS = ("US", "CA", "AU", "NZ", "IN", "PH", "MX")  # where 5 PM is not 17:00


@dataclass(frozen=True)
class Reader:
    """Where somebody reads. `own`: it is their own zone, and not just the team's."""

    zone: ZoneInfo
    own: bool = False
    region: str = "US"

    def moment(self, at: datetime) -> str:
        """ "today at 5:00 PM", "Monday at 9:00 AM", "Monday, June 22, at 09:00 (EDT)"."""
        there = at.astimezone(self.zone)
        days = (there.date() - clock.now().astimezone(self.zone).date()).days
        facts = {"time": self.time(there), "weekday": _nth("weekdays", there.weekday())}
        if days < 2:
            return wording.say("at_tomorrow" if days == 1 else "at_today", **facts)
        if days < 7:
            return wording.say("at_weekday", **facts)
        return wording.say("at_date", **facts, month=_nth("months", there.month - 1), day=there.day)

    def until(self, at: datetime, day_of: datetime | None = None) -> str:
        """The same after "by": no day where it is today, or that of a moment just named."""
        there = at.astimezone(self.zone)
        named = [clock.now().astimezone(self.zone).date(), *([day_of.astimezone(self.zone).date()] if day_of else [])]
        return self.time(there) if there.date() in named else self.moment(at)

    def time(self, there: datetime) -> str:
        zone = "" if self.own else wording.say("at_zone", zone=there.tzname())
        if self.region not in HALF_DAYS:
            return f"{there:%H:%M}{zone}"
        half = _nth("halves", there.hour // 12)
        return wording.say("time_of_half", hour=there.hour % 12 or 12, minute=f"{there.minute:02}", half=half) + zone


def reader(session: Session, conversation: Conversation) -> Reader:
    """Where this customer reads: as their browser says, else as the shop knows, else as their number tells."""
    addresses = session.scalars(
        select(Address).where(Address.conversation_id == conversation.id).order_by(Address.last_used_at.desc())
    ).all()
    region = next((found for address in addresses if (found := _region(address))), "US")
    told = [address.zone for address in addresses]
    if conversation.customer_id:
        told.append(session.scalar(select(Customer.time_zone).where(Customer.id == conversation.customer_id)))
    zones = [zone for name in told if name and (zone := known(name))]
    zones += [zone for each in addresses if each.kind == "sms" and (zone := places.zone_of(each.value, clock.now()))]
    if zones:
        return Reader(zones[0], own=True, region=region)
    queues = policy.current().queues
    hours = queues[conversation.queue].hours if conversation.queue in queues else policy.current().default_queue.hours
    return Reader(hours.zone, region=region)


def known(name: str) -> ZoneInfo | None:
    """The zone of this name, or None: names come from browsers, and anybody can write one."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def _region(address: Address) -> str | None:
    """The country that a locale or a number names."""
    if address.locale:
        return next((part for part in address.locale.split("-")[1:] if len(part) == 2 and part.isupper()), None)
    return places.country_of(address.value) if address.kind == "sms" else None


def _nth(key: str, n: int) -> str:
    return wording.say(key).split()[n]
