"""What an agent needs to know while writing: the customer's language, what the variables stand for, whether a text arrives."""

from typing import Any

from sqlalchemy.orm import Session

from handoff.models import Address, Agent, Conversation
from handoff.rules import canned, consent, later_shown, prices
from shop.ground import clock


def beside(session: Session, conversation: Conversation, agent: Agent) -> dict[str, Any]:
    """Shown with the conversation. `stopped_at`: since when its number has opted out of texts; `price`: what one costs."""
    return {
        "language": canned.language(session, conversation),
        "variables": canned.values(session, conversation, agent),
        "stopped_at": _stopped_at(session, conversation),
        "price": prices.beside(session, conversation),
        "later": later_shown.times(session, conversation),
    }


def _stopped_at(session: Session, conversation: Conversation) -> str | None:
    if conversation.channel != "sms":
        return None
    address = session.get(Address, conversation.address_id)
    stop = consent.stop_of(session, address.value) if address else None
    return clock.iso(stop.at) if stop else None
