"""Which agents are here, and what they carry. Presence is a lease: who chose "online" but gave no sign of life is not here."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from operator import add
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    and_,
    bindparam,
    case,
    exists,
    func,
    literal,
    select,
    true,
    union_all,
    update,
)
from sqlalchemy.orm import Session, aliased
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.orm.util import identity_key

from handoff.models import Agent, Closing, Conversation, Offer
from handoff.routing import policy
from shop.ground import clock

RENEW_S = 10  # a lease younger than this is not written again
WORKING = ("online", "transfers")  # statuses in which a lease counts
MINUTE = timedelta(minutes=1)
_LOCKED = select(Agent).where(Agent.id == bindparam("id")).with_for_update().execution_options(populate_existing=True)
_ASKED = update(Agent).where(Agent.id == bindparam("of"))
_ONE = select(Agent.id).where(Agent.id == bindparam("id"))
_WAIT_FOR, _UNLESS_BUSY = _ONE.with_for_update(), _ONE.with_for_update(skip_locked=True)


class Load(NamedTuple):
    """An agent's units in use, how many offers they have in front of them, and how many they got in the last minute."""

    units: int = 0
    offers: int = 0
    lately: int = 0


NOTHING = Load()


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
    return agent.disabled_at is None and agent.seen_at is not None and agent.seen_at > lapses(now)


def lapses(now: datetime) -> datetime:
    """Who gave no sign of life since then has no lease."""
    return now - policy.current().presence.away_after


def here(now: datetime, *statuses: str) -> ColumnElement[bool]:
    """`is_here` as a condition; or with a lease and any of these statuses."""
    return and_(Agent.status.in_(statuses or ("online",)), Agent.seen_at > lapses(now), Agent.disabled_at.is_(None))


def weight(channel: str) -> int:
    """Units of capacity that a conversation of this channel takes."""
    return policy.current().channels[channel].weight  # type: ignore[index]


def loads(session: Session, agent_ids: Sequence[str] | None = None) -> dict[str, Load]:
    """What each of these agents carries now: active conversations, and offers in front of them. None: of everybody, but
    who carries nothing is left out."""
    session.flush()
    now, rules = clock.now(), policy.current()
    weights = tuple((name, channel.weight) for name, channel in rules.channels.items())
    asked = {"active": now - rules.capacity.idle, "lately": now - MINUTE}
    if agent_ids is not None:
        asked["agents"] = agent_ids  # type: ignore[assignment]
    wraps = rules.capacity.wrap_up and any(queue.wrap_up for queue in rules.queues.values())
    if wraps:
        asked["now"] = now
    rows = session.connection().execute(_loads(weights, agent_ids is None, wraps), asked).all()
    found: dict[str, Load] = {}
    for agent_id, units, offers, lately in rows:
        load, before = Load(units, offers, lately), found.get(agent_id)
        found[agent_id] = Load(*map(add, before, load)) if before else load
    return found if agent_ids is None else {agent_id: found.get(agent_id, NOTHING) for agent_id in agent_ids}


def lock_agent(session: Session, agent_id: str) -> Agent:
    """The agent with its row lock held, so that two events cannot fill the same free place."""
    return session.execute(_LOCKED, {"id": agent_id}).scalar_one()


def try_lock(session: Session, agent_id: str) -> bool:
    """`lock_agent`, unless somebody else has them in hand."""
    return alone(session) or session.connection().execute(_UNLESS_BUSY, {"id": agent_id}).first() is not None


def wait_for(session: Session, agent_id: str) -> None:
    """`lock_agent`, for a rule that has looked the agent up by other means."""
    if not alone(session):
        session.connection().execute(_WAIT_FOR, {"id": agent_id})


def alone(session: Session) -> bool:
    """With SQLite nobody else writes while this does: there is nobody to lock a row against."""
    return session.get_bind().dialect.name == "sqlite"


def asked(session: Session, agent_id: str, now: datetime) -> None:
    """They were just offered something."""
    session.connection().execute(_ASKED, {"of": agent_id, "last_offer_at": now})
    if (loaded := session.identity_map.get(identity_key(Agent, agent_id))) is not None:
        set_committed_value(loaded, "last_offer_at", now)


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
            .where(Agent.status.in_(WORKING), Agent.seen_at <= lapses(now))
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


@lru_cache(maxsize=16)
def _loads(weights: tuple[tuple[str, int], ...], everybody: bool, wraps: bool) -> CompoundSelect[str, int, int, int]:
    """Agent, units, offers, and offers in the last minute, by these weights; some rows each, from as many indexes."""
    none = literal(0)

    def part(who: Any, which: ColumnElement[bool], *columns: Any) -> Any:
        whose = true() if everybody else who.in_(bindparam("agents", expanding=True))
        return select(who, *columns).where(which, whose).group_by(who)

    def weighed(channel: Any) -> Any:
        return func.sum(case(dict(weights), value=channel))

    # That somebody holds it names the index in which nothing else is.
    held = and_(
        Conversation.held_by.is_not(None), Conversation.state == "held", Conversation.changed_at > bindparam("active")
    )
    # A wrap-up belongs to the close that began it: once the conversation moves on, it takes no place.
    as_left = aliased(Conversation)
    still = exists().where(as_left.id == Closing.conversation_id, as_left.version == Closing.version)
    wrapping = and_(Closing.wrapped_at.is_(None), Closing.wrap_until > bindparam("now"), still)
    wrapped = [part(Closing.agent_id, wrapping, weighed(Closing.channel), none, none)] if wraps else []
    return union_all(
        *wrapped,
        part(Conversation.held_by, held, weighed(Conversation.channel), none, none),
        part(Offer.agent_id, Offer.ended_at.is_(None), weighed(Offer.channel), func.count(), none),
        part(Offer.agent_id, Offer.made_at > bindparam("lately"), none, none, func.count()),
    )
