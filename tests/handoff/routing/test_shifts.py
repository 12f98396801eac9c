"""Going away: what is offered goes to the next, what is held is kept, handed over or given back, as the agent chooses."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from handoff.models import Agent, Conversation
from handoff.routing import holding, leaves, policy, presence, shifts
from handoff.rules.sessions import Opened
from shop.ground import clock as time
from shop.ground.db import Database
from shop.ground.errors import Conflict, Forbidden
from tests.conftest import Clock
from tests.handoff import world

LEASE = policy.current().presence


def _held(session: Session) -> tuple[Conversation, Opened]:
    """Alice answers somebody, and Ben is here."""
    visitor = world.visitor(session)
    world.agent(session, "Alice")
    world.taps(session, visitor, "person")
    conversation = world.conversation(session, visitor.conversation)
    holding.accept(session, conversation, world.locked(session, "alice"))
    world.agent(session, "Ben")
    return conversation, visitor


@pytest.mark.parametrize(
    ("choice", "at_once", "when_written"),
    [("keep", "alice", "alice"), ("replies", "alice", None), ("requeue", None, None)],
)
def test_what_they_hold_is_kept_handed_over_or_given_back(
    db: Database, choice: str, at_once: str | None, when_written: str | None
) -> None:
    with db.transaction() as session:
        conversation, visitor = _held(session)
        shifts.choose(session, "alice", "away", reason="Lunch", conversations=choice)
        alice = session.get_one(Agent, "alice")
        assert (alice.status, alice.away_reason) == ("away", "Lunch")
        assert world.conversation(session, conversation.id).held_by == at_once
        world.writes(session, visitor, "are you there?")
        conversation = world.conversation(session, conversation.id)
        assert conversation.held_by == when_written
        if when_written is None:
            assert (conversation.queue, world.offered_to(session, conversation.id)) == ("general", "ben")
            assert sum("Alice isn't available" in text for text in world.told(session, conversation.id)) == 1


def test_who_is_back_keeps_what_was_not_handed_over(sqlite_db: Database) -> None:
    with sqlite_db.transaction() as session:
        conversation, visitor = _held(session)
        shifts.choose(session, "alice", "away", conversations="replies")
        shifts.come(session, "alice")
        world.writes(session, visitor, "are you there?")
        assert world.conversation(session, conversation.id).held_by == "alice"


def test_without_a_sign_of_life_they_are_away_and_then_offline(sqlite_db: Database, clock: Clock) -> None:
    with sqlite_db.transaction() as session:
        conversation, visitor = _held(session)
        alice = session.get_one(Agent, "alice")
        clock.advance(LEASE.away_after.total_seconds())
        assert presence.shown(alice, time.now()) == "away"
        shifts.lapse(session)
        assert (alice.status, alice.away_reason) == ("away", "connection_lost")
        assert world.conversation(session, conversation.id).held_by == "alice"
        clock.advance((LEASE.offline_after - LEASE.away_after).total_seconds())
        shifts.lapse(session)
        assert alice.status == "offline"
        shifts.come(session, "ben")
        world.writes(session, visitor, "hello?")
        assert (
            world.offered_to(session, conversation.id) == "ben"
        )  # nobody who lost their page keeps a customer waiting


def test_who_chose_to_keep_theirs_keeps_them_however_long_lunch_is(sqlite_db: Database, clock: Clock) -> None:
    with sqlite_db.transaction() as session:
        conversation, visitor = _held(session)
        shifts.choose(session, "alice", "away", reason="Lunch")
        clock.advance((LEASE.offline_after + timedelta(minutes=30)).total_seconds())
        shifts.lapse(session)
        assert session.get_one(Agent, "alice").status == "offline"
        world.writes(session, visitor, "hello?")
        assert world.conversation(session, conversation.id).held_by == "alice"


TAKERS = {
    "a supervisor": ("Sam", "supervisor", "online", True),
    "a colleague, while the holder is here": ("Ben", "agent", "online", False),
    "a colleague, when the holder is away": ("Ben", "agent", "away", True),
}


@pytest.mark.parametrize(("name", "role", "holder", "may"), TAKERS.values(), ids=list(TAKERS))
def test_taking_over_is_explicit_told_and_not_for_everybody(
    sqlite_db: Database, name: str, role: str, holder: str, may: bool
) -> None:
    with sqlite_db.transaction() as session:
        conversation, _ = _held(session)
        if session.get(Agent, name.lower()) is None:
            world.agent(session, name)
        taker = world.locked(session, name.lower())
        taker.role = role
        session.flush()
        shifts.choose(session, "alice", holder)
        assert holding.allowed(session, conversation, taker) == (["take-over"] if may else [])
        if not may:
            with pytest.raises(Forbidden):
                holding.take_over(session, conversation, taker)
            return
        holding.take_over(session, conversation, taker, "she is ill")
        assert (conversation.held_by, conversation.state) == (taker.id, "held")
        assert f"{name} has taken over from Alice" in world.told(session, conversation.id)[-1]
        row = world.assignments(session, conversation.id)[-1]
        assert row.detail == {"rule": "take_over", "from": "alice", "note": "she is ill"}
        with pytest.raises(Conflict):
            holding.reply(session, conversation, world.locked(session, "alice"), "wait", "k")


def test_the_customer_s_own_representative_may_take_over_at_any_time(sqlite_db: Database) -> None:
    with sqlite_db.transaction() as session:
        mia = world.customer(session, "Mia", gold=True)
        world.book(session, mia, world.agent(session, "Dana", here=False))
        world.agent(session, "Alice")
        conversation = world.conversation(session, world.asks_for_a_person(session, mia))
        holding.accept(session, conversation, world.locked(session, "alice"))
        shifts.come(session, "dana")
        holding.take_over(session, conversation, world.locked(session, "dana"))
        assert conversation.held_by == "dana"


def test_who_leaves_for_good_leaves_nothing_behind(db: Database) -> None:
    with db.transaction() as session:
        owed, _ = _held(session)
        shifts.choose(session, "ben", "away")
        alice, theirs = world.locked(session, "alice"), []
        for key in ("answered", "parked"):
            theirs.append(world.conversation(session, world.asks_for_a_person(session)))
            holding.accept(session, theirs[-1], alice)
            holding.reply(session, theirs[-1], alice, "here you are", key)
        answered, parked = theirs
        holding.park(session, parked, alice, until=None, wait_for="customer", note="")
        told = len(world.told(session, answered.id))
        shifts.leave_for_good(session, "alice")
        assert session.get_one(Agent, "alice").disabled_at is not None
        for conversation in (owed, answered, parked):
            assert world.conversation(session, conversation.id).state == "waiting"
            assert world.assignments(session, conversation.id)[-1].reason == "left_staff"
        assert "Alice isn't available" in world.told(session, owed.id)[-1]
        assert len(world.told(session, answered.id)) == told  # they wait for nothing


def test_who_is_on_leave_keeps_no_customer_waiting_though_their_page_is_open(sqlite_db: Database, clock: Clock) -> None:
    with sqlite_db.transaction() as session:
        conversation, visitor = _held(session)
        leaves.add(session, session.get_one(Agent, "alice"), time.now(), time.now() + timedelta(days=7))
        world.run_timers(session)
        assert world.conversation(session, conversation.id).held_by == "alice"
        world.writes(session, visitor, "are you there?")
        assert world.offered_to(session, conversation.id) == "ben"


def test_who_waits_for_one_person_alone_goes_on_the_moment_she_leaves(sqlite_db: Database) -> None:
    with sqlite_db.transaction() as session:
        mia = world.customer(session, "Mia", gold=True)
        world.book(session, mia, world.agent(session, "Dana", capacity=0))
        conversation = world.conversation(session, world.asks_for_a_person(session, mia))
        assert (conversation.state, conversation.wants_id) == ("waiting", "dana")
        shifts.choose(session, "dana", "away")
        conversation = world.conversation(session, conversation.id)
        assert (conversation.stage, conversation.wants_id) == ("team", None)
        assert "Dana" in world.told(session, conversation.id)[-1]
