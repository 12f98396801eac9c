"""What happened last with a customer's orders: what they may well be writing about."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy.orm import Session

from shop import orders, refunds, wording
from shop.ground.money import Money
from shop.models import DELIVERED, PROCESSED
from shop.orders import Order
from shop.zones import Zones

DAYS = 7  # what is longer ago is no news
LOOKED_AT = 10  # orders

Kind = Literal["delivered", "sent", "refund"]


@dataclass(frozen=True)
class Event:
    """An order that arrived, a parcel of which the carrier said something, or money that is on its way back."""

    kind: Kind
    order: Order
    at: datetime
    amount: Money | None = None


def latest(session: Session, customer_id: str, now: datetime, zones: Zones) -> Event | None:
    """The latest event of the last days; None where nothing happened, or nothing is known of when."""
    found = [
        event
        for order in orders.recent(session, customer_id, LOOKED_AT)
        for event in _of(order, zones)
        if now - timedelta(days=DAYS) <= event.at <= now
    ]
    return max(found, key=lambda event: event.at, default=None)


def when(event: Event, now: datetime, zones: Zones) -> str:
    """The day as people say it: today, yesterday, on March 4, 2026."""
    zone = zones.own or zones.shop
    days = (now.astimezone(zone).date() - event.at.astimezone(zone).date()).days
    if days < 2:
        return wording.say("day_yesterday" if days else "day_today")
    return wording.say("day_on", day=zones.day(event.at))


def _of(order: Order, zones: Zones) -> list[Event]:
    if order.status == DELIVERED and order.delivered_at:
        return [Event("delivered", order, order.delivered_at)]
    if order.status == PROCESSED:
        return [Event("sent", order, parcel.last_event_at) for parcel in order.parcels if parcel.last_event_at]
    return [
        Event("refund", order, refund.requested_at, refund.amount)
        for refund in refunds.of(order, zones.shop)
        if refund.requested_at and not refund.at_once
    ]
