"""Orders in words and as cards: the same sentences for the bot, the console and e-mails."""

from typing import Any

from shop import orders, parcels, wording
from shop.models import CANCELLED, DELIVERED, EXCHANGING, PROCESSED, RETURNING
from shop.order_states import WORDS
from shop.orders import Line, Order, Transfer
from shop.zones import Zones


def status_line(order: Order, zones: Zones) -> str:
    """Where the order stands, in a sentence or two, with the tracking number of each parcel."""
    return " ".join([status(order, zones), *parcels.told(order, zones)])


def status(order: Order, zones: Zones) -> str:
    """Where the order stands, without its parcels."""
    key = f"status_{WORDS[order.status]}"
    if order.status in (RETURNING, EXCHANGING):
        return _change(order, key, zones)
    dates = {DELIVERED: ("delivered_on", order.delivered_at), CANCELLED: ("cancelled_on", order.cancelled_at)}
    if order.status in dates:
        name, moment = dates[order.status]
        return wording.say(key, **{name: zones.day(moment)}) if moment else wording.say(f"{key}_undated")
    return wording.say(f"{key}_unsent" if order.status == PROCESSED and not order.parcels else key)


def item(line: Line) -> str:
    """One item in words: Desk lamp (brass, large)."""
    options = wording.option_words(line.options)
    return wording.say("item" if options else "item_plain", name=line.name, options=options)


def listed(lines: list[Line]) -> str:
    """Some items in one phrase."""
    return wording.listed([item(line) for line in lines])


def item_lines(order: Order) -> list[str]:
    return [wording.say("item_line", item=item(line), price=line.price) for line in order.lines]


def items(order: Order) -> str:
    """All items in one phrase."""
    return listed(list(order.lines))


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


def line(order: Order, zones: Zones) -> str:
    """The order in one line of a list."""
    facts = {"order": order.id, "items": short_items(order), "total": order.total, "state": order.state}
    if order.placed_at is None:
        return wording.say("order_line_undated", **facts)
    return wording.say("order_line", placed_on=zones.day(order.placed_at), **facts)


def head(order: Order, zones: Zones) -> str:
    """The order's number and when it was placed."""
    if order.placed_at is None:
        return wording.say("order_head_undated", order=order.id)
    return wording.say("order_head", order=order.id, placed_on=zones.day(order.placed_at))


def payment(order: Order) -> str:
    """How it was paid, and what went back, in one phrase."""
    paid = [_transfer(transfer) for transfer in order.payments if transfer.kind == "payment"]
    back = [_transfer(transfer) for transfer in order.payments if transfer.kind == "refund"]
    paid_words = wording.listed(paid) or wording.say("no_payment")
    return wording.say("paid_and_refunded", paid=paid_words, refunded=wording.listed(back)) if back else paid_words


def card(order: Order) -> dict[str, Any]:
    """The order as clients draw it."""
    numbers = [
        {"tracking": tracking, "carrier": parcel.carrier, "status": parcel.status}
        for parcel in order.parcels
        for tracking in parcel.tracking_ids
    ]
    return {"kind": "order", **orders.summary(order), "parcels": numbers}


def _change(order: Order, key: str, zones: Zones) -> str:
    """What goes back, and for what in exchange."""
    going = [line for line in order.lines if line.going_back]
    facts = {"items": listed(going), "wanted": listed(list(order.wanted))}
    if not going or (order.status == EXCHANGING and not order.wanted):
        return wording.say(f"{key}_plain")
    if order.change_requested_at is None:
        return wording.say(f"{key}_undated", **facts)
    return wording.say(key, asked_on=zones.day(order.change_requested_at), **facts)


def _transfer(transfer: Transfer) -> str:
    key = "refund_line" if transfer.kind == "refund" else "payment_line"
    return wording.say(key, amount=transfer.amount, method=transfer.method)
