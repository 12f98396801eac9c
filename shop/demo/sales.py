"""The demo shop's orders: two years of them, in every state, with the money and the parcels that belong to it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from shop.demo.catalogue import CURRENCY
from shop.demo.parcels import parcels
from shop.models import (
    CANCELLED,
    DELIVERED,
    EXCHANGING,
    MODIFIED,
    PENDING,
    PROCESSED,
    RETURNING,
    Customer,
    Order,
    OrderLine,
    Payment,
    PaymentMethod,
    Variant,
)

ORDERS = 1000
YEARS = timedelta(days=730)
# Who buys how often and how much: (customers, orders each, most items in one). The rest has not bought yet.
LOYAL, REGULAR, OCCASIONAL = (10, 24, 5), (28, 10, 3), (152, None, 2)
CURRENT = {PENDING: 95, MODIFIED: 14, PROCESSED: 90}  # how many orders are on their way
PENDING_DAYS, TRANSIT_DAYS = 4, 11
SPLIT = 0.3  # of those who have a gift card: how often it pays a part
REASONS = ("no longer needed", "ordered by mistake")
SHIPPED = (PROCESSED, DELIVERED, RETURNING, EXCHANGING)


@dataclass(frozen=True)
class Sale:
    """Who bought when, what became of it, and how many items at most."""

    customer: Customer
    status: str
    placed_at: datetime
    most: int


def orders(random: Random, customers: list[Customer], variants: list[Variant], now: datetime) -> list[Order]:
    """All orders, the oldest first."""
    buys = _buyers(random, customers)
    random.shuffle(buys)
    sales = sorted(_sales(random, buys, now), key=lambda sale: sale.placed_at)
    ids = random.sample(range(1_000_000, 10_000_000), len(sales))
    return [
        _order(random, f"#W{number}", place, sale, variants, now)
        for place, (number, sale) in enumerate(zip(ids, sales, strict=True))
    ]


def _buyers(random: Random, customers: list[Customer]) -> list[tuple[Customer, int]]:
    """One entry for each order to come. Nobody stays without one except the last customers on the list."""
    entries: list[tuple[Customer, int]] = []
    start = 0
    for count, each, most in (LOYAL, REGULAR):
        entries += [(customer, most) for customer in customers[start : start + count] for _ in range(each)]
        start += count
    count, _, most = OCCASIONAL
    others = customers[start : start + count]
    entries += [(customer, most) for customer in others for _ in range(2)]
    extra = ORDERS - len(entries)
    entries += [(customer, most) for customer in random.sample(others * 2, extra)]
    return entries


def _sales(random: Random, buys: list[tuple[Customer, int]], now: datetime) -> list[Sale]:
    statuses = [status for status, count in CURRENT.items() for _ in range(count)]
    statuses += [_settled(random) for _ in range(len(buys) - len(statuses))]
    seen: set[str] = set()
    sales = []
    for (customer, most), status in zip(buys, statuses, strict=True):
        sales.append(Sale(customer, status, _placed(random, status, customer.id not in seen, now), most))
        seen.add(customer.id)
    return sales


def _settled(random: Random) -> str:
    return random.choices((DELIVERED, CANCELLED, RETURNING, EXCHANGING), (86, 8, 3, 3))[0]


def _placed(random: Random, status: str, first: bool, now: datetime) -> datetime:
    """Within two years; a customer's first one here within the last, so that everybody who buys counts in this one."""
    if status in (PENDING, MODIFIED):
        days = random.uniform(0.05, PENDING_DAYS)
    elif status == PROCESSED:
        days = random.uniform(1.5, TRANSIT_DAYS)
    elif status in (RETURNING, EXCHANGING):
        days = random.uniform(14, 60)
    else:
        days = random.uniform(14, 350 if first else YEARS.days)
    return (now - timedelta(days=days)).replace(microsecond=0)


