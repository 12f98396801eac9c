"""Where a waiting conversation stands in its queue, and who has held it."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from handoff.models import Assignment, Conversation


def position(session: Session, conversation: Conversation) -> int:
    """The place in its team queue, counted from 1."""
    ahead = session.scalar(
        select(func.count())
        .select_from(Conversation)
        .where(
            Conversation.state.in_(("waiting", "offered")),
            Conversation.wants_id.is_(None),
            Conversation.queue == conversation.queue,
            Conversation.rank_at < conversation.rank_at,
        )
    )
    return 1 + (ahead or 0)


def has_held(session: Session, agent_id: str, conversation_id: str) -> bool:
    """Has this agent ever answered the conversation? Then they may read on."""
    held = select(Assignment.id).where(
        Assignment.conversation_id == conversation_id, Assignment.agent_id == agent_id, Assignment.to_state == "held"
    )
    return session.scalar(held.limit(1)) is not None
