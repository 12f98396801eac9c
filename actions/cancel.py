"""Cancelling: which order, the plan, and what becomes of it. The form's own questions are in `cancel_form`."""

from typing import Any

from sqlalchemy.orm import Session

from actions.orders import CHOICES, choose
from actions.turn import Answer, Said, Turn
from shop import operations, order_states, orders, plans
from shop.ground import clock
from shop.ground.errors import Refusal
from shop.operations import cancel
from shop.order_states import CANCEL

TOPIC = {"topic": "cancel"}
CLEARED: dict[str, Any] = {"cancel_order": None, "cancel_reason": None, "cancel_answer": None, "plan": None}


def ask_order(session: Session, turn: Turn) -> Answer:
    """Which of the orders that can be cancelled."""
    customer_id = turn.customer(session)
    if customer_id is None:
        return Answer([Said("utter_not_recognised")], TOPIC)
    open_ones = orders.recent(session, customer_id, CHOICES, order_states.allowing(CANCEL))
    return Answer([Said("utter_ask_cancel_order", options=choose(open_ones, "cancel_order"))], TOPIC)


def ask_answer(session: Session, turn: Turn) -> Answer:
    """Make the plan, say what will happen, and ask for a yes or a no."""
    order_id = str(turn.slot("cancel_order"))
    try:
        with session.begin_nested():
            reason = str(turn.slot("cancel_reason"))
            plan = cancel.prepare(session, turn.who(session), order_id, reason, turn.message_id, clock.now())
    except Refusal as refusal:
        facts = {"order_id": order_id, "why": refusal.message}
        return Answer(
            [Said("utter_cancel_not_possible", facts)], {**TOPIC, "cancel_order": None, "requested_slot": None}
        )
    facts = {"order_id": plan.order_id, "lines": "\n".join(plan.lines), "plan": plan.id}
    slots: dict[str, Any] = {**TOPIC, "plan": plan.id, "order_id": plan.order_id}
    return Answer([Said("utter_cancel_plan", facts, card=plan.card)], slots)


def commit(session: Session, turn: Turn) -> Answer:
    """The customer said yes: carry the plan out, once."""
    plan_id = turn.entity("plan") or str(turn.slot("plan"))
    try:
        with session.begin_nested():
            receipt = operations.commit(session, turn.who(session), plan_id, turn.message_id, clock.now())
    except Refusal as refusal:
        return Answer([Said("utter_cancel_changed", {"why": refusal.message})], {**TOPIC, **CLEARED})
    facts = {"order_id": receipt.order_id, "receipt": receipt.number, "lines": "\n".join(receipt.lines)}
    slots = {**TOPIC, **CLEARED, "order_id": receipt.order_id}
    return Answer([Said("utter_cancel_done", facts, card=receipt.card)], slots)


def drop(session: Session, turn: Turn) -> Answer:
    """The customer said no, or stopped: the plan can't be carried out any more."""
    for plan_id in {turn.entity("plan"), turn.slot("plan")} - {None}:
        plans.drop(session, turn.who(session), str(plan_id), clock.now())
    return Answer([Said("utter_cancel_dropped")], {**TOPIC, **CLEARED})


def refuse(session: Session, turn: Turn) -> Answer:
    """Nothing can be cancelled: say why."""
    return Answer([_why_not(session, turn)], {**TOPIC, **CLEARED})


def _why_not(session: Session, turn: Turn) -> Said:
    customer_id = turn.customer(session)
    if customer_id is None:
        return Said("utter_not_recognised")
    if orders.latest(session, customer_id) is None:
        return Said("utter_no_orders")
    asked = turn.entity("order_id")
    if asked is None:
        return Said("utter_cancel_none")
    order = orders.find(session, customer_id, asked)
    if order is None:
        return Said("utter_order_not_found", {"order_id": orders.spelled(asked)})
    if order_states.allows(order.status, CANCEL):
        return Said("utter_cancel_none")
    why = order_states.why_not(order.status, CANCEL)
    return Said("utter_cancel_not_possible", {"order_id": order.id, "why": why})


READS = {"action_ask_cancel_order": ask_order, "action_cancel_refuse": refuse}
WRITES = {"action_ask_cancel_answer": ask_answer, "action_cancel_commit": commit, "action_cancel_drop": drop}
