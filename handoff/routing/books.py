"""The book of business: whose customer it is, who stands in for them, and who gets a customer who has nobody.

An entry has a first and a last day. Routing reads the book when a person is asked for, and keeps to what it found until
the next request: nothing that happens to the book moves a conversation that has begun.
"""

import json
from datetime import datetime, timedelta
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

from sqlalchemy import BindParameter, ColumnElement, ScalarSelect, Select, and_, bindparam, exists, func, or_, select
from sqlalchemy.orm import Session

from handoff.models import Absence, Agent, Assignment, Book, Conversation
from handoff.routing import hours, policy, presence
from shop import purchases
from shop.ground import clock
from shop.models import Order

Moment = datetime | BindParameter[datetime]  # now, or a place for it in a statement that is built once

_LEAVES_ENDED = select(Absence.agent_id, Absence.since, Absence.until).where(
    Absence.until > bindparam("long_ago"), Absence.until <= bindparam("now"), Absence.until > Absence.since
)
_ANSWERED = (
    select(Assignment.agent_id)
    .where(Assignment.to_state == "held", Assignment.at >= bindparam("since"))
    .order_by(Assignment.at.desc(), Assignment.id.desc())
    .limit(1)
)
_ANSWERED_IT = _ANSWERED.where(Assignment.conversation_id == bindparam("whose"))
_ANSWERED_THEM = _ANSWERED.join(Conversation, Conversation.id == Assignment.conversation_id).where(
    Conversation.customer_id == bindparam("whose")
)


def representative(session: Session, customer_id: str) -> Agent | None:
    """The agent in whose book the customer stands today."""
    return session.scalar(_whose(), {"customer": customer_id, "now": clock.now()})


def deputy(session: Session, customer_id: str, representative: Agent) -> Agent | None:
    """Who stands in for the representative: the one named for this customer, else for this leave, else in general. Who is
    on leave themselves is passed over."""
    now = clock.now()
    entry, absence = _entry(session, customer_id, now), on_leave(session, representative.id, now)
    theirs = entry.deputy_id if entry and entry.agent_id == representative.id else None
    for agent_id in (theirs, absence and absence.deputy_id, representative.deputy_id):
        found = _on_staff(session, agent_id) if agent_id and agent_id != representative.id else None
        if found and on_leave(session, found.id, now) is None:
            return found
    return None


def on_leave(session: Session, agent_id: str, now: datetime) -> Absence | None:
    """The leave that the agent is on at this moment; of several, the one that ends last."""
    return session.scalar(_leave(), {"agent": agent_id, "now": now})


def leaves(session: Session, now: datetime) -> list[Absence]:
    """Everybody's leave at this moment, the one that ends last at the end."""
    return list(session.scalars(select(Absence).where(_covers(now)).order_by(Absence.until)))


def eased_in(session: Session, now: datetime) -> set[str]:
    """Agents who came back from leave a short while ago: no longer than the policy's ramp, nor than the leave itself."""
    over = policy.current().ramp.over
    ended = session.connection().execute(_LEAVES_ENDED, {"long_ago": now - over, "now": now})
    return {agent_id for agent_id, since, until in ended if now < until + min(over, until - since)}


def eased(capacity: int) -> int:
    """What an agent who is eased in takes of their capacity: never less than one conversation."""
    rules = policy.current()
    one = max(channel.weight for channel in rules.channels.values())
    return min(capacity, max(one, int(capacity * rules.ramp.share)))


def at_work(now: Moment) -> ColumnElement[bool]:
    """Not on leave, as a condition on agents."""
    return ~exists().where(Absence.agent_id == Agent.id, _covers(now))


def available(session: Session, agent: Agent, now: datetime) -> str | None:
    """None: the agent can be asked. Else why not, as a code: left, on_leave, outside_hours, away, transfers, offline."""
    if agent.disabled_at is not None:
        return "left"
    if on_leave(session, agent.id, now):
        return "on_leave"
    if not presence.is_here(agent, now):
        return agent.status if agent.status != "online" else "offline"
    return None if in_hours(agent, now) else "outside_hours"


