"""The small shop with more to choose from, and every operation in a line: what it needs, in a state that allows it."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from shop import operations
from shop.ground.db import Base
from shop.identity import Identity, Proof
from shop.models import Address, Customer, Order, PaymentMethod, Product, Variant
from shop.operations import account, address, cancel, exchange, items, payment, returns
from shop.operations.swaps import Swap
from shop.plans import Plan
from shop.receipts import Receipt
from tests.shop import small
from tests.shop.small import NOW

ID = "#W1000001"
REASON = "no longer needed"
ELM = Address("7 Elm Street", "Apt 2", "Portland", "ME", "04101", "USA")
# (id, product, option, price, available): the first of each product is in every order
VARIANTS = (
    ("V-mug", "P-Mug", "blue", 1600, True),
    ("V-mug-red", "P-Mug", "red", 1850, True),
    ("V-mug-white", "P-Mug", "white", 1600, True),
    ("V-mug-gold", "P-Mug", "gold", 2600, False),
    ("V-lamp", "P-Desk Lamp", "brass", 5900, True),
    ("V-lamp-steel", "P-Desk Lamp", "steel", 5400, True),
    ("V-lamp-oak", "P-Desk Lamp", "oak", 7900, True),
)


def catalogue(session: Session) -> None:
    """Mugs and lamps in several colours."""
    for sequence, name in enumerate(("Mug", "Desk Lamp")):
        session.add(Product(id=f"P-{name}", sequence=sequence, name=name))
    for position, (variant, product, option, price, available) in enumerate(VARIANTS):
        options = {"color" if product == "P-Mug" else "finish": option}
        session.add(
            Variant(
                id=variant,
                product_id=product,
                position=position,
                options=options,
                price_minor=price,
                currency="USD",
                available=available,
            )
        )
    session.flush()


def shop(session: Session, level: Proof = Proof.SIGNED, balance: int = 1000, **order: Any) -> Identity:
    """Ada with one order: a mug of $16.00 and a lamp of $59.00."""
    catalogue(session)
    small.customer(session, balance=balance)
    small.order(session, **order)
    return small.proved(session, level=level)


def line_ids(session: Session, order_id: str = ID) -> list[int]:
    """The lines of the order in their order: the mug, the lamp."""
    return [line.id for line in session.get_one(Order, order_id).lines if line.role == "ordered"]


def bobs_method(session: Session, kind: str = "paypal") -> None:
    """Another customer, who has a method `bobs`."""
    small.customer(session, "bob")
    session.add(
        PaymentMethod(customer_id="bob", id="bobs", position=3, kind=kind, balance_minor=99_999, currency="USD")
    )
    session.flush()


def red(session: Session) -> list[Swap]:
    """The mug in red, for $2.50 more."""
    return [Swap(line_ids(session)[0], "V-mug-red")]


def commit(session: Session, who: Identity, plan: Plan, message_id: str = "c1:9", **others: Any) -> Receipt:
    return operations.commit(session, who, plan.id, message_id, others.pop("now", NOW), **others)


def balance(session: Session, customer_id: str = "ada", method_id: str = "gift") -> int | None:
    session.expire_all()
    return session.get_one(PaymentMethod, (customer_id, method_id)).balance_minor


def rows(session: Session) -> dict[str, list[str]]:
    """All that stands in the database."""
    session.flush()
    tables = Base.metadata.tables
    return {name: sorted(map(repr, session.execute(text(f"SELECT * FROM {name}")))) for name in tables}


def moves(session: Session, order_id: str = ID) -> list[tuple[str, int, str]]:
    """(payment or refund, amount, method), in their order."""
    session.expire_all()
    return [(one.kind, one.amount_minor, one.method_id) for one in session.get_one(Order, order_id).payments]


def default_address(session: Session, customer_id: str = "ada") -> Address:
    session.expire_all()
    return session.get_one(Customer, customer_id).address


# How each operation is planned for the one order, whatever its state; all of them could be done if the state allowed it.
PREPARE: dict[str, Callable[[Session, Identity, str], Plan]] = {
    "cancel": lambda session, who, message: cancel.prepare(session, who, ID, REASON, message, NOW),
    "address": lambda session, who, message: address.prepare(session, who, ID, ELM, message, NOW),
    "payment": lambda session, who, message: payment.prepare(session, who, ID, "paypal", message, NOW),
    "items": lambda session, who, message: items.prepare(session, who, ID, red(session), "card", message, NOW),
    "return": lambda session, who, message: returns.prepare(
        session, who, ID, line_ids(session)[:1], "card", message, NOW
    ),
    "exchange": lambda session, who, message: exchange.prepare(session, who, ID, red(session), "card", message, NOW),
    "account": lambda session, who, message: account.prepare(session, who, ELM, [ID], message, NOW),
}
