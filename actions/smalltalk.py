"""Small talk: who is there and what they may be writing about, and the same said in more than one way."""

import re
from collections.abc import Callable

from sqlalchemy.orm import Session

from actions import guesses, knowledge, patience
from actions.requests import engine, state
from actions.turn import Answer, Option, Rule, Said, Turn
from shop import customers, order_words, recent, wording, zones
from shop.ground import clock
from shop.recent import Event

# Taken for a greeting, and none once people have greeted.
SIGH = re.compile(r"\W*(o+h (dear|no|my|well|boy)|ugh|sigh|gosh|goodness|dear me)\b", re.I)
WHAT_ABOUT_IT = "utter_greet_which"


def greet(session: Session, turn: Turn) -> Answer:
    """By name once the customer is proved, and with the first guess at what it is about."""
    counted = patience.of(turn)
    requests = state.loaded(turn.slot(state.SLOT))
    if requests.current is not None:
        return Answer([Said("utter_greet_open")], counted.slot)  # the open question follows
    customer_id = turn.customer(session)
    if counted.nth("greet_known" if customer_id else "greet"):
        if SIGH.match(turn.text):
            return complain(session, turn)
        return Answer([Said("utter_greet_again")], counted.slot)
    if customer_id is None:
        return Answer([Said("utter_greet")], counted.slot)
    name = customers.get(session, customer_id).first_name
    if requests.aside:
        said = Said("utter_greet_aside", {"name": name, "doing": engine.doing(requests.aside[-1])})
        return Answer([said], counted.slot)
    told = zones.of(session, customer_id, turn.zone)
    event = recent.latest(session, customer_id, clock.now(), told)
    if event is None:
        return Answer([Said("utter_greet_known", {"name": name})], counted.slot)
    options = _about(event)
    guesses.remember(counted, turn, options, WHAT_ABOUT_IT, yes=event.kind != "delivered")
    facts = {
        "name": name,
        "order_id": event.order.id,
        "items": order_words.short_items(event.order),
        "when": recent.when(event, clock.now(), told),
        "amount": event.amount or "",
    }
    said = Said(
        f"utter_greet_{event.kind}", facts, [*options, Option(wording.say("option_something_else"), "ask_help")]
    )
    return Answer([said], {**counted.slot, "order_id": event.order.id})


def _about(event: Event) -> list[Option]:
    """What is asked most after such an event; a yes stands for the first."""
    wishes = {
        "delivered": ("return_items", "exchange_items", "report_problem"),
        "sent": ("track_order", "order_details"),
        "refund": ("refund_status", "order_details"),
    }[event.kind]
    return [Option(wording.say(f"about_{wish}"), wish, {"order_id": event.order.id}) for wish in wishes]


def varied(kind: str, *responses: str) -> Rule:
    """The responses by turns."""

    def rule(session: Session, turn: Turn) -> Answer:
        counted = patience.of(turn)
        return Answer([Said(responses[counted.nth(kind) % len(responses)])], counted.slot)

    return rule


def complain(session: Session, turn: Turn) -> Answer:
    """An angry customer: a person first of all; who goes on like this hears it in other words."""
    counted = patience.of(turn)
    counted.offered = turn.message_id
    nth = counted.nth("complain")
    return Answer([Said("utter_complain_again" if nth % 2 else "utter_complain")], counted.slot)


def thank(session: Session, turn: Turn) -> Answer:
    """Thanks for a help page say that it helped."""
    if knowledge.asked_whether(turn):
        return knowledge.helped(session, turn)
    return varied("thank", "utter_thank", "utter_thank_again")(session, turn)


READS: dict[str, Callable[[Session, Turn], Answer]] = {
    "action_greet": greet,
    "action_chitchat": varied("chitchat", "utter_chitchat", "utter_chitchat_again", "utter_chitchat_third"),
    "action_goodbye": varied("goodbye", "utter_goodbye", "utter_goodbye_again"),
    "action_complain": complain,
}
WRITES: dict[str, Rule] = {"action_thank": thank}
