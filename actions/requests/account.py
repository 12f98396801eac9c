"""Another default address: where to, whether pending orders go there too, the plan for all of it."""

from dataclasses import replace

from actions.requests import postal
from actions.requests.flow import Asked, Field, Flow, Scene, Took, Words
from actions.requests.message import Message
from actions.turn import Said
from shop import order_states, orders, wording
from shop.operations import account
from shop.order_states import ACCOUNT, ADDRESS
from shop.orders import Order
from shop.plans import Plan

MOST = 20  # pending orders that go along
WORDS = Words("utter_account_plan", "utter_account_done", "utter_account_not_possible", "utter_account_dropped")


def pending(scene: Scene) -> list[Order]:
    """The orders that could go to the new address too."""
    return orders.recent(scene.session, scene.customer_id, MOST, order_states.allowing(ADDRESS))


def elsewhere(scene: Scene) -> list[str]:
    """Those of them that do not go there already."""
    new = postal.address(scene.known["address"])
    return [order.id for order in pending(scene) if order.address != replace(new, country=order.address.country)]


def hear_orders(scene: Scene, message: Message) -> Took | None:
    """An option; a yes or a no counts as long as this is the question."""
    told = message.value("also")
    if told is None and scene.request.asked == "orders":
        only = "none" if message.value("address_scope") == "account" else None
        told = {"affirm": "orders", "deny": "none"}.get(message.intent, only)
    return None if told is None else Took([order.id for order in pending(scene)] if told == "orders" else [])


def ask_orders(scene: Scene) -> Asked | Took:
    found = elsewhere(scene)
    if not found:
        return Took([])
    options = [
        scene.option(wording.say("option_orders_too"), address_scope="account", also="orders"),
        scene.option(wording.say("option_default_only"), address_scope="account", also="none"),
    ]
    return Asked(Said("utter_ask_account_orders", {"orders": wording.listed(found), "count": len(found)}, options))


def prepare(scene: Scene) -> Plan:
    new = postal.address(scene.known["address"])
    return account.prepare(scene.session, scene.who, new, scene.known["orders"], scene.message_id, scene.now)


FLOW = Flow(
    operation=ACCOUNT,
    intents=("change_address",),
    fields=(
        postal.field("utter_ask_account_address", "utter_ask_address_rest"),
        Field("orders", hear_orders, ask_orders, takes=frozenset({"also"})),
    ),
    prepare=prepare,
    words=WORDS,
    blames={"address_incomplete": "address", "address_same": "address"},
)
