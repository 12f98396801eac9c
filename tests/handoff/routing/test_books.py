"""Whose customer it is, who stands in, and who gets a customer who has nobody."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff.models import Agent, Book
from handoff.routing import books, holding, shifts
from shop.ground.db import Database
from shop.models import DELIVERED, Order
from tests.conftest import Clock
from tests.handoff import world


def _mia(session: Session, **book: str) -> Agent:
    """Mia stands in Dana's book; Priya is Dana's deputy, Tomas and Marcus are there too. Returns Dana."""
    for name in ("Priya", "Tomas", "Marcus"):
        world.agent(session, name)
    dana = world.agent(session, "Dana", deputy="priya")
    world.book(session, world.customer(session, "Mia", gold=True), dana, **book)
    return session.get_one(Agent, dana)


def _deputy(session: Session, dana: Agent) -> str | None:
    found = books.deputy(session, "mia", dana)
    return found.id if found else None


def test_the_deputy_is_the_customer_s_own_else_that_of_the_leave_else_the_representative_s(db: Database) -> None:
    with db.transaction() as session:
        dana = _mia(session)
        assert _deputy(session, dana) == "priya"
        world.on_leave(session, "dana", deputy="tomas")
        assert _deputy(session, dana) == "tomas"
        session.scalars(select(Book)).one().deputy_id = "marcus"
        assert _deputy(session, dana) == "marcus"


def test_a_deputy_on_leave_or_who_left_is_passed_over(sqlite_db: Database) -> None:
    with sqlite_db.transaction() as session:
        dana = _mia(session, deputy="marcus")
        world.on_leave(session, "marcus")
        assert _deputy(session, dana) == "priya"
        session.get_one(Agent, "priya").disabled_at = session.scalars(select(Book)).one().since
        assert _deputy(session, dana) is None


def test_nobody_is_their_own_deputy(sqlite_db: Database) -> None:
    with sqlite_db.transaction() as session:
        assert _deputy(session, _mia(session, deputy="dana")) == "priya"


def test_a_leave_counts_from_its_beginning_until_before_its_end(db: Database, clock: Clock) -> None:
    with db.transaction() as session:
        dana = world.agent(session, "Dana")
        leave = world.on_leave(session, dana, days=1)
        short = world.on_leave(session, dana, days=0.5)
        assert books.on_leave(session, dana, clock.time) is leave  # of several the one that ends last
        assert books.on_leave(session, dana, leave.since - timedelta(seconds=1)) is None
        assert books.on_leave(session, dana, short.until) is leave
        assert books.on_leave(session, dana, leave.until) is None


@pytest.mark.parametrize(
    ("status", "why"), [("online", None), ("away", "away"), ("transfers", "transfers"), ("offline", "offline")]
)
def test_who_is_here_can_be_asked_and_who_is_not_says_why(
    sqlite_db: Database, clock: Clock, status: str, why: str | None
) -> None:
    with sqlite_db.transaction() as session:
        agent = session.get_one(Agent, world.agent(session, "Dana"))
        agent.status = status
        assert books.available(session, agent, clock.time) == why


def test_whoever_is_on_leave_gives_no_sign_of_life_or_left_cannot_be_asked(db: Database, clock: Clock) -> None:
    with db.transaction() as session:
        agent = session.get_one(Agent, world.agent(session, "Dana"))
        assert session.scalars(select(Agent.id).where(books.at_work(clock.time))).all() == ["dana"]
        leave = world.on_leave(session, "dana", days=1)
        assert books.available(session, agent, clock.time) == "on_leave"
        assert session.scalars(select(Agent.id).where(books.at_work(clock.time))).all() == []
        assert books.available(session, agent, leave.until) == "offline"  # online, but that was yesterday
        agent.disabled_at = clock.time
        assert books.available(session, agent, clock.time) == "left"


def _spends(session: Session, customer_id: str, minor: int, at: timedelta, clock: Clock) -> None:
    session.add(
        Order(
            id=f"#{customer_id}", customer_id=customer_id, sequence=1, status=DELIVERED, currency="USD",
            paid_minor=minor, placed_at=clock.time - at,
        )
    )  # fmt: skip
    session.flush()


def test_a_new_customer_goes_to_the_book_that_is_worth_least_among_those_with_room(db: Database, clock: Clock) -> None:
    with db.transaction() as session:
        rich, poor = world.agent(session, "Rich", room=9), world.agent(session, "Poor", room=4, here=False)
        world.agent(session, "Bookless")
        for n in range(4):
            customer = world.customer(session, f"C{n}")
            world.book(session, customer, rich if n == 0 else poor)
            _spends(session, customer, 9_000 if n == 0 else 1_000, timedelta(days=30), clock)
        old = world.customer(session, "Old")
        _spends(session, old, 90_000, timedelta(days=400), clock)  # not of the last twelve months
        first = books.adopt(session, old)
        assert first is not None
        assert first.id == poor  # three customers, but worth less than the one
        second = books.adopt(session, world.customer(session, "New"))
        assert second is not None
        assert second.id == rich  # no room is left with the other


def test_nobody_with_room_at_work_keeps_the_customer_without_one(sqlite_db: Database) -> None:
    with sqlite_db.transaction() as session:
        world.on_leave(session, world.agent(session, "Dana", room=5))
        world.agent(session, "Full", room=0)
        assert books.adopt(session, world.customer(session, "Mia")) is None
        assert session.scalars(select(Book)).all() == []


def test_who_has_a_representative_or_gets_one_tomorrow_is_given_no_second(sqlite_db: Database, clock: Clock) -> None:
    with sqlite_db.transaction() as session:
        dana = world.agent(session, "Dana", room=9)
        mia, noah = world.customer(session, "Mia"), world.customer(session, "Noah")
        world.book(session, mia, dana)
        session.add(Book(customer_id=noah, agent_id=dana, since=clock.time + timedelta(days=1)))
        session.flush()
        assert books.adopt(session, mia) is None
        assert books.adopt(session, noah) is None
        assert books.representative(session, noah) is None


def test_a_representative_who_left_is_nobody_s(sqlite_db: Database, clock: Clock) -> None:
    with sqlite_db.transaction() as session:
        dana = _mia(session)
        shifts.go(session, "dana", "offline")
        dana.disabled_at = clock.time
        assert books.representative(session, "mia") is None


def test_who_answered_last_is_known_for_a_while_across_conversations(db: Database, clock: Clock) -> None:
    with db.transaction() as session:
        world.agent(session, "Alice")
        noah = world.customer(session, "Noah")
        first = world.asks_for_a_person(session, noah)
        holding.accept(session, world.conversation(session, first), world.locked(session, "alice"))
        other = world.conversation(session, world.visitor(session).conversation)
        mine = world.conversation(session, first)
        clock.advance(days=2)
        assert books.last_agent(session, mine, timedelta(days=3)) == "alice"
        assert books.last_agent(session, mine, timedelta(days=1)) is None
        assert books.last_agent(session, other, timedelta(days=3)) is None
        other.customer_id = noah
        assert books.last_agent(session, other, timedelta(days=3)) == "alice"
