"""Writes the shop that is there as the three files that an import reads."""

import json
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import Select, select, text
from sqlalchemy.orm import InstrumentedAttribute, Session, selectinload

from shop.ground.errors import Conflict
from shop.ground.money import exponent
from shop.models import (
    EXCHANGING,
    RETURNING,
    Address,
    Customer,
    Order,
    OrderLine,
    Parcel,
    Payment,
    PaymentMethod,
    Product,
    Variant,
)
from shop.transfer.reading import CUSTOMERS, ORDERS, PRODUCTS

CHUNK = 500
Json = dict[str, Any]
Step = Callable[[str, int], None]


def write(session: Session, folder: Path, currency: str, done: Step = lambda name, many: None) -> dict[str, int]:
    """Write the files, all of one moment; files that lie there are exchanged when the three are complete.

    Returns how many rows each has. `done` is told of every chunk of rows. Money in another currency is a `Conflict`.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
    _check_currency(session, currency)
    shown = Shown(currency)
    folder.mkdir(parents=True, exist_ok=True)
    written = {
        CUSTOMERS: _draft(folder / CUSTOMERS, map(shown.customer, session.scalars(_customers())), done),
        PRODUCTS: _draft(folder / PRODUCTS, map(shown.product, session.scalars(_products())), done),
        ORDERS: _draft(folder / ORDERS, map(shown.order, session.scalars(_orders())), done),
    }
    for name in written:
        _draft_of(folder / name).replace(folder / name)
    return written


def _customers() -> Select[Customer]:
    query = select(Customer).order_by(Customer.sequence, Customer.id).options(selectinload(Customer.methods))
    return query.execution_options(yield_per=CHUNK)


def _products() -> Select[Product]:
    query = select(Product).order_by(Product.sequence, Product.id).options(selectinload(Product.variants))
    return query.execution_options(yield_per=CHUNK)


def _orders() -> Select[Order]:
    parcels = selectinload(Order.parcels).selectinload(Parcel.contents)
    loads = (selectinload(Order.lines), parcels, selectinload(Order.payments))
    return select(Order).order_by(Order.sequence, Order.id).options(*loads).execution_options(yield_per=CHUNK)


def _check_currency(session: Session, currency: str) -> None:
    columns: tuple[InstrumentedAttribute[str], ...] = (Order.currency, Variant.currency, PaymentMethod.currency)
    for column in columns:
        other = session.scalar(select(column).where(column != currency).limit(1))
        if other is not None:
            raise Conflict(
                f"SHOP_CURRENCY is {currency}, but there is money in {other}: it would be read back as {currency}."
            )


def _draft(path: Path, rows: Iterable[Json], done: Step) -> int:
    """A row a line, so that two exports can be compared."""
    many = 0
    with _draft_of(path).open("w", encoding="utf-8") as file:
        file.write("[")
        for many, row in enumerate(rows, start=1):
            file.write((",\n" if many > 1 else "\n") + json.dumps(row, ensure_ascii=False))
            if many % CHUNK == 0:
                done(path.name, CHUNK)
        file.write("\n]\n")
    done(path.name, many % CHUNK)
    return many


def _draft_of(path: Path) -> Path:
    return path.with_suffix(f".{os.getpid()}.tmp")


class Shown:
    """Rows as the files have them: what is not there is left out."""

    def __init__(self, currency: str) -> None:
        self.places = exponent(currency)

    def customer(self, row: Customer) -> Json:
        return {
            "id": row.id,
            "first_name": row.first_name,
            "last_name": row.last_name,
            "email": row.email,
            **_there(phone=row.phone, phone_confirmed=None if row.phone_confirmed else False),
            "address": _address(row.address),
            "payment_methods": [self._method(method) for method in row.methods],
            **_there(time_zone=row.time_zone, created_at=row.created_at),
            **_there(email_changed_at=row.email_changed_at, phone_changed_at=row.phone_changed_at),
        }

    def product(self, row: Product) -> Json:
        return {"id": row.id, "name": row.name, "variants": [self._variant(variant) for variant in row.variants]}

    def order(self, row: Order) -> Json:
        lines = [line for line in row.lines if line.role == "ordered"]
        numbers = {line.id: number for number, line in enumerate(lines, start=1)}
        return {
            "id": row.id,
            "customer_id": row.customer_id,
            "status": row.status,
            "address": _address(row.address),
            "lines": [self._line(line) for line in lines],
            "fulfilments": [_parcel(parcel, row.lines) for parcel in row.parcels],
            "payments": [self._payment(payment) for payment in row.payments],
            **_there(placed_at=row.placed_at, delivered_at=row.delivered_at),
            **_there(cancelled_at=row.cancelled_at, cancel_reason=row.cancel_reason),
            **self._replaced(row, numbers),
            **self._change(row, numbers),
        }

    def _replaced(self, row: Order, numbers: Mapping[int, int]) -> Json:
        """The pairing is kept by the new line, of which the order's own lines have the number."""
        new = {line.replaces_id: numbers[line.id] for line in row.lines if line.id in numbers}
        pairs = [(new[line.id], line) for line in row.lines if line.role == "replaced" and line.id in new]
        return _there(replaced_lines=[{"line": number, **self._line(line)} for number, line in pairs] or None)

    def _change(self, row: Order, numbers: Mapping[int, int]) -> Json:
        if row.status == RETURNING:
            back = [numbers[line.id] for line in row.lines if line.going_back and line.id in numbers]
            return {**_there(return_lines=back or None), **_asked("return", row)}
        if row.status == EXCHANGING:
            wanted = [line for line in row.lines if line.role == "wanted" and line.replaces_id in numbers]
            pairs = [{"line": numbers[line.replaces_id or 0], **self._line(line)} for line in wanted]
            return {**_there(exchange_lines=pairs or None), **_asked("exchange", row)}
        return {}

    def _method(self, row: PaymentMethod) -> Json:
        balance = None if row.balance_minor is None else self._money(row.balance_minor)
        return {"id": row.id, "kind": row.kind, **_there(brand=row.brand, last_four=row.last_four, balance=balance)}

    def _variant(self, row: Variant) -> Json:
        price = self._money(row.price_minor)
        return {"id": row.id, "options": row.options, "price": price, "available": row.available}

    def _line(self, row: OrderLine) -> Json:
        return {
            "product_id": row.product_id,
            "variant_id": row.variant_id,
            "name": row.name,
            "price": self._money(row.price_minor),
            "options": row.options,
        }

    def _payment(self, row: Payment) -> Json:
        amount = self._money(row.amount_minor)
        return {"kind": row.kind, "amount": amount, "payment_method_id": row.method_id, **_there(at=row.at)}

    def _money(self, minor: int) -> str:
        return f"{Decimal(minor).scaleb(-self.places):f}"


def _address(address: Address) -> Json:
    return {name: getattr(address, name) for name in Address.__dataclass_fields__}


def _parcel(row: Parcel, lines: Sequence[OrderLine]) -> Json:
    variants = {line.id: line.variant_id for line in lines}
    return {
        "tracking_ids": row.tracking_ids,
        "variant_ids": [variants[content.line_id] for content in row.contents],
        **_there(carrier=row.carrier, status=row.status, last_event=row.last_event, last_event_at=row.last_event_at),
    }


def _asked(kind: str, row: Order) -> Json:
    """With which method, and when, a return or an exchange was asked for."""
    facts = {"payment_method_id": row.change_method_id, "requested_at": row.change_requested_at}
    return {f"{kind}_{name}": value for name, value in _there(**facts).items()}


def _there(**fields: object) -> Json:
    return {name: _time(value) for name, value in fields.items() if value is not None}


def _time(value: object) -> object:
    if not isinstance(value, datetime):
        return value
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
