"""Cancelling an order: which one, why, the plan."""

from actions.requests import order
from actions.requests.flow import Asked, Field, Flow, Scene, Took, Words
from actions.requests.message import Message
from actions.turn import Said
from shop.operations import cancel
from shop.order_states import CANCEL
from shop.plans import Plan

WORDS = Words("utter_cancel_plan", "utter_cancel_done", "utter_cancel_not_possible", "utter_cancel_dropped")


def hear_reason(scene: Scene, message: Message) -> Took | None:
    reason = message.value("cancel_reason")
    return Took(reason) if reason in cancel.REASONS else None


def ask_reason(scene: Scene) -> Asked:
    return Asked(Said("utter_ask_cancel_reason", {"order_id": scene.order.id}))


def prepare(scene: Scene) -> Plan:
    known = scene.known
    return cancel.prepare(scene.session, scene.who, known["order"], known["reason"], scene.message_id, scene.now)


FLOW = Flow(
    operation=CANCEL,
    intents=("cancel_order",),
    fields=(
        order.field(CANCEL, "utter_ask_cancel_order", none="utter_cancel_none", refused=WORDS.refused),
        Field("reason", hear_reason, ask_reason, takes=frozenset({"cancel_reason"})),
    ),
    prepare=prepare,
    words=WORDS,
)
