"""Reading a conversation: its messages from a number on, and where it stands, as customers and agents see it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from handoff.models import Agent, Conversation, File, Message, Option
from handoff.routing import policy, standing, ways
from handoff.rules import faces, files, fronts, introductions, marks, notices, ratings
from shop.ground import clock
from shop.ground.errors import NotFound

PAGE = 500
LATELY = timedelta(minutes=10)  # who was away for longer reads all anew
_NOBODY: dict[str, Any] = {
    "agent": None, "queue": None, "position": None, "waiting_since": None, "outcome": None, "stage": None, "range": None,
    "kept_until": None, "opens_at": None, "promised_at": None, "waits_by": None, "ways": [], "team": None, "ratings": [],
    "notice": None, "asks": None,
}  # fmt: skip


@dataclass(frozen=True)
class Thread:
    """Messages as the API shows them, the conversation's standing, and how far each side has read. `late` are earlier messages
    whose files came since: a text's come later than itself."""

    conversation: str
    state: str
    version: int
    status: dict[str, Any]
    messages: list[dict[str, Any]]
    late: list[dict[str, Any]]
    marks: dict[str, int]


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
        _late(session, conversation_id, after) if after else [],
        marks.of(session, conversation_id),
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
    return _shown_all(session, conversation_id, rows)


def _shown_all(session: Session, conversation_id: str, rows: Sequence[Message]) -> list[dict[str, Any]]:
    options = _options(session, conversation_id, [row.seq for row in rows if row.kind in ("bot", "system")])
    attached = files.of_messages(
        session, conversation_id, [row.seq for row in rows if row.kind in ("customer", "agent")]
    )
    pictures = faces.every(session, {row.agent_id for row in rows if row.kind == "agent" and row.agent_id})
    return [_message(row, options.get(row.seq, []), attached.get(row.seq, []), pictures) for row in rows]


def with_late_files(session: Session, conversation_id: str, after: int) -> int:
    """From where on to read for who knows all up to `after`: a text's files come later than itself."""
    first = session.scalar(select(func.min(File.seq)).where(*_came_late(conversation_id, after)))
    return after if first is None else first - 1


def _late(session: Session, conversation_id: str, after: int) -> list[dict[str, Any]]:
    these = Message.seq.in_(select(File.seq).where(*_came_late(conversation_id, after)))
    found = select(Message).where(Message.conversation_id == conversation_id, these).order_by(Message.seq)
    return _shown_all(session, conversation_id, session.scalars(found).all())


def _came_late(conversation_id: str, after: int) -> tuple[ColumnElement[bool], ...]:
    """Files of texts up to `after` that were fetched a short while ago."""
    by_text = (File.conversation_id == conversation_id, File.key.startswith("media:"))
    return (*by_text, File.at > clock.now() - LATELY, File.seq <= after)


def status(session: Session, conversation: Conversation) -> dict[str, Any]:
    """Who answers; or who is waited for, at which place, how long it will take, and what else can be done; or, before
    anybody is asked for, whether the team is there."""
    if conversation.state in ("waiting", "offered"):
        return {**_waiting(session, conversation), **_before(session, conversation)}
    agent = session.get(Agent, conversation.held_by) if conversation.held_by else None
    asks_nobody = conversation.state in ("bot", "closed")
    return {
        **_NOBODY,
        "agent": _shown(session, agent, conversation),
        "team": team(session, policy.current().queue_for(conversation.topic)) if asks_nobody else None,
        "ratings": ratings.shown(session, conversation) if asks_nobody else [],
        **(_before(session, conversation) if asks_nobody else {}),
    }


def _before(session: Session, conversation: Conversation) -> dict[str, Any]:
    """What stands before the chat, and beside a wait: the office's notice, and what a visitor is asked."""
    kept = fronts.every(session)
    return {
        "notice": notices.shown(conversation, kept.get(fronts.NOTICE, fronts.NOTHING)),
        "asks": introductions.asked(session, conversation, kept.get(fronts.QUESTIONS, fronts.NOTHING)),
    }


def team(session: Session, queue: str) -> dict[str, Any]:
    """Whether a team is there, and within what time it usually answers."""
    found = standing.team(session, queue)
    return {
        "open": found.open,
        "here": found.here,
        "opens_at": _iso(found.opens_at),
        "closes_at": _iso(found.closes_at),
        "usual_s": found.usual.high_s if found.usual else None,
    }


def _waiting(session: Session, conversation: Conversation) -> dict[str, Any]:
    where = standing.of(session, conversation)
    told = where.range
    return {
        **_NOBODY,
        "agent": _shown(session, where.wanted, conversation),
        "queue": "dedicated" if where.wanted else conversation.queue,
        "position": None if where.wanted else where.place,
        "waiting_since": _iso(conversation.waiting_since),
        "outcome": where.outcome,
        "stage": conversation.stage,
        "range": {"low_s": told.low_s, "high_s": told.high_s} if told else None,
        "kept_until": _iso(where.kept_until) if where.outcome == standing.IN_LINE else None,
        "opens_at": _iso(where.opens_at),
        "promised_at": _iso(conversation.promised_at) if where.outcome == standing.CLOSED else None,
        "waits_by": conversation.waits_by,
        "ways": ways.of(session, conversation),
    }


def _shown(session: Session, agent: Agent | None, conversation: Conversation) -> dict[str, Any] | None:
    if agent is None:
        return None
    picture = faces.of(session, agent.id)
    told = {"name": agent.name, "dedicated": agent.id == conversation.representative_id}
    return {**told, "picture": picture} if picture else told


def _iso(moment: datetime | None) -> str | None:
    return clock.iso(moment) if moment else None


def _message(
    row: Message, options: list[dict[str, str]], attached: list[dict[str, Any]], pictures: dict[str, str]
) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "seq": row.seq,
        "author": {"kind": row.kind, "name": row.name},
        "text": row.text,
        "options": options,
        "at": clock.iso(row.at),
    }
    if row.agent_id in pictures:
        shown["author"]["picture"] = pictures[row.agent_id]
    if row.card:
        shown["card"] = row.card
    if attached:
        shown["files"] = attached
        if row.meta and row.meta.get("wordless"):
            shown["wordless"] = True  # what could not be had, or is gone, is still a message: then its words are shown
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
