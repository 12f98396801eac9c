"""Delivered items for other versions of them: which order, which items, what instead, the difference, the plan."""

from actions.requests import order, swaps, variants
from actions.requests.flow import Flow, Scene, Words
from actions.requests.lines import Questions
from shop.operations import exchange
from shop.order_states import EXCHANGE, ITEMS
from shop.plans import Plan

WORDS = Words("utter_exchange_plan", "utter_exchange_done", "utter_exchange_not_possible", "utter_exchange_dropped")
ASK = Questions("utter_ask_exchange_lines", "utter_ask_exchange_more", variants.told, variants.wished)


def prepare(scene: Scene) -> Plan:
    what = (scene.order.id, swaps.wanted(scene), scene.known.get("method"))
    return exchange.prepare(scene.session, scene.who, *what, scene.message_id, scene.now)


FLOW = Flow(
    operation=EXCHANGE,
    intents=("exchange_items",),
    fields=swaps.fields(
        order.field(EXCHANGE, "utter_ask_exchange_order", "utter_exchange_none", WORDS.refused, twin=ITEMS), ASK, WORDS
    ),
    prepare=prepare,
    words=WORDS,
    blames=swaps.BLAMES,
)