def _order(random: Random, order_id: str, sequence: int, sale: Sale, variants: list[Variant], now: datetime) -> Order:
    chosen = random.choices(variants, k=random.randint(max(1, sale.most - 2), sale.most))
    order = Order(
        id=order_id,
        customer_id=sale.customer.id,
        sequence=sequence,
        status=sale.status,
        address=sale.customer.address,
        currency=CURRENCY,
        placed_at=sale.placed_at,
        lines=[_line(place, variant) for place, variant in enumerate(chosen)],
        payments=_payments(random, sale, sum(variant.price_minor for variant in chosen)),
    )
    if sale.status in SHIPPED:
        order.parcels = parcels(random, order, now)
    if sale.status in CHANGES:
        CHANGES[sale.status](random, order, sale.customer, variants)
    order.paid_minor = sum(_signed(payment) for payment in order.payments)
    return order


def _line(position: int, variant: Variant) -> OrderLine:
    return OrderLine(
        position=position,
        variant_id=variant.id,
        product_id=variant.product_id,
        name=variant.product.name,
        options=dict(variant.options),
        price_minor=variant.price_minor,
        role="ordered",
    )


def _payments(random: Random, sale: Sale, total: int) -> list[Payment]:
    methods = sale.customer.methods
    gift = next((method for method in methods if method.kind == "gift_card"), None)
    others = [method for method in methods if method.kind != "gift_card"]
    main = random.choice(others)
    if gift is None or random.random() > SPLIT:
        return [_payment(0, "payment", total, main, sale.placed_at)]
    part = min(total, 500 * random.randint(1, 8))
    rest = [_payment(1, "payment", total - part, main, sale.placed_at)] if part < total else []
    return [_payment(0, "payment", part, gift, sale.placed_at), *rest]


def _payment(position: int, kind: str, amount: int, method: PaymentMethod | str, at: datetime | None) -> Payment:
    method_id = method if isinstance(method, str) else method.id
    return Payment(position=position, kind=kind, amount_minor=amount, method_id=method_id, at=at)


def _signed(payment: Payment) -> int:
    return payment.amount_minor if payment.kind == "payment" else -payment.amount_minor


def _cancelled(random: Random, order: Order, customer: Customer, variants: list[Variant]) -> None:
    assert order.placed_at is not None
    order.cancelled_at = order.placed_at + timedelta(hours=random.uniform(0.5, 30))
    order.cancel_reason = random.choice(REASONS)
    for payment in list(order.payments):
        position = len(order.payments)
        order.payments.append(_payment(position, "refund", payment.amount_minor, payment.method_id, order.cancelled_at))


def _modified(random: Random, order: Order, customer: Customer, variants: list[Variant]) -> None:
    """One item was exchanged for another variant of its product, and the difference was paid or refunded."""
    old = order.lines[0]
    others = [variant for variant in variants if variant.product_id == old.product_id and variant.id != old.variant_id]
    new = _line(len(order.lines), random.choice(others))
    new.replaces, old.role = old, "replaced"
    order.lines.append(new)
    difference = new.price_minor - old.price_minor
    if difference:
        assert order.placed_at is not None
        kind, method = ("payment" if difference > 0 else "refund"), order.payments[-1].method_id
        at = order.placed_at + timedelta(hours=1)
        order.payments.append(_payment(len(order.payments), kind, abs(difference), method, at))


def _returning(random: Random, order: Order, customer: Customer, variants: list[Variant]) -> None:
    assert order.delivered_at is not None
    order.change_requested_at = order.delivered_at + timedelta(days=random.uniform(1, 5))
    order.change_method_id = order.payments[-1].method_id
    order.lines[0].going_back = True


def _exchanging(random: Random, order: Order, customer: Customer, variants: list[Variant]) -> None:
    _returning(random, order, customer, variants)
    old = order.lines[0]
    others = [variant for variant in variants if variant.product_id == old.product_id and variant.id != old.variant_id]
    wanted = _line(len(order.lines), random.choice(others))
    wanted.replaces, wanted.role = old, "wanted"
    order.lines.append(wanted)


CHANGES: dict[str, Callable[[Random, Order, Customer, list[Variant]], None]] = {
    CANCELLED: _cancelled,
    MODIFIED: _modified,
    RETURNING: _returning,
    EXCHANGING: _exchanging,
}
