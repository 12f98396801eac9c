"""Money that went back or is to go back: how much, to which method, asked for when, expected by when."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from shop import policy, wording
from shop.ground.money import Money
from shop.models import EXCHANGING, RETURNING
from shop.orders import Order
from shop.zones import Zones

_DAYS = re.compile(r"(\d+)\s+(business\s+)?days?\b", re.IGNORECASE)
SATURDAY = 5
RECENT = timedelta(days=30)  # for so long after it should have arrived a refund is still asked about


@dataclass(frozen=True)
class Refund:
    """`due` is the day by which it should have arrived; None where it is there at once, or no date is known.

    `waits`: it begins when the items have come back to the shop.
    """

    order_id: str
    amount: Money
    method: str
    method_kind: str | None
    requested_at: datetime | None
    due: date | None
    waits: bool = False

    @property
    def at_once(self) -> bool:
        return policy.current().refund_when(self.method_kind) == policy.AT_ONCE

    def is_recent(self, now: datetime) -> bool:
        """Whether somebody who asks for their money may mean this: it is to come, or came or should have come lately."""
        last = self.due or (self.requested_at.date() if self.requested_at and self.at_once else None)
        return last is None or now.date() - last <= RECENT

    def is_late(self, now: datetime, zone: ZoneInfo) -> bool:
        return self.due is not None and now.astimezone(zone).date() > self.due


def of(order: Order, zone: ZoneInfo) -> list[Refund]:
    """The refunds of an order, what a return or an exchange will bring back included."""
    paid_back = [
        _refund(order, transfer.amount, transfer.method, transfer.method_kind, transfer.at, zone)
        for transfer in order.payments
        if transfer.kind == "refund" and transfer.amount.minor
    ]
    return [*paid_back, *_to_come(order)]


def told(refund: Refund, zones: Zones) -> str:
    """The refund in a sentence."""
    when = policy.current().refund_when(refund.method_kind)
    facts = {"order": refund.order_id, "amount": refund.amount, "method": refund.method, "when": when}
    if refund.requested_at is None:
        return wording.say("refund_waits_undated" if refund.waits else "refund_no_date", **facts)
    asked_on = zones.day(refund.requested_at)
    if refund.at_once and not refund.waits:
        return wording.say("refund_credited", asked_on=asked_on, **facts)
    if refund.due is None:
        return wording.say("refund_waits" if refund.waits else "refund_dated", asked_on=asked_on, **facts)
    return wording.say("refund_due", asked_on=asked_on, due=wording.calendar_day(refund.due), **facts)


def arrives_by(requested_at: datetime, kind: str | None, zone: ZoneInfo) -> date | None:
    """The last day of the policy's time for this kind of method, weekends left out where it counts business days."""
    found = _DAYS.findall(policy.current().refund_when(kind))
    if not found:
        return None
    count, business = found[-1]
    day = requested_at.astimezone(zone).date()
    return _business_days(day, int(count)) if business else day + timedelta(days=int(count))


def _business_days(day: date, count: int) -> date:
    while count:
        day += timedelta(days=1)
        count -= day.weekday() < SATURDAY
    return day


def _to_come(order: Order) -> list[Refund]:
    """What goes back to the customer when their items have come back to us, never more than was paid."""
    if order.status not in (RETURNING, EXCHANGING):
        return []
    going = sum(line.price.minor for line in order.lines if line.going_back)
    instead = sum(line.price.minor for line in order.wanted)
    signs = {"payment": 1, "refund": -1}
    held = sum(signs[transfer.kind] * transfer.amount.minor for transfer in order.payments)
    amount = Money(min(going - instead, held), order.total.currency)
    if amount.minor <= 0:
        return []
    method = order.change_method or wording.say("method_unknown")
    return [Refund(order.id, amount, method, order.change_method_kind, order.change_requested_at, None, waits=True)]


def _refund(
    order: Order, amount: Money, method: str, kind: str | None, requested_at: datetime | None, zone: ZoneInfo
) -> Refund:
    due = arrives_by(requested_at, kind, zone) if requested_at else None
    return Refund(order.id, amount, method, kind, requested_at, due)
