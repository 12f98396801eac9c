"""The report of how the work was shared: a small day of two agents, counted by hand."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handoff.routing import holding, shares, shifts
from shop.ground.db import Database
from tests.conftest import Clock
from tests.handoff import world

NEW_YORK = ZoneInfo("America/New_York")
MONDAY = date(2026, 6, 15)  # the tests' clock begins at 8:00 there
MINUTE, HOUR = 60, 3600


def test_a_day_of_two_agents(db: Database, clock: Clock) -> None:
    with db.transaction() as session:
        alice = world.agent(session, "Alice")  # 8:00
        clock.advance(30 * MINUTE)
        world.stays(session, alice)
        first = world.asks_for_a_person(session)  # 8:30: offered to her at once
        holding.accept(session, world.conversation(session, first), world.locked(session, alice))
        clock.advance(15 * MINUTE)
        ben = world.agent(session, "Ben")  # 8:45
        world.stays(session, alice)
        second = world.asks_for_a_person(session)  # his, who has nothing; he declines, and she lets it pass
        assert world.offered_to(session, second) == ben
        holding.decline(session, world.conversation(session, second), world.locked(session, ben))
        clock.advance(30)
        world.stays(session, alice, ben)
        world.run_timers(session)
        holding.claim(session, world.conversation(session, second), world.locked(session, ben))  # 8:45:30
        clock.advance(15 * MINUTE - 30)
        holding.close(session, world.conversation(session, first), world.locked(session, alice))  # 9:00
        clock.advance(HOUR)
        holding.hand_back(session, world.conversation(session, second), world.locked(session, ben))  # 10:00
        shifts.choose(session, ben, "away", reason="Lunch")
        shifts.choose(session, alice, "transfers")
        clock.advance(HOUR)
        shifts.choose(session, alice, "offline")  # 11:00
        clock.advance(HOUR)
        found = shares.of(session, MONDAY - timedelta(days=1), MONDAY, NEW_YORK, clock.time)
    one, other = found.each
    assert (one.day, one.agent, other.agent) == (MONDAY, "Alice", "Ben")
    assert (one.on_shift_s, other.on_shift_s) == (3 * HOUR, 75 * MINUTE)
    assert (one.offers, one.accepted, one.declined, one.missed, one.taken) == (2, 1, 0, 1, 0)
    assert (other.offers, other.accepted, other.declined, other.missed, other.taken) == (1, 0, 1, 0, 1)
    assert (one.busy_s, other.busy_s) == (30 * MINUTE, 75 * MINUTE - 30)
    assert (one.load, other.load) == (2 * one.busy_s, 2 * other.busy_s)  # by web: two units
    assert one.share + other.share == pytest.approx(1)
    assert one.share == pytest.approx(one.busy_s / (one.busy_s + other.busy_s))
    assert (one.longest_wait_s, other.longest_wait_s) == (HOUR, 30)  # from 9 to 10, online and with nothing to do
    assert found.gini == pytest.approx(shares.gini([1 / 3, 2 * other.busy_s / other.on_shift_s]))


def test_a_night_belongs_to_two_days_and_what_two_hold_at_once_is_busy_once(sqlite_db: Database, clock: Clock) -> None:
    with sqlite_db.transaction() as session:
        clock.advance(15 * HOUR)  # 23:00
        alice = world.agent(session, "Alice")
        for _ in range(2):
            asked = world.asks_for_a_person(session)
            holding.accept(session, world.conversation(session, asked), world.locked(session, alice))
        clock.advance(2 * HOUR)
        found = shares.of(session, MONDAY, MONDAY + timedelta(days=1), NEW_YORK, clock.time).each
    assert [(one.day, one.on_shift_s, one.busy_s, one.load) for one in found] == [
        (MONDAY, HOUR, HOUR, 4 * HOUR),
        (MONDAY + timedelta(days=1), HOUR, HOUR, 4 * HOUR),
    ]


@given(st.lists(st.floats(0, 1000), min_size=1, max_size=20))
def test_gini_is_between_even_and_all_on_one(values: list[float]) -> None:
    found = shares.gini(values)
    assert found is not None
    assert -1e-9 <= found <= 1 - 1 / len(values) + 1e-9
    assert shares.gini([5.0] * len(values)) == pytest.approx(0)
    assert shares.gini([*[0.0] * len(values), 1.0]) == pytest.approx(1 - 1 / (len(values) + 1))
