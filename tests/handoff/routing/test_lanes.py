"""Who gets what of those who wait: lanes, skills that relax, several at once, places, and how often one is asked."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff.models import Agent, Conversation, Offer
from handoff.routing import holding, lanes, matching, offers, policy, presence, requests, shifts, watchdog
from shop.ground.db import Database
from shop.ground.errors import Conflict, Forbidden
from tests.conftest import Clock
from tests.handoff import world


@contextmanager
def _policy(queue: str = "general", **changes: Any) -> Iterator[None]:
    """The shipped policy with one queue changed."""
    rules = policy.current()
    changed = rules.queues[queue].model_copy(update=changes)
    with policy.using(rules.model_copy(update={"queues": {**rules.queues, queue: changed}})):
        yield


def _agent(session: Session, name: str, *, capacity: int = 6, here: bool = True, **columns: Any) -> str:
    """An agent who comes once everything about them is set."""
    made = world.agent(session, name, here=False, capacity=capacity)
    for column, value in columns.items():
        setattr(session.get_one(Agent, made), column, value)
    session.flush()
    if here:
        shifts.come(session, made)
    return made


def _asks(session: Session, topic: str = "general") -> str:
    conversation = world.conversation(session, world.visitor(session).conversation)
    requests.person(session, conversation, requests.Wish(topic))
    return conversation.id


def _accepts(session: Session, agent: str, asked: str) -> None:
    holding.accept(session, world.conversation(session, asked), world.locked(session, agent))


def test_an_agent_is_offered_only_what_their_queues_and_skills_allow(db: Database, clock: Clock) -> None:
    with db.transaction() as session:
        paying, general = _asks(session, "refund_status"), _asks(session)
        assert world.conversation(session, paying).needs == "payments"
        _agent(session, "Elsewhere", queues=["payments"])
        _agent(session, "Unskilled", queues=["payments"])
        assert [world.offered_to(session, one) for one in (paying, general)] == [None, None]
        knows = _agent(session, "Knows", queues=["payments"], skills=["payments"])
        assert [world.offered_to(session, one) for one in (paying, general)] == [knows, None]
        anybody = _agent(session, "Anybody")
        assert world.offered_to(session, general) == anybody


def test_what_is_needed_relaxes_in_time_and_the_place_is_kept(db: Database, clock: Clock) -> None:
    with db.transaction() as session:
        asked = _asks(session, "refund_status")
        alice = _agent(session, "Alice")
        rank = world.conversation(session, asked).rank_at
        clock.advance(59)
        world.stays(session, alice)
        world.run_timers(session)
        assert world.offered_to(session, asked) is None
        clock.advance(1)
        world.run_timers(session)
        conversation = world.conversation(session, asked)
        assert (world.offered_to(session, asked), conversation.needs, conversation.rank_at) == (alice, "", rank)
        assert [step.reason for step in world.assignments(session, asked)][-2:] == ["relaxed", "team_offer"]


def test_a_free_agent_gets_the_first_of_all_lanes_whatever_the_event_was_about(db: Database, clock: Clock) -> None:
    with db.transaction() as session:
        waits = []
        for topic in ("general", "refund_status", "general"):
            waits.append(_asks(session, topic))
            clock.advance(1)
        alice = _agent(session, "Alice", skills=["payments"])
        for asked in waits:
            assert world.offered_to(session, asked) == alice
            _accepts(session, alice, asked)


def test_lanes_hand_out_everybody_once_and_in_order(db: Database, clock: Clock) -> None:
    """Many at the same moment, too: more than a page of one lane."""
    with db.transaction() as session:
        asked = []
        for n in range(3 * lanes.PAGE):
            asked.append(_asks(session, ("general", "refund_status")[n % 3 == 0]))
            clock.advance(n % 2)
        line = [conversation_id for _, conversation_id in lanes.in_line(session, lambda lane: True)]
        ranks = {row.id: row.rank_at for row in session.scalars(select(Conversation))}
        assert sorted(line) == sorted(asked)
        assert [ranks[one] for one in line] == sorted(ranks[one] for one in line)
        only = [one for _, one in lanes.in_line(session, lambda lane: lane.queue == "payments")]
        assert only == [one for one in line if world.conversation(session, one).queue == "payments"]


def test_several_are_asked_at_once_and_the_first_who_accepts_has_it(db: Database) -> None:
    with _policy(offered_to=2), db.transaction() as session:
        for name in ("Alice", "Ben", "Cleo"):
            _agent(session, name)
        asked = _asks(session)
        first, second = offers.agents(session, asked)
        _accepts(session, second, asked)
        with pytest.raises(Conflict):
            _accepts(session, first, asked)
        outcomes = session.execute(select(Offer.agent_id, Offer.outcome).where(Offer.conversation_id == asked)).all()
        assert {row.agent_id: row.outcome for row in outcomes} == {first: "rescinded", second: "accepted"}
        assert presence.loads(session, [first])[first].units == 0


def test_of_several_the_one_who_declines_makes_room_for_the_next(sqlite_db: Database, clock: Clock) -> None:
    with _policy(offered_to=2), sqlite_db.transaction() as session:
        names = [_agent(session, name) for name in ("Alice", "Ben", "Cleo")]
        asked = _asks(session)
        one, other = offers.agents(session, asked)
        holding.decline(session, world.conversation(session, asked), world.locked(session, one))
        [third] = set(names) - {one, other}
        assert set(offers.agents(session, asked)) == {other, third}
        clock.advance(30)
        world.stays(session, *names)
        world.run_timers(session)
        assert world.conversation(session, asked).state == "waiting"
        assert [session.get_one(Agent, name).misses for name in (one, other, third)] == [0, 1, 1]


def test_a_pull_queue_offers_nothing_and_a_push_queue_is_not_taken_from(sqlite_db: Database) -> None:
    with sqlite_db.transaction() as session:
        alice = _agent(session, "Alice")
        with _policy(mode="pull"):
            asked = world.conversation(session, _asks(session))
            assert asked.state == "waiting"
            assert matching.may_take(session, asked, world.locked(session, alice)) is None
        with _policy(mode="push"):
            assert matching.may_take(session, asked, world.locked(session, alice)) == "pushed"
            with pytest.raises(Forbidden):
                holding.claim(session, asked, world.locked(session, alice))


def test_without_cherry_picking_only_the_first_is_taken(sqlite_db: Database, clock: Clock) -> None:
    with _policy(mode="pull", cherry_picking=False), sqlite_db.transaction() as session:
        alice = _agent(session, "Alice")
        first = _asks(session)
        clock.advance(1)
        second = world.conversation(session, _asks(session))
        assert matching.may_take(session, second, world.locked(session, alice)) == "not_first"
        holding.claim(session, world.conversation(session, first), world.locked(session, alice))
        assert matching.may_take(session, second, world.locked(session, alice)) is None


def test_who_serves_other_queues_may_not_take_from_this_one(sqlite_db: Database) -> None:
    with sqlite_db.transaction() as session:
        alice = _agent(session, "Alice", queues=["payments"])
        asked = world.conversation(session, _asks(session))
        assert matching.may_take(session, asked, world.locked(session, alice)) == "queue"


def test_a_silent_conversation_takes_no_place_and_the_next_is_offered_at_that_moment(
    db: Database, clock: Clock
) -> None:
    with db.transaction() as session:
        alice = _agent(session, "Alice", capacity=2)
        held = _asks(session)
        _accepts(session, alice, held)
        asked = _asks(session)
        clock.advance(minutes=9, seconds=59)
        world.stays(session, alice)
        world.run_timers(session)
        assert world.offered_to(session, asked) is None
        clock.advance(1)
        world.run_timers(session)
        assert (world.offered_to(session, asked), presence.loads(session, [alice])[alice].units) == (alice, 2)


def test_nobody_is_asked_more_often_in_a_minute_than_the_policy_says(sqlite_db: Database, clock: Clock) -> None:
    rules = policy.current()
    seldom = rules.model_copy(update={"offers": rules.offers.model_copy(update={"a_minute": 2})})
    with policy.using(seldom), sqlite_db.transaction() as session:
        alice = _agent(session, "Alice", capacity=40)
        asked = []
        for _ in range(3):
            asked.append(_asks(session))
            clock.advance(1)
        for one in asked[:2]:
            _accepts(session, alice, one)
        assert world.offered_to(session, asked[2]) is None
        clock.advance(56)
        world.stays(session, alice)
        watchdog.sweep(session)
        assert world.offered_to(session, asked[2]) is None
        clock.advance(2)
        watchdog.sweep(session)
        assert world.offered_to(session, asked[2]) == alice


def test_the_one_who_carries_the_smallest_share_is_asked(sqlite_db: Database) -> None:
    with sqlite_db.transaction() as session:
        small, large = _agent(session, "Small", capacity=4), _agent(session, "Large", capacity=12, here=False)
        _accepts(session, small, _asks(session))
        shifts.come(session, large)
        first = _asks(session)
        _accepts(session, large, first)  # 2 of 12 is less than 2 of 4
        assert world.offered_to(session, _asks(session)) == large


def test_who_let_it_pass_comes_last_when_asked_again(sqlite_db: Database, clock: Clock) -> None:
    with sqlite_db.transaction() as session:
        alice = _agent(session, "Alice", capacity=40)
        asked = _asks(session)
        clock.advance(30)
        world.stays(session, alice)
        world.run_timers(session)
        ben = _agent(session, "Ben", capacity=4)
        assert world.offered_to(session, asked) == ben


def test_the_time_of_a_step_ends_an_offer_without_a_miss(sqlite_db: Database, clock: Clock) -> None:
    with sqlite_db.transaction() as session:
        mia = world.customer(session, "Mia", gold=True)
        world.book(session, mia, _agent(session, "Dana", capacity=0))
        asked = world.asks_for_a_person(session, mia)
        clock.advance(110)
        session.get_one(Agent, "dana").capacity = 6
        shifts.come(session, "dana")
        [offer] = offers.open_of(session, asked)
        assert offer.expires_at - clock.time == timedelta(seconds=10)
        clock.advance(10)
        world.run_timers(session)
        conversation, dana = world.conversation(session, asked), session.get_one(Agent, "dana")
        assert (conversation.stage, dana.misses) == ("team", 0)
        assert world.offered_to(session, asked) == "dana"  # she has room, and it is her customer


def test_their_representative_can_take_a_customer_back_while_nobody_has_answered(sqlite_db: Database) -> None:
    with sqlite_db.transaction() as session:
        mia = world.customer(session, "Mia", gold=True)
        world.book(session, mia, _agent(session, "Dana", here=False))
        alice = _agent(session, "Alice")
        asked = world.asks_for_a_person(session, mia)
        assert world.offered_to(session, asked) == alice
        holding.claim(session, world.conversation(session, asked), world.locked(session, "dana"))
        assert (world.conversation(session, asked).held_by, offers.agents(session, asked)) == ("dana", [])


def test_a_deputy_is_asked_before_the_team(db: Database, clock: Clock) -> None:
    with db.transaction() as session:
        _agent(session, "Priya", capacity=0)
        _agent(session, "Dana", capacity=0, deputy_id="priya")
        mia = world.customer(session, "Mia", gold=True)
        world.book(session, mia, "dana")
        asked = world.asks_for_a_person(session, mia)
        ways = []
        for seconds in (0, 120, 60):
            clock.advance(seconds)
            world.stays(session, "dana", "priya")
            world.run_timers(session)
            conversation = world.conversation(session, asked)
            ways.append((conversation.stage, conversation.wants_id))
        assert ways == [("representative", "dana"), ("deputy", "priya"), ("team", None)]