def in_hours(agent: Agent, now: datetime) -> bool:
    """Is this within the hours that the agent works? Who has none of their own works whenever they are here."""
    return agent.hours is None or within(json.dumps(agent.hours, sort_keys=True), now)


def within(written: str, now: datetime) -> bool:
    """The same of hours as they are written in the agent's row; of five hundred agents many have the same."""
    own = _hours(written, policy.current().default_queue.hours.zone)
    return own is None or own.is_open(now)


def last_agent(session: Session, conversation: Conversation, within: timedelta) -> str | None:
    """Who last answered this customer, in whichever conversation; of somebody unknown, who last answered this one."""
    found, whose = _ANSWERED_IT, conversation.id
    if conversation.customer_id:
        found, whose = _ANSWERED_THEM, conversation.customer_id
    return session.connection().execute(found, {"whose": whose, "since": clock.now() - within}).scalar()


def adopt(session: Session, customer_id: str) -> Agent | None:
    """Give a customer who has nobody a representative: of those with room, whose book is worth least. For the next request."""
    now = clock.now()
    if session.scalar(select(exists().where(Book.customer_id == customer_id, not_over(now)))):
        return None  # they have one, perhaps from tomorrow on
    chosen = _smallest(session, now)
    if chosen is not None:
        session.add(Book(customer_id=customer_id, agent_id=chosen.id, since=now, why="smallest book with room"))
        session.flush()
    return chosen


def current(now: Moment) -> ColumnElement[bool]:
    """The entries that count at this moment, as a condition."""
    return and_(Book.since <= now, not_over(now))


def size(now: datetime) -> ScalarSelect[int]:
    """How many customers an agent has, those to come included: a column beside `Agent`."""
    return select(func.count()).where(Book.agent_id == Agent.id, not_over(now)).correlate(Agent).scalar_subquery()


def worth(now: datetime) -> ScalarSelect[int]:
    """What an agent's customers spent in twelve months, in minor units, what is on its way back included: a column beside
    `Agent`."""
    total = select(func.coalesce(func.sum(Order.paid_minor), 0)).join(Book, Book.customer_id == Order.customer_id)
    return (
        total.where(Book.agent_id == Agent.id, not_over(now), purchases.lately(now)).correlate(Agent).scalar_subquery()
    )


def spent(now: datetime) -> ScalarSelect[int]:
    """What the customer of an entry spent in twelve months, in minor units: a column beside `Book`."""
    total = select(func.coalesce(func.sum(Order.paid_minor), 0))
    return total.where(Order.customer_id == Book.customer_id, purchases.lately(now)).correlate(Book).scalar_subquery()


def not_over(now: Moment) -> ColumnElement[bool]:
    """Entries that count now or will, as a condition."""
    return or_(Book.until.is_(None), Book.until > now)


def _smallest(session: Session, now: datetime) -> Agent | None:
    """Of those who keep a book and have room in it, whose is worth least; among equals, who has fewest customers."""
    keeps = Agent.disabled_at.is_(None), Agent.room > size(now), at_work(now)
    return session.scalar(select(Agent).where(*keeps).order_by(worth(now), size(now), Agent.id).limit(1))


def _entry(session: Session, customer_id: str, now: datetime) -> Book | None:
    return session.scalar(select(Book).where(Book.customer_id == customer_id, current(now)))


@cache
def _whose() -> Select[Agent]:
    theirs = select(Agent).join(Book, Book.agent_id == Agent.id).where(Book.customer_id == bindparam("customer"))
    return theirs.where(current(bindparam("now")), Agent.disabled_at.is_(None))


@cache
def _leave() -> Select[Absence]:
    theirs = select(Absence).where(Absence.agent_id == bindparam("agent"), _covers(bindparam("now")))
    return theirs.order_by(Absence.until.desc(), Absence.id).limit(1)


@lru_cache(maxsize=1000)
def _hours(written: str, zone: ZoneInfo) -> hours.Hours | None:
    own = json.loads(written)
    return None if own is None else hours.read(own, zone)


def _covers(now: Moment) -> ColumnElement[bool]:
    return and_(Absence.since <= now, Absence.until > now)


def _on_staff(session: Session, agent_id: str) -> Agent | None:
    found = session.get(Agent, agent_id)
    return found if found and found.disabled_at is None else None
