"""Orders as their own customer may see them. Whose they are is part of every query."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session, selectinload

from shop import order_states, wording
from shop.customers import method_label
from shop.ground import clock
from shop.ground.money import Money
from shop.models import (
    EXCHANGING,
    MODIFIED,
    PENDING,
    PROCESSED,
    RETURNING,
    Address,
    OrderLine,
    Parcel,
    Payment,
    PaymentMethod,
)
from shop.models import Order as OrderRow

OPEN = (PENDING, MODIFIED, PROCESSED)  # neither arrived nor called off


@dataclass(frozen=True)
class Line:
    """One item; two of the same are two lines. `going_back` and `replaces_id` as in `shop.models.OrderLine`."""

    id: int
    product_id: str
    variant_id: str
    name: str
    options: dict[str, str]
    price: Money
    going_back: bool = False
    replaces_id: int | None = None


@dataclass(frozen=True)
class Shipment:
    """A parcel: `line_ids` are the items in it, `status` and `last_event` what the carrier said last."""

    tracking_ids: tuple[str, ...]
    carrier: str | None
    status: str | None
    last_event: str | None
    last_event_at: datetime | None
    line_ids: tuple[int, ...]


@dataclass(frozen=True)
class Transfer:
    """Money that moved: a payment, or a refund (its amount is positive too)."""

    kind: str
    amount: Money
    method_id: str
    method: str
    method_kind: str | None
    at: datetime | None


@dataclass(frozen=True)
class Order:
    """`wanted` is what an exchange asked for; `change_*` say when a return or an exchange was asked for, and what settles it."""

    id: str
    customer_id: str
    version: int
    status: str
    address: Address
    placed_at: datetime | None
    delivered_at: datetime | None
    cancelled_at: datetime | None
    cancel_reason: str | None
    lines: tuple[Line, ...]
    parcels: tuple[Shipment, ...]
    payments: tuple[Transfer, ...]
    total: Money
    wanted: tuple[Line, ...] = ()
    change_requested_at: datetime | None = None
    change_method_id: str | None = None
    change_method: str | None = None
    change_method_kind: str | None = None

    @property
    def state(self) -> str:
        """Where it stands, in a word or two for the customer."""
        return order_states.word(self.status, bool(self.parcels))


def find(session: Session, customer_id: str, order_id: str) -> Order | None:
    """The customer's own order of this number, however spelled; None for another's as for one that does not exist."""
    spellings = _spellings(order_id)
    found = {
        order.id: order for order in _seen(session, customer_id, _own(customer_id).where(OrderRow.id.in_(spellings)))
    }
    return next((found[spelling] for spelling in spellings if spelling in found), None)


def some(session: Session, customer_id: str, order_ids: Sequence[str]) -> list[Order]:
    """Those of these orders that are the customer's own, in the order given."""
    found = {
        order.id: order for order in _seen(session, customer_id, _own(customer_id).where(OrderRow.id.in_(order_ids)))
    }
    return [found[order_id] for order_id in order_ids if order_id in found]


def recent(session: Session, customer_id: str, limit: int = 5, statuses: Sequence[str] = ()) -> list[Order]:
    """The customer's orders, the latest first; where dates are missing, what was read last is the latest."""
    query = _latest_first(_own(customer_id)).limit(limit)
    if statuses:
        query = query.where(OrderRow.status.in_(statuses))
    return _seen(session, customer_id, query)


def count(session: Session, customer_id: str, statuses: Sequence[str]) -> int:
    """How many orders the customer has in these states."""
    where = (OrderRow.customer_id == customer_id, OrderRow.status.in_(statuses))
    return session.scalar(select(func.count()).where(*where)) or 0


def latest(session: Session, customer_id: str) -> Order | None:
    """The customer's latest order."""
    return next(iter(recent(session, customer_id, 1)), None)


def by_tracking(session: Session, customer_id: str, tracking: str) -> Order | None:
    """The customer's own order with a parcel of this tracking number, the latest where there are several."""
    sent = select(OrderRow.id, Parcel.tracking_ids).join(Parcel, Parcel.order_id == OrderRow.id)
    in_order = sent.where(OrderRow.customer_id == customer_id).order_by(OrderRow.sequence.desc())
    wanted = tracking.strip().upper()
    for order_id, numbers in session.execute(in_order):
        if wanted in (number.upper() for number in numbers):
            return find(session, customer_id, order_id)
    return None


