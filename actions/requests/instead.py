"""What a refusal offers instead: what comes nearest among what the order's state allows, and a person."""

from typing import Any

from actions.turn import Option
from shop import order_states, wording
from shop.order_states import ADDRESS, CANCEL, EXCHANGE, ITEMS, PAYMENT, RETURN
from shop.orders import Order

# What may have been meant instead, and the wish that stands for it.
NEAREST = {
    CANCEL: (RETURN, EXCHANGE),
    ITEMS: (EXCHANGE, RETURN),
    ADDRESS: (RETURN,),
    PAYMENT: (RETURN,),
    RETURN: (CANCEL, ITEMS),
    EXCHANGE: (RETURN, ITEMS, CANCEL),
}
WISHES = {CANCEL: "cancel_order", ITEMS: "change_items", RETURN: "return_items", EXCHANGE: "exchange_items"}


def instead(order: Order | None, operation: str) -> list[Option]:
    """The options under a refusal."""
    others = NEAREST.get(operation, ()) if order else ()
    possible = [other for other in others if order and order_states.allows(order.status, other)]
    about: dict[str, Any] = {"order_id": order.id} if order else {}
    return [*(Option(wording.say(f"instead_{other}"), WISHES[other], about) for other in possible), person()]


def person() -> Option:
    return Option(wording.say("option_person"), "ask_person")
