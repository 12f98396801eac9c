"""What stands in an agent's lists, and what differs once there is something new to see of it. Each statement is made once: to
put it together takes longer than to look it up."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, String, and_, bindparam, or_, select, true
from sqlalchemy.orm import Session

from handoff.models import Agent, Assignment, Conversation, Cover
from handoff.routing import closing, offers
from handoff.rules import mentions
from shop.ground import clock

MOST = 500
LATELY = timedelta(hours=1)
SUPERVISING = ("supervisor", "admin")
_ME = bindparam("me", type_=String())


class Version(NamedTuple):
    """Another one as soon as there is something new to see of a conversation."""

    version: int
    last_seq: int
    last_note: int
    late: bool
    changed_at: datetime


def rows(session: Session, agent: Agent) -> Sequence[Conversation]:
    """What the lists hold, the most urgent first."""
    return session.scalars(_rows(*_kind(agent)), _who(agent)).all()


def holds(session: Session, agent: Agent, conversation_id: str) -> bool:
    """Does it stand in one of them?"""
    return session.scalar(_one(*_kind(agent)), {**_who(agent), "id": conversation_id}) is not None


def versions(session: Session, agent_id: str) -> dict[str, Version]:
    """By id, of all that the lists hold, of what the agent had lately and may still have open, and of where they were
    mentioned: what the console's stream compares."""
    agent = session.get_one(Agent, agent_id)
    found = session.execute(_versions(*_kind(agent)), {**_who(agent), "since": clock.now() - LATELY})
    return {
        row.id: Version(row.version, row.last_seq, row.last_note, row.breached_at is not None, row.changed_at)
        for row in found
    }


def _kind(agent: Agent) -> tuple[bool, bool]:
    return agent.role in SUPERVISING, bool(agent.queues)


def _who(agent: Agent) -> dict[str, Any]:
    return {"me": agent.id, "queues": agent.queues or []}


@cache
def _rows(supervises: bool, has_queues: bool) -> Select[Conversation]:
    where = _listed(supervises, has_queues)
    return select(Conversation).where(where).order_by(Conversation.rank_at).limit(MOST)


@cache
def _one(supervises: bool, has_queues: bool) -> Select[str]:
    return select(Conversation.id).where(Conversation.id == bindparam("id"), _listed(supervises, has_queues))


@cache
def _versions(supervises: bool, has_queues: bool) -> Select[str, int, int, int, datetime | None, datetime]:
    mine = select(Assignment.conversation_id).where(Assignment.agent_id == _ME, Assignment.to_state == "held")
    lately = and_(Conversation.changed_at > bindparam("since"), Conversation.id.in_(mine))
    along = Conversation.id.in_(mentions.taking_part(_ME))
    row = Conversation
    shown = row.id, row.version, row.last_seq, row.last_note, row.breached_at, row.changed_at
    return select(*shown).where(or_(_listed(supervises, has_queues), lately, along))


def _listed(supervises: bool, has_queues: bool) -> ColumnElement[bool]:
    waits = Conversation.state.in_(("waiting", "offered"))
    in_person = or_(Conversation.wants_id == _ME, Conversation.representative_id == _ME, Conversation.returns_to == _ME)
    serves = Conversation.queue.in_(bindparam("queues", expanding=True)) if has_queues else true()
    covered = select(Cover.conversation_id).where(Cover.representative_id == _ME, Cover.seen_at.is_(None))
    ways = [
        Conversation.held_by == _ME,
        offers.to(_ME),
        and_(Conversation.state == "waiting", Conversation.wants_id.is_(None), serves),
        and_(waits, in_person),
        Conversation.id.in_(covered),
        closing.wrapped_up_by(_ME),
    ]
    if supervises:
        ways.append(Conversation.breached_at.is_not(None))
    return or_(*ways)
