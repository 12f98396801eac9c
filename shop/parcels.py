"""Parcels in words: where each one is, what is in it, and whether its carrier has gone quiet."""

from collections.abc import Collection
from datetime import datetime, timedelta

from shop import wording
from shop.models import DELIVERED, EXCHANGING, PROCESSED, RETURNING
from shop.orders import Order, Shipment
from shop.zones import Zones

SENT = (PROCESSED, DELIVERED, RETURNING, EXCHANGING)
NAMED = 3  # items of a parcel that are named


def told(order: Order, zones: Zones, only: Collection[Shipment] | None = None) -> list[str]:
    """A sentence for each parcel that left, or for `only` some of them."""
    if order.status not in SENT:
        return []
    return [
        _sentence(order, number, parcel, zones)
        for number, parcel in enumerate(order.parcels, 1)
        if (only is None or parcel in only) and (parcel.tracking_ids or len(order.parcels) > 1)
    ]


def tracked_by(order: Order, tracking: str) -> list[Shipment]:
    """The parcels of an order that have this tracking number."""
    wanted = tracking.strip().upper()
    return [parcel for parcel in order.parcels if wanted in (number.upper() for number in parcel.tracking_ids)]


def holding(order: Order, line_ids: Collection[int]) -> list[Shipment]:
    """The parcels with any of these items."""
    return [parcel for parcel in order.parcels if set(parcel.line_ids) & set(line_ids)]


def quiet_days(order: Order, parcel: Shipment, now: datetime) -> int | None:
    """Days since the carrier said anything of a parcel on its way; None where that is not to be known."""
    arrived = (parcel.status or "").casefold() == DELIVERED
    since = parcel.last_event_at or (None if parcel.status else order.placed_at)
    if order.status != PROCESSED or arrived or since is None:
        return None
    return (now - since) // timedelta(days=1)


def stale(order: Order, now: datetime, days: int) -> list[Shipment]:
    """The parcels on their way of which nothing was heard for so many days."""
    return [parcel for parcel in order.parcels if (quiet_days(order, parcel, now) or 0) >= days]


def _sentence(order: Order, number: int, parcel: Shipment, zones: Zones) -> str:
    name = _name(order, number, parcel)
    if not parcel.tracking_ids:
        return wording.say("parcel_untracked", parcel=name)
    counted = "_counted" if len(order.parcels) > 1 else ""
    return wording.say(
        f"parcel{counted}_carried" if parcel.carrier else f"parcel{counted}",
        parcel=name,
        tracking=wording.listed(list(parcel.tracking_ids)),
        carrier=parcel.carrier,
        last=_news(parcel, zones),
    )


def _name(order: Order, number: int, parcel: Shipment) -> str:
    names = [line.name for line in order.lines if line.id in parcel.line_ids]
    if not names:
        return wording.say("parcel_number", number=number)
    if len(names) > NAMED:
        items = wording.say("items_and_more", first=", ".join(names[:NAMED]), count=len(names) - NAMED)
    else:
        items = wording.listed(names)
    return wording.say("parcel_number_items", number=number, items=items)


def _news(parcel: Shipment, zones: Zones) -> str:
    if not parcel.status:
        return wording.say("parcel_quiet")
    if not parcel.last_event:
        return parcel.status
    facts = {"status": parcel.status, "event": parcel.last_event}
    if parcel.last_event_at is None:
        return wording.say("parcel_news_undated", **facts)
    return wording.say("parcel_news", day=zones.day(parcel.last_event_at), **facts)
