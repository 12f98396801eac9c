"""Which agents are here, and what they can still carry.

Presence is a lease: an agent who chose "online" but gave no sign of life for `LEASE_S` seconds is not here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, select, update
from sqlalchemy.orm import Session

from handoff.models import Agent, Conversation, Offer
from handoff.routing import policy
from shop.ground import clock

LEASE_S = 60
RENEW_S = 10  # a lease younger than this is not written again
WEIGHTS = {"web": 2, "sms": 1}  # capacity units that a conversation takes, by channel
RESERVED = 2  # units a representative keeps free for their own customers
MISSES_UNTIL_AWAY = 2


@dataclass(frozen=True)
class Load:
    """An agent's units in use, and how many offers they have in front of them."""

    units: int
    offers: int


def is_here(agent: Agent, now: datetime) -> bool:
    return agent.status == "online" and agent.seen_at is not None and agent.seen_at > now - timedelta(seconds=LEASE_S)


def takes_transfers(agent: Agent, now: datetime) -> bool:
    """Can they be asked for what a colleague passes on?"""
    return agent.disabled_at is None and shown(agent, now) in ("online", "transfers")


def is_around(agent: Agent, now: datetime) -> bool:
    """Perhaps away, but not gone: signed in, with a sign of life not long ago."""
    seen_at, gone_after = agent.seen_at, policy.current().presence.offline_after
    return (
        agent.disabled_at is None and agent.status != "offline" and seen_at is not None and seen_at > now - gone_after
    )


def shown(agent: Agent, now: datetime) -> str:
    """The presence that colleagues see: as chosen while there are signs of life, then away, then offline."""
    if not is_around(agent, now):
        return "offline"
    silent = agent.seen_at is None or agent.seen_at <= now - timedelta(seconds=LEASE_S)
    return "away" if silent else agent.status


def here(now: datetime, *statuses: str) -> ColumnElement[bool]:
    """`is_here` as a condition; or with a lease and any of these statuses."""
    return and_(
        Agent.status.in_(statuses or ("online",)),
        Agent.seen_at > now - timedelta(seconds=LEASE_S),
        Agent.disabled_at.is_(None),
    )


def weight(channel: str) -> int:
    return WEIGHTS[channel]


def loads(session: Session, agent_ids: Sequence[str]) -> dict[str, Load]:
    """What each of these agents carries now: conversations they hold, and offers in front of them."""
    held = _units(session, Conversation.held_by, Conversation.channel, agent_ids, Conversation.state == "held")
    offered = _units(session, Offer.agent_id, Offer.channel, agent_ids, Offer.ended_at.is_(None))
    nothing = (0, 0)
    return {
        agent_id: Load(
            held.get(agent_id, nothing)[0] + offered.get(agent_id, nothing)[0], offered.get(agent_id, nothing)[1]
        )
        for agent_id in agent_ids
    }


def _units(
    session: Session, who: Any, channel: Any, agent_ids: Sequence[str], which: ColumnElement[bool]
) -> dict[str, tuple[int, int]]:
    """Agent -> units in use, and by how many conversations."""
    units = case(WEIGHTS, value=channel)
    rows = session.execute(select(who, func.sum(units), func.count()).where(which, who.in_(agent_ids)).group_by(who))
    return {agent_id: (int(used), int(number)) for agent_id, used, number in rows}


def lock_agent(session: Session, agent_id: str) -> Agent:
    """The agent with its row lock held, so that two events cannot fill the same free place."""
    return session.execute(
        select(Agent).where(Agent.id == agent_id).with_for_update().execution_options(populate_existing=True)
    ).scalar_one()


def is_due(session: Session, agent_id: str) -> bool:
    """Should the lease be written again?"""
    seen_at = session.scalar(select(Agent.seen_at).where(Agent.id == agent_id))
    return seen_at is None or seen_at < clock.now() - timedelta(seconds=RENEW_S)


def renew(session: Session, agent_id: str) -> None:
    """A sign of life. Does not make an agent who chose "away" come back."""
    session.execute(update(Agent).where(Agent.id == agent_id).values(seen_at=clock.now()))


def lapsed(session: Session, now: datetime) -> list[Agent]:
    """Agents who say "online" but whose lease ran out."""
    return list(
        session.scalars(
            select(Agent)
            .where(Agent.status.in_(("online", "transfers")), Agent.seen_at <= now - timedelta(seconds=LEASE_S))
            .with_for_update(skip_locked=True)
        )
    )


def gone(session: Session, now: datetime) -> list[Agent]:
    """Agents who are away and gave no sign of life for so long that they are not coming back soon."""
    long_ago = now - policy.current().presence.offline_after
    return list(
        session.scalars(
            select(Agent).where(Agent.status == "away", Agent.seen_at <= long_ago).with_for_update(skip_locked=True)
        )
    )
