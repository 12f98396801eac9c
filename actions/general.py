"""What was not understood."""

from sqlalchemy.orm import Session

from actions.turn import Answer, Said, Turn

FALLBACK = "action_fallback"


def fallback(session: Session, turn: Turn) -> Answer:
    """The first time a hint at what is possible; from the second in a row on, a person before all."""
    misses = (float(turn.slot("misses") or 0) if _missed_before(turn) else 0.0) + 1
    return Answer([Said("utter_fallback" if misses < 2 else "utter_fallback_again")], {"misses": misses})


def _missed_before(turn: Turn) -> bool:
    """Whether the customer's message before this one was not understood either."""
    events = turn.tracker.events
    users = [place for place, event in enumerate(events) if event.get("event") == "user"]
    if len(users) < 2:
        return False
    return any(
        event.get("event") == "action" and event.get("name") == FALLBACK for event in events[users[-2] : users[-1]]
    )


READS = {FALLBACK: fallback}
