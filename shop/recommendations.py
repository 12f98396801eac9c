"""What goes with a product: what those who bought it also bought, with the figures; and who wants none of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, delete, func, select
from sqlalchemy.orm import Session, aliased

from shop.ground.money import Money
from shop.models import CANCELLED, Order, OrderLine, Product, Variant
from shop.records import NoSuggestions

MOST = 3
FEWEST = 2  # one other customer's purchase is that customer's own business
# What is looked at does not grow with the shop: the latest sales of a product, and the latest orders of who bought it.
SALES, PURCHASES = 100, 20
REPLACED = "replaced"


@dataclass(frozen=True)
class Suggestion:
    """A product in stock, its lowest price now, and how many who bought `goes_with` also bought it."""

    product_id: str
    name: str
    price: Money
    buyers: int
    goes_with: str


def suggest(session: Session, product_ids: Sequence[str], customer_id: str | None) -> list[Suggestion]:
    """At most three that go with any of these products, the most bought first; nothing that the customer has."""
    best: dict[str, Suggestion] = {}
    for product_id in product_ids:
        for found in _beside(session, product_id, customer_id):
            if found.product_id in product_ids:
                continue
            if found.product_id not in best or best[found.product_id].buyers < found.buyers:
                best[found.product_id] = found
    return sorted(best.values(), key=lambda one: -one.buyers)[:MOST]


def stop(session: Session, customer_id: str, now: datetime) -> None:
    """The customer wants no more suggestions."""
    if stopped_at(session, customer_id) is None:
        session.add(NoSuggestions(customer_id=customer_id, at=now))
        session.flush()


def resume(session: Session, customer_id: str) -> None:
    """The customer wants suggestions again."""
    session.execute(delete(NoSuggestions).where(NoSuggestions.customer_id == customer_id))


def stopped_at(session: Session, customer_id: str) -> datetime | None:
    """When the customer said that they want none; None when they did not."""
    return session.scalar(select(NoSuggestions.at).where(NoSuggestions.customer_id == customer_id))


def also_bought(product_id: str, customer_id: str | None) -> Select[str, str, int, str, int]:
    """Of the latest buyers of a product, how many also bought each other one: (id, name, price, currency, buyers)."""
    first, own, other = aliased(Order), aliased(Order), aliased(OrderLine)
    sales = (
        select(OrderLine.order_id)
        .where(OrderLine.product_id == product_id, OrderLine.role != REPLACED)
        .order_by(OrderLine.id.desc())
        .limit(SALES)
        .subquery()
    )
    buyers = select(first.customer_id).join(sales, sales.c.order_id == first.id).where(first.status != CANCELLED)
    if customer_id is not None:
        buyers = buyers.where(first.customer_id != customer_id)
    buyer = buyers.distinct().subquery()
    age = func.row_number().over(partition_by=own.customer_id, order_by=(own.placed_at.desc(), own.sequence.desc()))
    orders = select(own.id, own.customer_id, own.status, age.label("age"))
    later = orders.join(buyer, buyer.c.customer_id == own.customer_id).subquery()
    count = func.count(later.c.customer_id.distinct())
    in_stock = (Variant.product_id == Product.id, Variant.available)
    price = select(func.min(Variant.price_minor)).where(*in_stock).scalar_subquery()
    currency = select(Variant.currency).where(*in_stock).order_by(Variant.position).limit(1).scalar_subquery()
    query = (
        select(Product.id, Product.name, price, currency, count)
        .select_from(later)
        .join(other, other.order_id == later.c.id)
        .join(Product, Product.id == other.product_id)
        .where(later.c.age <= PURCHASES, later.c.status != CANCELLED, other.role != REPLACED, Product.id != product_id)
        .where(select(Variant.id).where(*in_stock).exists())
        .group_by(Product.id, Product.name, Product.sequence)
        .having(count >= FEWEST)
        .order_by(count.desc(), Product.sequence, Product.id)
        .limit(MOST * 2)  # some may be among the products asked about
    )
    return query if customer_id is None else query.where(Product.id.not_in(_owned(customer_id)))


def _owned(customer_id: str) -> Select[str]:
    own = select(OrderLine.product_id).join(Order, Order.id == OrderLine.order_id)
    return own.where(Order.customer_id == customer_id, Order.status != CANCELLED, OrderLine.role != REPLACED)


def _beside(session: Session, product_id: str, customer_id: str | None) -> list[Suggestion]:
    goes_with = session.scalar(select(Product.name).where(Product.id == product_id)) or ""
    rows = session.execute(also_bought(product_id, customer_id))
    return [Suggestion(other, name, Money(price, money), count, goes_with) for other, name, price, money, count in rows]
