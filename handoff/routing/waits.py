"""Waits: each request for a person from its beginning to its end, what was promised, and what came of it."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff.models import Conversation, Wait


def begin(session: Session, conversation: Conversation, *, representative_free: bool = False) -> Wait:
    """A request that just began to wait. `representative_free`: theirs was here with a free place at that moment."""
    wait = Wait(
        conversation_id=conversation.id,
        queue=conversation.queue or "",
        channel=conversation.channel,
        tier=conversation.tier or "",
        topic=conversation.topic or "",
        reason=conversation.reason or "",
        representative_id=conversation.representative_id,
        representative_free=representative_free,
        began_at=conversation.waiting_since,
    )
    session.add(wait)
    session.flush()
    return wait


def open_of(session: Session, conversation_id: str) -> Wait | None:
    """The wait that has not ended, if the conversation waits."""
    newest = select(Wait).where(Wait.conversation_id == conversation_id).order_by(Wait.id.desc()).limit(1)
    wait = session.scalar(newest)
    return wait if wait and wait.ended_at is None else None
