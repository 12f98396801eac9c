"""Where somebody stands who waits: for whom, at which place, how long it will take, what was promised. Read, never stored."""

import json
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from sqlalchemy import String, bindparam, cast, func, select
from sqlalchemy.orm import Session

from handoff.models import Agent, Conversation
from handoff.routing import books, estimates, hours, policy, presence
from handoff.routing.estimates import Range
from handoff.routing.hours import Hours
from shop.ground import clock

ASKED, IN_LINE, CLOSED, NOBODY = "asked", "in_line", "closed", "nobody"


_IN_FRONT = (
    select(func.count())
    .select_from(Conversation)
    .where(Conversation.state.in_(("waiting", "offered")), Conversation.rank_at < bindparam("rank"))
)
_OF_ONE = _IN_FRONT.where(Conversation.wants_id == bindparam("whose"))
# Always true of `needs`, and it names the queue's own index: by another SQLite would go through all who wait.
_OF_THE_TEAM = _IN_FRONT.where(
    Conversation.wants_id.is_(None), Conversation.queue == bindparam("whose"), Conversation.needs >= ""
)


@dataclass(frozen=True)
class Standing:
    """`outcome`: asked (somebody has it in front of them), in_line, closed, or nobody (open, but no one is here)."""

    outcome: str
    place: int
    range: Range | None = None  # only in line: who was asked answers in a moment, and who can say when nobody is here
    wanted: Agent | None = None  # in whose own queue it stands
    kept_until: datetime | None = None  # when it passes on from there
    opens_at: datetime | None = None


@dataclass(frozen=True)
class Team:
    """A team before anybody asks for it."""

    open: bool
    here: bool
    opens_at: datetime | None
    closes_at: datetime | None
    usual: Range | None


def of(session: Session, conversation: Conversation) -> Standing:
    """Where a conversation stands that waits or is offered."""
    here = place(session, conversation)
    wanted = session.get(Agent, conversation.wants_id) if conversation.wants_id else None
    kept_until = conversation.step_due_at if wanted else None
    if conversation.state == "offered":
        return Standing(ASKED, here, wanted=wanted, kept_until=kept_until)
    now = clock.now()
    opening = hours_of(conversation.queue)
    if wanted is None and not opening.is_open(now):
        return Standing(CLOSED, here, opens_at=opening.next_open(now))
    if wanted is None and not anybody_here(session, conversation.queue, conversation):
        return Standing(NOBODY, here)
    return Standing(IN_LINE, here, estimates.ahead(session, conversation, here), wanted, kept_until)


def place(session: Session, conversation: Conversation) -> int:
    """The place in its line, counted from 1: that of one person, or that of the team queue."""
    session.flush()
    line, whose = (_OF_ONE, conversation.wants_id) if conversation.wants_id else (_OF_THE_TEAM, conversation.queue)
    in_front = session.connection().execute(line, {"whose": whose, "rank": conversation.rank_at})
    return 1 + (in_front.scalar() or 0)


def team(session: Session, queue: str | None) -> Team:
    """What somebody may know before they ask: open or closed, and how fast this team usually is."""
    now, opening = clock.now(), hours_of(queue)
    opens_at = opening.next_open(now)
    is_open = opens_at == now
    usual = estimates.usual(session, queue or policy.current().queue_for(None))
    return Team(is_open, anybody_here(session, queue), None if is_open else opens_at, opening.closes_at(now), usual)


def hours_of(queue: str | None) -> Hours:
    """The opening hours of a team queue; of the one for the rest, when it is not known any more."""
    rules = policy.current()
    return rules.queues[queue].hours if queue in rules.queues else rules.default_queue.hours


def anybody_here(session: Session, queue: str | None, conversation: Conversation | None = None) -> bool:
    """Is anybody here who would be asked, however busy they are: who serves the queue, is in their own hours and not on
    leave? Skills and language do not count: they relax. The customer's own representative would, whatever she serves."""
    now, rules = clock.now(), policy.current()
    name = queue if queue in rules.queues else rules.queue_for(None)
    working = presence.WORKING if conversation is not None and conversation.stage == "transfer" else ("online",)
    theirs = conversation.representative_id if conversation is not None else None
    columns = cast(Agent.queues, String), cast(Agent.hours, String), Agent.id == (theirs or "")
    rows = session.execute(select(*columns).where(presence.here(now, *working), books.at_work(now)).distinct())
    return any((own or _serves(queues, name)) and _works(own_hours, now) for queues, own_hours, own in rows)


def _serves(queues: str, name: str) -> bool:
    served = json.loads(queues)
    return not served or name in served


def _works(written: str | None, now: datetime) -> bool:
    own = _read(written or "null", policy.current().default_queue.hours.zone)
    return own is None or own.is_open(now)


@lru_cache(maxsize=1000)
def _read(written: str, zone: ZoneInfo) -> Hours | None:
    own = json.loads(written)
    return hours.read(own, zone) if own else None
