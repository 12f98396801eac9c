"""What was noted down when a conversation was parked: for whoever looks at it, and for who has it when it is back."""

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from handoff.models import Agent, Assignment, Conversation, Message
from shop.ground import clock

AWAKE = ("waiting", "offered", "held")


def note(session: Session, row: Conversation) -> dict[str, Any] | None:
    """By whom it was parked last in this request, with what note: while it sleeps, and then until somebody of the team has
    answered. None where no note was made."""
    if row.state not in (*AWAKE, "parked"):
        return None
    begun = select(func.max(Assignment.id)).where(
        Assignment.conversation_id == row.id, Assignment.from_state.in_(("bot", "closed"))
    )
    parked = session.scalar(
        select(Assignment)
        .where(Assignment.conversation_id == row.id, Assignment.to_state == "parked", Assignment.reason == "parked")
        .where(Assignment.id > func.coalesce(begun.scalar_subquery(), 0))
        .order_by(Assignment.id.desc())
        .limit(1)
    )
    text = str((parked.detail or {}).get("note") or "") if parked else ""
    if parked is None or not text or (row.state != "parked" and _answered_since(session, row, parked)):
        return None
    agent = session.get(Agent, parked.agent_id)
    return {"by": agent.name if agent else "", "note": text, "at": clock.iso(parked.at)}


def _answered_since(session: Session, row: Conversation, parked: Assignment) -> bool:
    """Since it woke: what was sent while it slept has used nothing of the note."""
    woke = select(func.min(Assignment.at)).where(
        Assignment.conversation_id == row.id, Assignment.id > parked.id, Assignment.from_state == "parked"
    )
    where = Message.conversation_id == row.id, Message.kind == "agent", Message.at >= woke.scalar_subquery()
    return session.scalar(select(Message.id).where(*where).limit(1)) is not None
