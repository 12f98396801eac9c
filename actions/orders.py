"""Orders: all of them, what is in one, and what money of it went back."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from actions import offered, visitors, which
from actions.turn import Answer, Said, Turn
from actions.which import TOPIC
from shop import order_words, orders, refunds, zones
from shop.ground import clock
from shop.orders import Order
from shop.picking import orders as picking
from shop.picking.mentions import of

LISTED = {"web": 10, "sms": 5}  # lines of the list
LOOKED_AT = 10  # orders that may have a refund
REFUNDS = {"topic": "refund_status"}


def listing(session: Session, turn: Turn) -> Answer:
    """The latest orders, or those that the message describes, a line each."""
    customer_id = turn.customer(session)
    if customer_id is None:
        return visitors.recognise(turn, TOPIC)
    described = _described(session, turn, customer_id)
    found = described or orders.recent(session, customer_id, LISTED[turn.channel])
    if not found:
        return which.no_orders()
    told = zones.of(session, customer_id, turn.zone)
    lines = "\n".join(order_words.line(order, told) for order in found[: LISTED[turn.channel]])
    shown = found[: offered.CHOICES]
    response = "utter_order_list_described" if described else "utter_order_list"
    said = Said(response, {"lines": lines}, offered.choose(shown, "order_details"))
    return Answer([said], {**TOPIC, **offered.remembered(turn, shown, "order_details")})


def _described(session: Session, turn: Turn, customer_id: str) -> list[Order]:
    """The orders of a day or with a product. "My last orders" are no single one."""
    about = of(turn.mentions, "product", "option", "date")
    if not about:
        return []
    return list(picking.pick(session, customer_id, about, turn.text, clock.now(), turn.zone).orders)


def details(session: Session, turn: Turn, among: Sequence[str] = ()) -> Answer:
    """What is in the orders asked for, else in the one spoken of last, else in the latest."""
    customer_id = turn.customer(session)
    if customer_id is None:
        return visitors.recognise(turn, TOPIC)
    asked = which.told(session, turn, customer_id, "order_details", _details, among=among)
    if asked is not None:
        return asked
    spoken_of = turn.slot("order_id")
    order = orders.find(session, customer_id, str(spoken_of)) if spoken_of else None
    order = order or orders.latest(session, customer_id)
    return _details(session, turn, order) if order else which.no_orders()


def refund_status(session: Session, turn: Turn, among: Sequence[str] = ()) -> Answer:
    """The refunds of the orders asked for; else what is to come or came lately, or the last there was."""
    customer_id = turn.customer(session)
    if customer_id is None:
        return visitors.recognise(turn, REFUNDS)
    asked = which.told(session, turn, customer_id, "refund_status", _refunds, among=among)
    if asked is not None:
        return asked
    possible = orders.with_refunds(session, customer_id, LOOKED_AT)
    owed = {order.id: refunds.of(order, turn.zone) for order in possible}
    found = [order for order in possible if owed[order.id]]
    recent = [order for order in found if any(refund.is_recent(clock.now()) for refund in owed[order.id])]
    shown = recent[: which.AT_ONCE] or found[:1]
    return _refunds_of(session, turn, shown) if shown else Answer([Said("utter_no_refunds")], REFUNDS)


def _details(session: Session, turn: Turn, order: Order) -> Answer:
    told = zones.of(session, order.customer_id, turn.zone)
    facts = {
        "head": order_words.head(order, told),
        "order_id": order.id,
        "status_line": order_words.status_line(order, told),
        "lines": "\n".join(order_words.item_lines(order)),
        "total": order.total,
        "payment": order_words.payment(order),
        "address": order.address,
    }
    return Answer([Said("utter_order_details", facts, card=order_words.card(order))], {**TOPIC, "order_id": order.id})


def _refunds(session: Session, turn: Turn, order: Order) -> Answer:
    return _refunds_of(session, turn, [order])


def _refunds_of(session: Session, turn: Turn, found: Sequence[Order]) -> Answer:
    told = zones.of(session, found[0].customer_id, turn.zone)
    owed = [refund for order in found for refund in refunds.of(order, turn.zone)]
    about = {**REFUNDS, "order_id": found[0].id}
    if not owed:
        facts = {"order_id": found[0].id, "status_line": order_words.status(found[0], told)}
        return Answer([Said("utter_no_refund_of_order", facts)], about)
    late = any(refund.is_late(clock.now(), turn.zone) for refund in owed)
    lines = "\n".join(refunds.told(refund, told) for refund in owed)
    return Answer([Said("utter_refunds_late" if late else "utter_refunds", {"lines": lines})], about)


OFFERED: dict[str, offered.Read] = {"order_details": details, "refund_status": refund_status}
READS = {
    "action_list_orders": listing,
    "action_order_details": details,
    "action_refund_status": refund_status,
}
