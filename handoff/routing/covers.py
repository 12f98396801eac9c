"""What deputies and the team did for a representative's customers is shown to her until she has looked at it. The rows
are made by `states.change`, whenever somebody else takes such a conversation.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, select, update
from sqlalchemy.orm import Session

from handoff import states
from handoff.models import Agent, Conversation, Cover
from shop.ground import clock

SHOWN = 50


@dataclass(frozen=True)
class Covered:
    """A conversation that somebody else took for her: who, in which stage, when, and its state now. Nobody: her customer
    gave up waiting."""

    conversation_id: str
    customer_id: str | None
    agent_id: str | None
    agent_name: str | None
    stage: str
    at: datetime
    state: str


def of(session: Session, agent_id: str) -> list[Covered]:
    """What others did for this representative's customers and she has not looked at, the newest first."""
    rows = session.execute(
        select(Cover, Agent.name, Conversation.customer_id, Conversation.state)
        .outerjoin(Agent, Agent.id == Cover.agent_id)
        .join(Conversation, Conversation.id == Cover.conversation_id)
        .where(Cover.representative_id == agent_id, Cover.seen_at.is_(None))
        .order_by(Cover.at.desc(), Cover.id.desc())
        .limit(SHOWN)
    )
    return [
        Covered(cover.conversation_id, customer_id, cover.agent_id, name, cover.stage, cover.at, state)
        for cover, name, customer_id, state in rows
    ]


def is_open(session: Session, conversation_id: str, agent_id: str) -> bool:
    """Was it taken for this representative, and has she not looked at it yet?"""
    mine = Cover.conversation_id == conversation_id, Cover.representative_id == agent_id, Cover.seen_at.is_(None)
    return bool(session.scalar(select(exists().where(*mine))))


def seen(session: Session, conversation: Conversation, agent: Agent, reason: str = "") -> None:
    """She has looked at it: it is off her list."""
    session.execute(
        update(Cover)
        .where(Cover.conversation_id == conversation.id, Cover.representative_id == agent.id, Cover.seen_at.is_(None))
        .values(seen_at=clock.now())
    )
    states.touch(session, conversation)
