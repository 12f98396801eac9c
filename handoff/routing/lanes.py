"""The order of those who wait, by lanes: same queue, same needs, same channel. The head of a lane is one look-up in an
index, however many stand behind it.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from heapq import heappop, heappush
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, bindparam, func, literal, select, tuple_, union_all
from sqlalchemy.orm import Session, aliased

from handoff.models import Conversation
from shop.ground.db import UtcDateTime

PAGE = 20
_NEVER = datetime(9999, 1, 1, tzinfo=UTC)


class Lane(NamedTuple):
    """A team's lane that somebody waits in."""

    queue: str
    needs: str
    channel: str


def heads(session: Session) -> list[tuple[Lane, str, datetime]]:
    """Every lane that somebody waits in, with who is first: lane, conversation, rank. One step of the index for each."""
    session.flush()
    rows = session.connection().execute(_HEADS)
    return [(Lane(queue, needs, channel), first, rank_at) for queue, needs, channel, rank_at, first in rows]


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
    session.flush()
    return list(session.connection().execute(_OWN, {"agent": agent_id}).scalars())


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


def _behind(session: Session, lane: Lane, rank_at: datetime, first: str) -> list[tuple[datetime, str]]:
    """The next of a lane."""
    session.flush()
    rows = session.connection().execute(_BEHIND, {**lane._asdict(), "rank": rank_at, "last": first})
    return [(rank, conversation_id) for rank, conversation_id in rows if rank is not None]


def _waits(row: Any = Conversation) -> tuple[ColumnElement[bool], ...]:
    return row.state == "waiting", row.wants_id.is_(None)


def _lane_of(row: Any) -> tuple[Any, ...]:
    return row.queue, row.needs, row.channel


def _in_order(row: Any = Conversation) -> tuple[Any, ...]:
    """As the index stands. That nobody in person is waited for is named though it is so for all of them: PostgreSQL would
    not know that the index has this order, and sort everybody."""
    return row.wants_id, *_lane_of(row), row.rank_at, row.id


def _heads() -> Select[*tuple[Any, ...]]:
    """From each head one step of the index to the head of the lane behind it, until there is none."""
    following = aliased(Conversation)
    columns = *_lane_of(Conversation), Conversation.rank_at, Conversation.id
    first = select(*columns).where(*_waits()).order_by(*_in_order()).limit(1)
    heads = select(first.subquery()).cte("heads", recursive=True)
    # Compared with a column as it is, SQLite would enter the index by the queue alone and go through all who wait there.
    # The rank is compared too, so that the index is entered behind the lane and not at its beginning.
    lane = tuple_(*(func.coalesce(column, "") for column in _lane_of(heads.c)), literal(_NEVER, UtcDateTime))
    behind = tuple_(*_lane_of(following), following.rank_at) > lane
    found = select(following.id).where(*_waits(following), behind).order_by(*_in_order(following)).limit(1)
    next_one = found.correlate(heads).scalar_subquery()
    return select(heads.union_all(select(*columns).join(heads, Conversation.id == next_one)))


def _own() -> Select[str]:
    theirs = select(Conversation.id, Conversation.rank_at).where(Conversation.state == "waiting")
    theirs = theirs.order_by(Conversation.rank_at).limit(PAGE)
    whose = (
        theirs.add_columns(literal(0).label("place")).where(Conversation.wants_id == bindparam("agent")),
        theirs.add_columns(literal(1).label("place")).where(
            Conversation.wants_id.is_(None), Conversation.representative_id == bindparam("agent")
        ),
    )
    both = union_all(*(select(part.subquery()) for part in whose)).subquery()
    return select(both.c.id).order_by(both.c.place, both.c.rank_at)


_HEADS, _OWN = _heads(), _own()
_BEHIND = (
    select(Conversation.rank_at, Conversation.id)
    .where(
        *_waits(),
        *(column == bindparam(column.key) for column in _lane_of(Conversation)),
        tuple_(Conversation.rank_at, Conversation.id) > tuple_(bindparam("rank", type_=UtcDateTime), bindparam("last")),
    )
    .order_by(*_in_order())
    .limit(PAGE)
)
