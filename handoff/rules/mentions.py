"""Who is named in a note: they are told, see the conversation and may write notes there, until it is closed.

A mention opens a conversation for reading and for notes, never for answering or for anything else that changes it. It ends
with the next close; one that is written after the close ends when the conversation could not be opened again any more.
"""

import re
import unicodedata
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Select, bindparam, exists, or_, select, update
from sqlalchemy.orm import Session, aliased

from handoff import states
from handoff.models import Agent, Assignment, Conversation, Mention, Note
from handoff.rules.inbox import REOPEN
from shop import customers
from shop.ground import clock
from shop.ground.db import ring
from shop.ground.errors import BadInput

MOST = 20  # colleagues in one note
LISTED = 200
PREVIEW = 160


def named(session: Session, text: str, author_id: str) -> list[Agent]:
    """The colleagues whose "@Name" stands in the text, each once; of "@Ana Maria" not Ana. `BadInput` for too many."""
    if "@" not in text:
        return []
    left = unicodedata.normalize("NFC", text)
    found = []
    staff = session.scalars(select(Agent).where(Agent.disabled_at.is_(None)).order_by(Agent.id)).all()
    for name in sorted({agent.name for agent in staff}, key=lambda name: (-len(name), name)):
        written = re.escape(unicodedata.normalize("NFC", name))
        left, times = re.subn(rf"(?<!\w)@{written}(?!\w)", " ", left, flags=re.IGNORECASE)
        if times:
            found += [agent for agent in staff if agent.name == name and agent.id != author_id]
    if len(found) > MOST:
        raise BadInput(f"{MOST} colleagues are the most that one note can mention.", code="too_many_mentions")
    return found


def tell(session: Session, conversation: Conversation, note: Note, agents: Sequence[Agent]) -> None:
    """They take part from now on, and have something to read."""
    session.add_all(
        Mention(
            note_id=note.id,
            conversation_id=conversation.id,
            agent_id=agent.id,
            version=conversation.version,
            at=note.at,
        )
        for agent in agents
    )


def taking_part(agent_id: str | BindParameter[str]) -> Select[str]:
    """The conversations that the agent sees because of a mention."""
    its = aliased(Conversation)
    return (
        select(Mention.conversation_id)
        .join(its, its.id == Mention.conversation_id)
        .where(Mention.agent_id == agent_id, *_lasts(its))
    )


def takes_part(session: Session, agent_id: str, conversation_id: str) -> bool:
    """Was this agent mentioned there, and is that not over?"""
    here = taking_part(agent_id).where(Mention.conversation_id == conversation_id)
    return session.scalar(here.limit(1)) is not None


def of_agent(session: Session, agent_id: str) -> list[dict[str, Any]]:
    """Where the agent takes part: of each conversation the newest mention that is unread, else the newest; those first
    that have something to read."""
    rows = session.execute(_of_agent(), {"agent": agent_id}).all()
    shown: dict[str, Any] = {}
    for row in sorted(rows, key=lambda row: row.seen_at is not None):  # sorting keeps the newest first
        if row.conversation_id not in shown and not (row.seen_at and row.held_by == agent_id):
            shown[row.conversation_id] = row
    names = customers.names(session, [row.customer_id for row in shown.values() if row.customer_id])
    return [_listed(row, names) for row in shown.values()]


def _listed(row: Any, names: dict[str, str]) -> dict[str, Any]:
    known = row.customer_id in names
    return {
        "id": row.conversation_id,
        "customer": {"id": row.customer_id, "name": names[row.customer_id]} if known else None,
        "channel": row.channel,
        "state": row.state,
        "by": {"id": row.id, "name": row.name},
        "no": row.no,
        "text": row.text[:PREVIEW],
        "at": clock.iso(row.at),
        "unread": row.seen_at is None,
    }


def seen(session: Session, conversation_id: str, agent_id: str, no: int) -> None:
    """The agent has the notes up to `no` before them."""
    notes = select(Note.id).where(Note.conversation_id == conversation_id, Note.no <= no)
    mine = Mention.conversation_id == conversation_id, Mention.agent_id == agent_id, Mention.seen_at.is_(None)
    read = session.execute(update(Mention).where(*mine, Mention.note_id.in_(notes)).values(seen_at=clock.now()))
    if read.rowcount:  # type: ignore[attr-defined]
        ring(session, states.CONSOLE_BELL)


def participants(session: Session, conversation: Conversation) -> list[dict[str, Any]]:
    """Who takes part by a mention: since when, by whom, and whether they have read the newest."""
    if conversation.last_note == 0:
        return []
    newest = {row.id: row for row in session.execute(_participants(), {"conversation": conversation.id})}
    return [
        {"id": row.id, "name": row.name, "by": row.by, "at": clock.iso(row.at), "read": row.seen_at is not None}
        for row in newest.values()
    ]


@cache
def _of_agent() -> Select[*tuple[Any, ...]]:
    its, author = aliased(Conversation), aliased(Agent)
    return (
        select(Mention.conversation_id, Mention.seen_at, Mention.at, Note.no, Note.text, author.id, author.name)
        .add_columns(its.customer_id, its.channel, its.state, its.held_by)
        .join(Note, Note.id == Mention.note_id)
        .join(author, author.id == Note.agent_id)
        .join(its, its.id == Mention.conversation_id)
        .where(Mention.agent_id == bindparam("agent"), *_lasts(its))
        .order_by(Mention.id.desc())
        .limit(LISTED)
    )


@cache
def _participants() -> Select[*tuple[Any, ...]]:
    its, author, who = aliased(Conversation), aliased(Agent), aliased(Agent)
    return (
        select(who.id, who.name, author.name.label("by"), Mention.at, Mention.seen_at)
        .join(Note, Note.id == Mention.note_id)
        .join(its, its.id == Mention.conversation_id)
        .join(author, author.id == Note.agent_id)
        .join(who, who.id == Mention.agent_id)
        .where(Mention.conversation_id == bindparam("conversation"), who.disabled_at.is_(None), *_lasts(its))
        .order_by(Mention.id)
    )


def _lasts(its: Any) -> tuple[ColumnElement[bool], ...]:
    """The mention is not over: `its` is its conversation."""
    step = aliased(Assignment)
    closed = exists().where(
        step.conversation_id == Mention.conversation_id, step.to_state == "closed", step.version > Mention.version
    )
    # As of the moment in which it is asked, not in which it is made.
    since: BindParameter[datetime] = bindparam(None, callable_=lambda: clock.now() - REOPEN)
    return or_(its.state != "closed", Mention.at > since), ~closed
