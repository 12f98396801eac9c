"""An action server's answers, after the list of actions in bot/domain: one known customer, orders in `ORDERS`.

The real ones live in actions/ and need the shop's database; here only what Rasa does with such answers is tested.
"""

from typing import Any

Json = dict[str, Any]

ORDERS = {"#W1234567": "pending", "#W2222222": "pending", "#W3333333": "delivered"}
FORM = ("cancel_order", "cancel_reason", "cancel_answer")


def answer(body: Json) -> Json:
    return {"events": [], "responses": [], **ACTIONS[body["next_action"]](body["tracker"])}


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
    }
    card = {"card": {"kind": "order", "id": "#W1234567"}}
    return {"responses": [say("utter_order_details", order_id="#W1234567", custom=card, **facts)]}


def list_orders(tracker: Json) -> Json:
    button = {"title": "#W1234567, 1 lamp", "payload": '/order_details{"order_id": "#W1234567"}'}
    return {"responses": [say("utter_order_list", lines="#W1234567, 1 lamp", buttons=[button])]}


def validate_cancel_form(tracker: Json) -> Json:
    """As rasa_sdk does it: only what this turn filled is checked, and told back."""
    fresh: Json = {}
    for event in reversed(tracker["events"]):
        if event["event"] != "slot":
            break
        if event["name"] in FORM:
            fresh.setdefault(event["name"], event["value"])
    order = fresh.get("cancel_order")
    if order and ORDERS.get(order) != "pending":
        return {"events": remember(cancel_order=None, requested_slot=None)}
    if fresh.get("cancel_answer") and not (tracker["slots"]["plan"] or entity(tracker, "plan")):
        fresh["cancel_answer"] = None
    return {"events": remember(**fresh)}


def ask_cancel_order(tracker: Json) -> Json:
    button = {"title": "#W1234567", "payload": '/cancel_order{"order_id": "#W1234567"}'}
    return {"responses": [say("utter_ask_cancel_order", buttons=[button])]}


def ask_cancel_answer(tracker: Json) -> Json:
    card = {"card": {"kind": "plan", "id": "p1"}}
    plan = say("utter_cancel_plan", plan="p1", lines="$5.00 back to PayPal.", custom=card)
    return {"responses": [plan], "events": remember(plan="p1", topic="cancel")}


def ended(response: str) -> Any:
    def act(tracker: Json) -> Json:
        words = say(response, lines="#W1234567 is cancelled.", receipt="R-1")
        return {"responses": [words], "events": remember(plan=None, **dict.fromkeys(FORM))}

    return act


def ask_person(tracker: Json) -> Json:
    request = {"topic": tracker["slots"]["topic"] or "general", "reason": "customer_asked", "facts": {}}
    return {"responses": [{"custom": {"handoff": request}}], "events": remember(plan=None)}


ACTIONS = {
    "action_track_order": track_order,
    "action_list_orders": list_orders,
    "action_order_details": order_details,
    "validate_cancel_form": validate_cancel_form,
    "action_ask_cancel_order": ask_cancel_order,
    "action_ask_cancel_answer": ask_cancel_answer,
    "action_cancel_commit": ended("utter_cancel_done"),
    "action_cancel_drop": ended("utter_cancel_dropped"),
    "action_cancel_refuse": ended("utter_cancel_none"),
    "action_ask_person": ask_person,
    "action_greet": lambda tracker: {"responses": [say("utter_greet_known", name="Ann")]},
    "action_fallback": lambda tracker: {"responses": [say("utter_fallback")]},
}
