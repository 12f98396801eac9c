"""Where somebody stands who waits: for whom, at which place, how long it will take, what was promised. Read, never stored."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, exists, func, select
from sqlalchemy.orm import Session

from handoff.models import Agent, Conversation
from handoff.routing import estimates, policy, presence
from handoff.routing.estimates import Range
from handoff.routing.hours import Hours
from shop.ground import clock

ASKED, IN_LINE, CLOSED, NOBODY = "asked", "in_line", "closed", "nobody"


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
    hours = hours_of(conversation.queue)
    if wanted is None and not hours.is_open(now):
        return Standing(CLOSED, here, opens_at=hours.next_open(now))
    if wanted is None and not anybody_here(session):
        return Standing(NOBODY, here)
    return Standing(IN_LINE, here, estimates.ahead(session, conversation, here), wanted, kept_until)


def place(session: Session, conversation: Conversation) -> int:
    """The place in its line, counted from 1: that of one person, or that of the team queue."""
    line = Conversation.wants_id == conversation.wants_id
    if conversation.wants_id is None:
        # Always true of `needs`, and it names the queue's own index: by another SQLite would go through all who wait.
        line = and_(Conversation.wants_id.is_(None), Conversation.queue == conversation.queue, Conversation.needs >= "")
    in_front = (Conversation.state.in_(("waiting", "offered")), line, Conversation.rank_at < conversation.rank_at)
    return 1 + (session.scalar(select(func.count()).select_from(Conversation).where(*in_front)) or 0)


def team(session: Session, queue: str | None) -> Team:
    """What somebody may know before they ask: open or closed, and how fast this team usually is."""
    now, hours = clock.now(), hours_of(queue)
    opens_at = hours.next_open(now)
    is_open = opens_at == now
    usual = estimates.usual(session, queue or policy.current().queue_for(None))
    return Team(is_open, anybody_here(session), None if is_open else opens_at, hours.closes_at(now), usual)


def hours_of(queue: str | None) -> Hours:
    """The opening hours of a team queue; of the one for the rest, when it is not known any more."""
    rules = policy.current()
    return rules.queues[queue].hours if queue in rules.queues else rules.default_queue.hours


def anybody_here(session: Session) -> bool:
    return bool(session.scalar(select(exists().where(presence.here(clock.now())))))
