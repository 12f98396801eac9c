"""The order of those who wait, by lanes: same queue, same needs, same channel. The head of a lane is one look-up in an
index, however many stand behind it.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from heapq import heappop, heappush

from sqlalchemy import Row, literal, select, tuple_
from sqlalchemy.orm import Session

from handoff.models import Conversation
from shop.ground.db import UtcDateTime

PAGE = 20
_ORDER = (Conversation.queue, Conversation.needs, Conversation.channel, Conversation.rank_at)
_NEVER = datetime(9999, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Lane:
    """A team's lane that somebody waits in."""

    queue: str
    needs: str
    channel: str


def heads(session: Session) -> list[tuple[Lane, str, datetime]]:
    """Every lane that somebody waits in, with who is first: lane, conversation, rank. One step of the index for each."""
    found = []
    row = _first_after(session, None)
    while row is not None:
        lane = Lane(row.queue, row.needs, row.channel)
        found.append((lane, row.id, row.rank_at))
        row = _first_after(session, lane)
    return found


def in_line(session: Session, serves: Callable[[Lane], bool]) -> Iterator[tuple[datetime, str]]:
    """Rank and conversation of those who wait in the lanes that somebody serves, the first of all lanes first."""
    fronts: list[tuple[datetime, str, int]] = []
    lines = [_lane(session, lane, rank_at, first) for lane, first, rank_at in heads(session) if serves(lane)]
    for place, line in enumerate(lines):
        heappush(fronts, (*next(line), place))
    while fronts:
        rank_at, first, place = heappop(fronts)
        yield rank_at, first
        if (following := next(lines[place], None)) is not None:
            heappush(fronts, (*following, place))


def own(session: Session, agent_id: str) -> list[str]:
    """Who waits for this agent in person, then this agent's own customers who wait for the team; each in their order."""
    theirs = select(Conversation.id).where(Conversation.state == "waiting").order_by(Conversation.rank_at).limit(PAGE)
    in_person = session.scalars(theirs.where(Conversation.wants_id == agent_id)).all()
    at_the_team = theirs.where(Conversation.wants_id.is_(None), Conversation.representative_id == agent_id)
    return [*in_person, *session.scalars(at_the_team)]


def in_person(session: Session, limit: int) -> list[tuple[str, str]]:
    """Who waits for one person alone, and for whom; those who wait longest first."""
    where = Conversation.state == "waiting", Conversation.wants_id.is_not(None)
    rows = session.execute(
        select(Conversation.id, Conversation.wants_id).where(*where).order_by(Conversation.rank_at).limit(limit)
    )
    return [(conversation_id, str(agent_id)) for conversation_id, agent_id in rows]


def at_the_team(session: Session, limit: int) -> list[tuple[str, str]]:
    """Who waits for the team though they have a representative, and her; those who wait longest first."""
    theirs = select(Conversation.id, Conversation.representative_id).where(
        Conversation.state == "waiting", Conversation.wants_id.is_(None), Conversation.representative_id.is_not(None)
    )
    rows = session.execute(theirs.order_by(Conversation.rank_at).limit(limit))
    return [(conversation_id, str(agent_id)) for conversation_id, agent_id in rows]


def passed_on(session: Session) -> list[str]:
    """What was passed on to a team and waits for somebody there; those who wait longest first."""
    where = Conversation.state == "waiting", Conversation.wants_id.is_(None), Conversation.stage == "transfer"
    return list(session.scalars(select(Conversation.id).where(*where).order_by(Conversation.rank_at).limit(PAGE)))


def _lane(session: Session, lane: Lane, rank_at: datetime, first: str) -> Iterator[tuple[datetime, str]]:
    """One lane from its head on; who stands behind is looked up when they are asked for."""
    page = [(rank_at, first)]
    while page:
        yield from page
        page = _behind(session, lane, *page[-1])


def _first_after(session: Session, lane: Lane | None) -> Row[str | None, str, str, datetime | None, str] | None:
    where = [Conversation.state == "waiting", Conversation.wants_id.is_(None)]
    if lane is not None:  # the rank too, so that the index is entered behind the lane and not at its beginning
        where.append(tuple_(*_ORDER) > tuple_(lane.queue, lane.needs, lane.channel, literal(_NEVER, UtcDateTime)))
    return session.execute(
        select(*_ORDER, Conversation.id).where(*where).order_by(*_ORDER, Conversation.id).limit(1)
    ).first()


def _behind(session: Session, lane: Lane, rank_at: datetime, first: str) -> list[tuple[datetime, str]]:
    """The next of a lane."""
    last = (Conversation.rank_at, Conversation.id)
    where = (
        Conversation.state == "waiting",
        Conversation.wants_id.is_(None),
        Conversation.queue == lane.queue,
        Conversation.needs == lane.needs,
        Conversation.channel == lane.channel,
        tuple_(*last) > tuple_(literal(rank_at, UtcDateTime), first),
    )
    rows = session.execute(select(*last).where(*where).order_by(*last).limit(PAGE))
    return [(rank, conversation_id) for rank, conversation_id in rows if rank is not None]
