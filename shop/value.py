"""What a customer is worth to the shop, computed from orders: nothing about it is stored.

Gold are the top 5 % by spend in the last 12 months among those who bought in that time, silver the top 20 %. Spend is
what was paid and not refunded. Orders without a date count, as a shop that keeps no dates has no other measure.
"""

from array import array
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, Select, exists, func, or_, select
from sqlalchemy.orm import Session

from shop import wording
from shop.ground.money import Money
from shop.models import Order

PERIOD = timedelta(days=365)
TOP_PERCENT = {"gold": 5, "silver": 20}
STANDARD = "standard"
LARGE = 5000  # orders
OLD = timedelta(minutes=5)
_remembered: "WeakKeyDictionary[Engine, tuple[datetime, array[int]]]" = WeakKeyDictionary()


@dataclass(frozen=True)
class Tier:
    """`name` is gold, silver or standard; `why` says it in words for agents."""

    name: str
    why: str


def tier(session: Session, customer_id: str, now: datetime) -> Tier:
    """The tier of one customer at this moment. Their own spend is read; what it is compared with may be some minutes old."""
    own = session.execute(_spend(now).where(Order.customer_id == customer_id)).one_or_none()
    if own is None:
        return Tier(STANDARD, wording.say("tier_nothing"))
    spends = _spends(session, now)
    richer = len(spends) - bisect_right(spends, int(own.spent))
    currency = session.scalar(select(Order.currency).where(Order.customer_id == customer_id).limit(1)) or ""
    return _tier(richer + 1, len(spends), Money(int(own.spent), currency))


def customers_of(session: Session, name: str, now: datetime) -> list[str]:
    """The ids of all customers of a tier other than standard, the highest spend first."""
    totals = _spend(now).subquery()
    rank = func.rank().over(order_by=totals.c.spent.desc()).label("rank")
    ranked = select(totals.c.customer_id, rank, func.count().over().label("buyers")).order_by(
        rank, totals.c.customer_id
    )
    return [row.customer_id for row in session.execute(ranked) if _name(row.rank, row.buyers) == name]


def _spend(now: datetime) -> Select[str, int]:
    """What each customer spent in the period. Answered from `ix_orders_customer` alone."""
    return (
        select(Order.customer_id, func.sum(Order.paid_minor).label("spent"))
        .where(or_(Order.placed_at > now - PERIOD, Order.placed_at.is_(None)))
        .group_by(Order.customer_id)
        .having(func.sum(Order.paid_minor) > 0)
    )


def _spends(session: Session, now: datetime) -> Sequence[int]:
    """What everybody spent, the least first: one pass over the index. In a large shop it is made once in some minutes, as
    no single purchase moves its borders; in a small one always."""
    if not session.scalar(select(exists().where(Order.sequence >= LARGE))):
        return _all_spends(session, now)
    engine = session.get_bind().engine
    made_at, spends = _remembered.get(engine, (now - OLD, array("q")))
    if abs(now - made_at) >= OLD:
        spends = _all_spends(session, now)
        _remembered[engine] = now, spends
    return spends


def _all_spends(session: Session, now: datetime) -> "array[int]":
    totals = _spend(now).subquery()
    return array("q", map(int, session.scalars(select(totals.c.spent).order_by(totals.c.spent))))


def _name(rank: int, buyers: int) -> str:
    """A share of a small shop is rounded up, so that its best customer is gold."""
    for name, percent in TOP_PERCENT.items():
        if (rank - 1) * 100 < buyers * percent:
            return name
    return STANDARD


def _tier(rank: int, buyers: int, spent: Money) -> Tier:
    name = _name(rank, buyers)
    return Tier(name, wording.say(f"tier_{name}", spent=spent, rank=rank, buyers=buyers, percent=TOP_PERCENT.get(name)))
