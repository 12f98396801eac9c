"""How the books stand, and how well those are served who have a representative: by whom, was she free, and were the
promises about time kept.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import quantiles

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, aliased

from handoff.models import Agent, Book, Wait
from handoff.routing import books
from shop.ground.money import Money
from shop.models import Order


@dataclass(frozen=True)
class Shelf:
    """One book: `customers` and what they spent in twelve months; `room` is None for who gets customers by hand alone."""

    name: str
    email: str
    customers: int
    room: int | None
    worth: Money
    deputy: str
    on_leave_until: datetime | None


@dataclass(frozen=True)
class Entry:
    """One customer of a book."""

    customer_id: str
    spent: Money
    since: datetime
    until: datetime | None
    deputy: str
    why: str


@dataclass(frozen=True)
class Served:
    """Requests by who served them: the representative herself, a deputy, the team, or nobody (given up, closed). `free`:
    she was here with a free place when it came; `own_of_free`: of those, how many she served."""

    requests: int = 0
    representative: int = 0
    deputy: int = 0
    team: int = 0
    nobody: int = 0
    free: int = 0
    own_of_free: int = 0

    def share(self, part: str) -> float | None:
        """A share of the requests that somebody served. None: there are none."""
        served = self.requests - self.nobody
        return getattr(self, part) / served if served else None

    @property
    def share_of_free(self) -> float | None:
        return self.own_of_free / self.free if self.free else None


@dataclass(frozen=True)
class Dedicated:
    """The report of a period. Waits are in seconds, of those who were served; `promised` were told a time, `kept` of
    them were served by then."""

    all: Served
    each: dict[str, Served]  # by the representative's name
    median_s: float | None
    p90_s: float | None
    promised: int
    kept: int

    @property
    def share_kept(self) -> float | None:
        return self.kept / self.promised if self.promised else None


def shelves(session: Session, now: datetime) -> list[Shelf]:
    """Everybody who keeps a book or could, by name."""
    size, worth, stands_in = books.size(now).label("size"), books.worth(now).label("worth"), aliased(Agent)
    rows = session.execute(
        select(Agent, size, worth, stands_in.name.label("deputy"))
        .outerjoin(stands_in, stands_in.id == Agent.deputy_id)
        .where(or_(Agent.room.is_not(None), books.size(now) > 0))
        .order_by(Agent.name)
    )
    money, away = _currency(session), {leave.agent_id: leave.until for leave in books.leaves(session, now)}
    return [
        Shelf(a.name, a.email, n, a.room, Money(int(spent), money), deputy or "", away.get(a.id))
        for a, n, spent, deputy in rows
    ]


def entries(session: Session, agent: Agent, now: datetime) -> list[Entry]:
    """The customers of a book, those to come included, the highest spend first."""
    spent, stands_in = books.spent(now).label("spent"), aliased(Agent)
    rows = session.execute(
        select(Book, spent, stands_in.name)
        .outerjoin(stands_in, stands_in.id == Book.deputy_id)
        .where(Book.agent_id == agent.id, books.not_over(now))
        .order_by(spent.desc(), Book.customer_id)
    )
    money = _currency(session)
    return [
        Entry(book.customer_id, Money(int(minor), money), book.since, book.until, deputy or "", book.why)
        for book, minor, deputy in rows
    ]


def dedicated(session: Session, since: datetime, until: datetime) -> Dedicated:
    """Requests of customers with a representative that came from `since` until before `until`, and have ended."""
    where = Wait.representative_id.is_not(None), Wait.began_at >= since, Wait.began_at < until
    waits = session.scalars(select(Wait).where(*where, Wait.ended_at.is_not(None)).order_by(Wait.id)).all()
    names = {agent.id: agent.name for agent in session.scalars(select(Agent))}
    of: dict[str, list[Wait]] = defaultdict(list)
    for wait in waits:
        of[names[str(wait.representative_id)]].append(wait)
    promised = [(due, wait) for wait in waits if (due := _promise(wait)) and wait.outcome != "abandoned"]
    median, p90 = _spread([_seconds(wait) for wait in waits if wait.outcome == "held"])
    kept = sum(wait.outcome == "held" and wait.ended_at is not None and wait.ended_at <= due for due, wait in promised)
    return Dedicated(_served(waits), {name: _served(of[name]) for name in sorted(of)}, median, p90, len(promised), kept)


def _currency(session: Session) -> str:
    return session.scalar(select(Order.currency).limit(1)) or ""


def _served(waits: Sequence[Wait]) -> Served:
    by = Counter(map(_who, waits))
    free = Counter(_who(wait) for wait in waits if wait.representative_free)
    own = by["representative"], by["deputy"], by["team"], by["nobody"]
    return Served(len(waits), *own, free.total(), free["representative"])


def _who(wait: Wait) -> str:
    if wait.outcome != "held":
        return "nobody"
    if wait.agent_id == wait.representative_id:
        return "representative"
    return "deputy" if wait.stage == "deputy" else "team"


def _promise(wait: Wait) -> datetime | None:
    """By when the customer was told to expect somebody."""
    if wait.promised_at is not None:
        return wait.promised_at
    return wait.began_at + timedelta(seconds=wait.told_high_s) if wait.told_high_s is not None else None


def _seconds(wait: Wait) -> float:
    return (wait.ended_at - wait.began_at).total_seconds() if wait.ended_at else 0.0


def _spread(seconds: list[float]) -> tuple[float | None, float | None]:
    """The median and what nine of ten stay below."""
    if len(seconds) < 2:
        return (seconds[0], seconds[0]) if seconds else (None, None)
    tenths = quantiles(seconds, n=10, method="inclusive")
    return tenths[4], tenths[8]
