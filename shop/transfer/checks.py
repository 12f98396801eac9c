"""Checks the rows of a shop against each other: what is named is there, and no more goes back than was paid."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import TypeVar

from shop.models import EXCHANGING, RETURNING
from shop.transfer.problems import BadShop, Problem, told
from shop.transfer.reading import CUSTOMERS, ORDERS, PRODUCTS, Rows
from shop.transfer.rows import CustomerRow, LineRow, OrderRow, ProductRow

T = TypeVar("T")
Found = Iterator[tuple[str, str]]  # a field, and what is wrong with it


def check(rows: Rows) -> None:
    """`BadShop` names every row that does not go with the others."""
    if problems := list(_problems(rows)):
        raise BadShop(told(problems))


def _problems(rows: Rows) -> Iterator[Problem]:
    customers, products, orders = Customers(), Products(), Orders(rows)
    for number, customer in enumerate(rows.customers, start=1):
        yield from (Problem(CUSTOMERS, number, customer.id, *found) for found in customers.check(customer))
    for number, product in enumerate(rows.products, start=1):
        yield from (Problem(PRODUCTS, number, product.id, *found) for found in products.check(product))
    for number, order in enumerate(rows.orders, start=1):
        yield from (Problem(ORDERS, number, order.id, *found) for found in orders.check(order))


class Once:
    """Ids, of which each may come once."""

    def __init__(self) -> None:
        self.seen: set[str] = set()

    def check(self, field: str, given: str) -> Found:
        if given in self.seen:
            yield field, f'"{given}" was there before'
        self.seen.add(given)


class Customers:
    def __init__(self) -> None:
        self.ids = Once()

    def check(self, row: CustomerRow) -> Found:
        yield from self.ids.check("id", row.id)
        methods = Once()
        for place, method in enumerate(row.payment_methods, start=1):
            yield from methods.check(f"payment_methods.{place}.id", method.id)


class Products:
    def __init__(self) -> None:
        self.ids, self.variants = Once(), Once()

    def check(self, row: ProductRow) -> Found:
        yield from self.ids.check("id", row.id)
        for place, variant in enumerate(row.variants, start=1):
            yield from self.variants.check(f"variants.{place}.id", variant.id)


class Orders:
    """`products` says of each variant whose it is, `methods` what each customer can pay with."""

    def __init__(self, rows: Rows) -> None:
        self.ids = Once()
        self.products = {variant.id: row.id for row in rows.products for variant in row.variants}
        self.methods: Mapping[str, frozenset[str]] = {
            row.id: frozenset(method.id for method in row.payment_methods) for row in rows.customers
        }

    def check(self, row: OrderRow) -> Found:
        yield from self.ids.check("id", row.id)
        if row.customer_id not in self.methods:
            yield "customer_id", f'there is no customer "{row.customer_id}"'
        for name in ("lines", "replaced_lines", "exchange_lines"):
            for place, line in enumerate(getattr(row, name), start=1):
                yield from self._line(f"{name}.{place}", line)
        yield from _parcels(row)
        yield from self._payments(row)
        yield from _change(row, "return", RETURNING, row.return_lines)
        yield from _change(row, "exchange", EXCHANGING, [line.line for line in row.exchange_lines])
        yield from _numbers(row, "replaced_lines", [line.line for line in row.replaced_lines])

    def _line(self, field: str, line: LineRow) -> Found:
        owner = self.products.get(line.variant_id)
        if owner is None:
            yield f"{field}.variant_id", f'there is no variant "{line.variant_id}"'
        elif owner != line.product_id:
            yield f"{field}.product_id", f'variant "{line.variant_id}" is one of "{owner}", not of "{line.product_id}"'

    def _payments(self, row: OrderRow) -> Found:
        named = {f"payments.{place}.payment_method_id": one.payment_method_id for place, one in _counted(row.payments)}
        named |= {"return_payment_method_id": row.return_payment_method_id or ""}
        named |= {"exchange_payment_method_id": row.exchange_payment_method_id or ""}
        own = self.methods.get(row.customer_id, frozenset(named.values()))
        for field, method_id in named.items():
            if method_id and method_id not in own:
                yield field, f'the customer has no payment method "{method_id}"'
        moved: Counter[str] = Counter()
        for payment in row.payments:
            moved[payment.kind] += payment.amount
        if moved["refund"] > moved["payment"]:
            yield "payments", "more was refunded than paid"


def _parcels(row: OrderRow) -> Found:
    left = Counter(line.variant_id for line in row.lines)
    for place, parcel in _counted(row.fulfilments):
        for inside, variant_id in _counted(parcel.variant_ids):
            if left[variant_id] == 0:
                yield f"fulfilments.{place}.variant_ids.{inside}", f'no line is left for "{variant_id}"'
            left[variant_id] -= 1


def _change(row: OrderRow, kind: str, status: str, numbers: Sequence[int]) -> Found:
    """What was asked for with an order says nothing unless the order's status is that it was."""
    for name in (f"{kind}_lines", f"{kind}_payment_method_id", f"{kind}_requested_at"):
        if getattr(row, name) and row.status != status:
            yield name, f'goes with the status "{status}" only'
    yield from _numbers(row, f"{kind}_lines", numbers)


def _numbers(row: OrderRow, field: str, numbers: Sequence[int]) -> Found:
    for number, times in Counter(numbers).items():
        if number > len(row.lines):
            yield field, f"there is no line {number}"
        if times > 1:
            yield field, f"line {number} stands there more than once"


def _counted(things: Sequence[T]) -> Iterator[tuple[int, T]]:
    return enumerate(things, start=1)
