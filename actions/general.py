"""What was not understood."""

from sqlalchemy.orm import Session

from actions import offered, products, tracking
from actions.turn import Answer, Said, Turn, say
from shop.picking.mentions import of

FALLBACK = "action_fallback"


def fallback(session: Session, turn: Turn) -> Answer:
    """The first time a hint at what is possible; from the second in a row on, a person before all.

    Words that pick one of the orders just offered are an answer to that, and a bare product is asked about.
    """
    answer = offered.answered(session, turn, tracking.OFFERED)
    if answer is not None:
        return answer
    if turn.intent == "inform" and of(turn.mentions, "product"):
        return products.info(session, turn)
    misses = (float(turn.slot("misses") or 0) if _missed_before(turn) else 0.0) + 1
    return Answer([Said("utter_fallback" if misses < 2 else "utter_fallback_again")], {"misses": misses})


def correct(session: Session, turn: Turn) -> Answer:
    """Something else was meant: another of the orders just offered, or what is yet to be said."""
    return offered.answered(session, turn, tracking.OFFERED) or say("utter_correct")


def _missed_before(turn: Turn) -> bool:
    """Whether the customer's message before this one was not understood either."""
    events = turn.tracker.events
    users = [place for place, event in enumerate(events) if event.get("event") == "user"]
    if len(users) < 2:
        return False
    return any(
        event.get("event") == "action" and event.get("name") == FALLBACK for event in events[users[-2] : users[-1]]
    )


READS = {FALLBACK: fallback, "action_correct": correct}
