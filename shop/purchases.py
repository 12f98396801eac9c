"""What customers bought: how much, how often, when last, and how much of it went back. Nothing about it is stored.

Money that was refunded is not spent, nor is what is on its way back. Orders without a date count as of the last twelve
months, as a shop that keeps no dates has no other measure.
"""

from array import array
from bisect import bisect_left, insort
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Row, ScalarSelect, Select, bindparam, case, func, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session

from shop.models import CANCELLED, EXCHANGING, RETURNING, Order, OrderLine, Payment

PERIOD = timedelta(days=365)
_THEIRS = Order.customer_id == bindparam("customer")


@dataclass(frozen=True)
class Bought:
    """`spent` in minor units of `currency`; `orders` are those that something was paid for."""

    customer_id: str
    currency: str = ""
    spent: int = 0
    orders: int = 0
    first_at: datetime | None = None
    last_at: datetime | None = None


def own(session: Session, customer_id: str, now: datetime) -> Bought:
    """What one customer bought in the period."""
    row = session.execute(_own(), {"customer": customer_id, "since": now - PERIOD}).one()
    going = _on_its_way_back(session, Order.customer_id == customer_id, lately(now)) if row.sending else {}
    return _bought(customer_id, row, sum(going.values()), row.currency or "")


def ever(session: Session, customer_id: str) -> Bought:
    """What one customer bought in all the time, what went back since included."""
    return _bought(customer_id, session.execute(_ever(), {"customer": customer_id}).one(), 0)


def everybodys(session: Session, now: datetime) -> Iterator[Bought]:
    """What each customer bought who bought anything."""
    going = _on_its_way_back(session, lately(now))
    for row in session.execute(_sums(Order.customer_id).where(lately(now)).group_by(Order.customer_id)):
        found = _bought(row.customer_id, row, going.get(row.customer_id, 0))
        if found.spent > 0:
            yield found


def spends(session: Session, now: datetime) -> "array[int]":
    """What everybody spent, the least first: answered from `ix_orders_customer` alone, but for those who send back."""
    spent = _totals(now).subquery().c.spent
    found = array("q", map(int, session.scalars(select(spent).order_by(spent))))
    going = _on_its_way_back(session, lately(now))
    sending = select(Order.customer_id).where(Order.status.in_((RETURNING, EXCHANGING)))
    for customer_id, gross in session.execute(_totals(now).where(Order.customer_id.in_(sending))):
        del found[bisect_left(found, int(gross))]
        if (left := int(gross) - going.get(customer_id, 0)) > 0:
            insort(found, left)
    return found


def _totals(now: datetime) -> Select[str, int]:
    total = func.sum(Order.paid_minor)
    return (
        select(Order.customer_id, total.label("spent")).where(lately(now)).group_by(Order.customer_id).having(total > 0)
    )


def sent_back_percent(session: Session, customer_id: str, now: datetime, period: timedelta | None = PERIOD) -> int:
    """How much of what a customer bought goes or went back, by price; what was cancelled was not bought."""
    back = case((OrderLine.going_back, OrderLine.price_minor), else_=0)
    where = (Order.customer_id == customer_id, lately(now, period), Order.status.notin_((CANCELLED, EXCHANGING)))
    sums = (
        select(func.sum(back), func.sum(OrderLine.price_minor)).join(Order).where(OrderLine.role == "ordered", *where)
    )
    returned, bought = session.execute(sums).one()
    return round(100 * int(returned or 0) / int(bought)) if bought else 0


def lately(now: datetime, period: timedelta | None = PERIOD) -> ColumnElement[bool]:
    """Orders of the period, as a condition."""
    return or_(Order.placed_at > now - period, Order.placed_at.is_(None)) if period else true()


def _sums(*columns: ColumnElement[Any] | InstrumentedAttribute[Any]) -> Select[*tuple[object, ...]]:
    return select(
        *columns,
        func.sum(Order.paid_minor).label("spent"),
        func.sum(case((Order.paid_minor > 0, 1), else_=0)).label("orders"),
        func.min(Order.placed_at).label("first_at"),
        func.max(Order.placed_at).label("last_at"),
    )


@cache
def _own() -> Select[*tuple[object, ...]]:
    """What one customer bought lately, and whether anything of it is on its way back."""
    sending = func.sum(case((Order.status.in_((RETURNING, EXCHANGING)), 1), else_=0)).label("sending")
    placed = or_(Order.placed_at > bindparam("since"), Order.placed_at.is_(None))
    return _sums(func.max(Order.currency).label("currency"), sending).where(_THEIRS, placed)


@cache
def _ever() -> Select[*tuple[object, ...]]:
    return _sums().where(_THEIRS)


def _bought(customer_id: str, row: Row[*tuple[object, ...]], going_back: int, currency: str = "") -> Bought:
    spent = int(row.spent or 0) - going_back
    return Bought(customer_id, currency, spent, int(row.orders or 0), row.first_at, row.last_at)


def _on_its_way_back(session: Session, *where: ColumnElement[bool]) -> dict[str, int]:
    """What returns and exchanges that were asked for will bring back to each customer, never more than was paid."""
    rows = session.execute(
        select(Order.customer_id, Order.paid_minor, _going(), _refunded())
        .where(Order.status.in_((RETURNING, EXCHANGING)), *where)
    )  # fmt: skip
    found: dict[str, int] = {}
    for customer_id, paid, going, refunded in rows:
        due = min(max(int(going or 0) - int(refunded or 0), 0), max(paid, 0))
        found[customer_id] = found.get(customer_id, 0) + due
    return found


def _going() -> ScalarSelect[int]:
    """What goes back, less what is sent instead."""
    price = case((OrderLine.role == "wanted", -OrderLine.price_minor), else_=OrderLine.price_minor)
    counts = or_(OrderLine.going_back, OrderLine.role == "wanted")
    return select(func.sum(price)).where(OrderLine.order_id == Order.id, counts).correlate(Order).scalar_subquery()


def _refunded() -> ScalarSelect[int]:
    """What was refunded since it was asked for: `paid_minor` is less by that already."""
    since = Payment.kind == "refund", Payment.at >= Order.change_requested_at
    total = select(func.sum(Payment.amount_minor)).where(Payment.order_id == Order.id, *since)
    return total.correlate(Order).scalar_subquery()
