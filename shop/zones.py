"""Days as they are told: in the shop's zone, and in the customer's too where it is another day there."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import select
from sqlalchemy.orm import Session

from shop import wording
from shop.models import Customer


@dataclass(frozen=True)
class Zones:
    """The shop's zone, and the customer's own where the shop knows it."""

    shop: ZoneInfo
    own: ZoneInfo | None = None

    def day(self, moment: datetime) -> str:
        """March 4, 2026; with the customer's day beside it where that is another."""
        day = wording.day(moment, self.shop)
        own = wording.day(moment, self.own) if self.own else day
        return day if own == day else wording.say("day_there", day=day, own=own)


def of(session: Session, customer_id: str, shop: ZoneInfo) -> Zones:
    """The zones in which this customer is told about days. A zone that nobody knows is as good as none."""
    name = session.scalar(select(Customer.time_zone).where(Customer.id == customer_id))
    try:
        return Zones(shop, ZoneInfo(name) if name else None)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return Zones(shop)
