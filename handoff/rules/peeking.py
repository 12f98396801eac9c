"""What a customer is typing, for the one agent who answers them, where the shop has turned it on and the customer is told.
It goes over the bell sealed and is kept nowhere: no table and no log ever holds it."""

from typing import Any

from sqlalchemy.orm import Session

from handoff.models import Conversation
from handoff.rules import sealing

LONGEST = 4_000
ROOM = 7_000  # bytes: a notification of PostgreSQL carries 8,000
TO, DRAFT = "to", "draft"  # of a sign


def watched(state: str) -> bool:
    """Does a person have it before them, who could be looking?"""
    return state == "held"


def watcher(session: Session, conversation_id: str) -> str | None:
    """The agent who may see what is typed there now."""
    conversation = session.get_one(Conversation, conversation_id)
    return conversation.held_by if watched(conversation.state) else None


def sealed(key: str, to: str, draft: str) -> dict[str, str]:
    """What a sign carries for this agent alone; of a draft that is too long for it, the end."""
    while len(closed := sealing.seal(key, draft)) > ROOM:
        draft = draft[len(draft) // 4 :]
    return {TO: to, DRAFT: closed}


def opened(key: str, agent_id: str, data: dict[str, Any]) -> dict[str, Any]:
    """What of a sign this agent is told."""
    told = {name: value for name, value in data.items() if name not in (TO, DRAFT)}
    if data.get(TO) == agent_id:
        told[DRAFT] = sealing.unseal(key, data[DRAFT])
    return told