def with_refunds(session: Session, customer_id: str, limit: int) -> list[Order]:
    """The customer's latest orders of which money went back or may be about to."""
    # No EXISTS: below an OR, PostgreSQL may answer it for all orders of the shop at once.
    refunds = select(Payment.id).where(Payment.order_id == OrderRow.id, Payment.kind == "refund").limit(1)
    paid_back = refunds.scalar_subquery().is_not(None)
    query = _latest_first(_own(customer_id).where(or_(paid_back, OrderRow.status.in_((RETURNING, EXCHANGING)))))
    return _seen(session, customer_id, query.limit(limit))


def summaries(session: Session, customer_id: str, limit: int = 20) -> list[dict[str, Any]]:
    """The latest orders as the console lists them."""
    return [summary(order) for order in recent(session, customer_id, limit)]


def summary(order: Order) -> dict[str, Any]:
    return {
        "id": order.id,
        "status": order.status,
        "state": order.state,
        "placed_at": clock.iso(order.placed_at) if order.placed_at else None,
        "total": str(order.total),
        "items": [{"name": line.name, "options": line.options, "price": str(line.price)} for line in order.lines],
    }


def spelled(order_id: str) -> str:
    """An order number as the shop writes it, where it is of the usual kind: w1234567 is #W1234567."""
    return "#" + order_id.strip().lstrip("#").upper()


def locked(session: Session, customer_id: str, order_id: str) -> OrderRow | None:
    """The customer's own order as a row that nobody else can change until the transaction ends."""
    query = _own(customer_id).where(OrderRow.id == order_id).with_for_update().execution_options(populate_existing=True)
    return session.scalar(query)


def _own(customer_id: str) -> Select[OrderRow]:
    return select(OrderRow).where(OrderRow.customer_id == customer_id)


def _latest_first(query: Select[OrderRow]) -> Select[OrderRow]:
    return query.order_by(OrderRow.placed_at.desc().nulls_last(), OrderRow.sequence.desc())


def _methods(customer_id: str) -> Select[PaymentMethod]:
    return select(PaymentMethod).where(PaymentMethod.customer_id == customer_id)


def _spellings(order_id: str) -> list[str]:
    """Ids are the shop's own and may be of any kind: as given comes first."""
    given = order_id.strip()
    return list(dict.fromkeys((given, spelled(given), given.lstrip("#"), given.lstrip("#").upper(), given.upper())))


def _seen(session: Session, customer_id: str, query: Select[OrderRow]) -> list[Order]:
    methods = {method.id: method for method in session.scalars(_methods(customer_id))}
    parcels = selectinload(OrderRow.parcels).selectinload(Parcel.contents)
    rows = session.scalars(query.options(selectinload(OrderRow.lines), parcels, selectinload(OrderRow.payments)))
    return [_order(row, methods) for row in rows]


def _order(row: OrderRow, methods: dict[str, PaymentMethod]) -> Order:
    lines = tuple(_line(line, row.currency) for line in row.lines if line.role == "ordered")
    settles = methods.get(row.change_method_id or "")
    return Order(
        id=row.id,
        customer_id=row.customer_id,
        version=row.version,
        status=row.status,
        address=row.address,
        placed_at=row.placed_at,
        delivered_at=row.delivered_at,
        cancelled_at=row.cancelled_at,
        cancel_reason=row.cancel_reason,
        lines=lines,
        parcels=tuple(_shipment(parcel) for parcel in row.parcels),
        payments=tuple(_transfer(payment, row.currency, methods) for payment in row.payments),
        total=Money(sum(line.price.minor for line in lines), row.currency),
        wanted=tuple(_line(line, row.currency) for line in row.lines if line.role == "wanted"),
        change_requested_at=row.change_requested_at,
        change_method_id=row.change_method_id,
        change_method=method_label(settles) if settles else None,
        change_method_kind=settles.kind if settles else None,
    )


def _line(row: OrderLine, currency: str) -> Line:
    price = Money(row.price_minor, currency)
    own = (row.id, row.product_id, row.variant_id, row.name, dict(row.options), price)
    return Line(*own, row.going_back, row.replaces_id)


def _shipment(row: Parcel) -> Shipment:
    contents = tuple(content.line_id for content in row.contents)
    return Shipment(tuple(row.tracking_ids), row.carrier, row.status, row.last_event, row.last_event_at, contents)


def _transfer(row: Payment, currency: str, methods: dict[str, PaymentMethod]) -> Transfer:
    method = methods.get(row.method_id)
    label = method_label(method) if method else wording.say("method_unknown")
    amount = Money(row.amount_minor, currency)
    return Transfer(row.kind, amount, row.method_id, label, method.kind if method else None, row.at)
