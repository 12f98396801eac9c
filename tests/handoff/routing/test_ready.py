"""Who could not be asked for a while is asked at the moment when they can: no round of the watchdog has to come first."""

from collections.abc import Callable
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.orm import Session

from handoff.models import Agent
from handoff.routing import holding, hours, leaves, moves, policy, shifts
from handoff.routing.policy import Policy
from shop.ground import clock as time
from shop.ground.db import Database
from tests.conftest import Clock
from tests.handoff import world

OFFICE = {"week": {"mon-fri": "9:00-12:30, 13:30-18:00"}}  # the tests' clock begins on Monday, June 15, at 8:00 there
NEW_YORK = ZoneInfo("America/New_York")
HOUR = 3600
Prepare = Callable[[Session], str]  # returns the conversation that waits


def _let_it_pass(session: Session) -> str:
    world.agent(session, "Alice")
    return world.asks_for_a_person(session)


def _was_asked_often(session: Session) -> str:
    world.agent(session, "Alice")
    first = world.asks_for_a_person(session)
    holding.decline(session, world.conversation(session, first), world.locked(session, "alice"))
    return world.asks_for_a_person(session)


def _comes_before_her_hours(session: Session) -> str:
    session.get_one(Agent, world.agent(session, "Alice", here=False)).hours = OFFICE
    shifts.come(session, "alice")
    return world.asks_for_a_person(session)


def _is_eased_in(session: Session) -> str:
    """Alice's leave of an hour ends; for another hour she takes one conversation at a time, and has one."""
    world.agent(session, "Alice", capacity=4)
    alice, now = session.get_one(Agent, "alice"), time.now()
    leaves.add(session, alice, now, now + timedelta(hours=1))
    world.run_timers(session)
    shifts.come(session, "alice")
    asked = world.conversation(session, world.asks_for_a_person(session))
    holding.claim(session, asked, alice)
    return world.asks_for_a_person(session)


def _keeps_room_for_her_customers(session: Session) -> str:
    """Dana has room for one conversation, which she keeps free; her customer is Priya's from now on."""
    world.book(session, world.customer(session, "Mia", gold=True), world.agent(session, "Dana", capacity=2))
    waits = world.asks_for_a_person(session)
    priya = session.get_one(Agent, world.agent(session, "Priya", here=False, room=5))
    moves.assign(session, "mia", priya, time.now() + timedelta(hours=1), by="grace", why="balance")
    return waits


CASES: dict[str, tuple[Prepare, list[tuple[float, str | None]]]] = {
    "after a rest": (_let_it_pass, [(0, "alice"), (30, None), (89, None), (90, "alice")]),
    "after many offers": (_was_asked_often, [(0, None), (59, None), (60, "alice")]),
    "in their own hours": (_comes_before_her_hours, [(0, None), (HOUR - 1, None), (HOUR, "alice")]),
    "no longer eased in": (_is_eased_in, [(0, None), (HOUR, None), (2 * HOUR - 1, None), (2 * HOUR, "alice")]),
    "with no book any more": (_keeps_room_for_her_customers, [(0, None), (HOUR - 1, None), (HOUR, "dana")]),
}


def _asked_once_a_minute() -> Policy:
    shipped = policy.current()
    return shipped.model_copy(
        update={
            "offers": shipped.offers.model_copy(update={"a_minute": 1}),
            "capacity": shipped.capacity.model_copy(update={"idle": timedelta(days=1)}),
        }
    )


@pytest.mark.parametrize("case", CASES)
def test_they_are_asked_at_that_moment(db: Database, clock: Clock, case: str) -> None:
    prepare, moments = CASES[case]
    begins = clock.time
    rules = policy.current() if case == "after a rest" else _asked_once_a_minute()
    with policy.using(rules), db.transaction() as session:
        waits = prepare(session)
        for seconds, asked in moments:
            clock.time = begins + timedelta(seconds=seconds)
            world.stays(session, "alice", "dana")
            world.run_timers(session)
            assert world.offered_to(session, waits) == asked, f"after {seconds} s"


def test_after_the_break_and_on_the_next_morning_too(sqlite_db: Database, clock: Clock) -> None:
    begins = clock.time
    with sqlite_db.transaction() as session:
        session.get_one(Agent, world.agent(session, "Alice", here=False)).hours = OFFICE
        shifts.come(session, "alice")
        for opens_h in (1, 5.5, 25):
            clock.time = begins + timedelta(hours=opens_h, seconds=-1)
            waits = world.asks_for_a_person(session)
            world.run_timers(session)
            assert world.offered_to(session, waits) is None
            clock.advance(1)
            world.stays(session, "alice")
            world.run_timers(session)
            assert world.offered_to(session, waits) == "alice"
            holding.accept(session, world.conversation(session, waits), world.locked(session, "alice"))
            holding.hand_back(session, world.conversation(session, waits), world.locked(session, "alice"))


def test_a_team_that_closed_meanwhile_is_asked_when_it_is_back(sqlite_db: Database, clock: Clock) -> None:
    """Who asked in open hours, and was not answered, is offered at the next opening, and the one after that."""
    shipped = policy.current()
    general = shipped.queues["general"].model_copy(update={"hours": hours.read(OFFICE, NEW_YORK)})
    rules = shipped.model_copy(update={"queues": {**shipped.queues, "general": general}})
    begins = clock.time
    with policy.using(rules), sqlite_db.transaction() as session:
        clock.advance(2 * HOUR)
        waits = world.asks_for_a_person(session)
        for opens_h in (5.5, 25):
            clock.time = begins + timedelta(hours=opens_h)
            world.run_timers(session)
        clock.time = begins + timedelta(hours=28.5)  # in the break
        alice = world.agent(session, "Alice")
        world.run_timers(session)
        assert world.offered_to(session, waits) is None
        clock.advance(HOUR)
        world.stays(session, alice)
        world.run_timers(session)
        assert world.offered_to(session, waits) == "alice"
