"""The demo shop's parcels: carriers, tracking numbers, and what the carrier said last."""

import string
from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random

from shop.models import PROCESSED, Order, OrderLine, Parcel, ParcelLine

Event = tuple[str, str, datetime | None]

CARRIERS: dict[str, Callable[[Random], str]] = {
    "UPS": lambda random: "1Z" + "".join(random.choices(string.digits + "ABCDEFGHJKLMNPRSTVWXY", k=16)),
    "FedEx": lambda random: "".join(random.choices(string.digits, k=12)),
    "USPS": lambda random: "94" + "".join(random.choices(string.digits, k=20)),
}
HUBS = (
    "Columbus, OH",
    "Louisville, KY",
    "Memphis, TN",
    "Dallas, TX",
    "Chicago, IL",
    "Reno, NV",
    "Harrisburg, PA",
    "Atlanta, GA",
)
WAITING = 0.08  # of the processed orders: packed, but the carrier has not come yet
APART = 0.3  # of the orders with several items: how many come in two parcels


def parcels(random: Random, order: Order, now: datetime) -> list[Parcel]:
    """The parcels of an order that left the warehouse; sets `delivered_at` where they arrived."""
    assert order.placed_at is not None
    if order.status == PROCESSED:
        if random.random() < WAITING:
            return []
        moved_at = min(order.placed_at + timedelta(days=random.uniform(1, 6)), now - timedelta(hours=1))
        return _packed(random, order.lines, lambda: _on_the_way(random, order, moved_at))
    order.delivered_at = order.placed_at + timedelta(days=random.uniform(3, 8))
    return _packed(random, order.lines, lambda: ("delivered", order.address.city, order.delivered_at))


def _packed(random: Random, lines: list[OrderLine], last: Callable[[], Event]) -> list[Parcel]:
    cut = len(lines) // 2 if len(lines) > 1 and random.random() < APART else 0
    return [
        _parcel(random, place, part, last())
        for place, part in enumerate(part for part in (lines[:cut], lines[cut:]) if part)
    ]


def _parcel(random: Random, position: int, lines: list[OrderLine], last: Event) -> Parcel:
    carrier = random.choice(list(CARRIERS))
    contents = [ParcelLine(position=place, line=line) for place, line in enumerate(lines)]
    return Parcel(
        position=position,
        tracking_ids=[CARRIERS[carrier](random)],
        carrier=carrier,
        status=last[0],
        last_event=last[1],
        last_event_at=last[2],
        contents=contents,
    )


def _on_the_way(random: Random, order: Order, at: datetime) -> Event:
    return random.choice(
        (
            ("in transit", f"left {random.choice(HUBS)}", at),
            ("in transit", f"arrived in {random.choice(HUBS)}", at),
            ("out for delivery", order.address.city, at),
        )
    )
