"""Another address for a pending order: which order, where to, the plan; the same may become the default address."""

import re

from actions.requests import order, postal
from actions.requests.flow import Field, Flow, Instead, Refused, Scene, Took, Words
from actions.requests.message import Message
from actions.turn import Option
from shop import wording
from shop.operations import account, address
from shop.order_states import ACCOUNT, ADDRESS
from shop.plans import Plan

INTENT = "change_address"
ORDER = re.compile(r"\b(orders?|parcels?|packages?|delivery|ship|shipment|deliver)\b", re.IGNORECASE)
TOO = re.compile(r"\b(too|also|as well|both)\b", re.IGNORECASE)
WORDS = Words("utter_address_plan", "utter_address_done", "utter_address_not_possible", "utter_address_dropped")


def scope(message: Message, open_one: str | None) -> str:
    """Which address is meant: an order's, or the default one. Where that is not said, the orders are asked for first."""
    told = message.value("address_scope")
    if open_one == ADDRESS and told == "account" and TOO.search(message.text):
        return ADDRESS
    if told is None and open_one == ACCOUNT and not message.all("order_id"):
        return ACCOUNT
    return ACCOUNT if told == "account" and not message.all("order_id") else ADDRESS


def default_instead(scene: Scene) -> list[Option]:
    """Unless an order's address was asked for, it may be the default one that is to change."""
    wish = scene.request.wish
    if wish.value("address_scope") == "order" or ORDER.search(wish.text):
        return []
    return [Option(wording.say("option_default_address"), INTENT, {"address_scope": "account"})]


def hear_default(scene: Scene, message: Message) -> Took | None:
    by_words = message.value("address_scope") == "account" and TOO.search(message.text)
    return Took(True) if message.value("also") == "default" or by_words else None


def never_asked(scene: Scene) -> Refused:
    return Refused(())


def prepare(scene: Scene) -> Plan:
    new, order_id = postal.address(scene.known["address"]), scene.known["order"]
    if scene.known.get("default"):
        return account.prepare(scene.session, scene.who, new, [order_id], scene.message_id, scene.now)
    return address.prepare(scene.session, scene.who, order_id, new, scene.message_id, scene.now)


def extras(scene: Scene) -> list[Option]:
    if scene.known.get("default"):
        return []
    return [scene.option(wording.say("option_default_too"), also="default")]


FLOW = Flow(
    operation=ADDRESS,
    intents=(INTENT,),
    fields=(
        order.field(
            ADDRESS, "utter_ask_address_order", Instead(ACCOUNT), refused=WORDS.refused, besides=default_instead
        ),
        postal.field("utter_ask_address", "utter_ask_address_rest"),
        Field("default", hear_default, never_asked, takes=frozenset({"also"}), needed=lambda scene: False),
    ),
    prepare=prepare,
    words=WORDS,
    blames={"address_incomplete": "address", "address_same": "address"},
    extras=extras,
)
