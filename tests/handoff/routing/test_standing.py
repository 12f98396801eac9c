"""Whether anybody is here: the truth is about those who would be asked, not about whoever is signed in."""

from collections.abc import Callable

import pytest

from handoff.models import Agent
from handoff.routing import holding, shifts, standing, transfer
from shop.ground.db import Database
from tests.conftest import Clock
from tests.handoff import world

OFFICE = {"week": {"mon-fri": "9:00-17:00"}}  # the tests' clock begins on Monday, June 15, at 8:00 there
Somebody = Callable[[Agent], None]


def _serves_payments_alone(alice: Agent) -> None:
    alice.queues = ["payments"]


def _begins_at_nine(alice: Agent) -> None:
    alice.hours = OFFICE


def _takes_transfers_alone(alice: Agent) -> None:
    alice.status = "transfers"


def _has_left(alice: Agent) -> None:
    alice.disabled_at = alice.seen_at


def _has_no_room(alice: Agent) -> None:
    alice.capacity = 0


def _speaks_french_alone(alice: Agent) -> None:
    alice.languages, alice.capacity = ["fr"], 0


def _is_here(alice: Agent) -> None:
    alice.queues, alice.hours, alice.capacity = ["general"], {"week": {"mon-sun": "0:00-24:00"}}, 0


CASES: dict[Somebody, str] = {
    _serves_payments_alone: "nobody",
    _begins_at_nine: "nobody",
    _takes_transfers_alone: "nobody",
    _has_left: "nobody",
    _has_no_room: "in_line",
    _speaks_french_alone: "in_line",
    _is_here: "in_line",
}


@pytest.mark.parametrize("somebody", CASES, ids=lambda case: case.__name__.strip("_"))
def test_somebody_is_here_who_would_be_asked(db: Database, somebody: Somebody) -> None:
    with db.transaction() as session:
        somebody(session.get_one(Agent, world.agent(session, "Alice")))
        session.flush()
        asked = world.conversation(session, world.asks_for_a_person(session))
        assert standing.of(session, asked).outcome == CASES[somebody]
        assert standing.team(session, None).here == (CASES[somebody] == "in_line")
        told = world.told(session, asked.id)[0]
        assert ("number 1 in line" in told) == (CASES[somebody] == "in_line")


def test_who_is_on_leave_is_not_here_though_their_page_is_open(sqlite_db: Database) -> None:
    with sqlite_db.transaction() as session:
        world.on_leave(session, world.agent(session, "Alice"))
        asked = world.conversation(session, world.asks_for_a_person(session))
        assert standing.of(session, asked).outcome == "nobody"


def test_their_own_representative_is_somebody_whatever_she_serves(sqlite_db: Database, clock: Clock) -> None:
    with sqlite_db.transaction() as session:
        mia = world.customer(session, "Mia", gold=True)
        dana = session.get_one(Agent, world.agent(session, "Dana", capacity=0))
        world.book(session, mia, dana.id)
        dana.queues = ["payments"]
        asked, other = (world.asks_for_a_person(session, customer) for customer in (mia, None))
        clock.advance(125)
        world.stays(session, dana.id)
        world.run_timers(session)
        outcomes = [standing.of(session, world.conversation(session, one)).outcome for one in (asked, other)]
        assert outcomes == ["in_line", "nobody"]


def test_for_what_was_passed_on_who_takes_transfers_is_somebody(sqlite_db: Database) -> None:
    with sqlite_db.transaction() as session:
        ben = world.locked(session, world.agent(session, "Ben"))
        asked = world.conversation(session, world.asks_for_a_person(session))
        holding.accept(session, asked, ben)
        world.agent(session, "Alice", capacity=0)
        for name in ("alice", "ben"):
            shifts.choose(session, name, "transfers")
        transfer.to_queue(session, asked, ben, "general")
        assert standing.of(session, world.conversation(session, asked.id)).outcome == "in_line"
