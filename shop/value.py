"""What a customer is worth to the shop, computed from orders: nothing about it is stored.

Gold are the top 5 % by spend in the last 12 months among those who bought in that time, silver the top 20 %. Spend is
what was paid and not refunded. Orders without a date count, as a shop that keeps no dates has no other measure.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, Subquery, func, or_, select
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
    """The tier of one customer at this moment."""
    return tiers(session, [customer_id], now)[customer_id]


def tiers(session: Session, customer_ids: Sequence[str], now: datetime) -> dict[str, Tier]:
    """The tiers of several customers, in one pass over the orders of the period."""
    ranks = _ranked(_spend(now))
    currency = session.scalar(select(Order.currency).limit(1)) or ""  # a shop has one
    rows = session.execute(select(ranks).where(ranks.c.customer_id.in_(customer_ids)))
    found = {row.customer_id: _tier(row.rank, row.buyers, Money(int(row.spent), currency)) for row in rows}
    nothing = Tier(STANDARD, wording.say("tier_nothing"))
    return {customer_id: found.get(customer_id, nothing) for customer_id in customer_ids}


def customers_of(session: Session, name: str, now: datetime) -> list[str]:
    """The ids of all customers of a tier other than standard, the highest spend first."""
    ranks = _ranked(_spend(now))
    rows = session.execute(
        select(ranks.c.customer_id, ranks.c.rank, ranks.c.buyers).order_by(ranks.c.rank, ranks.c.customer_id)
    )
    return [row.customer_id for row in rows if _name(row.rank, row.buyers) == name]


def _spend(now: datetime) -> Select[str, int]:
    """Answered from `ix_orders_customer` alone."""
    return (
        select(Order.customer_id, func.sum(Order.paid_minor).label("spent"))
        .where(or_(Order.placed_at > now - PERIOD, Order.placed_at.is_(None)))
        .group_by(Order.customer_id)
        .having(func.sum(Order.paid_minor) > 0)
    )


def _ranked(spend: Select[str, int]) -> Subquery:
    totals = spend.subquery()
    rank = func.rank().over(order_by=totals.c.spent.desc()).label("rank")
    return select(totals, rank, func.count().over().label("buyers")).subquery()


def _name(rank: int, buyers: int) -> str:
    """A share of a small shop is rounded up, so that its best customer is gold."""
    for name, percent in TOP_PERCENT.items():
        if (rank - 1) * 100 < buyers * percent:
            return name
    return STANDARD


def _tier(rank: int, buyers: int, spent: Money) -> Tier:
    name = _name(rank, buyers)
    return Tier(name, wording.say(f"tier_{name}", spent=spent, rank=rank, buyers=buyers, percent=TOP_PERCENT.get(name)))
