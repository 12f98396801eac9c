"""Offers: which agents have a conversation in front of them. The rows are the truth; `states.change` ends what is open."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import BindParameter, ColumnElement, bindparam, exists, select, update
from sqlalchemy.orm import Session

from handoff.models import Conversation, Offer
from handoff.routing import policy
from shop.ground import clock

_OPEN_OF = select(Offer).where(Offer.conversation_id == bindparam("of"), Offer.ended_at.is_(None)).order_by(Offer.id)
_AGENTS_OF = _OPEN_OF.with_only_columns(Offer.agent_id)
_OF_AGENT = select(Offer).where(Offer.agent_id == bindparam("of"), Offer.ended_at.is_(None)).order_by(Offer.id)


def open_of(session: Session, conversation_id: str) -> list[Offer]:
    """The offers of a conversation that nobody has answered yet, the first made first."""
    return list(session.scalars(_OPEN_OF, {"of": conversation_id}))


def agents(session: Session, conversation_id: str) -> list[str]:
    """Who has the conversation in front of them."""
    session.flush()
    return list(session.connection().execute(_AGENTS_OF, {"of": conversation_id}).scalars())


def in_front_of(session: Session, conversation: Conversation) -> list[str]:
    """`agents`; of what is not offered nobody."""
    return agents(session, conversation.id) if conversation.state == "offered" else []


def of(session: Session, agent_id: str) -> list[Offer]:
    """What this agent has in front of them, the first made first."""
    return list(session.scalars(_OF_AGENT, {"of": agent_id}))


def to(agent_id: str | BindParameter[str]) -> ColumnElement[bool]:
    """Is the conversation offered to this agent? As a condition on conversations."""
    return exists().where(
        Offer.conversation_id == Conversation.id, Offer.agent_id == agent_id, Offer.ended_at.is_(None)
    )


def expiries(session: Session, agent_id: str) -> dict[str, datetime]:
    """Conversation -> when this agent's offer of it runs out."""
    return {offer.conversation_id: offer.expires_at for offer in of(session, agent_id)}


def make(session: Session, conversation: Conversation, agent_ids: Sequence[str], expires_at: datetime) -> None:
    """Put the conversation, which is `offered` already, in front of these agents."""
    for agent_id in agent_ids:
        session.add(
            Offer(
                conversation_id=conversation.id, agent_id=agent_id, channel=conversation.channel, expires_at=expires_at
            )
        )
    session.flush()


def end(session: Session, conversation_id: str, agent_id: str, outcome: str) -> None:
    """One agent's offer is over: declined, missed or rescinded. Those of others stay."""
    session.execute(
        update(Offer)
        .where(Offer.conversation_id == conversation_id, Offer.agent_id == agent_id, Offer.ended_at.is_(None))
        .values(ended_at=clock.now(), outcome=outcome)
    )


def full_time(offer: Offer) -> bool:
    """Did it stand as long as an offer does? Less when the time of a step ended before."""
    return offer.expires_at - offer.made_at >= policy.current().channels[offer.channel].offer  # type: ignore[index]
