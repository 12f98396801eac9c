"""Customers change hands: one is given to a representative, or a whole book to others. Both count from the next request
on; who has a conversation now goes on with whom they have.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from heapq import heapify, heappop, heapreplace

from sqlalchemy import ColumnElement, case, func, literal, select, update
from sqlalchemy.orm import Session

from handoff.models import Agent, Book, Conversation
from handoff.routing import books, ready
from shop.ground.db import UtcDateTime
from shop.ground.errors import BadInput

UNDER_WAY = ("waiting", "offered", "held", "parked")


@dataclass(frozen=True)
class Plan:
    """What a reassignment would do. `to`: customer -> agent; `left`: for whom nobody has room; `talking`: how many of them
    have a conversation under way, which stays where it is."""

    agent_id: str
    to: dict[str, str]
    left: list[str] = field(default_factory=list)
    talking: int = 0

    @property
    def counts(self) -> dict[str, int]:
        """How many customers each agent gets, the most first."""
        return dict(Counter(self.to.values()).most_common())


def assign(
    session: Session, customer_id: str, agent: Agent, since: datetime, *, by: str, why: str, deputy: Agent | None = None
) -> None:
    """From `since` on this customer's representative is `agent`, room or not: somebody decided it."""
    _can_keep(agent)
    before = books.representative(session, customer_id)
    if deputy is agent:
        raise BadInput("Nobody stands in for themselves: name another deputy.")
    _end(session, Book.customer_id == customer_id, since)
    session.add(
        Book(customer_id=customer_id, agent_id=agent.id, since=since, deputy_id=deputy and deputy.id, by=by, why=why)
    )
    session.flush()
    if before is not None:
        ready.at(session, before.id, since)  # who keeps no book any more keeps no room free for its customers


def plan(session: Session, agent: Agent, to: Agent | None, now: datetime) -> Plan:
    """Who would get the customers of `agent`: all of them `to`, or each the one whose book is worth least and has room."""
    if to is agent:
        raise BadInput("These customers are theirs already: name somebody else.")
    customers = _customers(session, agent, now)
    if to is not None:
        _can_keep(to)
        found: dict[str, str] = dict.fromkeys((customer for customer, _ in customers), to.id)
        left: list[str] = []
    else:
        found, left = _shared_out(customers, _keepers(session, agent, now))
    return Plan(agent.id, found, left, _talking(session, agent, now))


def carry_out(session: Session, planned: Plan, since: datetime, *, by: str, why: str) -> None:
    """Let the plan count from `since` on. What a customer's entry says of their deputy ends with it."""
    ids = list(planned.to)
    for at in range(0, len(ids), 500):
        _end(session, Book.customer_id.in_(ids[at : at + 500]), since)
    session.add_all(
        Book(customer_id=customer, agent_id=agent, since=since, by=by, why=why)
        for customer, agent in planned.to.items()
    )
    session.flush()
    ready.at(session, planned.agent_id, since)


def _end(session: Session, whose: ColumnElement[bool], since: datetime) -> None:
    """What stands in the book for these customers ends; what would have begun later never counts."""
    session.flush()
    ends = case((Book.since > since, Book.since), else_=literal(since, UtcDateTime()))
    session.execute(
        update(Book)
        .where(whose, books.not_over(since))
        .values(until=ends)
        .execution_options(synchronize_session="fetch")
    )


def _can_keep(agent: Agent) -> None:
    if agent.disabled_at is not None:
        raise BadInput(f"{agent.name} has left: name somebody who is on staff.")


def _customers(session: Session, agent: Agent, now: datetime) -> list[tuple[str, int]]:
    """An agent's customers and what each spent in twelve months, the highest first."""
    spent = books.spent(now).label("spent")
    whose = select(Book.customer_id, spent).where(Book.agent_id == agent.id, books.not_over(now))
    return [(row.customer_id, row.spent) for row in session.execute(whose.order_by(spent.desc(), Book.customer_id))]


def _keepers(session: Session, leaving: Agent, now: datetime) -> list[tuple[int, int, str, int]]:
    """Worth, customers, id and free room of each who keeps a book and is not on leave, `leaving` aside."""
    size, worth = books.size(now).label("size"), books.worth(now).label("worth")
    keeps = Agent.disabled_at.is_(None), Agent.room > books.size(now), Agent.id != leaving.id, books.at_work(now)
    rows = session.execute(select(Agent.id, Agent.room, size, worth).where(*keeps))
    return [(int(row.worth), row.size, row.id, (row.room or 0) - row.size) for row in rows]


def _shared_out(
    customers: list[tuple[str, int]], keepers: list[tuple[int, int, str, int]]
) -> tuple[dict[str, str], list[str]]:
    """The highest spend first, each to the book that is worth least by then and has room; who is left over comes second."""
    found: dict[str, str] = {}
    heapify(keepers)
    for customer_id, spent in customers:
        if not keepers:
            break
        worth, size, agent_id, room = keepers[0]
        found[customer_id] = agent_id
        if room > 1:
            heapreplace(keepers, (worth + spent, size + 1, agent_id, room - 1))
        else:
            heappop(keepers)
    return found, [customer_id for customer_id, _ in customers[len(found) :]]


def _talking(session: Session, agent: Agent, now: datetime) -> int:
    theirs = Book.agent_id == agent.id, books.not_over(now), Conversation.state.in_(UNDER_WAY)
    talking = select(func.count(Conversation.id.distinct())).join(Book, Book.customer_id == Conversation.customer_id)
    return session.scalar(talking.where(*theirs)) or 0
