"""Who answers a conversation, and the only way that this changes: compare, set, and write down why."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from handoff.models import Assignment, Conversation
from shop.ground import clock
from shop.ground.db import ring
from shop.ground.errors import Conflict, NotFound

CONSOLE_BELL = "console"

# From each state, where a conversation can go. `offered`: to one agent. `held`: by one agent. `parked`: held, but asleep.
NEXT: Mapping[str, frozenset[str]] = {
    "bot": frozenset({"waiting", "closed"}),
    "waiting": frozenset({"waiting", "offered", "held", "bot", "closed"}),  # waiting again: in another queue
    "offered": frozenset({"waiting", "held", "bot", "closed"}),
    "held": frozenset({"bot", "waiting", "parked", "closed"}),
    "parked": frozenset({"held", "waiting", "bot", "closed"}),
    "closed": frozenset({"bot", "waiting"}),
}

# Columns that only mean something in some states; a change clears the others.
_REQUEST: Mapping[str, None] = dict.fromkeys(("queue", "waiting_since", "rank_at", "representative_id"))
_CLEARED: Mapping[str, Mapping[str, None]] = {
    "bot": {**_REQUEST, "offered_to": None, "offer_expires_at": None, "held_by": None, "closed_at": None},
    "waiting": {"offered_to": None, "offer_expires_at": None, "held_by": None, "closed_at": None},
    "offered": {"held_by": None},
    "held": {"offered_to": None, "offer_expires_at": None},
    "parked": {"offered_to": None, "offer_expires_at": None},
    "closed": {**_REQUEST, "offered_to": None, "offer_expires_at": None, "held_by": None},
}


def bell(conversation_id: str) -> str:
    """The bell of everybody who watches this conversation."""
    return f"conversation:{conversation_id}"


def lock(session: Session, conversation_id: str) -> Conversation:
    """The conversation with its row lock held until the transaction ends. Raises `NotFound`."""
    found = session.scalar(
        select(Conversation)
        .where(Conversation.id == conversation_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFound("There is no such conversation.")
    return found


def expect(conversation: Conversation, version: int) -> None:
    """Raise `Conflict` unless the conversation is still what the caller saw."""
    if conversation.version != version:
        raise Conflict(f"The conversation has changed since you looked: it is now {conversation.state}.")


def change(
    session: Session,
    conversation: Conversation,
    to: str,
    *,
    by: str,
    why: str,
    agent_id: str | None = None,
    detail: dict[str, Any] | None = None,
    **columns: Any,
) -> None:
    """Move the conversation to `to`, or raise `Conflict` when it moved meanwhile or the way does not exist."""
    before, seen = conversation.state, conversation.version
    if to not in NEXT[before]:
        raise Conflict(f"A conversation that is {before} cannot become {to}.")
    now = clock.now()
    session.flush()
    moved = session.execute(
        update(Conversation)
        .where(Conversation.id == conversation.id, Conversation.version == seen, Conversation.state == before)
        .values({**_CLEARED[to], **columns, "state": to, "version": seen + 1, "changed_at": now})
        .execution_options(synchronize_session=False)
    )
    if not moved.rowcount:  # type: ignore[attr-defined]
        raise Conflict("The conversation has changed meanwhile.")
    session.add(
        Assignment(
            conversation_id=conversation.id,
            version=seen + 1,
            from_state=before,
            to_state=to,
            agent_id=agent_id,
            by=by,
            reason=why,
            detail=detail,
        )
    )
    session.flush()
    session.refresh(conversation)
    ring(session, bell(conversation.id), CONSOLE_BELL)


def touch(session: Session, conversation: Conversation) -> None:
    """Something was said: same owner, but everybody who watches should look again."""
    conversation.changed_at = clock.now()
    ring(session, bell(conversation.id), CONSOLE_BELL)
