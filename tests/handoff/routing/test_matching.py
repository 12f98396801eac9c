"""Offers: one at a time, never beyond what an agent can carry, and the next agent when one lets it pass."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff.models import Agent, Conversation
from handoff.routing import holding, presence, requests, shifts, watchdog
from shop.ground.db import Database
from tests.conftest import Clock
from tests.handoff import world


def _accepts(session: Session, agent: str, conversation_id: str) -> None:
    holding.accept(session, world.conversation(session, conversation_id), world.locked(session, agent))


def _units(session: Session, agent: str) -> int:
    return presence.loads(session, [agent])[agent].units


def test_the_least_loaded_agent_is_asked_first(sqlite_db: Database) -> None:
    with sqlite_db.transaction() as session:
        alice = world.agent(session, "Alice")
        _accepts(session, alice, world.asks_for_a_person(session))
        ben = world.agent(session, "Ben")
        assert world.offered_to(session, world.asks_for_a_person(session)) == ben


def test_of_equals_the_one_who_waits_longest_for_an_offer_is_asked(sqlite_db: Database, clock: Clock) -> None:
    with sqlite_db.transaction() as session:
        for name in ("Alice", "Ben"):
            world.agent(session, name)
        for expected in ("alice", "ben", "alice"):
            world.stays(session, "alice", "ben")
            asked = world.asks_for_a_person(session)
            assert world.offered_to(session, asked) == expected
            _accepts(session, expected, asked)
            holding.close(session, world.conversation(session, asked), world.locked(session, expected))
            clock.advance(5)


def test_an_agent_has_one_offer_of_the_general_queue_at_a_time(sqlite_db: Database) -> None:
    with sqlite_db.transaction() as session:
        alice = world.agent(session, "Alice")
        first, second = world.asks_for_a_person(session), world.asks_for_a_person(session)
        assert (world.offered_to(session, first), world.offered_to(session, second)) == (alice, None)
        _accepts(session, alice, first)
        assert world.offered_to(session, second) == alice


def test_offers_never_exceed_the_capacity(sqlite_db: Database) -> None:
    with sqlite_db.transaction() as session:
        alice = world.agent(session, "Alice", capacity=5)
        asked = [world.asks_for_a_person(session) for _ in range(4)]
        taken = 0
        while (offered := next((c for c in asked if world.offered_to(session, c)), None)) is not None:
            _accepts(session, alice, offered)
            taken += 1
        assert (taken, _units(session, alice)) == (2, 4)


def test_a_conversation_by_text_weighs_half(sqlite_db: Database) -> None:
    with sqlite_db.transaction() as session:
        alice = world.agent(session, "Alice", capacity=2)
        for n in range(2):
            asked = world.texts(session, f"+1212555000{n}", "hello").conversation
            from_text = world.conversation(session, asked)
            requests.person(session, from_text, requests.Wish())
            assert world.offered_to(session, asked) == alice
            _accepts(session, alice, asked)
        assert _units(session, alice) == 2


def test_a_representative_keeps_room_for_their_own_customers(sqlite_db: Database) -> None:
    with sqlite_db.transaction() as session:
        mia = world.customer(session, "Mia", gold=True)
        dana = world.agent(session, "Dana", capacity=4)
        world.book(session, mia, dana)
        first = world.asks_for_a_person(session)
        _accepts(session, dana, first)
        assert world.offered_to(session, world.asks_for_a_person(session)) is None
        assert world.offered_to(session, world.asks_for_a_person(session, mia)) == dana


def test_the_own_customer_comes_before_the_older_general_ones(sqlite_db: Database, clock: Clock) -> None:
    with sqlite_db.transaction() as session:
        mia = world.customer(session, "Mia", gold=True)
        dana = world.agent(session, "Dana", capacity=2)
        world.book(session, mia, dana)
        own = world.asks_for_a_person(session, mia)
        _accepts(session, dana, own)
        noah = world.customer(session, "Noah", gold=True)
        world.book(session, noah, dana)
        older = world.asks_for_a_person(session)
        clock.advance(30)
        waits = world.asks_for_a_person(session, noah)
        holding.close(session, world.conversation(session, own), world.locked(session, dana))
        assert (world.offered_to(session, waits), world.offered_to(session, older)) == (dana, None)


@pytest.mark.parametrize("way", ["close", "hand-back"])
def test_who_is_done_is_offered_what_waits(sqlite_db: Database, way: str) -> None:
    with sqlite_db.transaction() as session:
        alice = world.agent(session, "Alice", capacity=2)
        first, second = world.asks_for_a_person(session), world.asks_for_a_person(session)
        _accepts(session, alice, first)
        holding.VERBS[way](session, world.conversation(session, first), world.locked(session, alice))
        assert world.offered_to(session, second) == alice


def test_a_declined_offer_goes_to_the_next_agent_and_does_not_come_back(sqlite_db: Database, clock: Clock) -> None:
    with sqlite_db.transaction() as session:
        world.agent(session, "Alice")
        asked = world.asks_for_a_person(session)
        world.agent(session, "Ben")
        holding.decline(session, world.conversation(session, asked), world.locked(session, "alice"), "my break")
        assert world.offered_to(session, asked) == "ben"
        holding.decline(session, world.conversation(session, asked), world.locked(session, "ben"))
        clock.advance(minutes=30)
        world.stays(session, "alice", "ben")
        watchdog.sweep(session)
        assert world.offered_to(session, asked) is None  # but either may still claim it
        declined = [row for row in world.assignments(session, asked) if row.reason == "declined"]
        assert [(row.agent_id, row.by, row.detail) for row in declined] == [
            ("alice", "agent:alice", {"note": "my break"}),
            ("ben", "agent:ben", None),
        ]


def test_a_representative_who_declines_passes_their_customer_to_everybody(sqlite_db: Database) -> None:
    with sqlite_db.transaction() as session:
        mia = world.customer(session, "Mia", gold=True)
        world.book(session, mia, world.agent(session, "Dana"))
        asked = world.asks_for_a_person(session, mia)
        alice = world.agent(session, "Alice")
        holding.decline(session, world.conversation(session, asked), world.locked(session, "dana"))
        conversation = world.conversation(session, asked)
        assert (conversation.stage, world.offered_to(session, asked)) == ("team", alice)
        assert "Dana can't join right now" in world.told(session, asked)[1]


def test_a_missed_offer_goes_to_the_next_agent_and_may_come_back_after_a_rest(
    sqlite_db: Database, clock: Clock
) -> None:
    with sqlite_db.transaction() as session:
        alice = world.agent(session, "Alice")
        asked = world.asks_for_a_person(session)
        clock.advance(30)
        world.stays(session, alice)
        world.run_timers(session)
        assert (world.offered_to(session, asked), session.get_one(Agent, alice).misses) == (None, 1)
        clock.advance(59)
        world.stays(session, alice)
        watchdog.sweep(session)
        assert world.offered_to(session, asked) is None
        clock.advance(1)
        watchdog.sweep(session)
        assert world.offered_to(session, asked) == alice


def test_who_lets_several_pass_is_set_away_and_is_asked_no_more(sqlite_db: Database, clock: Clock) -> None:
    with sqlite_db.transaction() as session:
        alice = world.agent(session, "Alice")
        asked = [world.asks_for_a_person(session) for _ in range(3)]
        for _ in range(2):
            clock.advance(30)
            world.stays(session, alice)
            world.run_timers(session)
        assert session.get_one(Agent, alice).status == "away"
        assert [world.offered_to(session, c) for c in asked] == [None, None, None]
        shifts.come(session, alice)
        assert (session.get_one(Agent, alice).misses, [world.offered_to(session, c) for c in asked].count(alice)) == (
            0,
            1,
        )


def test_an_accepted_offer_forgives_the_missed_ones(sqlite_db: Database, clock: Clock) -> None:
    with sqlite_db.transaction() as session:
        alice = world.agent(session, "Alice")
        world.asks_for_a_person(session)
        second = world.asks_for_a_person(session)
        clock.advance(30)
        world.stays(session, alice)
        world.run_timers(session)
        _accepts(session, alice, second)
        assert session.get_one(Agent, alice).misses == 0


def test_an_offer_that_was_accepted_does_not_expire(sqlite_db: Database, clock: Clock) -> None:
    with sqlite_db.transaction() as session:
        alice = world.agent(session, "Alice")
        asked = world.asks_for_a_person(session)
        _accepts(session, alice, asked)
        clock.advance(30)
        world.run_timers(session)
        conversation = world.conversation(session, asked)
        assert (conversation.state, conversation.held_by, session.get_one(Agent, alice).misses) == ("held", alice, 0)


@pytest.mark.parametrize("how", ["away", "offline", "lapsed"])
def test_who_leaves_keeps_what_they_hold_and_their_offers_go_on(sqlite_db: Database, clock: Clock, how: str) -> None:
    with sqlite_db.transaction() as session:
        world.agent(session, "Alice")
        held, offered = world.asks_for_a_person(session), world.asks_for_a_person(session)
        _accepts(session, "alice", held)
        world.agent(session, "Ben")
        if how == "lapsed":
            clock.advance(61)
            world.stays(session, "ben")
            watchdog.sweep(session)
        else:
            shifts.go(session, "alice", how)
        assert world.conversation(session, held).held_by == "alice"
        assert world.offered_to(session, offered) == "ben"
        assert session.get_one(Agent, "alice").status == ("away" if how == "lapsed" else how)


def test_the_sweep_offers_what_waits_though_nobody_rang(sqlite_db: Database) -> None:
    with sqlite_db.transaction() as session:
        asked = world.asks_for_a_person(session)
        alice = world.agent(session, "Alice", here=False)
        session.get_one(Agent, alice).status = "online"
        world.stays(session, alice)
        watchdog.sweep(session)
        assert world.offered_to(session, asked) == alice


def test_a_disabled_agent_is_asked_for_nothing(sqlite_db: Database, clock: Clock) -> None:
    with sqlite_db.transaction() as session:
        alice = world.agent(session, "Alice")
        session.get_one(Agent, alice).disabled_at = clock.time
        session.flush()
        assert world.offered_to(session, world.asks_for_a_person(session)) is None
        assert session.scalars(select(Conversation)).one().state == "waiting"
