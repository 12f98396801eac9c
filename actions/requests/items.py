"""Other versions of items in a pending order: which order, which items, what instead, the difference, the plan."""

from actions.requests import order, swaps, variants
from actions.requests.flow import Flow, Scene, Words
from actions.requests.lines import Questions
from shop.operations import items
from shop.order_states import EXCHANGE, ITEMS
from shop.plans import Plan

WORDS = Words("utter_items_plan", "utter_items_done", "utter_items_not_possible", "utter_items_dropped")
ASK = Questions("utter_ask_items_lines", "utter_ask_items_more", variants.told, variants.wished)


def prepare(scene: Scene) -> Plan:
    what = (scene.order.id, swaps.wanted(scene), scene.known.get("method"))
    return items.prepare(scene.session, scene.who, *what, scene.message_id, scene.now)


FLOW = Flow(
    operation=ITEMS,
    intents=("change_items",),
    fields=swaps.fields(
        order.field(ITEMS, "utter_ask_items_order", "utter_items_none", WORDS.refused, twin=EXCHANGE), ASK, WORDS
    ),
    prepare=prepare,
    words=WORDS,
    blames=swaps.BLAMES,
)
