"""An action server's answers, after the list of actions in bot/domain: one known customer, orders in `ORDERS`.

The real ones live in actions/ and need the shop's database; here only what Rasa does with such answers is tested.
"""

from typing import Any

Json = dict[str, Any]

ORDERS = {"#W1234567": "pending", "#W2222222": "pending", "#W3333333": "delivered"}
FORM = "request_form"
CHOICE = {"title": "#W1234567", "payload": '/cancel_order{"order_id": "#W1234567"}'}
LEAVING = ("deny", "stop", "goodbye")


def answer(body: Json) -> Json:
    return {"events": [], "responses": [], **ACTIONS.get(body["next_action"], something)(body["tracker"])}


def say(response: str, **facts: Any) -> Json:
    return {"response": response, **facts}


def remember(**slots: Any) -> list[Json]:
    return [{"event": "slot", "name": name, "value": value} for name, value in slots.items()]


def entity(tracker: Json, name: str) -> Any:
    return next((e["value"] for e in tracker["latest_message"]["entities"] if e["entity"] == name), None)


def track_order(tracker: Json) -> Json:
    order = entity(tracker, "order_id") or "#W1234567"
    if order not in ORDERS:
        return {"responses": [say("utter_order_not_found", order_id=order)]}
    status = say("utter_order_status_pending", order_id=order, status_line="It is being packed.")
    return {"responses": [status], "events": remember(order_id=order, topic="orders")}


def order_details(tracker: Json) -> Json:
    facts = {
        "head": "Order #W1234567, placed on 1 May",
        "status_line": "Packed.",
        "lines": "1 lamp",
        "total": "$5.00",
        "payment": "PayPal",
        "address": "12 Maple Street",
    }
    card = {"card": {"kind": "order", "id": "#W1234567"}}
    return {"responses": [say("utter_order_details", order_id="#W1234567", custom=card, **facts)]}


def list_orders(tracker: Json) -> Json:
    button = {"title": "#W1234567, 1 lamp", "payload": '/order_details{"order_id": "#W1234567"}'}
    return {"responses": [say("utter_order_list", lines="#W1234567, 1 lamp", buttons=[button])]}


def begin_sign_in(tracker: Json) -> Json:
    """As a read answers a visitor: the form goes on with the turn."""
    request = {"order": "#W1234567", "reason": None, "shown": False}
    return {"responses": [], "events": [*remember(request=request), {"event": "followup", "name": FORM}]}


def validate_request_form(tracker: Json) -> Json:
    """A request in small: an order, a reason, the plan. Nothing to remember declines the message."""
    request = dict(tracker["slots"]["request"] or {"order": None, "reason": None, "shown": False})
    if _answered_by_others(tracker):
        return _asked(request)
    intent = tracker["latest_message"]["intent"]["name"]
    if tracker["active_loop"] and intent in LEAVING:
        return _over("utter_cancel_dropped")
    if intent == "affirm" and (request["shown"] or entity(tracker, "plan")):
        return _over("utter_cancel_done", lines="#W1234567 is cancelled.", receipt="R-1")
    order, reason = entity(tracker, "order_id"), entity(tracker, "cancel_reason")
    if intent in ("cancel_order", "inform") and (order or reason):
        if order and ORDERS.get(order) != "pending":
            return _over("utter_cancel_none")
        request |= {"order": order or request["order"], "reason": reason or request["reason"]}
    elif intent not in ("cancel_order", "affirm", "resume"):
        return {}
    elif intent == "resume" and not tracker["slots"]["request"]:
        return _over("utter_resume")
    return _asked(request)


def _answered_by_others(tracker: Json) -> bool:
    """Whether an action ran since the customer's message: the form is back after a digression."""
    for event in reversed(tracker["events"]):
        if event["event"] == "user":
            return False
        if event["event"] == "action" and event["name"] != FORM:
            return True
    return False


def _asked(request: Json) -> Json:
    request["shown"] = bool(request["order"] and request["reason"])
    if request["shown"]:
        card = {"card": {"kind": "plan", "id": "p1"}}
        words = say("utter_cancel_plan", plan="p1", lines="$5.00 back to PayPal.", custom=card)
    elif request["order"]:
        words = say("utter_ask_cancel_reason", order_id=request["order"])
    else:
        words = say("utter_ask_cancel_order", buttons=[CHOICE])
    return {"responses": [words], "events": remember(request=request, topic="cancel")}


def _over(response: str, **facts: Any) -> Json:
    return {"responses": [say(response, **facts)], "events": remember(request=None, requested_slot=None)}


def ask_person(tracker: Json) -> Json:
    request = {"topic": tracker["slots"]["topic"] or "general", "reason": "customer_asked", "facts": {}}
    waiting = tracker["slots"]["request"] and {**tracker["slots"]["request"], "shown": False}
    return {"responses": [{"custom": {"handoff": request}}], "events": remember(request=waiting)}


def fallback(tracker: Json) -> Json:
    """An order in words that mean nothing is looked up."""
    return track_order(tracker) if entity(tracker, "order_id") else {"responses": [say("utter_fallback")]}


def something(tracker: Json) -> Json:
    """What other reads answer makes no difference here."""
    return {"responses": [say("utter_chitchat")]}


ACTIONS = {
    "action_track_order": track_order,
    "action_list_orders": list_orders,
    "action_order_details": order_details,
    "validate_request_form": validate_request_form,
    "action_ask_person": ask_person,
    "action_greet": lambda tracker: {"responses": [say("utter_greet_known", name="Ann")]},
    "action_affirm": lambda tracker: {"responses": [say("utter_affirm")]},
    "action_fallback": fallback,
}
