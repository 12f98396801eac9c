"""What a refusal offers instead: what the order's state allows, and a person."""

from actions.turn import Option
from shop import order_states, wording
from shop.order_states import CANCEL
from shop.orders import Order

# The wish that stands for each operation.
WISHES = {CANCEL: "cancel_order"}


def instead(order: Order, operation: str) -> list[Option]:
    allowed = [other for other in WISHES if other != operation and order_states.allows(order.status, other)]
    options = [Option(wording.say(f"instead_{other}"), WISHES[other], {"order_id": order.id}) for other in allowed]
    return [*options, person()]


def person() -> Option:
    return Option(wording.say("option_person"), "ask_person")
