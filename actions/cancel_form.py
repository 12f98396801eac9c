"""What the form `cancel_form` takes for an answer. It looks the customer's orders up once, then judges without waiting."""

from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.forms import FormValidationAction
from sqlalchemy.orm import Session

from actions.turn import Events, Run, Turn, first
from shop import order_states, orders
from shop.ground.db import Database
from shop.operations.cancel import REASONS
from shop.order_states import CANCEL
from shop.orders import Order

NAMED_BY = ("cancel_order", "inform", "correct")  # intents with which a customer names the order
AGREED_BY = ("cancel_order", "affirm")


@dataclass(frozen=True)
class Seen:
    """What the form needs to know: is there anything to cancel, and which of the orders named are the customer's."""

    possible: tuple[str, ...]
    named: dict[str, Order]


class CancelForm(FormValidationAction):  # type: ignore[misc]  # rasa_sdk has no types
    """Made anew for each call, with what was looked up for it."""

    def __init__(self, seen: Seen) -> None:
        self.seen = seen

    def name(self) -> str:
        return "validate_cancel_form"

    async def required_slots(
        self, domain_slots: list[str], dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[str]:
        """Nothing to ask where nothing can be cancelled: the form ends."""
        return domain_slots if self.seen.possible else []

    def extract_cancel_order(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> dict[str, Any]:
        """The order spoken of last, or the only one there is; what the message itself names goes first.

        Only where the customer asks for it or agrees: after "never mind" the form must not go on with an order.
        """
        if _intent(tracker) not in AGREED_BY:
            return {}
        names_one = next(tracker.get_latest_entity_values("order_id"), None) is not None
        if tracker.get_slot("cancel_order") or (names_one and _intent(tracker) in NAMED_BY):
            return {}
        if tracker.get_slot("order_id") in self.seen.possible:
            return {"cancel_order": tracker.get_slot("order_id")}
        return {"cancel_order": self.seen.possible[0]} if len(self.seen.possible) == 1 else {}

    def validate_cancel_order(
        self, value: Any, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> dict[str, Any]:
        """One of the customer's own that can be cancelled. Another order than before makes the old plan void."""
        asked = first(value)
        order = self.seen.named.get(asked) if asked else None
        if order is None:
            if asked:
                dispatcher.utter_message(response="utter_order_not_found_short", order_id=orders.spelled(asked))
            return {"cancel_order": None}
        if not order_states.allows(order.status, CANCEL):
            why = order_states.why_not(order.status, CANCEL)
            dispatcher.utter_message(response="utter_cancel_not_possible", order_id=order.id, why=why)
            return {"cancel_order": None}
        return {"cancel_order": order.id, "cancel_answer": None, "plan": None}

    def validate_cancel_reason(
        self, value: Any, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> dict[str, Any]:
        """One of the two reasons. Another reason than before makes the old plan void."""
        reason = first(value)
        if reason not in REASONS:
            return {"cancel_reason": None}
        return {"cancel_reason": reason, "cancel_answer": None, "plan": None}

    def validate_cancel_answer(
        self, value: Any, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> dict[str, Any]:
        """A yes counts only to a plan that was shown."""
        shown = tracker.get_slot("plan") or next(tracker.get_latest_entity_values("plan"), None)
        return {"cancel_answer": None if value and not shown else value}


def look(session: Session, turn: Turn) -> Seen:
    """What the form needs, in one reading."""
    customer_id = turn.customer(session)
    if customer_id is None:
        return Seen((), {})
    possible = orders.recent(session, customer_id, statuses=order_states.allowing(CANCEL))
    named = {order.id: order for order in possible}
    for name in {turn.entity("order_id"), first(turn.slot("cancel_order"))} - {None, *named}:
        order = orders.find(session, customer_id, str(name))
        if order is not None:
            named[str(name)] = order
    return Seen(tuple(order.id for order in possible), named)


def validating(db: Database, zone: ZoneInfo) -> Run:
    """The action `validate_cancel_form`."""

    async def run(dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        seen = await db.read(look, Turn(tracker, zone))
        events: Events = await CancelForm(seen).run(dispatcher, tracker, domain)
        return events

    return run


def _intent(tracker: Tracker) -> str:
    return str((tracker.latest_message.get("intent") or {}).get("name") or "")


RUNS = {"validate_cancel_form": validating}
