"""Which agents are here, and what they carry. Presence is a lease: who chose "online" but gave no sign of life is not here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, select, update
from sqlalchemy.orm import Session

from handoff.models import Agent, Conversation, Offer
from handoff.routing import policy
from shop.ground import clock

RENEW_S = 10  # a lease younger than this is not written again
WORKING = ("online", "transfers")  # statuses in which a lease counts


@dataclass(frozen=True)
class Load:
    """An agent's units in use, and how many offers they have in front of them."""

    units: int = 0
    offers: int = 0


def is_here(agent: Agent, now: datetime) -> bool:
    """Can they be asked for anything?"""
    return agent.status == "online" and has_lease(agent, now)


def takes_transfers(agent: Agent, now: datetime) -> bool:
    """Can they be asked for what a colleague passes on?"""
    return agent.status in WORKING and has_lease(agent, now)


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
    return agent.status if has_lease(agent, now) else "away"


def has_lease(agent: Agent, now: datetime) -> bool:
    return agent.disabled_at is None and agent.seen_at is not None and agent.seen_at > _lapses(now)


def here(now: datetime, *statuses: str) -> ColumnElement[bool]:
    """`is_here` as a condition; or with a lease and any of these statuses."""
    return and_(Agent.status.in_(statuses or ("online",)), Agent.seen_at > _lapses(now), Agent.disabled_at.is_(None))


def weight(channel: str) -> int:
    """Units of capacity that a conversation of this channel takes."""
    return policy.current().channels[channel].weight  # type: ignore[index]


def active(now: datetime) -> ColumnElement[bool]:
    """Conversations that take a place: held, and something was said in them lately."""
    return and_(Conversation.state == "held", Conversation.changed_at > now - policy.current().capacity.idle)


def loads(session: Session, agent_ids: Sequence[str] | None = None) -> dict[str, Load]:
    """What each of these agents carries now: active conversations, and offers in front of them. None: of everybody."""
    held = _units(session, Conversation.held_by, Conversation.channel, agent_ids, active(clock.now()))
    offered = _units(session, Offer.agent_id, Offer.channel, agent_ids, Offer.ended_at.is_(None))
    nothing = (0, 0)
    return {
        agent_id: Load(
            held.get(agent_id, nothing)[0] + offered.get(agent_id, nothing)[0], offered.get(agent_id, nothing)[1]
        )
        for agent_id in (held.keys() | offered.keys() if agent_ids is None else agent_ids)
    }


def lock_agent(session: Session, agent_id: str) -> Agent:
    """The agent with its row lock held, so that two events cannot fill the same free place."""
    return session.execute(
        select(Agent).where(Agent.id == agent_id).with_for_update().execution_options(populate_existing=True)
    ).scalar_one()


def try_lock(session: Session, agent_id: str) -> bool:
    """`lock_agent`, unless somebody else has them in hand."""
    free = select(Agent).where(Agent.id == agent_id).with_for_update(skip_locked=True)
    return session.execute(free.execution_options(populate_existing=True)).scalar_one_or_none() is not None


def is_due(session: Session, agent_id: str) -> bool:
    """Should the lease be written again?"""
    seen_at = session.scalar(select(Agent.seen_at).where(Agent.id == agent_id))
    return seen_at is None or seen_at < clock.now() - timedelta(seconds=RENEW_S)


def renew(session: Session, agent_id: str) -> None:
    """A sign of life. Does not make an agent who chose "away" come back."""
    session.execute(update(Agent).where(Agent.id == agent_id).values(seen_at=clock.now()))


def lapsed(session: Session, now: datetime) -> list[Agent]:
    """Agents who say that they work but whose lease ran out."""
    return list(
        session.scalars(
            select(Agent)
            .where(Agent.status.in_(WORKING), Agent.seen_at <= _lapses(now))
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


def _lapses(now: datetime) -> datetime:
    return now - policy.current().presence.away_after


def _units(
    session: Session, who: Any, channel: Any, agent_ids: Sequence[str] | None, which: ColumnElement[bool]
) -> dict[str, tuple[int, int]]:
    """Agent -> units in use, and by how many conversations."""
    units = case({name: rules.weight for name, rules in policy.current().channels.items()}, value=channel)
    # Without names the empty one stands before all: SQLite would go through every row without an agent to group them.
    where = [which, who > "" if agent_ids is None else who.in_(agent_ids)]
    rows = session.execute(select(who, func.sum(units), func.count()).where(*where).group_by(who))
    return {agent_id: (int(used), int(number)) for agent_id, used, number in rows}
