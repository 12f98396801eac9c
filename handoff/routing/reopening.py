"""Who writes again after a person settled it comes back to that person, if she is here and has room; else to the bot."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff.models import Agent, Assignment, Conversation
from handoff.routing import books, matching, requests, stages
from shop.ground import clock

WHY = "wrote_again"


def to_their_person(session: Session, conversation: Conversation) -> None:
    """The conversation has just been opened again: ask for a person if the one they had can take it. A customer with a
    representative goes to her, whoever covered for her."""
    person = _person(session, conversation)
    if person is None or books.available(session, person, clock.now()) is not None:
        return
    if matching.has_room(session, person, conversation):
        wish = requests.Wish(conversation.topic or "general", WHY, conversation.facts or {})
        requests.person(session, conversation, wish)


def _person(session: Session, conversation: Conversation) -> Agent | None:
    closing = (Assignment.conversation_id == conversation.id, Assignment.to_state == "closed")
    closed = session.scalar(select(Assignment).where(*closing).order_by(Assignment.id.desc()).limit(1))
    if closed is None or closed.from_state not in ("held", "parked") or closed.agent_id is None:
        return None
    own = None
    if conversation.customer_id and stages.dedicated(conversation.tier):
        own = books.representative(session, conversation.customer_id)
    return own or session.get(Agent, closed.agent_id)
