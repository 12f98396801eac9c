"""Priority of what waits: points in favour, of which ageing makes minutes by which a wait counts as begun earlier."""

from sqlalchemy.orm import Session

from handoff import states
from handoff.models import Conversation
from handoff.routing import policy


def raise_by(session: Session, conversation: Conversation, points: int, why: str) -> None:
    """Move a waiting conversation forward by so many points, and write down why."""
    if conversation.rank_at is None:
        return
    conversation.rank_at -= policy.current().head_start(points)
    states.note(session, conversation, by="system", why=why, detail={"rule": "raised", "points": points})
