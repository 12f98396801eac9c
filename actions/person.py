"""A person is asked for. The gateway finds one and does the speaking, for it alone knows who is there."""

from sqlalchemy.orm import Session

from actions.turn import Answer, Turn

FORM_TOPICS = {"cancel_form": "cancel"}


def ask_person(session: Session, turn: Turn) -> Answer:
    """The request, with what the conversation is about. A plan that was shown no longer takes a bare yes."""
    loop = str(turn.tracker.active_loop_name or "")
    order_id = turn.slot("cancel_order") or turn.slot("order_id")
    facts = {"order_id": order_id} if order_id else {}
    topic = FORM_TOPICS.get(loop) or turn.slot("topic") or "general"
    return Answer(slots={"plan": None}, handoff={"topic": topic, "reason": "customer_asked", "facts": facts})


READS = {"action_ask_person": ask_person}
