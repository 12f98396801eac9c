"""The demo shop: the same customers, products and orders for the same seed and moment, put into an empty shop only."""

from dataclasses import dataclass
from datetime import datetime
from random import Random

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from shop import value
from shop.demo.catalogue import customers, products
from shop.demo.sales import orders
from shop.models import PENDING, Customer, Order
from shop.orders import OPEN

SEED = 7


@dataclass(frozen=True)
class Pick:
    """A customer worth trying the demo as, and why."""

    id: str
    name: str
    tier: str
    note: str


def seed(session: Session, now: datetime, seed: int = SEED) -> bool:
    """Fill the shop with two years of business up to `now`. False, and nothing is touched, when it has customers."""
    if session.scalar(select(Customer.id).limit(1)) is not None:
        return False
    random = Random(seed)
    catalogue = products(random)
    people = customers(random, now)
    session.add_all([*catalogue, *people])
    session.flush()  # what orders point at is there before them
    variants = [variant for product in catalogue for variant in product.variants]
    session.add_all(orders(random, people, variants, now))
    session.flush()
    return True


def gold_customers(session: Session, now: datetime) -> list[str]:
    """The customers whom representatives look after, the highest spend first."""
    return value.customers_of(session, "gold", now)


def picks(session: Session, now: datetime) -> list[Pick]:
    """A few customers of each tier in different situations, for the picker on the demo page."""
    gold, silver = value.customers_of(session, "gold", now), value.customers_of(session, "silver", now)
    counted = _counts(session)
    rest = [customer for customer in counted if customer not in {*gold, *silver}]
    return [
        Pick(customer_id, counted[customer_id].name, tier, _note(counted[customer_id]))
        for tier, members in (("gold", gold), ("silver", silver), (value.STANDARD, rest))
        for customer_id in _different([member for member in members if member in counted], counted)
    ]


@dataclass(frozen=True)
class _Counts:
    name: str
    orders: int
    open: int
    pending: int


def _counts(session: Session) -> dict[str, _Counts]:
    def counted(condition: ColumnElement[bool]) -> ColumnElement[int]:
        return func.count(case((condition, 1)))

    rows = session.execute(
        select(
            Customer.id,
            Customer.first_name + " " + Customer.last_name,
            func.count(Order.id),
            counted(Order.status.in_(OPEN)),
            counted(Order.status == PENDING),
        )
        .outerjoin(Order, Order.customer_id == Customer.id)
        .where(Customer.phone.is_not(None), Customer.phone_confirmed)  # so that the same person can be tried by text
        .group_by(Customer.id)
        .order_by(Customer.sequence)
    )
    return {row[0]: _Counts(*row[1:]) for row in rows}


def _different(members: list[str], counted: dict[str, _Counts]) -> list[str]:
    """The first of each situation, and two at least."""
    first: dict[str, str] = {}
    for member in members:
        first.setdefault(_situation(counted[member]), member)
    others = [member for member in members if member not in first.values()]
    return [*first.values(), *others[: max(0, 2 - len(first))]]


def _situation(counts: _Counts) -> str:
    if counts.orders == 0:
        return "new"
    if counts.open > 1:
        return "several"
    return "one" if counts.open else "none"


def _note(counts: _Counts) -> str:
    if counts.orders == 0:
        return "no orders yet"
    cancellable = f", {counts.pending} can be cancelled" if counts.pending else ""
    return {0: "nothing on the way", 1: "1 order on the way"}.get(
        counts.open, f"{counts.open} orders on the way"
    ) + cancellable
