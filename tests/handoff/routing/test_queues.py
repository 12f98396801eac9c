"""Which queue a request stands in: its topic's, or another where that is too long or too slow; and how far in front."""

from datetime import timedelta

import pytest

from handoff.models import Address
from handoff.routing import holding, requests
from handoff.routing.terms import Overflow
from shop.ground.db import Database
from tests.conftest import Clock
from tests.handoff import world
from tests.handoff.routing.lines import in_line, queue


def test_a_queue_that_is_too_long_passes_on_or_offers_another_way(sqlite_db: Database, clock: Clock) -> None:
    with sqlite_db.transaction() as session:
        in_line(session, clock, 2)
        with queue(overflow=Overflow(length=2, to="payments")):
            asked = world.conversation(session, world.asks_for_a_person(session))
            assert asked.queue == "payments"
        with queue(overflow=Overflow(length=2, to="message")):
            asked = world.conversation(session, world.asks_for_a_person(session))
            assert asked.queue == "general"
            assert "You can leave a message instead" in world.told(session, asked.id)[0]
            assert world.options(session, asked.id)[0] == "leave-message"


@pytest.mark.parametrize(("to", "queue_then"), [("payments", "payments"), ("bot", "general")])
def test_who_waits_too_long_passes_on_or_is_offered_another_way(
    sqlite_db: Database, clock: Clock, to: str, queue_then: str
) -> None:
    with sqlite_db.transaction() as session, queue(overflow=Overflow(wait=timedelta(minutes=2), to=to)):
        [visitor] = in_line(session, clock, 1)
        since = world.conversation(session, visitor.conversation).rank_at
        clock.advance(130)
        world.stays(session, "alice")
        world.run_timers(session)
        asked = world.conversation(session, visitor.conversation)
        assert (asked.queue, asked.rank_at) == (queue_then, since)
        if to == "bot":
            assert "Sorry that this takes so long." in world.told(session, asked.id)[-1]
            assert "bot" in world.options(session, asked.id)


def test_the_same_wish_a_second_time_goes_straight_to_a_person_and_sooner(sqlite_db: Database, clock: Clock) -> None:
    with sqlite_db.transaction() as session:
        alice = world.agent(session, "Alice")
        visitor = world.visitor(session)
        wish = requests.Wish("cancel", "too_late_to_cancel")
        ranks = []
        for _ in range(2):
            conversation = world.conversation(session, visitor.conversation)
            requests.person(session, conversation, wish, by="bot")
            assert conversation.state == "offered"
            ranks.append((conversation.waiting_since or clock.time) - (conversation.rank_at or clock.time))
            holding.accept(session, conversation, world.locked(session, alice))
            holding.hand_back(session, conversation, world.locked(session, alice))
        assert ranks[1] - ranks[0] == timedelta(minutes=2)  # 20 points at 10 a minute


def test_the_topic_finds_the_queue_and_what_it_needs(sqlite_db: Database) -> None:
    with sqlite_db.transaction() as session:
        visitor = world.visitor(session)
        session.get_one(Address, world.address(session, visitor)).locale = "es-MX"
        session.flush()
        conversation = world.conversation(session, visitor.conversation)
        requests.person(session, conversation, requests.Wish("refund_status"), by="bot")
        assert (conversation.queue, conversation.needs) == ("payments", "es payments")
        assert conversation.policy_id is not None and conversation.relationship == "new"
