"""Orders in words and as cards: the same sentences for the bot, the console and e-mails."""

from typing import Any
from zoneinfo import ZoneInfo

from shop import orders, wording
from shop.models import CANCELLED, DELIVERED, EXCHANGING, PROCESSED, RETURNING
from shop.order_states import WORDS
from shop.orders import Line, Order, Shipment, Transfer

SENT = (PROCESSED, DELIVERED, RETURNING, EXCHANGING)


def status_line(order: Order, zone: ZoneInfo) -> str:
    """Where the order stands, in a sentence or two, with the tracking number of each parcel."""
    return " ".join([_status(order, zone), *(_parcels(order, zone) if order.status in SENT else ())])


def item(line: Line) -> str:
    """One item in words: Desk lamp (brass, large)."""
    options = wording.option_words(line.options)
    return wording.say("item" if options else "item_plain", name=line.name, options=options)


def item_lines(order: Order) -> list[str]:
    return [wording.say("item_line", item=item(line), price=line.price) for line in order.lines]


def items(order: Order) -> str:
    """All items in one phrase."""
    return wording.listed([item(line) for line in order.lines])


def short_items(order: Order) -> str:
    """The items in the few words that fit on an option."""
    names = list(dict.fromkeys(line.name for line in order.lines))
    if len(names) <= 2:
        return wording.listed(names)
    return wording.say("items_and_more", first=names[0], count=len(order.lines) - 1)


def label(order: Order) -> str:
    return wording.say("order_label", order=order.id, items=short_items(order))


def more_label() -> str:
    return wording.say("more_orders")


def line(order: Order, zone: ZoneInfo) -> str:
    """The order in one line of a list."""
    facts = {"order": order.id, "items": short_items(order), "total": order.total, "status": order.status}
    if order.placed_at is None:
        return wording.say("order_line_undated", **facts)
    return wording.say("order_line", placed_on=wording.day(order.placed_at, zone), **facts)


def placed_on(order: Order, zone: ZoneInfo) -> str:
    return wording.day(order.placed_at, zone) if order.placed_at else wording.say("undated")


def payment(order: Order) -> str:
    """How it was paid, and what went back, in one phrase."""
    paid = [_transfer(transfer) for transfer in order.payments if transfer.kind == "payment"]
    back = [_transfer(transfer) for transfer in order.payments if transfer.kind == "refund"]
    paid_words = wording.listed(paid) or wording.say("no_payment")
    return wording.say("paid_and_refunded", paid=paid_words, refunded=wording.listed(back)) if back else paid_words


def card(order: Order) -> dict[str, Any]:
    """The order as clients draw it."""
    parcels = [
        {"tracking": tracking, "carrier": parcel.carrier, "status": parcel.status}
        for parcel in order.parcels
        for tracking in parcel.tracking_ids
    ]
    return {"kind": "order", **orders.summary(order), "parcels": parcels}


def _status(order: Order, zone: ZoneInfo) -> str:
    key = f"status_{WORDS[order.status]}"
    dates = {DELIVERED: ("delivered_on", order.delivered_at), CANCELLED: ("cancelled_on", order.cancelled_at)}
    if order.status in dates:
        name, moment = dates[order.status]
        return wording.say(key, **{name: wording.day(moment, zone)}) if moment else wording.say(f"{key}_undated")
    return wording.say(f"{key}_unsent" if order.status == PROCESSED and not order.parcels else key)


def _parcels(order: Order, zone: ZoneInfo) -> list[str]:
    counted = "_counted" if len(order.parcels) > 1 else ""
    return [
        wording.say(
            f"parcel{counted}_carried" if parcel.carrier else f"parcel{counted}",
            number=number,
            tracking=wording.listed(list(parcel.tracking_ids)),
            carrier=parcel.carrier,
            last=_news(parcel, zone),
        )
        for number, parcel in enumerate(order.parcels, 1)
        if parcel.tracking_ids
    ]


def _news(parcel: Shipment, zone: ZoneInfo) -> str:
    if not parcel.status:
        return wording.say("parcel_quiet")
    if not parcel.last_event:
        return parcel.status
    if parcel.last_event_at is None:
        return wording.say("parcel_news_undated", status=parcel.status, event=parcel.last_event)
    day = wording.day(parcel.last_event_at, zone)
    return wording.say("parcel_news", status=parcel.status, event=parcel.last_event, day=day)


def _transfer(transfer: Transfer) -> str:
    key = "refund_line" if transfer.kind == "refund" else "payment_line"
    return wording.say(key, amount=transfer.amount, method=transfer.method)
