"""Paying a pending order another way: which order, which of the customer's own methods, the plan."""

from actions.requests import method, order
from actions.requests.flow import Flow, Scene, Words, always
from shop.customers import Method
from shop.operations import payment
from shop.order_states import PAYMENT
from shop.plans import Plan

WORDS = Words("utter_payment_plan", "utter_payment_done", "utter_payment_not_possible", "utter_payment_dropped")


def methods(scene: Scene) -> list[Method]:
    return payment.methods(scene.session, scene.customer_id, scene.order.id)


def prepare(scene: Scene) -> Plan:
    known = scene.known
    return payment.prepare(scene.session, scene.who, known["order"], known["method"], scene.message_id, scene.now)


FLOW = Flow(
    operation=PAYMENT,
    intents=("change_payment",),
    fields=(
        order.field(
            PAYMENT, "utter_ask_payment_order", none="utter_payment_none", refused=WORDS.refused, clears=("method",)
        ),
        method.field(methods, "utter_ask_payment_method", "utter_payment_no_other", WORDS, always),
    ),
    prepare=prepare,
    words=WORDS,
    blames={"method_same": "method", "gift_card_short": "method", "method": "method"},
)
