"""The leave calendar: when a leave begins and ends, who stands in, and how whoever comes back is eased in."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from handoff.models import Agent
from handoff.routing import books, leaves, policy, shifts
from shop.ground.db import Database
from shop.ground.errors import BadInput, Conflict
from tests.conftest import Clock
from tests.handoff import world

DAY = timedelta(days=1)


def _dana(session: Session) -> Agent:
    return session.get_one(Agent, world.agent(session, "Dana"))


def test_when_a_leave_begins_what_was_offered_goes_to_the_next(db: Database, clock: Clock) -> None:
    with db.transaction() as session:
        dana = _dana(session)
        leaves.add(session, dana, clock.time + DAY, clock.time + 2 * DAY)
        clock.advance(days=1, seconds=-5)
        world.stays(session, dana.id)
        asked = world.asks_for_a_person(session)
        assert world.offered_to(session, asked) == "dana"
        world.agent(session, "Alice")
        clock.advance(5)
        world.run_timers(session)
        assert dana.status == "away"
        assert world.offered_to(session, asked) == "alice"


def test_a_leave_to_come_is_called_off_and_then_there_is_none(sqlite_db: Database, clock: Clock) -> None:
    with sqlite_db.transaction() as session:
        dana = _dana(session)
        leave = leaves.add(session, dana, clock.time + DAY, clock.time + 2 * DAY, reason="moving house")
        assert [(found.id, agent.id) for found, agent in leaves.calendar(session, clock.time)] == [(leave.id, "dana")]
        assert leaves.end(session, dana) is leave
        assert leaves.calendar(session, clock.time) == []
        assert leaves.end(session, dana) is None
        leaves.add(session, dana, clock.time + DAY, clock.time + 2 * DAY)  # the days are free again


def test_two_leaves_at_once_and_impossible_ones_are_refused(sqlite_db: Database, clock: Clock) -> None:
    with sqlite_db.transaction() as session:
        dana, now = _dana(session), clock.time
        leaves.add(session, dana, now + DAY, now + 3 * DAY)
        with pytest.raises(Conflict):
            leaves.add(session, dana, now, now + 1.5 * DAY)
        leaves.add(session, dana, now, now + DAY)  # up to the very moment the other begins
        for since, until in ((now + 5 * DAY, now + 5 * DAY), (now - 3 * DAY, now - DAY)):
            with pytest.raises(BadInput):
                leaves.add(session, dana, since, until)
        with pytest.raises(BadInput):
            leaves.add(session, dana, now + 8 * DAY, now + 9 * DAY, deputy=dana)


def test_it_is_said_who_stands_in_and_where_nobody_does(sqlite_db: Database, clock: Clock) -> None:
    with sqlite_db.transaction() as session:
        dana = _dana(session)
        priya = session.get_one(Agent, world.agent(session, "Priya"))
        week = clock.time, clock.time + 7 * DAY
        assert leaves.gaps(session, dana, *week, None) == []
        world.book(session, world.customer(session, "Mia"), dana.id)
        assert "Nobody stands in: 1 customers go to the team" in leaves.gaps(session, dana, *week, None)[0]
        assert leaves.gaps(session, dana, *week, priya) == ["Priya stands in for 1 customers."]
        leaves.add(session, priya, clock.time + 6 * DAY, clock.time + 20 * DAY)
        dana.deputy_id = priya.id
        assert "is on leave for a part of that time too" in leaves.gaps(session, dana, *week, None)[0]


def test_who_comes_back_is_eased_in_for_no_longer_than_they_were_away(db: Database, clock: Clock) -> None:
    over = policy.current().ramp.over
    with db.transaction() as session:
        for name, hours in (("Dana", 300), ("Priya", 0.5)):
            leaves.add(
                session, session.get_one(Agent, world.agent(session, name)), clock.time, clock.time + hours * DAY / 24
            )
        clock.advance(minutes=30)
        assert books.eased_in(session, clock.time) == {"priya"}
        clock.advance(minutes=30)
        assert books.eased_in(session, clock.time) == set()
        clock.advance(hours=299)
        assert books.eased_in(session, clock.time) == {"dana"}
        clock.advance(over.total_seconds())
        assert books.eased_in(session, clock.time) == set()


def test_who_is_eased_in_takes_a_share_but_never_less_than_one_conversation() -> None:
    assert [books.eased(capacity) for capacity in (0, 1, 2, 3, 6, 8)] == [0, 1, 2, 2, 3, 4]


def test_when_a_leave_ends_whoever_is_here_is_asked_again(db: Database, clock: Clock) -> None:
    with db.transaction() as session:
        dana = _dana(session)
        leaves.add(session, dana, clock.time, clock.time + DAY)
        world.run_timers(session)
        clock.advance(days=1, seconds=-10)
        shifts.come(session, dana.id)
        asked = world.asks_for_a_person(session)
        assert world.offered_to(session, asked) is None
        clock.advance(10)
        world.run_timers(session)
        assert world.offered_to(session, asked) == "dana"


def test_who_is_back_earlier_is_asked_at_once(sqlite_db: Database, clock: Clock) -> None:
    with sqlite_db.transaction() as session:
        dana = _dana(session)
        leaves.add(session, dana, clock.time, clock.time + 5 * DAY)
        asked = world.asks_for_a_person(session)
        clock.advance(hours=1)
        shifts.come(session, dana.id)
        assert leaves.end(session, dana) is not None
        world.run_timers(session)
        assert world.offered_to(session, asked) == "dana"
