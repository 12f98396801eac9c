"""Closing with a reason and tags, and the time to wrap up, in which the place stays taken."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff.models import Closing
from handoff.routing import closing, explain, holding, policy, presence
from handoff.rules import board
from shop.ground.db import Database
from shop.ground.errors import BadInput, Conflict
from tests.conftest import Clock
from tests.handoff import world

PAYMENTS = "payments"  # this queue of the shipped policy asks for a reason, and gives a minute


def held(session: Session, agent: str = "alice", queue: str = PAYMENTS, customer: str | None = None) -> str:
    """A conversation that this agent has."""
    asked = world.asks_for_a_person(session, customer)
    conversation = world.conversation(session, asked)
    if conversation.state == "offered":
        holding.accept(session, conversation, world.locked(session, agent))
    else:
        holding.claim(session, conversation, world.locked(session, agent))
    conversation.queue = queue
    session.flush()
    return asked


def settle(
    session: Session, asked: str, agent: str = "alice", code: str = "solved", tags: tuple[str, ...] = ()
) -> None:
    conversation = world.conversation(session, asked)
    holding.settle(session, conversation, world.locked(session, agent), code=code, tags=tags, note="by hand")


def test_the_reason_and_the_tags_are_kept_and_told(db: Database, clock: Clock) -> None:
    with db.transaction() as session:
        world.agent(session, "Alice")
        asked = held(session)
        settle(session, asked, tags=("refund", "refund", "praise"))
        row = session.scalars(select(Closing)).one()
        assert (row.code, row.tags, row.note, row.queue) == ("solved", ["refund", "praise"], "by hand", PAYMENTS)
        last = explain.decisions(session, asked)[-1]
        assert (last["reason"], last["detail"]["code"]) == ("closed", "solved")
        assert "by hand" in last["text"]


@pytest.mark.parametrize(
    ("queue", "code", "tags", "refused"),
    [
        (PAYMENTS, "", (), "code_required"),
        (PAYMENTS, "moon", (), "unknown_code"),
        ("general", "moon", (), "unknown_code"),
        ("general", "", ("moon",), "unknown_tag"),
        ("general", "", (), None),
        ("general", "other", ("refund",), None),
    ],
)
def test_what_a_queue_asks_for(
    sqlite_db: Database, clock: Clock, queue: str, code: str, tags: tuple[str, ...], refused: str | None
) -> None:
    with sqlite_db.transaction() as session:
        world.agent(session, "Alice")
        asked = held(session, queue=queue)
        if refused is None:
            settle(session, asked, code=code, tags=tags)
            assert world.conversation(session, asked).state == "closed"
            return
        with pytest.raises(BadInput) as error:
            settle(session, asked, code=code, tags=tags)
        assert error.value.code == refused
        assert world.conversation(session, asked).state == "held"


def test_wrapping_up_keeps_the_place_and_ends_by_itself(db: Database, clock: Clock) -> None:
    with db.transaction() as session:
        world.agent(session, "Alice", capacity=2)
        asked = held(session)
        settle(session, asked)
        waiting = world.asks_for_a_person(session)
        [shown] = board.lists(session, "alice").mine
        assert (shown["id"], shown["state"], shown["wrap_until"]) == (asked, "closed", "2026-06-15T12:01:00.000Z")
        assert world.offered_to(session, waiting) is None
        assert board.conversation(session, "alice", asked)["can"] == ["wrapped"]
        clock.advance(59)
        world.stays(session, "alice")
        world.run_timers(session)
        assert world.offered_to(session, waiting) is None
        clock.advance(1)
        world.run_timers(session)
        assert world.offered_to(session, waiting) == "alice"
        assert board.lists(session, "alice").mine == []
        assert explain.decisions(session, asked)[-1]["reason"] == "wrapped"


def test_who_is_done_sooner_says_so_once(db: Database, clock: Clock) -> None:
    with db.transaction() as session:
        world.agent(session, "Alice", capacity=2)
        asked = held(session)
        settle(session, asked)
        waiting = world.asks_for_a_person(session)
        conversation = world.conversation(session, asked)
        closing.wrapped(session, conversation, world.locked(session, "alice"))
        assert world.offered_to(session, waiting) == "alice"
        with pytest.raises(Conflict):
            closing.wrapped(session, conversation, world.locked(session, "alice"))
        clock.advance(60)
        world.run_timers(session)
        assert [step["reason"] for step in explain.decisions(session, asked)].count("wrapped") == 1


def test_a_conversation_that_moves_on_needs_no_wrapping_up(db: Database, clock: Clock) -> None:
    with db.transaction() as session:
        world.agent(session, "Alice")
        visitor = world.visitor(session)
        asked = world.taps(session, visitor, "person").conversation
        holding.accept(session, world.conversation(session, asked), world.locked(session, "alice"))
        world.conversation(session, asked).queue = PAYMENTS
        session.flush()
        settle(session, asked)
        assert presence.loads(session, ["alice"])["alice"].units == 2
        world.writes(session, visitor, "one more thing")
        assert world.conversation(session, asked).state != "closed"
        assert presence.loads(session, ["alice"])["alice"].units == 2
        assert asked not in closing.of(session, "alice", [asked])


def test_the_policy_says_whether_it_counts_and_how_long_it_is(sqlite_db: Database, clock: Clock) -> None:
    rules = policy.current()
    free = rules.model_copy(update={"capacity": rules.capacity.model_copy(update={"wrap_up": False})})
    with policy.using(free), sqlite_db.transaction() as session:
        world.agent(session, "Alice")
        settle(session, held(session))
        assert presence.loads(session, ["alice"])["alice"].units == 0
    with sqlite_db.transaction() as session:
        assert presence.loads(session, ["alice"])["alice"].units == 2
        session.execute(select(Closing)).scalars().one().wrapped_at = clock()
        session.flush()
        settle(session, held(session, queue="general"))
        assert presence.loads(session, ["alice"])["alice"].units == 0
