"""What a customer is worth to the shop, computed from orders: nothing about it is stored.

Gold are the top 5 % by spend in the last 12 months among those who bought in that time, silver the top 20 %. Spend is
what was paid and not refunded. Orders without a date count, as a shop that keeps no dates has no other measure.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from shop import wording
from shop.ground.money import Money
from shop.models import Order

PERIOD = timedelta(days=365)
TOP_PERCENT = {"gold": 5, "silver": 20}
STANDARD = "standard"


@dataclass(frozen=True)
class Tier:
    """`name` is gold, silver or standard; `why` says it in words for agents."""

    name: str
    why: str


def tier(session: Session, customer_id: str, now: datetime) -> Tier:
    """The tier of one customer at this moment: one pass over the index, however many orders there are."""
    spends = _spend(now)
    own = session.execute(spends.where(Order.customer_id == customer_id)).one_or_none()
    if own is None:
        return Tier(STANDARD, wording.say("tier_nothing"))
    totals = spends.subquery()
    buyers, richer = session.execute(select(func.count(), func.count().filter(totals.c.spent > own.spent))).one()
    currency = session.scalar(select(Order.currency).where(Order.customer_id == customer_id).limit(1)) or ""
    return _tier(richer + 1, buyers, Money(int(own.spent), currency))


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


def _name(rank: int, buyers: int) -> str:
    """A share of a small shop is rounded up, so that its best customer is gold."""
    for name, percent in TOP_PERCENT.items():
        if (rank - 1) * 100 < buyers * percent:
            return name
    return STANDARD


def _tier(rank: int, buyers: int, spent: Money) -> Tier:
    name = _name(rank, buyers)
    return Tier(name, wording.say(f"tier_{name}", spent=spent, rank=rank, buyers=buyers, percent=TOP_PERCENT.get(name)))
