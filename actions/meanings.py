"""What a message may have meant that was not understood: the likeliest wishes, as options in plain words."""

import re
from typing import Any

from actions.turn import Option, Turn
from shop import wording

FLOOR = 0.25  # recognition counts as sure from 0.5 on
NEAR = 0.5  # of the likeliest one's confidence
OFFERED = 3
# Wishes that make sense to somebody who writes to a shop, whoever they are.
OF_ORDERS = (
    *("track_order", "order_details", "refund_status", "lost_parcel", "report_problem", "cancel_order"),
    *("change_items", "change_address", "change_payment", "return_items", "exchange_items"),
)
WISHES = (
    *OF_ORDERS,
    *("list_orders", "list_requests", "show_account", "gift_card_balance", "list_payments"),
    *("list_products", "product_info", "recommend", "price_difference", "ask_info", "ask_help"),
)
# What needs more than the tap of an option to be answered.
NOT_OFFERED = ("ask_info", "price_difference")
NEEDED = {"product_info": "product"}
# Details that decide it: nobody gives them for another wish that is nearly as likely.
TELLING = {
    "change_address": {"street", "zip"},
    "cancel_order": {"cancel_reason"},
    "change_items": {"order_id", "option"},
    "exchange_items": {"order_id", "option"},
    "product_info": {"product", "option"},
}


# Questions that their words tell, whatever recognition makes of them: what a product costs, what was paid.
PRICE = re.compile(
    r"\bhow much (is|are|does|do|for)\b|\bprices? (of|for)\b|\bwhat (does|do|is|are)\b.*\bcosts?\b", re.I
)
PAID = re.compile(
    r"\b(how much|what) (did|have) (i|we) (pay|paid|spen[dt])\b|\bhow much (was|were) (it|that|this|they)\b", re.I
)


def likely(turn: Turn) -> list[Option]:
    """Two or three wishes that the message may have been, the likeliest first, each with all that it named."""
    ranked = turn.tracker.latest_message.get("intent_ranking") or []
    kept = entities(turn)
    sure = [
        (str(one["name"]), float(one["confidence"]))
        for one in ranked
        if one["name"] in WISHES and one["name"] not in NOT_OFFERED and one["confidence"] >= FLOOR
    ]
    sensible = [(intent, score) for intent, score in sure if NEEDED.get(intent) in (None, *kept)]
    best = max((score for _, score in sensible), default=0.0)
    near = [intent for intent, score in sensible if score >= NEAR * best]
    return [Option(label(intent, kept.get("order_id")), intent, kept) for intent in near[:OFFERED]]


def rather_a_wish(turn: Turn) -> bool:
    """Whether a wish comes near, and nearer than a question of fact."""
    ranked = {
        str(one["name"]): float(one["confidence"]) for one in turn.tracker.latest_message.get("intent_ranking") or []
    }
    wishes = [ranked.get(option.intent, 0.0) for option in likely(turn)]
    return max(wishes, default=0.0) > ranked.get("ask_info", 0.0)


def told_by_words(turn: Turn) -> str | None:
    """The question that the words tell: a product's price, what was paid for an order."""
    if turn.tapped:
        return None
    if PAID.search(turn.text):
        return "order_details"
    return "product_info" if PRICE.search(turn.text) and turn.entity("product") else None


def told_by_details(turn: Turn) -> str | None:
    """The likeliest wish, where the message brings just the details that this wish asks for: a whole address, a reason."""
    options = likely(turn)
    named = {mention.entity for mention in turn.mentions}
    return options[0].intent if options and TELLING.get(options[0].intent, {""}) <= named else None


def entities(turn: Turn) -> dict[str, Any]:
    """What the message named, the first of each kind."""
    found: dict[str, Any] = {}
    for mention in turn.mentions:
        found.setdefault(mention.entity, mention.value)
    return found


def label(intent: str, order_id: object = None) -> str:
    """The wish in the words of who has it; with the order it is about."""
    if order_id and intent in OF_ORDERS:
        return wording.say(f"meaning_{intent}_order", order=order_id)
    return wording.say(f"meaning_{intent}")
