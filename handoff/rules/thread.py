"""Reading a conversation: its messages from a number on, and where it stands, as customers and agents see it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff.models import Agent, Conversation, Message, Option
from handoff.routing import queues
from handoff.rules import files
from shop.ground import clock
from shop.ground.errors import NotFound

PAGE = 500


@dataclass(frozen=True)
class Thread:
    """Messages as the API shows them, and the conversation's standing."""

    conversation: str
    state: str
    version: int
    status: dict[str, Any]
    messages: list[dict[str, Any]]


def read(session: Session, conversation_id: str, after: int = 0) -> Thread:
    """What was said after seq `after`, oldest first, at most `PAGE` messages. Raises `NotFound`."""
    conversation = session.get(Conversation, conversation_id)
    if conversation is None:
        raise NotFound("There is no such conversation.")
    return Thread(
        conversation.id,
        conversation.state,
        conversation.version,
        status(session, conversation),
        messages(session, conversation_id, after),
    )


def changed_since(session: Session, moment: datetime) -> list[str]:
    """Conversations in which something happened after the moment: for the poll that makes good a lost ring."""
    return list(session.scalars(select(Conversation.id).where(Conversation.changed_at > moment)))


def messages(session: Session, conversation_id: str, after: int) -> list[dict[str, Any]]:
    rows = session.scalars(
        select(Message)
        .where(Message.conversation_id == conversation_id, Message.seq > after)
        .order_by(Message.seq)
        .limit(PAGE)
    ).all()
    options = _options(session, conversation_id, [row.seq for row in rows if row.kind in ("bot", "system")])
    attached = files.of_messages(
        session, conversation_id, [row.seq for row in rows if row.kind in ("customer", "agent")]
    )
    return [_message(row, options.get(row.seq, []), attached.get(row.seq, [])) for row in rows]


def status(session: Session, conversation: Conversation) -> dict[str, Any]:
    """Who answers, or who is waited for and at which place."""
    waiting = conversation.state in ("waiting", "offered")
    wanted = conversation.wants_id if waiting else None
    agent_id = conversation.held_by or wanted
    agent = session.get(Agent, agent_id) if agent_id else None
    return {
        "agent": {"name": agent.name, "dedicated": agent.id == conversation.representative_id} if agent else None,
        "queue": ("dedicated" if wanted else conversation.queue) if waiting else None,
        "position": queues.position(session, conversation) if waiting and not wanted else None,
        "waiting_since": clock.iso(conversation.waiting_since) if waiting and conversation.waiting_since else None,
    }


def _message(row: Message, options: list[dict[str, str]], attached: list[dict[str, Any]]) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "seq": row.seq,
        "author": {"kind": row.kind, "name": row.name},
        "text": row.text,
        "options": options,
        "at": clock.iso(row.at),
    }
    if row.card:
        shown["card"] = row.card
    if attached:
        shown["files"] = attached
    if row.key and row.key.startswith(("web:", "agent:")):
        shown["client_id"] = row.key.split(":", 2 if row.kind == "customer" else 3)[-1]
    return shown


def _options(session: Session, conversation_id: str, seqs: list[int]) -> dict[int, list[dict[str, str]]]:
    if not seqs:
        return {}
    found: dict[int, list[dict[str, str]]] = {}
    rows = session.scalars(
        select(Option)
        .where(Option.conversation_id == conversation_id, Option.seq.in_(seqs))
        .order_by(Option.seq, Option.position)
    )
    for option in rows:
        found.setdefault(option.seq, []).append({"id": option.id, "label": option.label})
    return found
