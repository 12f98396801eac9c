"""Orders: where one is, all of them, what is in one."""

from sqlalchemy.orm import Session

from actions.turn import Answer, Option, Said, Turn, say
from shop import order_states, order_words, orders, zones
from shop.order_states import CANCEL
from shop.orders import OPEN, Order

CHOICES = 5  # options at once
LISTED = 10  # lines of the list
TOPIC = {"topic": "orders"}


def track(session: Session, turn: Turn) -> Answer:
    """Where the order asked for is; without one, the order on the way, or a choice of several."""
    customer_id = turn.customer(session)
    if customer_id is None:
        return Answer([Said("utter_not_recognised")], TOPIC)
    asked = turn.entity("order_id")
    if asked is not None:
        order = orders.find(session, customer_id, asked)
        return _status(session, turn, order) if order else not_found(asked)
    on_the_way = orders.recent(session, customer_id, CHOICES, OPEN)
    if len(on_the_way) > 1:
        return _choice(on_the_way, orders.count(session, customer_id, OPEN))
    order = on_the_way[0] if on_the_way else orders.latest(session, customer_id)
    return _status(session, turn, order) if order else Answer([Said("utter_no_orders")], TOPIC)


def listing(session: Session, turn: Turn) -> Answer:
    """The latest orders, a line each."""
    customer_id = turn.customer(session)
    if customer_id is None:
        return Answer([Said("utter_not_recognised")], TOPIC)
    latest = orders.recent(session, customer_id, LISTED)
    if not latest:
        return Answer([Said("utter_no_orders")], TOPIC)
    told = zones.of(session, customer_id, turn.zone)
    lines = "\n".join(order_words.line(order, told) for order in latest)
    return Answer([Said("utter_order_list", {"lines": lines}, choose(latest[:CHOICES], "order_details"))], TOPIC)


def details(session: Session, turn: Turn) -> Answer:
    """What is in the order asked for, else in the one spoken of last, else in the latest."""
    customer_id = turn.customer(session)
    if customer_id is None:
        return Answer([Said("utter_not_recognised")], TOPIC)
    asked = turn.entity("order_id")
    spoken_of = asked or turn.slot("order_id")
    order = orders.find(session, customer_id, str(spoken_of)) if spoken_of else None
    if asked is not None and order is None:
        return not_found(asked)
    order = order or orders.latest(session, customer_id)
    return _details(session, turn, order) if order else Answer([Said("utter_no_orders")], TOPIC)


def not_found(asked: str) -> Answer:
    """One answer for another's order and for one that does not exist."""
    return Answer(say("utter_order_not_found", order_id=orders.spelled(asked)).said, TOPIC)


def choose(found: list[Order], intent: str) -> list[Option]:
    """An option for each order."""
    return [Option(order_words.label(order), intent, {"order_id": order.id}) for order in found]


def _status(session: Session, turn: Turn, order: Order) -> Answer:
    response = "utter_order_status_pending" if order_states.allows(order.status, CANCEL) else "utter_order_status"
    told = zones.of(session, order.customer_id, turn.zone)
    facts = {"order_id": order.id, "status_line": order_words.status_line(order, told)}
    return Answer([Said(response, facts, card=order_words.card(order))], {**TOPIC, "order_id": order.id})


def _choice(newest: list[Order], count: int) -> Answer:
    """Which one; where not all fit, that is said, and the list has more."""
    options = choose(newest, "track_order")
    if count == len(newest):
        return Answer([Said("utter_choose_order", {"count": count}, options)], TOPIC)
    facts = {"count": count, "shown": len(newest)}
    more = Option(order_words.more_label(), "list_orders")
    return Answer([Said("utter_choose_order_of_many", facts, [*options, more])], TOPIC)


def _details(session: Session, turn: Turn, order: Order) -> Answer:
    told = zones.of(session, order.customer_id, turn.zone)
    facts = {
        "order_id": order.id,
        "head": order_words.head(order, told),
        "status_line": order_words.status_line(order, told),
        "lines": "\n".join(order_words.item_lines(order)),
        "total": order.total,
        "payment": order_words.payment(order),
    }
    return Answer([Said("utter_order_details", facts, card=order_words.card(order))], {**TOPIC, "order_id": order.id})


READS = {"action_track_order": track, "action_list_orders": listing, "action_order_details": details}
