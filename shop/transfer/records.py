"""Rows of the files as records of the shop's tables."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from typing import Any

from shop.customers import email_key
from shop.ground.db import Base
from shop.models import Customer, Order, OrderLine, Parcel, ParcelLine, Payment, PaymentMethod, Product, Variant
from shop.transfer.rows import CustomerRow, FulfilmentRow, LineRow, OrderRow, PairedLineRow, ProductRow

Record = tuple[type[Base], dict[str, Any]]


@dataclass(frozen=True)
class Contacts:
    """How a customer could be reached until now, and since when."""

    email_key: str
    email_changed_at: datetime | None
    phone: str | None
    phone_changed_at: datetime | None


def customer(row: CustomerRow, sequence: int, currency: str, known: Contacts | None, now: datetime) -> Iterator[Record]:
    """A customer and their ways to pay. A contact that was another one until now is fresh, and gets no codes yet."""
    key = email_key(row.email)
    email_changed_at, phone_changed_at = row.email_changed_at, row.phone_changed_at
    if known is not None:
        email_changed_at = email_changed_at or (known.email_changed_at if known.email_key == key else now)
        phone_changed_at = phone_changed_at or (known.phone_changed_at if known.phone == row.phone else now)
    yield (
        Customer,
        {
            "id": row.id,
            "sequence": sequence,
            "first_name": row.first_name,
            "last_name": row.last_name,
            "email": row.email,
            "email_key": key,
            "email_changed_at": email_changed_at,
            "phone": row.phone,
            "phone_confirmed": row.phone_confirmed,
            "phone_changed_at": phone_changed_at,
            **row.address.model_dump(),
            "time_zone": row.time_zone,
            "created_at": row.created_at,
        },
    )
    for position, method in enumerate(row.payment_methods):
        own = method.model_dump(exclude={"balance"})
        yield (
            PaymentMethod,
            {"customer_id": row.id, "position": position, "balance_minor": method.balance, "currency": currency, **own},
        )


def product(row: ProductRow, sequence: int, currency: str) -> Iterator[Record]:
    yield Product, {"id": row.id, "sequence": sequence, "name": row.name}
    for position, variant in enumerate(row.variants):
        own = variant.model_dump(exclude={"price"})
        yield (
            Variant,
            {"product_id": row.id, "position": position, "price_minor": variant.price, "currency": currency, **own},
        )


class Orders:
    """Makes the records of orders. Ids of lines, parcels and payments go on from those that were there before, so that
    nobody who remembers one of them finds another thing under it; `version` is above that of any order before."""

    def __init__(
        self, names: Mapping[str, str], currency: str, version: int, last_ids: Mapping[type[Base], int]
    ) -> None:
        self.names, self.currency, self.version = names, currency, version
        self.ids = {table: count(last + 1) for table, last in last_ids.items()}

    def records(self, row: OrderRow, sequence: int) -> Iterator[Record]:
        yield Order, self._order(row, sequence)
        lines = [next(self.ids[OrderLine]) for _ in row.lines]
        yield from self._lines(row, lines)
        packed: dict[str, list[int]] = defaultdict(list)
        for line_id, line in zip(lines, row.lines, strict=True):
            packed[line.variant_id].append(line_id)
        for position, parcel in enumerate(row.fulfilments):
            yield from self._parcel(row.id, position, parcel, packed)
        for position, payment in enumerate(row.payments):
            yield (
                Payment,
                {
                    "id": next(self.ids[Payment]),
                    "order_id": row.id,
                    "position": position,
                    "kind": payment.kind,
                    "amount_minor": payment.amount,
                    "method_id": payment.payment_method_id,
                    "at": payment.at,
                },
            )

    def _order(self, row: OrderRow, sequence: int) -> dict[str, Any]:
        same = ("id", "customer_id", "status", "placed_at", "delivered_at", "cancelled_at", "cancel_reason")
        return {
            **{name: getattr(row, name) for name in (*same, "change_requested_at", "change_method_id")},
            **row.address.model_dump(),
            "sequence": sequence,
            "version": self.version,
            "currency": self.currency,
            "paid_minor": sum(one.amount if one.kind == "payment" else -one.amount for one in row.payments),
        }

    def _lines(self, row: OrderRow, ids: Sequence[int]) -> Iterator[Record]:
        """What was replaced before what replaced it, and that before what is wanted for it: each names the one before."""
        replaced = {line.line: next(self.ids[OrderLine]) for line in row.replaced_lines}
        after = len(row.lines)
        for position, old in enumerate(row.replaced_lines, start=after):
            yield OrderLine, self._line(row, old, replaced[old.line], position, "replaced", None, False)
        back = {*row.return_lines, *(line.line for line in row.exchange_lines)}
        for number, (line_id, line) in enumerate(zip(ids, row.lines, strict=True), start=1):
            pair = replaced.get(number)
            yield OrderLine, self._line(row, line, line_id, number - 1, "ordered", pair, number in back)
        for position, new in enumerate(row.exchange_lines, start=after + len(replaced)):
            pair = ids[new.line - 1]
            yield OrderLine, self._line(row, new, next(self.ids[OrderLine]), position, "wanted", pair, False)

    def _line(
        self,
        row: OrderRow,
        line: LineRow | PairedLineRow,
        line_id: int,
        position: int,
        role: str,
        pair: int | None,
        back: bool,
    ) -> dict[str, Any]:
        return {
            "id": line_id,
            "order_id": row.id,
            "position": position,
            "variant_id": line.variant_id,
            "product_id": line.product_id,
            "name": line.name or self.names[line.product_id],
            "options": line.options,
            "price_minor": line.price,
            "role": role,
            "going_back": back,
            "replaces_id": pair,
        }

    def _parcel(
        self, order_id: str, position: int, row: FulfilmentRow, unpacked: Mapping[str, list[int]]
    ) -> Iterator[Record]:
        """Of several lines with the same variant, the first that is in no parcel yet."""
        parcel_id = next(self.ids[Parcel])
        own = row.model_dump(exclude={"variant_ids"})
        yield Parcel, {"id": parcel_id, "order_id": order_id, "position": position, **own}
        for place, variant_id in enumerate(row.variant_ids):
            yield ParcelLine, {"parcel_id": parcel_id, "line_id": unpacked[variant_id].pop(0), "position": place}
