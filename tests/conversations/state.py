"""What the shop's database holds about the customer of a conversation, and how it should differ afterwards."""

from collections import Counter
from typing import Any

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from handoff.models import Conversation
from shop.ground.db import Base
from shop.knowledge.tables import VoteRow
from shop.models import EXCHANGING, Customer, Order, OrderLine, Parcel, Payment, PaymentMethod, Product, Variant
from shop.records import ReceiptRow
from tests.conversations.given import METHODS

# Each row names its order or customer; what is in which parcel does not, and nothing here changes that.
SHOP: tuple[type[Base], ...] = (
    *(Customer, PaymentMethod, Product, Variant),
    *(Order, OrderLine, Parcel, Payment),
)
NAMES = {method["id"]: name for name, method in METHODS.items()}
State = dict[str, Any]
Rows = dict[str, list[tuple[Any, ...]]]


def of(engine: Engine, email: str) -> State:
    """Everything of one customer, in the words of `after`: each order, the address, balances, how many receipts."""
    with Session(engine) as session:
        person = session.scalars(select(Customer).where(Customer.email == email)).one()
        orders = session.scalars(select(Order).where(Order.customer_id == person.id)).all()
        receipts = select(func.count()).where(ReceiptRow.customer_id == person.id)
        talks = select(Conversation.state).where(Conversation.customer_id == person.id)
        votes = select(VoteRow).join(Conversation, Conversation.id == VoteRow.conversation_id)
        votes = votes.where(Conversation.customer_id == person.id)
        standing = session.scalar(talks.order_by(Conversation.opened_at.desc()).limit(1))
        balances = {NAMES[one.id]: _money(one.balance_minor) for one in person.methods if one.balance_minor is not None}
        return {
            **{order.id: _order(order) for order in orders},
            **balances,
            "address": str(person.address),
            "receipts": str(session.scalar(receipts)),
            "votes": sorted(_vote(vote) for vote in session.scalars(votes)),
            "answered by": "bot" if standing in (None, "bot") else "person",
        }


def receipts(engine: Engine, email: str) -> list[str]:
    """The numbers of a customer's receipts."""
    query = select(ReceiptRow.number).join(Customer, Customer.id == ReceiptRow.customer_id)
    with Session(engine) as session:
        return list(session.scalars(query.where(Customer.email == email)))


def differences(before: State, after: dict[str, Any], now: State) -> list[str]:
    """Where the shop is not as `after` says; what `after` does not name must be as it was before."""
    wanted = dict(before)
    for name, value in after.items():
        wanted[name] = _changed(before[name], value) if isinstance(value, dict) else value
    return [line for name in wanted for line in _compared(name, wanted[name], now.get(name))]


def _changed(order: State, value: dict[str, Any]) -> State:
    """An order as it should be. Swaps say the rest: what an exchange sends back, what a change of items replaced."""
    old, new = zip(*(pair.split(" -> ") for pair in value["swaps"]), strict=True) if "swaps" in value else ((), ())
    if old and value["status"] == EXCHANGING:
        value = {"back": old, "wanted": new, **value}
    elif old:
        kept = Counter(order["lines"]) - Counter(old)
        value = {"replaced": old, "lines": [*kept.elements(), *new], **value}
    return order | {key: sorted(what) if isinstance(what, list | tuple) else what for key, what in value.items()}


def _compared(name: str, wanted: Any, got: Any) -> list[str]:
    if isinstance(wanted, dict) and isinstance(got, dict):
        return [f"{name} {line}" for key in wanted for line in _compared(key, wanted[key], got[key])]
    if isinstance(wanted, list):
        wanted = sorted(wanted)
    return [] if wanted == got else [f"{name}: {got!r} instead of {wanted!r}"]


def whole(engine: Engine, leaving_out: set[str]) -> Rows:
    """Every row of the shop but those that name one of these orders or customers."""
    with engine.connect() as connection:
        tables = [table.__table__ for table in SHOP]
        queries = {table.name: select(table).order_by(*table.primary_key) for table in tables}
        rows = {name: [tuple(row) for row in connection.execute(query)] for name, query in queries.items()}
    return without(rows, leaving_out)


def without(rows: Rows, leaving_out: set[str]) -> Rows:
    return {
        name: [row for row in table if not leaving_out & {value for value in row if isinstance(value, str)}]
        for name, table in rows.items()
    }


def _order(order: Order) -> State:
    lines = order.lines
    return {
        "status": order.status,
        "reason": order.cancel_reason or "",
        "address": str(order.address),
        "lines": sorted(_line(line) for line in lines if line.role == "ordered"),
        "replaced": sorted(_line(line) for line in lines if line.role == "replaced"),
        "wanted": sorted(_line(line) for line in lines if line.role == "wanted"),
        "back": sorted(_line(line) for line in lines if line.going_back),
        "swaps": sorted(f"{_line(one.replaces)} -> {_line(one)}" for one in lines if one.replaces is not None),
        "payments": sorted(_payment(payment) for payment in order.payments),
        "settled by": NAMES.get(order.change_method_id or "", ""),
    }


def _line(line: OrderLine) -> str:
    return " ".join((line.name, *line.options.values(), _money(line.price_minor)))


def _payment(payment: Payment) -> str:
    sign = "-" if payment.kind == "refund" else ""
    return f"{sign}{_money(payment.amount_minor)} {NAMES[payment.method_id]}"


def _vote(vote: VoteRow) -> str:
    return f"{vote.slug} {'helped' if vote.helped else 'did not help'}"


def _money(minor: int) -> str:
    return f"{minor // 100}.{minor % 100:02}"
