"""How far each side has read. A mark only moves forward, and never past what was said."""

from typing import Literal

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from handoff.models import Conversation, Mark
from handoff.tools.signs import Sign
from shop.ground.db import ring

Side = Literal["customer", "agent"]


def of(session: Session, conversation_id: str) -> dict[str, int]:
    """How far they are, as both APIs show it."""
    row = session.execute(select(Mark.customer, Mark.agent).where(Mark.conversation_id == conversation_id)).first()
    return {"customer": row.customer, "agent": row.agent} if row else {"customer": 0, "agent": 0}


def seen(session: Session, conversation_id: str, by: Side, seq: int) -> None:
    """One side has seen everything up to `seq`; the other side is told, once."""
    last = session.scalar(select(Conversation.last_seq).where(Conversation.id == conversation_id)) or 0
    reached, column = min(seq, last), getattr(Mark, by)
    if reached <= of(session, conversation_id)[by]:
        return
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    session.execute(insert(Mark).values(conversation_id=conversation_id, customer=0, agent=0).on_conflict_do_nothing())
    moved = session.execute(
        update(Mark).where(Mark.conversation_id == conversation_id, column < reached).values({by: reached})
    )
    if moved.rowcount:  # type: ignore[attr-defined]
        ring(session, Sign(conversation_id, "marks", of(session, conversation_id)).topic)


def seen_by(session: Session, conversation_id: str, agent_id: str, seq: int) -> None:
    """An agent read it. It counts when they are the one who answers: a customer is not told that a passer-by looked."""
    held_by = session.scalar(select(Conversation.held_by).where(Conversation.id == conversation_id))
    if held_by == agent_id:
        seen(session, conversation_id, "agent", seq)
