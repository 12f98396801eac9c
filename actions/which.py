"""Which of their orders a customer means: by number, several at once, or in words; what fits several is asked, not guessed."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy.orm import Session

from actions import offered
from actions.turn import Answer, Said, Turn
from shop import orders
from shop.ground import clock
from shop.orders import Order
from shop.picking import orders as picking
from shop.picking.mentions import of

TOPIC: dict[str, Any] = {"topic": "orders"}
WHICH = ("utter_which_order", "utter_which_order_of_many")
AT_ONCE = 3  # orders answered in one message

Tell = Callable[[Session, Turn, Order], Answer]


def told(
    session: Session,
    turn: Turn,
    customer_id: str,
    intent: str,
    tell: Tell,
    statuses: Sequence[str] = (),
    among: Sequence[str] = (),
) -> Answer | None:
    """What `tell` says of the orders that the message speaks of, or the question which; None when it speaks of none."""
    numbers = list(dict.fromkeys(str(mention.value) for mention in of(turn.mentions, "order_id")))
    if numbers:
        return _numbered(session, turn, customer_id, numbers, tell)
    spoken_of = turn.slot("order_id")
    words = (turn.mentions, turn.text, clock.now(), turn.zone, statuses, among, spoken_of)
    picked = picking.pick(session, customer_id, *words)
    if not picked.asked:
        return None
    if not picked.orders:
        return _none_fits(session, turn, customer_id, intent)
    if len(picked.orders) == 1 and not picked.undated:
        return tell(session, turn, picked.orders[0])
    undated = [Said("utter_orders_undated")] if picked.undated else []
    asked = offered.ask(turn, WHICH, picked.orders, intent, TOPIC)
    return replace(asked, said=[*undated, *asked.said])


def not_found(number: str) -> Answer:
    """One answer for another's order and for one that does not exist."""
    return Answer([Said("utter_order_not_found", {"order_id": orders.spelled(number)})], TOPIC)


def no_orders() -> Answer:
    return Answer([Said("utter_no_orders")], TOPIC)


def _numbered(session: Session, turn: Turn, customer_id: str, numbers: list[str], tell: Tell) -> Answer:
    """Each order by its number, the first few."""
    answers = []
    for number in numbers[:AT_ONCE]:
        order = orders.find(session, customer_id, number)
        answers.append(tell(session, turn, order) if order else not_found(number))
    if numbers[AT_ONCE:]:
        answers.append(Answer([Said("utter_first_orders_only", {"count": AT_ONCE})]))
    return together(answers)


def together(answers: Sequence[Answer]) -> Answer:
    """Several answers as one; of what they remember the last counts."""
    slots: dict[str, Any] = {}
    for answer in answers:
        slots |= answer.slots
    return Answer([said for answer in answers for said in answer.said], slots)


def _none_fits(session: Session, turn: Turn, customer_id: str, intent: str) -> Answer:
    latest = orders.recent(session, customer_id, offered.CHOICES)
    if not latest:
        return no_orders()
    said = Said("utter_no_such_order", options=offered.choose(latest, intent))
    return Answer([said], {**TOPIC, **offered.remembered(turn, latest, intent)})
