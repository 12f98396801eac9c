"""Several orders meant in one wish: the first comes now, which is said; each of the others is offered when it is done."""

import re
from dataclasses import replace

from actions.requests.flows import FLOWS
from actions.requests.state import Request
from actions.requests.step import Step
from actions.turn import Said
from shop import order_states, orders, wording

AT_ONCE = 3
ALL = re.compile(
    r"\b(both|all|each|every)\b[^.?!]*\borders?\b|\b(both|all|each) of (them|those|these)\b", re.IGNORECASE
)
# What tells one order from the others.
TELLING = ("product", "option", "date", "order_pick", "ordinal", "amount")


def begin(step: Step, new: Request) -> None:
    """Begin with the first where several are meant; else leave the request as it is."""
    if step.customer_id is None or FLOWS[new.operation].field("order") is None or "order" in new.known:
        return
    numbers = list(dict.fromkeys(orders.spelled(str(number.value)) for number in new.wish.all("order_id")))
    if numbers:
        meant, more = _named(step, step.customer_id, new, numbers), False
    else:
        meant, more = _all(step, step.customer_id, new)
    if len(meant) < 2:
        return
    new.wish = new.wish.without(("order_id", "item_set"))
    new.known["order"] = meant[0]
    step.state.aside += [replace(new, known={"order": other}, drafts={}, spent=[]) for other in reversed(meant[1:])]
    response = "utter_request_one_by_one_of_many" if more else "utter_request_one_by_one"
    step.say(Said(response, {"order_id": meant[0], "orders": wording.listed(meant[1:])}))


def _named(step: Step, customer_id: str, new: Request, numbers: list[str]) -> list[str]:
    """The orders of these numbers; none where something is wrong with one of them, which is told first."""
    found = [orders.find(step.session, customer_id, number) for number in numbers[:AT_ONCE]]
    own = [order.id for order in found if order and order_states.allows(order.status, new.operation)]
    return own if len(own) == len(numbers) else []


def _all(step: Step, customer_id: str, new: Request) -> tuple[list[str], bool]:
    """The orders that it can be about, where all of them are meant; and whether there are more."""
    about_items = FLOWS[new.operation].field("lines") is not None
    both = new.wish.value("item_set") == "both" and not about_items  # "cancel both"
    if new.wish.all(*TELLING) or not (both or ALL.search(new.wish.text)):
        return [], False
    allowed = order_states.allowing(new.operation)
    found = [order.id for order in orders.recent(step.session, customer_id, AT_ONCE + 1, allowed)]
    return found[:AT_ONCE], len(found) > AT_ONCE
