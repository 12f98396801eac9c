"""Customers change hands: one by one, or a whole book, and never in the middle of a conversation."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from handoff.models import Agent, Book
from handoff.routing import books, holding, moves
from shop.ground.db import Database
from shop.ground.errors import BadInput
from shop.models import DELIVERED, Order
from tests.conftest import Clock
from tests.handoff import world


def _keepers(session: Session, *, customers: int = 4, **room: int | None) -> list[Agent]:
    """Agents with room as given; the first one's customers spent 400, 300, 200, 100 and so on."""
    agents = [
        session.get_one(Agent, world.agent(session, name.title(), here=False, room=many)) for name, many in room.items()
    ]
    for n in range(customers):
        customer = world.customer(session, f"C{n}")
        world.book(session, customer, agents[0].id)
        session.add(
            Order(
                id=f"#{n}", customer_id=customer, sequence=1, status=DELIVERED, currency="USD",
                paid_minor=100 * (customers - n), placed_at=session.scalars(select(Book.since)).first(),
            )
        )  # fmt: skip
    session.flush()
    return agents


def _whose(session: Session, *customers: str) -> list[str | None]:
    found = [books.representative(session, customer) for customer in customers]
    return [agent and agent.id for agent in found]


def test_a_book_is_shared_out_the_highest_spend_first_to_the_book_that_is_worth_least(
    db: Database, clock: Clock
) -> None:
    with db.transaction() as session:
        dana, *_ = _keepers(session, dana=9, priya=9, tomas=9, alice=None)
        planned = moves.plan(session, dana, None, clock.time)
        assert planned.to == {"c0": "priya", "c1": "tomas", "c2": "tomas", "c3": "priya"}
        assert (planned.counts, planned.left) == ({"priya": 2, "tomas": 2}, [])
        assert _whose(session, "c0") == ["dana"]  # a plan changes nothing
        moves.carry_out(session, planned, clock.time, by="grace", why="dana leaves")
        assert _whose(session, "c0", "c1", "c2", "c3") == ["priya", "tomas", "tomas", "priya"]
        entries = session.scalars(select(Book).where(Book.until.is_(None))).all()
        assert {(entry.by, entry.why, entry.since) for entry in entries} == {("grace", "dana leaves", clock.time)}


def test_for_whom_nobody_has_room_stays(sqlite_db: Database, clock: Clock) -> None:
    with sqlite_db.transaction() as session:
        dana, _, tomas = _keepers(session, dana=9, priya=1, tomas=2)
        world.on_leave(session, tomas.id)
        planned = moves.plan(session, dana, None, clock.time)
        assert (planned.to, planned.left) == ({"c0": "priya"}, ["c1", "c2", "c3"])
        moves.carry_out(session, planned, clock.time, by="grace", why="")
        assert _whose(session, "c0", "c1") == ["priya", "dana"]


def test_a_whole_book_goes_to_one_from_a_day_on(sqlite_db: Database, clock: Clock) -> None:
    with sqlite_db.transaction() as session:
        dana, priya = _keepers(session, dana=9, priya=1)
        monday = clock.time + timedelta(days=3)
        planned = moves.plan(session, dana, priya, clock.time)
        moves.carry_out(session, planned, monday, by="grace", why="")
        assert _whose(session, "c0", "c3") == ["dana", "dana"]
        clock.advance(days=3)
        assert _whose(session, "c0", "c3") == ["priya", "priya"]


def test_who_has_left_or_has_them_already_gets_nobody(sqlite_db: Database, clock: Clock) -> None:
    with sqlite_db.transaction() as session:
        dana, priya = _keepers(session, dana=9, priya=9)
        priya.disabled_at = clock.time
        for to in (dana, priya):
            with pytest.raises(BadInput):
                moves.plan(session, dana, to, clock.time)
        with pytest.raises(BadInput):
            moves.assign(session, "c0", dana, clock.time, by="grace", why="", deputy=dana)


def test_one_customer_is_given_to_a_representative_with_a_deputy_of_their_own(db: Database, clock: Clock) -> None:
    with db.transaction() as session:
        _, priya, tomas = _keepers(session, dana=9, priya=0, tomas=9)
        moves.assign(session, "c0", priya, clock.time, by="grace", why="speaks Portuguese", deputy=tomas)
        assert _whose(session, "c0", "c1") == ["priya", "dana"]
        assert books.deputy(session, "c0", priya) is tomas


def test_the_last_word_on_who_has_a_customer_counts_whenever_it_begins(sqlite_db: Database, clock: Clock) -> None:
    with sqlite_db.transaction() as session:
        dana, priya, tomas = _keepers(session, customers=1, dana=9, priya=9, tomas=9)
        moves.assign(session, "c0", priya, clock.time + timedelta(days=2), by="grace", why="")
        moves.assign(session, "c0", tomas, clock.time + timedelta(days=1), by="grace", why="")
        assert _whose(session, "c0") == ["dana"]
        clock.advance(days=1)
        assert _whose(session, "c0") == ["tomas"]
        clock.advance(days=2)
        assert _whose(session, "c0") == ["tomas"]
        moves.assign(session, "c0", dana, clock.time, by="grace", why="")
        assert session.scalar(select(func.count()).select_from(Book).where(Book.until.is_(None))) == 1


def test_a_reassignment_counts_from_the_next_request_on(db: Database, clock: Clock) -> None:
    with db.transaction() as session:
        mia = world.customer(session, "Mia", gold=True)
        dana, priya = (session.get_one(Agent, world.agent(session, name, room=9)) for name in ("Dana", "Priya"))
        world.book(session, mia, dana.id)
        asked = world.asks_for_a_person(session, mia)
        assert moves.plan(session, dana, priya, clock.time).talking == 1
        moves.carry_out(session, moves.plan(session, dana, priya, clock.time), clock.time, by="grace", why="")
        conversation = world.conversation(session, asked)
        assert world.offered_to(session, asked) == "dana"
        holding.accept(session, conversation, dana)
        holding.hand_back(session, conversation, dana)
        assert world.offered_to(session, world.asks_for_a_person(session, mia)) == "priya"
